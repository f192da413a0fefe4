"""What can be shown, by which routes. A version is frozen: what was awarded keeps its outcomes, level and standard."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from paid_certificate.data import CredentialForm, RouteKind
from paid_certificate.models.body import IssuingBody


class Achievement(models.Model):
    """A subject-level achievement of one body.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=100, unique=True)
    body = models.ForeignKey(IssuingBody, on_delete=models.PROTECT, related_name="achievements")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class AchievementVersion(models.Model):
    """Outcomes, level and standard of an achievement, never changed; `uuid` is in its public address.

    `outcomes` is a list of {name, url, code, framework, description}; `levels` of {scheme, value, url}.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="versions")
    num = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    description = models.TextField()
    criteria = models.TextField()
    language = models.CharField(max_length=16, default="en")
    field_of_study = models.CharField(max_length=255, blank=True)
    outcomes = models.JSONField(default=list)
    levels = models.JSONField(default=list)
    workload = models.CharField(max_length=255, blank=True)
    assessment_type = models.CharField(max_length=255, blank=True)
    participation = models.CharField(max_length=255, blank=True)
    prerequisites = models.TextField(blank=True)
    stackability = models.TextField(blank=True)
    further_information = models.TextField(blank=True)
    # For how many calendar months an award is valid; without it, an award has no end.
    valid_months = models.PositiveSmallIntegerField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["num"]
        constraints = [
            models.UniqueConstraint(fields=["achievement", "num"], name="paid_certificate_achievementversion_num")
        ]

    def __str__(self) -> str:
        return f"{self.achievement} v{self.num}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version; a stored one cannot be changed."""
        if self.pk:
            raise ValueError("A version of an achievement is never changed; add a new one.")
        super().save(*args, **kwargs)


class Route(models.Model):
    """A way to an achievement, with the form that it leads to and the least checking that it asks for.

    .. no_pii:
    """

    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="routes")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in RouteKind])
    reference = models.CharField(max_length=255)
    least_identity = models.CharField(max_length=16, default="none")
    least_supervision = models.CharField(max_length=16, default="none")
    form = models.CharField(
        max_length=16,
        choices=[(form.value, form.value) for form in CredentialForm],
        default=CredentialForm.CREDENTIAL.value,
    )
    # Who was checked less than asked gets a statement of accomplishment, and not nothing.
    below_gives_statement = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="paid_certificate_route_one_achievement")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference} -> {self.achievement}"
