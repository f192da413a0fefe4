"""The runner's page in a browser's window: opened by its person on a device, and the word that all is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.test import Client

from mastery_exam.pages.devices import COOKIE

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from playwright.sync_api import Page

DEVICE = "the-device-of-the-browser-1"


def open_window(window: Page, live_url: str, person: User, attempt_uuid: UUID, *, device: str, hash: str = "") -> Page:
    """Open the runner, signed in, on the attempt's device or another, and wait for a question."""
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    window.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_url},
            {"name": COOKIE, "value": device, "url": live_url},
        ]
    )
    window.goto(f"{live_url}/mastery/attempts/{attempt_uuid}/{hash}")
    window.wait_for_selector("#mx-item input")
    return window


def saved(window: Page) -> None:
    """Wait for the server's word that everything is saved."""
    window.wait_for_function("/^Saved \\d\\d:\\d\\d:\\d\\d$/.test(document.getElementById('mx-saved').textContent)")
