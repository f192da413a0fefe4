"""One course with our four blocks, and the exam, achievement and programme that they point to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from studio_blocks import COURSE, Case

from mastery_exam.models import Exam
from micromasters_pathway import api as pathways
from openedx_bridge.backend import get_backend
from sandbox.models import Block, Course
from tests.mastery_exam.learner.conftest import make_exam, staff
from tests.paid_certificate.conftest import body, exam, make_achievement, pass_exam, public_address

__all__ = ["body", "exam", "make_achievement", "make_exam", "pass_exam", "public_address", "staff"]


@pytest.fixture
def programme(exam: Exam, operator: User) -> None:
    """A public programme of one part, which the exam fills."""
    pathways.create_programme(key="statistics-programme", title="Data programme", actor_id=operator.pk)
    routes = [{"kind": "exam", "exam_key": exam.key}]
    rules = {"all_of": [{"slot": {"key": "a", "title": "Statistics part", "routes": routes}}]}
    pathways.publish_programme("statistics-programme", rules=rules, actor_id=operator.pk)


@pytest.fixture
def course(db: None) -> Course:
    """A course with one empty unit."""
    made = Course.objects.create(key=COURSE, title="Blocks", is_public=True)
    parent = None
    for kind in ("course", "chapter", "sequential", "vertical"):
        key = COURSE.make_usage_key(kind, f"the_{kind}")
        parent = Block.objects.create(course=made, parent=parent, usage_key=key, position=0, fields={})
    return made


@pytest.fixture
def place(course: Course, programme: None) -> Callable[..., Block]:
    """A function that puts a block of a case into the unit, with its key unless other fields are given."""

    def put(case: Case, name: str = "one", **fields: Any) -> Block:
        unit = course.blocks.get(usage_key=COURSE.make_usage_key("vertical", "the_vertical"))
        return Block.objects.create(
            course=course,
            parent=unit,
            usage_key=COURSE.make_usage_key(case.tag, name),
            position=unit.children.count(),
            fields=fields or {case.field: case.key},
        )

    return put


@pytest.fixture
def team(author: User, course: Course) -> User:
    """Somebody of the course team."""
    get_backend().add_course_staff(author.pk, str(course.key))
    return author
