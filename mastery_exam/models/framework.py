"""What an exam is about: a framework of competencies (an exam's areas), written here or imported."""

from __future__ import annotations

import uuid

from django.db import models


class CompetencyFramework(models.Model):
    """A named set of competencies.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=100)
    title = models.CharField(max_length=255)
    source = models.CharField(max_length=500, blank=True, help_text="The address it comes from, if any.")
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="mastery_exam_framework_key")]

    def __str__(self) -> str:
        return self.key


class Competency(models.Model):
    """One area: what a person who masters it can do. `study_links` is a list of [title, address].

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    framework = models.ForeignKey(CompetencyFramework, on_delete=models.PROTECT, related_name="competencies")
    key = models.SlugField(max_length=100)
    num = models.PositiveIntegerField(help_text="Order inside the framework.")
    title = models.CharField(max_length=255)
    outcome = models.TextField(blank=True)
    case_url = models.URLField(max_length=500, blank=True)
    study_links = models.JSONField(default=list, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["num", "id"]
        verbose_name_plural = "competencies"
        constraints = [
            models.UniqueConstraint(fields=["framework", "key"], name="mastery_exam_competency_key"),
        ]

    def __str__(self) -> str:
        return self.key
