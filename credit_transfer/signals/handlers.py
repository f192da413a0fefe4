"""What the app does when a person asks to be forgotten."""

from __future__ import annotations

from credit_transfer.services.withdraw import retire_person
from openedx_bridge import api as bridge


def connect() -> None:
    """Listen to the host's retirement, switched on or off: a switch does not keep anybody's data."""
    bridge.connect_retirement(retire_person, uid="credit_transfer.retire")
