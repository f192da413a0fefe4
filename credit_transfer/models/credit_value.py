"""What credit an achievement is worth, as recommended by whom, on what evidence, until when."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class CreditValue(models.Model):
    """A recommendation; `levels` is a list of {scheme, value}. A change is a new row, and the old one ends.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    achievement_uuid = models.UUIDField(db_index=True)
    amount = models.DecimalField(max_digits=7, decimal_places=2)
    unit = models.CharField(max_length=64)
    levels = models.JSONField(default=list)
    isced_f = models.CharField(max_length=4, blank=True)
    hours = models.PositiveIntegerField(null=True)
    recommender = models.CharField(max_length=255)
    evidence = models.TextField()
    evidence_url = models.URLField(blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit} by {self.recommender}"
