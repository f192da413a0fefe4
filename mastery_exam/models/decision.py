"""What was decided about an attempt, the review a person may ask for, and what goes to the gradebook."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_bridge.live import live_when


class Decision(models.Model):
    """A pass or not, with everything it was computed from. Nothing is deleted: a later one supersedes it.

    .. no_pii:
    """

    class State(models.TextChoices):
        PENDING_CHECK = "pending_check", _("waiting for the check")
        RELEASED = "released", _("released")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SUPERSEDED = "superseded", _("superseded")

    TRANSITIONS = {
        State.PENDING_CHECK: {State.RELEASED, State.WITHDRAWN, State.SUPERSEDED},
        State.RELEASED: {State.WITHDRAWN, State.SUPERSEDED},
        State.WITHDRAWN: set(),
        State.SUPERSEDED: set(),
    }

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey("mastery_exam.Attempt", on_delete=models.PROTECT, related_name="decisions")
    num = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING_CHECK)
    passed = models.BooleanField()
    # Marks are exact; they never leave the system, only the scaled score does.
    total = models.DecimalField(max_digits=9, decimal_places=4)
    marks_needed = models.PositiveSmallIntegerField(null=True)
    scaled_score = models.PositiveSmallIntegerField(null=True)
    uncertainty_points = models.PositiveSmallIntegerField(null=True)
    areas = models.JSONField(default=list)
    missed_floors = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    decided_at = models.DateTimeField()
    release_due_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    # A pass closes the exam to the person, until what it led to may be renewed or bettered by another.
    resit_allowed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)
    live = live_when(state__in=("pending_check", "released"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "num"], name="mastery_exam_decision_num"),
            models.UniqueConstraint(fields=["attempt", "live"], name="mastery_exam_decision_one_live"),
        ]
        indexes = [models.Index(fields=["state", "release_due_at"], name="mastery_exam_dec_state_due")]

    def __str__(self) -> str:
        return str(self.uuid)


class ReviewRequest(models.Model):
    """A person asks a person to look at a decision again; the answer is an input to the decision, never its deletion.

    .. pii: What the person wrote and was answered.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        UPHELD = "upheld", _("decision stands")
        CHANGED = "changed", _("decision changed")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reviews")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    # By when a person answers.
    deadline = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    live = live_when(state="open")

    class Meta:
        ordering = ["deadline"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "live"], name="mastery_exam_review_one_open"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class ScorePlacement(models.Model):
    """A block in a course that stands for an exam; a copied or imported block is unlinked until an author chooses.

    .. no_pii:
    """

    usage_key = models.CharField(max_length=255, unique=True)
    exam = models.ForeignKey("mastery_exam.Exam", null=True, on_delete=models.PROTECT, related_name="placements")
    unlinked = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.usage_key


class ScoreOutbox(models.Model):
    """A decision that a placement's gradebook has to hear of, kept until the host has stored it.

    .. no_pii:
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        NOT_ENROLLED = "not_enrolled", _("not enrolled")

    placement = models.ForeignKey(ScorePlacement, on_delete=models.CASCADE, related_name="outbox")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="outbox")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["placement", "decision"], name="mastery_exam_outbox_once"),
        ]
        indexes = [models.Index(fields=["state"], name="mastery_exam_outbox_state")]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.decision_id}"
