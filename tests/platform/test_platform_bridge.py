"""The platform keeps the bridge's contract, and a score goes all the way into its gradebook."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from bridge_contract import COURSE, LIBRARY, BridgeContract
from django.conf import settings
from opaque_keys.edx.keys import CourseKey, UsageKey

from openedx_bridge import api

pytestmark = pytest.mark.django_db(databases="__all__")
IS_LMS = settings.ROOT_URLCONF == "lms.urls"


class TestPlatformBridge(BridgeContract):
    """Every test of the contract, against the real LMS; in Studio, all but the gradebook's."""

    @pytest.fixture
    def gradebook(self) -> None:
        if not IS_LMS:
            pytest.skip("the gradebook is the LMS's")


def test_limited_staff_are_no_authors(stage: Any) -> None:
    from common.djangoapps.student.roles import CourseLimitedStaffRole

    stage.course(COURSE, "Statistics")
    assistant = stage.user("assistant")
    CourseLimitedStaffRole(CourseKey.from_string(COURSE)).add_users(assistant)
    assert not api.is_course_staff(assistant, course_key=COURSE)
    assert not api.can_author(assistant)


def test_public_library_stays_closed_to_whoever_is_not_on_its_team(stage: Any) -> None:
    from openedx.core.djangoapps.content_libraries.models import ContentLibrary

    stage.library(LIBRARY, "Bank")
    ContentLibrary.objects.update(allow_public_read=True, allow_public_learning=True)
    creator = stage.user("creator")
    stage.add_course_creator(creator)
    assert not api.can_view_library(creator, library_key=LIBRARY)
    assert list(api.iter_libraries(creator)) == []


@pytest.mark.skipif(IS_LMS, reason="is about Studio")
def test_store_score_in_studio_is_left_to_the_lms(stage: Any) -> None:
    stage.course(COURSE, "Statistics")
    learner = stage.user("learner")
    block = stage.scored_block(COURSE)
    stage.enrol(learner, COURSE)
    assert not api.store_score(learner.pk, usage_key=block, earned=Decimal(1), possible=Decimal(1))
    assert stage.score(learner, block) is None


@pytest.mark.skipif(not IS_LMS, reason="is about the LMS")
def test_store_score_reaches_subsection_and_course_grade(stage: Any) -> None:
    from lms.djangoapps.grades.models import PersistentCourseGrade, PersistentSubsectionGrade

    stage.course(COURSE, "Statistics")
    learner = stage.user("learner")
    block = stage.scored_block(COURSE)
    stage.enrol(learner, COURSE)
    assert api.store_score(learner.pk, usage_key=block, earned=Decimal(3), possible=Decimal(4))
    subsection = PersistentSubsectionGrade.objects.get(user_id=learner.pk)
    assert (subsection.earned_graded, subsection.possible_graded) == (0.75, 1.0), "three of four points, weight one"
    assert subsection.course_id == UsageKey.from_string(block).course_key
    assert PersistentCourseGrade.objects.get(user_id=learner.pk).percent_grade > 0
    assert api.get_course_grade(learner.pk, course_key=COURSE).percent > 0
