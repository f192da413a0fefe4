"""The directory: institutions that the operator has verified, and the addresses of their offices."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from credit_transfer.data import InstitutionState


class Institution(models.Model):
    """A university or other body that may be asked for credit.

    .. pii: Names the member of staff who verified it.
    .. pii_types: id
    .. pii_retirement: retained
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=255, unique=True)
    country_code = models.CharField(max_length=2)
    website = models.URLField(blank=True)
    office_name = models.CharField(max_length=255)
    appeals_contact = models.TextField()
    needs_student_id = models.BooleanField(default=False)
    needs_birth_date = models.BooleanField(default=False)
    answers_within_days = models.PositiveSmallIntegerField(default=28)
    state = models.CharField(
        max_length=16, choices=[(s.value, s.value) for s in InstitutionState], default=InstitutionState.DRAFT
    )
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Mailbox(models.Model):
    """An address of an office, lowest rank first; a bounced one is passed over. An office's, not a person's.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="mailboxes")
    email = models.EmailField()
    rank = models.PositiveSmallIntegerField()
    bounced_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["rank", "id"]
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(fields=["institution", "email"], name="credit_transfer_mailbox_once"),
        ]

    def __str__(self) -> str:
        return self.email
