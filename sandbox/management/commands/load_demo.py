"""Load the demo: people, course, exams, issuing body, programme, agreements. A second run keeps what is there."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from openedx_bridge import api as bridge
from sandbox.loading.course import load_course
from sandbox.loading.credentials import load_credentials
from sandbox.loading.exams import load_exams
from sandbox.loading.numeracy import load_numeracy
from sandbox.loading.plan import (
    ADAPTIVE_EXAM,
    BODY,
    CREDENTIAL_EXAM,
    PROGRAMME,
    SITTING_EXAM,
    course_key,
    demo_actors,
)
from sandbox.loading.programme import load_programme
from sandbox.loading.transfer import load_transfer
from sandbox.people import DEMO_PASSWORD, DEMO_PEOPLE

ADDRESSES = (
    ("Everything from here", "/"),
    ("Exam, fee before sitting", f"/mastery/exams/{SITTING_EXAM}/"),
    ("Exam, fee after passing", f"/mastery/exams/{CREDENTIAL_EXAM}/"),
    ("Exam without going back", f"/mastery/exams/{ADAPTIVE_EXAM}/"),
    ("Exam authors", "/mastery/author/"),
    ("Course", f"/courses/{course_key()}/"),
    ("Studio", f"/studio/{course_key()}/"),
    ("Programme", f"/pathways/{PROGRAMME}/"),
    ("Issuing body", f"/credentials/bodies/{BODY}/"),
    ("Check a credential", "/credentials/verify/"),
    ("Operator's desk", "/credentials/desk/"),
    ("Agreements and requests", "/transfer/office/"),
    ("Mail that was sent", "/mail/"),
)


class Command(BaseCommand):
    """`manage.py load_demo`"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Load each part where it is missing, then say where everything is."""
        load_course()
        actors = demo_actors()
        load_exams(actors)
        load_numeracy(actors)
        load_programme(actors)
        load_credentials(actors)
        load_transfer(actors)
        self._print_addresses()

    def _print_addresses(self) -> None:
        root = bridge.lms_root_url()
        self.stdout.write("\nThe demo is loaded.\n")
        for name, path in ADDRESSES:
            self.stdout.write(f"  {name:<26}{root}{path}")
        self.stdout.write(f"\nSign in at {root}/login. Everybody's password is {DEMO_PASSWORD}.\n")
        for person in DEMO_PEOPLE:
            self.stdout.write(f"  {person.username:<26}{person.role}")
        self.stdout.write("")
