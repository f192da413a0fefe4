"""Plugin wiring of the bridge: the page frame, its static files and its settings."""

from django.apps import AppConfig

from openedx_bridge.plugin import plugin_app


class OpenedxBridgeConfig(AppConfig):
    """The bridge as a Django app; it has no models."""

    name = "openedx_bridge"
    verbose_name = "Open edX bridge"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app = plugin_app("openedx_bridge")
