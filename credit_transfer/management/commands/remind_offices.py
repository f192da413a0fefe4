"""`manage.py remind_offices [--dry-run]`: remind the offices whose time to answer runs out, for cron."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from credit_transfer.services.remind import remind_offices


class Command(BaseCommand):
    """One mail per office, at most one in CREDIT_TRANSFER_REMIND_DAYS days."""

    help = "Remind offices of requests for credit that are due soon. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """Mail unless asked not to."""
        parser.add_argument("--dry-run", action="store_true", help="list and mail nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per office."""
        found = remind_offices(dry_run=options["dry_run"])
        for finding in found:
            self.stdout.write(f"{finding.kind} {finding.object_uuid}: {finding.what}")
        self.stdout.write(f"Offices: {len(found)}. {'Nobody was mailed.' if options['dry_run'] else 'Mailed.'}")
