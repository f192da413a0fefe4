"""What the platform would know about a person beside the user table."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openedx_bridge.data import IdVerificationStatus


class Profile(models.Model):
    """A person's full name, language and time zone.

    .. pii: Full name; the sandbox holds fictional people only.
    .. pii_types: name
    .. pii_retirement: retained
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sandbox_profile")
    full_name = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=16, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")

    def __str__(self) -> str:
        return f"profile of user {self.user_id}"


class CourseCreator(models.Model):
    """A person who may create courses in Studio.

    .. no_pii:
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"course creator {self.user_id}"


class IdentityCheck(models.Model):
    """How the host's own identity check stands for a person.

    .. pii: The name that was verified; the sandbox holds fictional people only.
    .. pii_types: name
    .. pii_retirement: retained
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=16, choices=[(status.value, status.name) for status in IdVerificationStatus])
    verified_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return f"identity check of user {self.user_id}: {self.status}"
