"""Which device is calling: the browser's cookie, or the header of a client without cookies."""

from __future__ import annotations

from rest_framework.request import Request

from mastery_exam.pages.devices import COOKIE, LONGEST

HEADER = "X-Mastery-Device"


def device_of(request: Request) -> str:
    """Return the caller's device token, empty where it names none."""
    token = request.headers.get(HEADER, "") or request.COOKIES.get(COOKIE, "")
    return token if len(token) <= LONGEST else ""
