"""Courses, the people in them and the blocks they are made of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField


class Course(models.Model):
    """A course run.

    .. no_pii:
    """

    key = CourseKeyField(max_length=255, unique=True)
    title = models.CharField(max_length=255)
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    is_public = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.key)


class Enrolment(models.Model):
    """A learner in a course.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="sandbox_enrolment_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} in course {self.course_id}"


class CourseTeamMember(models.Model):
    """A person who may author a course.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="team")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="sandbox_courseteammember_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} on the team of course {self.course_id}"


class Block(models.Model):
    """A block of a course: its place in the tree, and its fields in the content and settings scopes as JSON.

    .. no_pii:
    """

    usage_key = UsageKeyField(max_length=255, unique=True)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="blocks")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")
    position = models.PositiveIntegerField(default=0)
    fields = models.JSONField(default=dict)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.usage_key)

    @property
    def block_type(self) -> str:
        """The tag of the block's element in OLX."""
        return self.usage_key.block_type

    @property
    def title(self) -> str:
        """The block's display name, or its type where it has none."""
        return self.fields.get("display_name") or self.block_type
