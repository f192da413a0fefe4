"""Close every attempt whose time is over, without any browser; for cron, every minute."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mastery_exam import api


class Command(BaseCommand):
    """`manage.py close_due_attempts`"""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """At most how many in one run."""
        parser.add_argument("--limit", type=int, default=500, help="at most this many, oldest first (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Close them and say how many."""
        self.stdout.write(f"Closed: {api.close_due_attempts(limit=options['limit'])}")
