"""Plugin wiring of paid_certificate, for the LMS and for Studio."""

from django.apps import AppConfig

from openedx_bridge.plugin import plugin_app


class PaidCertificateConfig(AppConfig):
    """Achievements, issuing bodies, fees and signed credentials."""

    name = "paid_certificate"
    verbose_name = "Paid certificates"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app = plugin_app("paid_certificate")

    def ready(self) -> None:
        """Listen to exams and programmes, fill the places on their pages, and look at the settings."""
        from paid_certificate import checks  # noqa: F401
        from paid_certificate.page_panels import register_panels
        from paid_certificate.signals import handlers  # noqa: F401

        register_panels()
