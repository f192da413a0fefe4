"""The token by which a browser is known as the device of an attempt: a cookie that no script reads."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponseBase

COOKIE = "mastery_exam_device"
MAX_AGE = 60 * 60 * 24 * 30
LONGEST = 64


def device_token(request: HttpRequest) -> str:
    """Return the browser's token, made for this request if it has none."""
    held = request.COOKIES.get(COOKIE, "")
    if not 20 <= len(held) <= LONGEST:
        held = getattr(request, "_mastery_exam_device", "") or secrets.token_urlsafe(24)
        request._mastery_exam_device = held  # type: ignore[attr-defined]
    return held


def remember_device(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep the token in the browser. It outlives the session, so that a new login is still the same device."""
    response.set_cookie(
        COOKIE, device_token(request), max_age=MAX_AGE, httponly=True, samesite="Lax", secure=request.is_secure()
    )
