"""Plugin wiring of credit_transfer, for the LMS and for Studio."""

from django.apps import AppConfig

from openedx_bridge.plugin import plugin_app


class CreditTransferConfig(AppConfig):
    """Credit value, agreements, requests and the registrar's answer."""

    name = "credit_transfer"
    verbose_name = "Credit transfer"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app = plugin_app("credit_transfer")
