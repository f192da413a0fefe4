"""What an exam costs, for which days. A rule is replaced, never changed: orders keep the one they were bought under."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from openedx_bridge.live import live_when


class FeeRule(models.Model):
    """The price of a sitting or of the credential of one exam; minor units of `currency`.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    exam_key = models.SlugField(max_length=100)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    retake_amount_minor = models.PositiveBigIntegerField(null=True)
    hold_days = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    refund_rule = models.TextField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True)
    live = live_when(replaced_at__isnull=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam_key", "live"], name="paid_certificate_feerule_one_live"),
        ]

    def __str__(self) -> str:
        return f"{self.exam_key} {self.currency} {self.amount_minor}"
