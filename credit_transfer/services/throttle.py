"""A small brake on the desk, which anybody can reach."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from openedx_bridge import throttle


def is_throttled(request: HttpRequest) -> bool:
    """Whether this address has used up its looks of the running minute; counts this one."""
    per_minute = settings.CREDIT_TRANSFER_DESK_PER_MINUTE
    return throttle.is_throttled(request, scope="credit_transfer.desk", per_minute=per_minute)
