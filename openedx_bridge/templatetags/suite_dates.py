"""Dates on the suite's pages: `{{ value|moment:zone }}`."""

from __future__ import annotations

from datetime import datetime

from django import template

from openedx_bridge import dates

register = template.Library()


@register.filter
def moment(value: datetime | None, zone: str) -> str:
    """Day and time in the reader's zone, with the zone named."""
    return dates.moment(value, zone) if value else ""


@register.filter
def clock_time(value: datetime | None, zone: str) -> str:
    """Time with seconds in the reader's zone, with the zone named."""
    return dates.clock_time(value, zone) if value else ""


@register.filter
def day(value: datetime | None, zone: str) -> str:
    """The day in the reader's zone."""
    return dates.day(value, zone) if value else ""
