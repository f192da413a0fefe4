"""An exam made of a real course export is sat in the LMS by somebody who is in no course, and graded there."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bridge_contract import COURSE
from common.djangoapps.student.models import CourseEnrollment
from django.conf import settings
from django.test import Client
from django.urls import reverse
from platform_exam import EXAM, QUESTION, publish_from_course
from sitting import Sitter

from mastery_exam import api as exams
from openedx_bridge import api as bridge

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.skipif(settings.ROOT_URLCONF != "lms.urls", reason="exams are sat in the LMS"),
]


@pytest.fixture
def exam(stage: Any, tmp_path: Path) -> Any:
    return publish_from_course(stage, stage.user("author"), tmp_path)


@pytest.fixture
def outsider(stage: Any) -> Any:
    """Somebody who is in no course at all."""
    return stage.user("outsider", full_name="Out Sider")


def test_anybody_finds_the_exam_without_a_login(exam: Any) -> None:
    for name, args in (("catalogue", []), ("exam", [exam.key])):
        page = Client().get(reverse(f"mastery_exam:{name}", args=args))
        assert page.status_code == 200
        assert "Platform exam" in page.content.decode()


def test_pages_stand_in_the_frame_of_the_lms(exam: Any, outsider: Any) -> None:
    page = Sitter(outsider, exam).get(reverse("mastery_exam:my-exams")).content.decode()
    assert "main_django" not in page
    assert 'class="view-in-course' in page or 'id="main"' in page or "global-header" in page


def test_somebody_in_no_course_sits_the_exam_and_passes(
    exam: Any, outsider: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert not CourseEnrollment.objects.filter(user=outsider).exists()
    sitter = Sitter(outsider, exam)
    with django_capture_on_commit_callbacks(execute=True):
        attempt_uuid = sitter.sit()
    (decision,) = exams.list_decisions(outsider.pk)
    assert decision.passed and decision.exam_key == EXAM
    result = sitter.result(attempt_uuid)
    assert "You passed." in result and QUESTION not in result
    assert not CourseEnrollment.objects.filter(user=outsider).exists()


def test_wrong_answers_do_not_pass(exam: Any, outsider: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        Sitter(outsider, exam).sit(choose=lambda text: "Wrong" if "Wrong" in text else "0")
    (decision,) = exams.list_decisions(outsider.pk)
    assert not decision.passed


def test_picture_of_an_item_is_for_its_candidate_only(exam: Any, outsider: Any, stage: Any) -> None:
    sitter = Sitter(outsider, exam)
    attempt_uuid = sitter.start(sitter.register())
    shown = "".join(sitter.answer_all(attempt_uuid))
    picture = shown.split('src="')[1].split('"')[0]
    assert sitter.get(picture).status_code == 200
    assert Sitter(stage.user("stranger"), exam).get(picture).status_code in (403, 404)
    assert Client().get(picture).status_code in (302, 403, 404)


def test_decision_reaches_the_gradebook_of_who_is_enrolled(
    exam: Any, outsider: Any, stage: Any, django_capture_on_commit_callbacks: Any
) -> None:
    stage.course(COURSE, "Statistics")
    block = stage.scored_block(COURSE)
    enrolled = stage.user("enrolled")
    stage.enrol(enrolled, COURSE)
    with django_capture_on_commit_callbacks(execute=True):
        exams.link_placement(block, exam_key=EXAM)
        Sitter(enrolled, exam).sit()
        Sitter(outsider, exam).sit()
    (decision,) = exams.list_decisions(enrolled.pk)
    expected = Decimal(100 if decision.scaled_score is None else decision.scaled_score)
    assert stage.score(enrolled, block) == (expected, Decimal(100))
    assert bridge.get_course_grade(enrolled.pk, course_key=COURSE).percent > 0
    assert stage.score(outsider, block) is None


def test_enrolling_later_brings_the_score_along(
    exam: Any, outsider: Any, stage: Any, django_capture_on_commit_callbacks: Any
) -> None:
    stage.course(COURSE, "Statistics")
    block = stage.scored_block(COURSE)
    with django_capture_on_commit_callbacks(execute=True):
        exams.link_placement(block, exam_key=EXAM)
        Sitter(outsider, exam).sit()
    assert stage.score(outsider, block) is None
    with django_capture_on_commit_callbacks(execute=True):
        stage.enrol(outsider, COURSE)
    assert stage.score(outsider, block) is not None
