"""A person who registered for an exam, what that entitles them to, and the code that lets them begin."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_bridge.live import live_when


class Registration(models.Model):
    """A person, an exam version, the legal name, adjustments and terms as accepted. One covers one sitting.

    .. pii: The legal name as it will be printed, and what the person wrote about adjustments (may tell of health).
    .. pii_types: name, health
    .. pii_retirement: local_api
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CANCELLED = "cancelled", _("cancelled")
        FINISHED = "finished", _("finished")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exam = models.ForeignKey("mastery_exam.Exam", on_delete=models.PROTECT, related_name="registrations")
    exam_version = models.ForeignKey("mastery_exam.ExamVersion", on_delete=models.PROTECT, related_name="registrations")
    legal_name = models.CharField(max_length=255)
    adjustments_requested = models.TextField(blank=True)
    terms_version = models.CharField(max_length=64)
    terms_accepted_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)
    live = live_when(state="open")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "exam", "live"], name="mastery_exam_registration_one_open"),
        ]
        indexes = [models.Index(fields=["exam", "state"], name="mastery_exam_reg_exam_state")]

    def __str__(self) -> str:
        return str(self.uuid)


class Authorisation(models.Model):
    """The right to sit under one registration: which grants it needs, how many tries it carries, what time is allowed.

    .. no_pii:
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        USED = "used", _("used")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="authorisation")
    required_grants = models.JSONField(default=list)
    attempts_allowed = models.PositiveSmallIntegerField(default=1)
    extra_time_percent = models.PositiveSmallIntegerField(default=0)
    adjustments_answer = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.uuid)


class Grant(models.Model):
    """One thing that an authorisation waited for and has: a row, so that a missing one means no.

    .. no_pii:
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("payment")
        IDENTITY = "identity", _("identity check")
        APPROVAL = "approval", _("approval")
        ADJUSTMENTS = "adjustments", _("answer about adjustments")

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="grants")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reference = models.CharField(max_length=255)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=255, blank=True)
    live = live_when(revoked_at__isnull=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authorisation", "kind", "live"], name="mastery_exam_grant_one_live"),
            models.UniqueConstraint(
                fields=["authorisation", "kind", "reference"], name="mastery_exam_grant_one_per_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class StartCode(models.Model):
    """A code that an invigilator gives to a person whose identity was just confirmed; only its hash is kept.

    .. no_pii:
    """

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="start_codes")
    code_hash = models.CharField(max_length=128)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_identity = models.BooleanField(default=True)
    seat = models.CharField(max_length=32, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    live = live_when(used_at__isnull=True, cancelled_at__isnull=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "live"], name="mastery_exam_startcode_one_live"),
        ]

    def __str__(self) -> str:
        return f"start code {self.pk}"


class Invigilator(models.Model):
    """Somebody who confirms identities and gives start codes for an exam, and sees no item and no result of it.

    .. no_pii:
    """

    exam = models.ForeignKey("mastery_exam.Exam", on_delete=models.CASCADE, related_name="invigilators")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "user"], name="mastery_exam_invigilator_once")]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.user_id}"
