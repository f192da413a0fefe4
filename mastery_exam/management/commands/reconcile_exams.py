"""Name what a process that died left undone: not closed, not decided, not released, not sent. Repairs on demand."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mastery_exam import api


class Command(BaseCommand):
    """`manage.py reconcile_exams`, a dry run; with `--repair` it repairs."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Dry run or repair."""
        parser.add_argument("--repair", action="store_true", help="repair what is found; without it only name it")

    def handle(self, *args: Any, **options: Any) -> None:
        """List the findings, oldest first within their kind, and what the repair does or did."""
        findings = api.reconcile(dry_run=not options["repair"])
        if not findings:
            self.stdout.write("Nothing to repair.")
        for finding in findings:
            repair = finding.repair or "Needs a person."
            self.stdout.write(f"{finding.kind} {finding.object_uuid} user {finding.user_id}: {finding.what} {repair}")
        if options["repair"]:
            left = len(api.reconcile(dry_run=True))
            self.stdout.write(f"Found: {len(findings)}, left: {left}")
