"""The shape of the audit trails. Each app keeps a table of its own, so that it reads without the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

BATCH = 1000  # rows in one statement


class AbstractAuditEntry(models.Model):
    """One change, by whom, written in the transaction of the change; without an actor for the system itself.

    .. pii: Names the acting user by id.
    .. pii_types: id
    .. pii_retirement: retained
    """

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32)
    object_uuid = models.UUIDField(db_index=True)
    detail = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_uuid}"

    @classmethod
    def record(cls, action: str, *, actor_id: int | None, object_type: str, object_uuid: UUID, **detail: Any) -> None:
        """Write one row; `detail` must be JSON and hold no names or answers."""
        cls._default_manager.create(
            actor_id=actor_id, action=action, object_type=object_type, object_uuid=object_uuid, detail=detail
        )

    @classmethod
    def record_all(
        cls, action: str, *, actor_id: int | None, object_type: str, object_uuids: Iterable[UUID], **detail: Any
    ) -> None:
        """Write one row for each object, all of the same change."""
        cls._default_manager.bulk_create(
            [
                cls(actor_id=actor_id, action=action, object_type=object_type, object_uuid=object_uuid, detail=detail)
                for object_uuid in object_uuids
            ],
            batch_size=BATCH,
        )
