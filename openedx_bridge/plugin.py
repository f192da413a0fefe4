"""How every app of the suite plugs into the LMS and Studio; only the label and the URL prefix differ."""

from __future__ import annotations

from typing import Any

PROJECTS = ("lms.djangoapp", "cms.djangoapp")
SETTINGS_TYPES = ("common", "production", "test")


def plugin_app(app: str, *, urls: bool = True, signals: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the `plugin_app` dictionary of `app`: the same URLs and settings in the LMS and in Studio.

    Settings are applied in COMMON and again in PRODUCTION: the platform's YAML replaces whole keys between the two.
    """
    config: dict[str, Any] = {
        "settings_config": {
            project: {kind: {"relative_path": f"settings.{kind}"} for kind in SETTINGS_TYPES} for project in PROJECTS
        }
    }
    if urls:
        # No prefix: an app's urls.py owns both /api/<app>/v1/ and its pages.
        config["url_config"] = {
            project: {"namespace": app, "regex": "", "relative_path": "urls"} for project in PROJECTS
        }
    if signals:
        config["signals_config"] = {project: signals for project in PROJECTS}
    return config
