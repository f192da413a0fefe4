"""`manage.py bulk_issue EXAM_KEY [--by USERNAME] [--resume UUID] [--undo UUID]`: without --by it only counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from paid_certificate import api
from paid_certificate.errors import CertificateError


class Command(BaseCommand):
    """Count, start, resume or undo a bulk issue."""

    help = "Issue credentials for all released passes of an exam; without --by, only count them."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and who answers for it."""
        parser.add_argument("exam_key", nargs="?", help="the exam's key")
        parser.add_argument("--by", metavar="USERNAME", help="start it in this person's name")
        parser.add_argument("--resume", type=UUID, metavar="UUID", help="go on with a bulk issue that stopped")
        parser.add_argument("--undo", type=UUID, metavar="UUID", help="revoke all that it issued; needs --by")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and tell the counts."""
        try:
            self.stdout.write(self._do(options))
        except CertificateError as error:
            raise CommandError(str(error.user_message)) from error

    def _do(self, options: dict[str, Any]) -> str:
        if options["resume"]:
            run = api.resume_bulk_issue(options["resume"])
            return f"{run.uuid}: {run.settled} of {run.total} settled, going on."
        if options["undo"]:
            return f"Revoked: {api.undo_bulk_issue(options['undo'], actor_id=self._actor(options))}."
        if not options["exam_key"]:
            raise CommandError("Name the exam, or give --resume or --undo.")
        if not options["by"]:
            counts = api.count_bulk_issue(options["exam_key"])
            return f"To issue: {counts.due}. Have it already: {counts.already}. Checked too little: {counts.not_due}."
        run = api.start_bulk_issue(options["exam_key"], actor_id=self._actor(options))
        return f"{run.uuid}: {run.total} to issue, {run.state.value}."

    def _actor(self, options: dict[str, Any]) -> int:
        found = get_user_model().objects.filter(username=options["by"], is_active=True).first()
        if found is None:
            raise CommandError("Give --by with the username of the person who answers for this.")
        return found.pk
