"""An exam made of a real course export is sat in the LMS by somebody who is in no course, and graded there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from platform_exam import publish_from_course

from mastery_exam import api as exams

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.skipif(settings.ROOT_URLCONF != "lms.urls", reason="exams are sat in the LMS"),
]


@pytest.fixture
def author(stage: Any) -> Any:
    return stage.user("author")


@pytest.fixture
def exam(stage: Any, author: Any, tmp_path: Path) -> Any:
    return publish_from_course(stage, author, tmp_path)


@pytest.fixture
def learner(stage: Any) -> Any:
    return stage.user("outsider", full_name="Out Sider")


def test_exam_of_a_course_export_is_listed(exam: Any) -> None:
    (listed,) = exams.list_exams()
    assert listed.key == exam.key and listed.is_demonstration


def test_somebody_in_no_course_may_register(exam: Any, learner: Any) -> None:
    registration = exams.register(
        learner.pk, exam_key=exam.key, legal_name="Out Sider", terms_version=exam.terms_version
    )
    attempt = exams.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token="one")
    assert attempt.questions > 0
