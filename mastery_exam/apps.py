"""Plugin wiring of mastery_exam, for the LMS and for Studio."""

from django.apps import AppConfig

from openedx_bridge.plugin import plugin_app


class MasteryExamConfig(AppConfig):
    """Exams that stand apart from any course."""

    name = "mastery_exam"
    verbose_name = "Mastery exams"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app = plugin_app("mastery_exam")

    def ready(self) -> None:
        """Listen to the platform, and look at the settings."""
        from mastery_exam import checks  # noqa: F401
        from mastery_exam.signals import handlers  # noqa: F401
