"""A sitting: the attempt, the items it was given, every answer that was ever received, and what happened on the day."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_bridge.live import live_when


class Attempt(models.Model):
    """One try at an exam. `ends_at` is fixed at the start, adjustments included, and nothing moves it afterwards.

    .. no_pii:
    """

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        CLOSED_BY_TIME = "closed_by_time", _("closed when time was up")
        VOIDED = "voided", _("voided")

    class Identity(models.TextChoices):
        NONE = "none", _("identity not checked")
        CHECKED = "checked", _("identity checked")

    class Supervision(models.TextChoices):
        NONE = "none", _("not watched")
        ONLINE = "online", _("watched online")
        ONSITE = "onsite", _("watched on site")

    # The write is a compare-and-set over this table; what is not listed cannot happen.
    TRANSITIONS = {
        State.IN_PROGRESS: {State.SUBMITTED, State.CLOSED_BY_TIME, State.VOIDED},
        State.SUBMITTED: {State.VOIDED},
        State.CLOSED_BY_TIME: {State.VOIDED},
        State.VOIDED: set(),
    }
    ENDED = (State.SUBMITTED, State.CLOSED_BY_TIME)

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    authorisation = models.ForeignKey("mastery_exam.Authorisation", on_delete=models.PROTECT, related_name="attempts")
    registration = models.ForeignKey("mastery_exam.Registration", on_delete=models.PROTECT, related_name="attempts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exam = models.ForeignKey("mastery_exam.Exam", on_delete=models.PROTECT, related_name="attempts")
    exam_version = models.ForeignKey("mastery_exam.ExamVersion", on_delete=models.PROTECT, related_name="attempts")
    # Empty where the version has no forms: its items were drawn for this attempt, or are chosen one by one.
    form = models.ForeignKey("mastery_exam.Form", null=True, on_delete=models.PROTECT, related_name="attempts")
    # What else the choice of items hangs on, fixed at the start so that it can be replayed: {"excluded": keys of items
    # seen before, "repeats": whether they may come again, "ineligible": keys that exposure control held back,
    # "pilots": {position: item key}}.
    delivery = models.JSONField(default=dict)
    num = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.IN_PROGRESS)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    grace_seconds = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)
    our_fault = models.BooleanField(default=False)
    # SHA-256 of the random token of the one device that may write.
    device_hash = models.CharField(max_length=64)
    assurance_identity = models.CharField(max_length=16, choices=Identity.choices, default=Identity.NONE)
    assurance_supervision = models.CharField(max_length=16, choices=Supervision.choices, default=Supervision.NONE)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)
    live = live_when(state="in_progress")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "exam", "live"], name="mastery_exam_attempt_one_in_progress"),
            models.UniqueConstraint(fields=["user", "exam", "num"], name="mastery_exam_attempt_num"),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="mastery_exam_att_state_ends")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def accepts_until(self) -> datetime:
        """The last moment at which an answer that arrives counts: the end and the stated grace."""
        return self.ends_at + timedelta(seconds=self.grace_seconds)


class AttemptItem(models.Model):
    """One item of an attempt, at its place, with the seed of its random variant.

    Where there is no going back, `chosen_because` says why it was chosen ({information, theta, drawn_from,
    eligibility_relaxed, competency}), and it is settled once: with the answer number that counted (null: none) and
    whether that was right. What was settled is never changed.

    .. no_pii:
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="items")
    version_item = models.ForeignKey("mastery_exam.VersionItem", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField()
    flagged = models.BooleanField(default=False)
    chosen_because = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)
    settled_seq = models.PositiveIntegerField(null=True)
    settled_correct = models.BooleanField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="mastery_exam_attemptitem_position"),
            models.UniqueConstraint(fields=["attempt", "version_item"], name="mastery_exam_attemptitem_item"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.position}"


class Answer(models.Model):
    """What a person had answered to one item at one moment. Only ever appended; the last before the end counts.

    .. pii: A person's own answers, which may hold free text.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    attempt_item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="answers")
    client_seq = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["client_seq"]
        constraints = [
            models.UniqueConstraint(fields=["attempt_item", "client_seq"], name="mastery_exam_answer_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_item_id} {self.client_seq}"


class Incident(models.Model):
    """What an invigilator or operator noted about a sitting.

    .. pii: Free text about a sitting, which may name a person.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey("mastery_exam.Registration", on_delete=models.PROTECT, related_name="incidents")
    attempt = models.ForeignKey(Attempt, null=True, on_delete=models.PROTECT, related_name="incidents")
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created"]

    def __str__(self) -> str:
        return str(self.uuid)
