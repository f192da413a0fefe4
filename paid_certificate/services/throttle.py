"""A small brake on public checks of credentials."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from openedx_bridge import throttle


def is_throttled(request: HttpRequest) -> bool:
    """Whether this address has used up its checks of the running minute; counts this one."""
    per_minute = settings.PAID_CERTIFICATE_CHECKS_PER_MINUTE
    return throttle.is_throttled(request, scope="paid_certificate.verify", per_minute=per_minute)
