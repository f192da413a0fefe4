"""What learners leave behind: block states, scores and course results."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import UsageKeyField

from sandbox.models.courses import Course


class BlockState(models.Model):
    """One XBlock field in a scope that depends on a person or on a block type; `owner` is a usage id or a type.

    .. no_pii:
    """

    scope = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    owner = models.CharField(max_length=255)
    name = models.CharField(max_length=128)
    value = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "user", "scope", "name"], name="sandbox_blockstate_field")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.name} of {self.owner}"


class BlockScore(models.Model):
    """A learner's score for one block.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    usage_key = UsageKeyField(max_length=255)
    earned = models.DecimalField(max_digits=12, decimal_places=4)
    possible = models.DecimalField(max_digits=12, decimal_places=4)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "usage_key"], name="sandbox_blockscore_once")]

    def __str__(self) -> str:
        return f"user {self.user_id}: {self.earned} of {self.possible} for {self.usage_key}"


class CourseResult(models.Model):
    """A learner's course grade: percent from 0 to 100, and the first time it passed.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="results")
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    passed = models.BooleanField()
    passed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="sandbox_courseresult_once")]

    def __str__(self) -> str:
        return f"user {self.user_id}: {self.percent} % in course {self.course_id}"
