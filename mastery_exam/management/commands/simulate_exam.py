"""Simulate what an exam's draft delivers, through the code that decides about people, and say how it errs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery_exam import api
from openedx_bridge import api as bridge
from openedx_bridge.errors import SuiteError


class Command(BaseCommand):
    """`manage.py simulate_exam KEY --by USERNAME`"""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The exam, and what the simulation takes for granted."""
        parser.add_argument("key", help="the exam's key")
        parser.add_argument("--by", required=True, help="username of whoever answers for it, for the audit log")
        parser.add_argument("--candidates", type=int, default=1000)
        parser.add_argument(
            "--mean", type=float, help="of the candidates, in logits from the pass mark; 0, or as calibrated"
        )
        parser.add_argument("--sd", type=float, help="of the candidates, in logits; 1, or as calibrated")
        parser.add_argument("--judges-error", type=float, help="of each rating, in logits; 0.4 where absent")
        parser.add_argument("--seed", type=int, help="of what is drawn, and of candidates; drawn where absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and print the figures; what forbids publishing goes to stderr."""
        user = bridge.find_user_by_username(options["by"])
        if user is None:
            raise CommandError(f"There is nobody with the username {options['by']}.")
        try:
            found = api.simulate_exam(
                options["key"],
                actor_id=user.id,
                n_candidates=options["candidates"],
                mean=options["mean"],
                sd=options["sd"],
                judges_error=options["judges_error"],
                seed=options["seed"],
            )
        except SuiteError as error:
            lines = [error.user_message, *(str(text) for text in error.fields.values())]
            raise CommandError("\n".join(lines)) from error
        report = found.report
        self.stdout.write(f"Simulation {found.uuid}, {report['n_candidates']} candidates, {found.assumptions}")
        self.stdout.write(f"Decided rightly: {100 * report['accuracy']:.1f} %")
        self.stdout.write(f"Wrong passes per 100: {report['wrong_passes_per_100']:.1f}")
        self.stdout.write(f"Wrong fails per 100: {report['wrong_fails_per_100']:.1f}")
        self.stdout.write(f"Borderline person over all tries: {100 * report['borderline_pass_all']:.1f} %")
        if report["form_pass_rates"]:
            self.stdout.write(f"Spread between forms: {100 * report['form_spread']:.1f} %")
        low, middle, high = report["length_quantiles"]
        self.stdout.write(f"Questions: mean {report['mean_items']:.1f}; 10, 50, 90 %: {low:g}, {middle:g}, {high:g}")
        if report["mean_minutes"] is not None:
            self.stdout.write(f"Time to decide, minutes: mean {report['mean_minutes']:.1f}")
        self.stdout.write(f"Largest exposure of an item: {100 * report['max_exposure']:.1f} %")
        self.stdout.write(f"Questions seen before in another try: {report['repeated_items']:.1f}")
        for refusal in found.refusals:
            self.stderr.write(f"{refusal.message} {refusal.remedy}")
