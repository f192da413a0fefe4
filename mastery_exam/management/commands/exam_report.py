"""Write the technical report of an exam's published version as one HTML file, for an accreditor."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery_exam.pages.technical_report import technical_report
from openedx_bridge.errors import SuiteError


class Command(BaseCommand):
    """`manage.py exam_report KEY --out FILE`"""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The exam, where to write, and which version."""
        parser.add_argument("key", help="the exam's key")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")
        parser.add_argument("--version-num", type=int, help="the newest where absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and say where it is."""
        try:
            page = technical_report(options["key"], version_num=options["version_num"])
        except SuiteError as error:
            raise CommandError(error.user_message) from error
        options["out"].write_text(page, encoding="utf-8")
        self.stdout.write(f"Written: {options['out']}")
