"""Calendar months: until when an award is valid, and from when it may be renewed. Pure; everything is in UTC."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime

__all__ = ["add_months", "valid_until"]


def add_months(at: datetime, months: int) -> datetime:
    """Return the same day and time (UTC) `months` later or, if negative, earlier; the last day of a shorter month.

    31 January and one month is 28 or 29 February.
    """
    at = at.astimezone(UTC)
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def valid_until(awarded_at: datetime, valid_months: int | None) -> datetime | None:
    """Return when an award made at `awarded_at` ends; None where awards of its achievement have no end."""
    return add_months(awarded_at, valid_months) if valid_months else None
