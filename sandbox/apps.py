"""The host's own Django app: users' profiles, courses, blocks, grades and the pages around them."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """The embedded host."""

    name = "sandbox"
    verbose_name = "Sandbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the schema's extensions known."""
        from sandbox import schema  # noqa: F401
