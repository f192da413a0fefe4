"""A small brake on what anybody may call, per address, in the platform's cache."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS = 60


def is_throttled(request: HttpRequest, *, scope: str, per_minute: int) -> bool:
    """Whether this address has used up its calls of the running minute in `scope`; counts this one."""
    key = f"openedx_bridge.throttle.{scope}.{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return cache.incr(key) > per_minute
    except ValueError:  # the window ended between the two calls
        return False
