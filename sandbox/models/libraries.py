"""Content libraries and who may use them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Library(models.Model):
    """A content library.

    .. no_pii:
    """

    key = models.CharField(max_length=255, unique=True)
    title = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.key


class LibraryProblemRow(models.Model):
    """A published problem of a library; `files` maps file names to base64 text.

    .. no_pii:
    """

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="problems")
    usage_key = models.CharField(max_length=255)
    display_name = models.CharField(max_length=255)
    olx = models.TextField()
    files = models.JSONField(default=dict)
    tags = models.JSONField(default=list)
    collections = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["library", "usage_key"], name="sandbox_libraryproblem_once")]

    def __str__(self) -> str:
        return self.usage_key


class LibraryMember(models.Model):
    """A person who may see a library's problems, or change them.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="members")
    may_edit = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "library"], name="sandbox_librarymember_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} in library {self.library_id}"
