"""Plugin wiring of micromasters_pathway, for the LMS and for Studio."""

from django.apps import AppConfig

from openedx_bridge.plugin import plugin_app


class MicromastersPathwayConfig(AppConfig):
    """Programmes: requirements, progress, completion."""

    name = "micromasters_pathway"
    verbose_name = "MicroMasters pathways"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app = plugin_app("micromasters_pathway")

    def ready(self) -> None:
        """Listen to the exams and to the platform."""
        from micromasters_pathway.signals import handlers  # noqa: F401
