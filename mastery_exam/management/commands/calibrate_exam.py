"""Estimate the parameters of an exam's items from its responses; they become the bank's next version of parameters."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery_exam import api
from mastery_exam.data import ItemUse
from mastery_exam.tasks import calibrate_exam_later
from openedx_bridge import api as bridge
from openedx_bridge.errors import SuiteError


class Command(BaseCommand):
    """`manage.py calibrate_exam KEY --by USERNAME`; with `--later` a worker does it."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The exam, the model, and who answers for it."""
        parser.add_argument("key", help="the exam's key")
        parser.add_argument("--by", required=True, help="username of whoever answers for it, for the audit log")
        parser.add_argument("--model", choices=("rasch", "2pl"), default="rasch")
        parser.add_argument("--later", action="store_true", help="hand it to a worker and do not wait")

    def handle(self, *args: Any, **options: Any) -> None:
        """Calibrate and list the items."""
        user = bridge.find_user_by_username(options["by"])
        if user is None:
            raise CommandError(f"There is nobody with the username {options['by']}.")
        if options["later"]:
            calibrate_exam_later.delay(options["key"], user.id, options["model"])
            self.stdout.write("A worker calibrates it.")
            return
        try:
            found = api.calibrate_exam(options["key"], actor_id=user.id, model=options["model"])
        except SuiteError as error:
            raise CommandError(error.user_message) from error
        self.stdout.write(f"Parameters {found.num} of the bank: {found.model}, {found.n_persons} people")
        if not found.converged:
            self.stderr.write("The estimation did not converge. Use these parameters for nothing.")
        for item in found.items:
            values = f"a {item.a:.3f}, b {item.b:.3f}, n {item.n}, {item.state}"
            if item.use == ItemUse.PILOT:
                values += ", tried out"
            self.stdout.write(f"{item.key} v{item.version_num}: {values}")
        for key in found.left_out:
            self.stderr.write(f"{key}: all answers alike, left out.")
