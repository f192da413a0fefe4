"""Awards and what was signed for them, and the lists in which strangers read their status. Nothing is deleted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from openedx_bridge.live import live_when
from paid_certificate.data import CredentialForm, CredentialState, RevocationReason
from paid_certificate.models.achievement import AchievementVersion
from paid_certificate.models.body import BodyKey, IssuingBody

# An award that stands, or will when its fee is paid or its signature made.
OPEN = models.Q(live=1) | models.Q(due=1)


class StatusList(models.Model):
    """A Bitstring Status List of one body for one purpose; most significant bit first.

    .. no_pii:
    """

    body = models.ForeignKey(IssuingBody, on_delete=models.PROTECT, related_name="status_lists")
    purpose = models.CharField(max_length=16, choices=[("revocation", "revocation"), ("suspension", "suspension")])
    num = models.PositiveIntegerField()
    bits = models.BinaryField()
    size = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    document = models.TextField(blank=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "purpose", "num"], name="paid_certificate_statuslist_num")
        ]

    def __str__(self) -> str:
        return f"{self.body.slug} {self.purpose} {self.num}"


class Credential(models.Model):
    """One award to one person, with all that was frozen and signed for it.

    .. pii: The holder's name as printed, the signed documents that carry it, and how identity was checked.
    .. pii_types: name
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    achievement = models.ForeignKey(
        "paid_certificate.Achievement", on_delete=models.PROTECT, related_name="credentials"
    )
    achievement_version = models.ForeignKey(AchievementVersion, on_delete=models.PROTECT, related_name="credentials")
    holder_name = models.CharField(max_length=255)
    route_kind = models.CharField(max_length=16)
    decision_uuid = models.UUIDField(null=True, db_index=True)
    completion_uuid = models.UUIDField(null=True, db_index=True)
    evidence = models.JSONField()
    form = models.CharField(
        max_length=16,
        choices=[(form.value, form.value) for form in CredentialForm],
        default=CredentialForm.CREDENTIAL.value,
    )
    # What the documents will say of issuer and credit (services/render_data.py): a later change never touches it.
    render = models.JSONField(default=dict)
    # Who was in office on the day of the award, as [{name, title}]: later changes of office never touch it.
    signatories = models.JSONField(default=list)
    identity = models.CharField(max_length=16)
    supervision = models.CharField(max_length=16)
    is_demonstration = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in CredentialState])
    failure = models.TextField(blank=True)
    # Which key signed it, so that what a lost key signed can be found.
    signing_key = models.ForeignKey(BodyKey, null=True, on_delete=models.PROTECT, related_name="credentials")
    document = models.TextField(blank=True)
    statement = models.TextField(blank=True)
    awarded_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # When the holder's data was erased: from then on the row tells its status and nothing else.
    erased_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=32, blank=True, choices=[(r.value, r.value) for r in RevocationReason])
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")
    # What the holder lets strangers see: the way to the successor, and the result statement beside the credential.
    links_successor = models.BooleanField(default=False)
    shares_statement = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)
    live = live_when(state__in=["ready", "signing", "failed", "issued", "suspended"])
    # Beside the award that stands, one may wait for its fee: it takes its place when the fee is paid.
    due = live_when(state="awaiting_payment")

    class Meta:
        ordering = ["created", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "achievement", "live"], name="paid_certificate_credential_one_live"
            ),
            models.UniqueConstraint(fields=["user", "achievement", "due"], name="paid_certificate_credential_one_due"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class StatusEntry(models.Model):
    """The place of a credential in one status list; a place is never used twice.

    .. no_pii:
    """

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="status_entries")
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="entries")
    index = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "index"], name="paid_certificate_statusentry_once"),
            models.UniqueConstraint(fields=["credential", "status_list"], name="paid_certificate_statusentry_one"),
        ]

    def __str__(self) -> str:
        return f"{self.status_list}[{self.index}]"
