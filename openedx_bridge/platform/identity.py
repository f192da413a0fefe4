"""Reading the platform's identity verifications, whichever of its kinds a site uses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model

from ..data import IdVerification, IdVerificationStatus

PENDING_STATUSES = frozenset({"submitted", "must_retry", "pending"})


def latest(user_id: int) -> IdVerification:
    """An approval in force wins over everything later; then what is pending, then what has expired."""
    from lms.djangoapps.verify_student.services import IDVerificationService

    user = get_user_model().objects.filter(pk=user_id).first()
    attempts = [] if user is None else IDVerificationService.verifications_for_user(user)
    now = datetime.now(UTC)
    approved = [attempt for attempt in attempts if attempt.status == "approved"]
    valid = [
        attempt for attempt in approved if attempt.expiration_datetime is None or attempt.expiration_datetime > now
    ]
    pending = [attempt for attempt in attempts if attempt.status in PENDING_STATUSES]
    for status, found in (
        (IdVerificationStatus.APPROVED, valid),
        (IdVerificationStatus.PENDING, pending),
        (IdVerificationStatus.EXPIRED, approved),
    ):
        if found:
            return _record(status, max(found, key=lambda attempt: attempt.created_at))
    return IdVerification(IdVerificationStatus.NONE)


def _record(status: IdVerificationStatus, attempt: Any) -> IdVerification:
    if status is IdVerificationStatus.PENDING:
        return IdVerification(status, name=attempt.name)
    verified_at = getattr(attempt, "status_changed", None) or attempt.updated_at
    return IdVerification(status, verified_at, attempt.expiration_datetime, attempt.name)
