"""`manage.py reconcile_transfers [--repair]`: mails that did not go or came back, and consents that are over."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from credit_transfer.services.reconcile import reconcile


class Command(BaseCommand):
    """Without --repair it only tells."""

    help = "List what lost messages left undone with transfer requests; with --repair, repair it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Dry run unless asked."""
        parser.add_argument("--repair", action="store_true", help="repair instead of only listing")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per finding."""
        outcomes = reconcile(dry_run=not options["repair"])
        for outcome in outcomes:
            state = "repaired" if outcome.repaired else outcome.why_not or outcome.finding.repair
            self.stdout.write(f"{outcome.finding.kind} {outcome.finding.object_uuid}: {outcome.finding.what} {state}")
        self.stdout.write(f"Found: {len(outcomes)}. Repaired: {sum(outcome.repaired for outcome in outcomes)}.")
