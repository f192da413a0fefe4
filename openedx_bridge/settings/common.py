"""Settings of the bridge that hold everywhere; each keeps what the operator has set."""

from __future__ import annotations

from typing import Any


def plugin_settings(settings: Any) -> None:
    """Set the bridge's defaults on `settings`; applying it twice changes nothing."""
    defaults = {
        "OPENEDX_BRIDGE_BACKEND": "openedx_bridge.platform.backend.PlatformBackend",
        # Frame of the stand-alone pages; empty: the platform's own main_django.html where there is one.
        "OPENEDX_BRIDGE_FRAME": "",
        "OPENEDX_BRIDGE_UNSAFE_SCRIPTS": False,
        "OPENEDX_BRIDGE_HELP_URL": "",
    }
    for name, value in defaults.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
