"""Release results that need no person and are due, and send the gradebook what waits; for cron, every few minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mastery_exam import api
from mastery_exam.services.gradebook import send_score, waiting_scores


class Command(BaseCommand):
    """`manage.py release_due_results`"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both and say how many."""
        self.stdout.write(f"Released: {len(api.release_due())}")
        outcomes = [send_score(outbox_id) for outbox_id in waiting_scores()]
        self.stdout.write(f"Scores sent: {sum(outcomes)}, still waiting: {len(outcomes) - sum(outcomes)}")
