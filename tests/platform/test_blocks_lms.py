"""The four blocks in the LMS: rendered for learners of the course, and telling a stranger nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from block_cases import CASES, BlockCase
from bridge_contract import COURSE
from django.conf import settings
from django.test import Client
from lms.djangoapps.grades.course_grade_factory import CourseGradeFactory
from opaque_keys.edx.keys import CourseKey
from platform_exam import offer_credential, publish_from_course
from platform_stage import logged_in

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.skipif(settings.ROOT_URLCONF != "lms.urls", reason="is about the LMS"),
]
EACH_BLOCK = pytest.mark.parametrize("case", CASES, ids=lambda case: case.tag)


@pytest.fixture
def exam(stage: Any, tmp_path: Path) -> Any:
    made = publish_from_course(stage, stage.user("exam_author"), tmp_path)
    offer_credential(stage.user("operator", is_staff=True))
    stage.course(COURSE, "Statistics")
    return made


def placed(stage: Any, case: BlockCase, **fields: object) -> str:
    """A published block of the kind in the course; returns its usage key."""
    return str(stage.block(stage.unit(COURSE, "Exam"), case.tag, "Placed", **fields).location)


@EACH_BLOCK
def test_block_is_rendered_for_a_learner_of_the_course(stage: Any, exam: Any, case: BlockCase) -> None:
    usage_key = placed(stage, case, **{case.field: case.value})
    learner = stage.user("enrolled")
    stage.enrol(learner, COURSE)
    page = logged_in(learner).get(f"/xblock/{usage_key}")
    assert page.status_code == 200
    shown = page.content.decode()
    assert 'class="msb' in shown and "Placed" in shown
    assert not any(secret in shown for secret in exam.secrets)


@EACH_BLOCK
def test_block_without_a_key_is_rendered_all_the_same(stage: Any, exam: Any, case: BlockCase) -> None:
    usage_key = placed(stage, case)
    learner = stage.user("enrolled")
    stage.enrol(learner, COURSE)
    page = logged_in(learner).get(f"/xblock/{usage_key}")
    assert page.status_code == 200 and 'class="msb' in page.content.decode()


@EACH_BLOCK
def test_stranger_gets_nothing_from_any_handler_of_the_lms(stage: Any, exam: Any, case: BlockCase) -> None:
    usage_key = placed(stage, case, **{case.field: case.value})
    stranger = logged_in(stage.user("stranger"))
    assert stranger.get(f"/xblock/{usage_key}").status_code in (302, 404)
    for client in (stranger, Client(raise_request_exception=False)):
        for handler in case.handlers:
            answer = client.post(
                f"/courses/{COURSE}/xblock/{usage_key}/handler/{handler}", "{}", content_type="application/json"
            )
            assert answer.status_code in (302, 403, 404), (handler, answer.status_code, answer.content)


def test_exam_not_yet_sat_counts_in_the_possible_points(stage: Any, exam: Any) -> None:
    placed(stage, CASES[0], exam_key=CASES[0].value)
    learner = stage.user("enrolled")
    stage.enrol(learner, COURSE)
    grade = CourseGradeFactory().update(learner, course_key=CourseKey.from_string(COURSE))
    (section,) = [entry for chapter in grade.chapter_grades.values() for entry in chapter["sections"]]
    assert (section.all_total.earned, section.all_total.possible) == (0, 1)
