"""A small brake on the desk, which anybody can reach, per address, in the platform's cache."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS = 60


def is_throttled(request: HttpRequest) -> bool:
    """Whether this address has used up its looks of the running minute; counts this one."""
    key = f"credit_transfer.desk.{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return cache.incr(key) > settings.CREDIT_TRANSFER_DESK_PER_MINUTE
    except ValueError:  # the window ended between the two calls
        return False
