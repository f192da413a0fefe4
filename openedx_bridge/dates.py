"""Moments as people read them: in their own time zone, with the zone named."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.dateformat import format as format_date
from django.utils.translation import pgettext

from openedx_bridge.api import get_user
from openedx_bridge.refusals import UserNotFound

__all__ = ["clock_time", "day", "moment", "zone_of"]


def zone_of(user_id: int | None) -> str:
    """Return the IANA name of the person's time zone; UTC for anybody who has none."""
    if user_id is None:
        return "UTC"
    try:
        return get_user(user_id).time_zone or "UTC"
    except UserNotFound:
        return "UTC"


def moment(value: datetime, zone: str) -> str:
    """Return an aware datetime as "9 Jan 2027, 12:00 (Madrid)"."""
    place = zone.rsplit("/", 1)[-1].replace("_", " ")
    return f"{format_date(_local(value, zone), pgettext('date and time', 'j M Y, H:i'))} ({place})"


def clock_time(value: datetime, zone: str) -> str:
    """Return an aware datetime as "14:31:07 (Madrid)"."""
    place = zone.rsplit("/", 1)[-1].replace("_", " ")
    return f"{format_date(_local(value, zone), pgettext('time with seconds', 'H:i:s'))} ({place})"


def day(value: datetime, zone: str) -> str:
    """Return the day of an aware datetime as "14 January 2027"."""
    return format_date(_local(value, zone), pgettext("day", "j F Y"))


def _local(value: datetime, zone: str) -> datetime:
    try:
        return value.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return value.astimezone(UTC)
