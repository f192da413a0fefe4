"""Issuing many credentials at once: what is to be issued, who agreed, and an outcome for each."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from paid_certificate.data import BulkOutcome, BulkState
from paid_certificate.models.credential import Credential


class BulkRun(models.Model):
    """One bulk issue for the released passes of one exam, from its dry run to its undoing.

    .. no_pii: Names acting staff by id.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    exam_key = models.SlugField(max_length=100)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in BulkState])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created", "-id"]

    def __str__(self) -> str:
        return f"{self.exam_key} {self.state}"


class BulkItem(models.Model):
    """One decision of a bulk issue and what became of it.

    .. no_pii:
    """

    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="items")
    decision_uuid = models.UUIDField()
    credential = models.ForeignKey(Credential, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=16, choices=[(o.value, o.value) for o in BulkOutcome], default=BulkOutcome.WAITING.value
    )
    why = models.TextField(blank=True)
    # When a worker took it: the others leave it alone for a while.
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "decision_uuid"], name="paid_certificate_bulkitem_once")]
        indexes = [models.Index(fields=["run", "outcome"], name="paid_certificate_bulkitem_todo")]

    def __str__(self) -> str:
        return f"{self.decision_uuid}: {self.outcome}"
