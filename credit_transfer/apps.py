"""Plugin wiring of credit_transfer, for the LMS and for Studio."""

from django.apps import AppConfig

from openedx_bridge.plugin import plugin_app


class CreditTransferConfig(AppConfig):
    """Credit value, agreements, requests and the registrar's answer."""

    name = "credit_transfer"
    verbose_name = "Credit transfer"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app = plugin_app("credit_transfer")

    def ready(self) -> None:
        """Fill the places on lower pages, tell what credit is recommended, and listen for people who leave."""
        from credit_transfer.page_panels import register_panels
        from credit_transfer.services.credit_values import recommended_credit
        from credit_transfer.signals.handlers import connect
        from paid_certificate.panels import register_credit_provider

        register_panels()
        register_credit_provider(recommended_credit)
        connect()
