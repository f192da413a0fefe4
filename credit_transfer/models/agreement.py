"""Articulation agreements, versioned and signed by two sides, and admission offers on programmes."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from credit_transfer.data import AgreementState, OfferState
from credit_transfer.models.institution import Institution
from openedx_bridge.live import live_when


class Agreement(models.Model):
    """One version of an agreement; the versions of one agreement share `series_uuid`, and one of them is in force.

    Terms are frozen at the first signature. `achievement_title` and `body_name` are our own copies.

    .. pii: Names and roles of the two signatories, as the paper says.
    .. pii_types: name
    .. pii_retirement: retained
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    series_uuid = models.UUIDField(default=uuid4)
    num = models.PositiveIntegerField(default=1)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="agreements")
    achievement_uuid = models.UUIDField(db_index=True)
    achievement_version_uuids = models.JSONField()
    achievement_title = models.CharField(max_length=255)
    body_name = models.CharField(max_length=255)
    equivalent_course = models.CharField(max_length=255, blank=True)
    credits = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    unit = models.CharField(max_length=64, blank=True)
    levels = models.JSONField(default=list)
    least_identity = models.CharField(max_length=16, default="none")
    least_supervision = models.CharField(max_length=16, default="none")
    least_score = models.PositiveSmallIntegerField(null=True)
    cap = models.CharField(max_length=255, blank=True)
    residency = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    teach_out_until = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=16, choices=[(s.value, s.value) for s in AgreementState], default=AgreementState.DRAFT
    )
    body_signed_by = models.CharField(max_length=255, blank=True)
    body_signed_at = models.DateTimeField(null=True)
    institution_signed_by = models.CharField(max_length=255, blank=True)
    institution_signed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)
    binding = live_when(state__in=["signed", "suspended"])

    class Meta:
        ordering = ["institution__name", "series_uuid", "num"]
        constraints = [
            models.UniqueConstraint(fields=["series_uuid", "num"], name="credit_transfer_agreement_num"),
            models.UniqueConstraint(fields=["series_uuid", "binding"], name="credit_transfer_agreement_one_binding"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.achievement_title} v{self.num}"


class AdmissionOffer(models.Model):
    """What a school offers to those who complete a programme: eligible to apply, not admission.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="offers")
    programme_key = models.CharField(max_length=100, db_index=True)
    programme_title = models.CharField(max_length=255)
    degree = models.CharField(max_length=255)
    standard_months = models.PositiveSmallIntegerField()
    reduced_months = models.PositiveSmallIntegerField()
    credits_waived = models.DecimalField(max_digits=7, decimal_places=2)
    unit = models.CharField(max_length=64)
    intake = models.CharField(max_length=255)
    deadline = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    fee_minor = models.PositiveIntegerField(default=0)
    fee_currency = models.CharField(max_length=3)
    conditions = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in OfferState], default=OfferState.DRAFT)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["deadline", "id"]

    def __str__(self) -> str:
        return f"{self.institution} {self.degree}"
