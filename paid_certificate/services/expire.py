"""The end of an award's time: it is marked, so that another can take its place. It was good, and nothing is revoked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from paid_certificate.data import CredentialState
from paid_certificate.models import Credential
from paid_certificate.models.audit import record
from paid_certificate.services.awards import move_credential
from paid_certificate.services.revoke import locked_credential


def expire_credential(uuid: UUID) -> bool:
    """Mark an issued award whose time has run out; returns whether it was marked now. Safe to repeat."""
    with transaction.atomic():
        return expire_row(locked_credential(uuid), timezone.now())


def expire_row(row: Credential, now: datetime) -> bool:
    """As `expire_credential`, for a row that is locked. One on hold stays so: a hold says more than an end."""
    is_over = row.valid_until is not None and row.valid_until <= now
    if not is_over or row.state != CredentialState.ISSUED:
        return False
    if not move_credential(row, CredentialState.EXPIRED, ended_at=row.valid_until):
        return False
    record("expire", actor_id=None, object_type="credential", object_uuid=row.uuid)
    return True
