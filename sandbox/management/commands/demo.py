"""Everything that `make demo` does once the packages are there, in one process: migrate, load, import, serve."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """`manage.py demo [--course PATH] [ADDRESS:PORT]`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """The address to serve on, and an export to make an exam of."""
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000")
        parser.add_argument("--course", help="an OLX folder or .tar.gz; a demonstration exam is made of it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then serve until interrupted; what is in the database already stays."""
        call_command("migrate", verbosity=0)
        call_command("load_demo")
        if options["course"]:
            call_command("import_demo_course", options["course"])
        self.stdout.write("\nServing. Stop with Ctrl+C; what you did is kept for the next time.")
        call_command("runserver", options["address"], use_reloader=False)
