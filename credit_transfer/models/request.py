"""A learner's request, with what was sent and under which consent, and the institution's answers."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from credit_transfer.data import AnswerKind, RequestState
from credit_transfer.models.agreement import Agreement
from credit_transfer.models.institution import Institution
from openedx_bridge.live import live_when


class TransferRequest(models.Model):
    """One credential shown to one institution. `package` is the canonical JSON of exactly what it may see.

    .. pii: The holder's name, birth date, student number, score and signed documents, for the institution named.
    .. pii_types: name, birth_date, id, other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="requests")
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="requests")
    credential_uuid = models.UUIDField(db_index=True)
    achievement_title = models.CharField(max_length=255)
    programme_there = models.CharField(max_length=255, blank=True)
    holder_name = models.CharField(max_length=255)
    student_id_there = models.CharField(max_length=64, blank=True)
    birth_date = models.DateField(null=True)
    include_statement = models.BooleanField(default=False)
    consent_text = models.TextField()
    consent_version = models.CharField(max_length=16)
    consented_at = models.DateTimeField()
    consent_until = models.DateTimeField()
    package = models.TextField()
    package_sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=16, choices=[(s.value, s.value) for s in RequestState], default=RequestState.SENT
    )
    answer_by = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    amend_until = models.DateTimeField(null=True)
    draft = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)
    live = live_when(state__in=["sent", "opened"])

    class Meta:
        ordering = ["created", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential_uuid", "institution", "live"], name="credit_transfer_transferrequest_one_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Answer(models.Model):
    """What an institution answered; amended by a further row, never changed.

    .. pii: The decision about the holder in the institution's words, and who gave it in which role.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    request = models.ForeignKey(TransferRequest, on_delete=models.PROTECT, related_name="answers")
    num = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=[(s.value, s.value) for s in AnswerKind])
    course = models.CharField(max_length=255, blank=True)
    credits = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    unit = models.CharField(max_length=64, blank=True)
    conditions = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    by_name = models.CharField(max_length=255)
    by_role = models.CharField(max_length=255)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["num"]
        constraints = [models.UniqueConstraint(fields=["request", "num"], name="credit_transfer_answer_num")]

    def __str__(self) -> str:
        return f"{self.request} {self.num} {self.kind}"
