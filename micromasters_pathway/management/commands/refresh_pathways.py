"""`manage.py refresh_pathways`: bring every membership up to date, for cron."""

from typing import Any

from django.core.management.base import BaseCommand

from micromasters_pathway.services.progress import refresh_all


class Command(BaseCommand):
    """Find slots and completions that news of an exam or a course did not reach."""

    help = "Bring every learner's programmes up to date from exams and courses. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once and say how many memberships were looked at."""
        self.stdout.write(f"Memberships looked at: {refresh_all()}")
