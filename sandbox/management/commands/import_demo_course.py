"""Make a demonstration exam of an OLX export: `manage.py import_demo_course PATH`, a folder or an archive."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from openedx_bridge import api as bridge
from openedx_bridge.errors import SuiteError
from sandbox.loading.brought import Brought, LeftOutLine, bring
from sandbox.loading.credentials import load_body
from sandbox.loading.plan import demo_actors
from sandbox.people import create_demo_people

SHOWN_PER_REASON = 3


class Command(BaseCommand):
    """`manage.py import_demo_course PATH`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """One path."""
        parser.add_argument("path", type=Path, help="an OLX folder, or a .tar.gz as Studio exports it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import it, then say what came of it and what was left out, with the reasons."""
        create_demo_people()
        load_body(demo_actors())
        try:
            brought = bring(options["path"].expanduser(), actors=demo_actors())
        except SuiteError as error:
            raise CommandError(str(error.user_message)) from error
        self._tell(brought)

    def _tell(self, brought: Brought) -> None:
        root = bridge.lms_root_url()
        self.stdout.write(f"\n{brought.title}")
        if brought.course_key:
            self.stdout.write(f"  Course, {brought.blocks} blocks: {root}/courses/{brought.course_key}/")
        self.stdout.write(f"  {brought.deliverable} of {brought.problems} problems can be delivered here.")
        if brought.exam_key:
            self.stdout.write(f"  Exam of {brought.questions} questions: {root}/mastery/exams/{brought.exam_key}/")
            self.stdout.write("  It is a demonstration: nobody has set a standard for it, and it carries no credit.")
        else:
            self.stdout.write("  No exam was made, because none of the problems can be delivered.")
        if brought.left_out:
            self._tell_left_out(brought)

    def _tell_left_out(self, brought: Brought) -> None:
        by_reason: dict[str, list[LeftOutLine]] = defaultdict(list)
        for line in brought.left_out:
            by_reason[line.reason].append(line)
        self.stdout.write(f"\n  Left out, {len(brought.left_out)}:")
        for reason, lines in sorted(by_reason.items(), key=lambda entry: -len(entry[1])):
            more = f" and {len(lines) - SHOWN_PER_REASON} more" if len(lines) > SHOWN_PER_REASON else ""
            names = ", ".join(line.where for line in lines[:SHOWN_PER_REASON])
            self.stdout.write(f"  {len(lines):>5}  {reason}\n         {names}{more}")
        if not settings.OPENEDX_BRIDGE_UNSAFE_SCRIPTS and any("script" in reason for reason in by_reason):
            self.stdout.write("  Scripts of a course that you trust can run here, unconfined: SUITE_UNSAFE_SCRIPTS=1")
        listing = Path(settings.MEDIA_ROOT).parent / "left-out.txt"
        listing.parent.mkdir(parents=True, exist_ok=True)
        listing.write_text("".join(f"{line.where}\t{line.reason}\n" for line in brought.left_out), encoding="utf-8")
        self.stdout.write(f"  All of them, one a line: {listing}")
