"""Write the technical report of an exam's published version as one HTML file, for an accreditor."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery_exam.errors import ImportRefused
from mastery_exam.pages.technical_report import technical_report
from mastery_exam.services.group_dif import read_groups
from openedx_bridge.errors import SuiteError


class Command(BaseCommand):
    """`manage.py exam_report KEY --out FILE [--groups FILE]`"""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The exam, where to write, and which version."""
        parser.add_argument("key", help="the exam's key")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")
        parser.add_argument("--groups", type=Path, help="CSV with the columns user and group, for DIF; it is not kept")
        parser.add_argument("--version-num", type=int, help="the newest where absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and say where it is."""
        try:
            groups = read_groups(options["groups"].read_bytes()) if options["groups"] else None
            page = technical_report(options["key"], version_num=options["version_num"], groups=groups)
        except ImportRefused as error:
            lines = [f"{problem.line}: {problem.message}" for problem in error.problems]
            raise CommandError("\n".join([error.user_message, *lines])) from error
        except SuiteError as error:
            raise CommandError(error.user_message) from error
        except OSError as error:
            raise CommandError(f"The file of groups cannot be read: {error}") from error
        options["out"].write_text(page, encoding="utf-8")
        self.stdout.write(f"Written: {options['out']}")
