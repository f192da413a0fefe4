"""What belongs to a credential's holder: the wish to have the name corrected, and how often others looked."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from openedx_bridge.live import live_when
from paid_certificate.data import CorrectionState
from paid_certificate.models.credential import Credential


class NameCorrection(models.Model):
    """A holder's wish to have the name corrected, and the operator's answer.

    .. pii: The name as it should be, why, and the answer.
    .. pii_types: name
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="corrections")
    new_name = models.CharField(max_length=255)
    why = models.TextField(blank=True)
    links_successor = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in CorrectionState])
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    live = live_when(state="open")

    class Meta:
        ordering = ["created", "id"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "live"], name="paid_certificate_namecorrection_one_open"),
        ]

    def __str__(self) -> str:
        return f"correction of {self.credential_id}"


class CredentialLook(models.Model):
    """How often a credential was looked at on one day (UTC); nothing about who looked.

    .. no_pii:
    """

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="looks")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "day"], name="paid_certificate_credentiallook_day")
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.day}: {self.count}"
