"""Settings of mastery_exam that hold everywhere; each keeps what the operator has set."""

from __future__ import annotations

from typing import Any


def plugin_settings(settings: Any) -> None:
    """Set the app's defaults on `settings`; applying it twice changes nothing."""
    defaults = {
        "MASTERY_EXAM_ENABLED": True,
    }
    for name, value in defaults.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
