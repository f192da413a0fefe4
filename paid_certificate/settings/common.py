"""Settings of paid_certificate that hold everywhere; each keeps what the operator has set."""

from __future__ import annotations

from typing import Any


def plugin_settings(settings: Any) -> None:
    """Set the app's defaults on `settings`; applying it twice changes nothing."""
    defaults = {
        "PAID_CERTIFICATE_ENABLED": True,
    }
    for name, value in defaults.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
