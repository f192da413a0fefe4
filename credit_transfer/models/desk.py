"""What an office without an account is trusted by: mails, links, codes; and who looked at what."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from credit_transfer.data import DeliveryKind, DeliveryState
from credit_transfer.models.institution import Institution, Mailbox
from credit_transfer.models.request import TransferRequest


class Delivery(models.Model):
    """One mail to an office, with how it fared; a further try at another address is a further row.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="deliveries")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="deliveries")
    request = models.ForeignKey(TransferRequest, null=True, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=16, choices=[(s.value, s.value) for s in DeliveryKind])
    state = models.CharField(
        max_length=16, choices=[(s.value, s.value) for s in DeliveryState], default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created", "id"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.uuid}"


class DeskLink(models.Model):
    """A signed link that was mailed; the link itself is nowhere, only its hash.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="links")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="links")
    request = models.ForeignKey(TransferRequest, null=True, on_delete=models.PROTECT, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return str(self.uuid)


class AnswerCode(models.Model):
    """A one-time code for one answer, mailed to the office; only its hash is stored, and tries are counted.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    request = models.ForeignKey(TransferRequest, on_delete=models.PROTECT, related_name="codes")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="codes")
    code_hash = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return str(self.uuid)


class DeskAccess(models.Model):
    """What was looked at through a link, and when; a mail scanner that follows links shows up here and does no harm.

    .. no_pii:
    """

    link = models.ForeignKey(DeskLink, on_delete=models.PROTECT, related_name="accesses")
    request = models.ForeignKey(TransferRequest, null=True, on_delete=models.PROTECT, related_name="accesses")
    what = models.CharField(max_length=32)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "id"]
        verbose_name_plural = "desk accesses"

    def __str__(self) -> str:
        return f"{self.what} {self.created:%Y-%m-%d}"
