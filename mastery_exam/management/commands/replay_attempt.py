"""Replay an attempt from its record, for an audit or an appeal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mastery_exam import api
from openedx_bridge.errors import SuiteError


class Command(BaseCommand):
    """Draw, grade and decide an attempt again and compare; changes nothing. Fails where something differs."""

    help = "Replay an attempt: the same items and the same decision must come out."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the attempt's uuid."""
        parser.add_argument("attempt", type=UUID, metavar="UUID", help="The attempt's uuid.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was compared, and each difference on a line."""
        try:
            report = api.replay_attempt(options["attempt"])
        except SuiteError as error:
            raise CommandError(error.user_message) from error
        self.stdout.write(f"Items: {'the same' if report.same_items else 'DIFFERENT'}")
        self.stdout.write(f"Decision: {'the same' if report.same_decision else 'DIFFERENT'}")
        for difference in report.differences:
            self.stdout.write(difference)
        if report.differences:
            raise CommandError(f"Differences: {len(report.differences)}. The record is not what the rule gives.")
