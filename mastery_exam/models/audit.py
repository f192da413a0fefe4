"""Who did what: one row for each change that anybody may have to answer for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models


class AuditEntry(models.Model):
    """An act on an object. `actor_id` is a user's id, null for the system; `detail` holds no names or answers.

    .. no_pii:
    """

    actor_id = models.BigIntegerField(null=True, blank=True)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_uuid = models.UUIDField()
    detail = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["object_type", "object_uuid"], name="mastery_exam_auditentry_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_uuid}"


def record(action: str, *, subject: models.Model, actor_id: int | None, **detail: Any) -> AuditEntry:
    """Write the audit row of one act on `subject`, which has a `uuid`."""
    object_uuid: UUID = subject.uuid  # type: ignore[attr-defined]
    return AuditEntry.objects.create(
        actor_id=actor_id, action=action, object_type=subject._meta.model_name, object_uuid=object_uuid, detail=detail
    )
