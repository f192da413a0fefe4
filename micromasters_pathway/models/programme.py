"""The programme and its versions; a version is frozen, so that members keep the rules they joined under."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from micromasters_pathway.data import ProgrammeStatus


class Programme(models.Model):
    """A programme as people know it.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    organisation = models.CharField(max_length=255, blank=True)
    completion_gives = models.TextField(blank=True)
    status = models.CharField(
        max_length=16, choices=[(s.value, s.value) for s in ProgrammeStatus], default=ProgrammeStatus.DRAFT
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.key


class ProgrammeVersion(models.Model):
    """The rules of a programme as published; never changed afterwards.

    .. no_pii:
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    num = models.PositiveIntegerField()
    rules = models.JSONField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["num"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "num"], name="micromasters_pathway_programmeversion_num")
        ]

    def __str__(self) -> str:
        return f"{self.programme} v{self.num}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version; a stored one cannot be changed."""
        if self.pk:
            raise ValueError("A published version of a programme is never changed; publish a new one.")
        super().save(*args, **kwargs)
