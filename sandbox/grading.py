"""A course's result as the platform tells it: the grade is stored, then COURSE_PASSING_STATUS_UPDATED is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from openedx_events.learning.data import CourseData, CoursePassingStatusData, UserData, UserPersonalData
from openedx_events.learning.signals import COURSE_PASSING_STATUS_UPDATED

from openedx_bridge.backend import get_backend
from sandbox.models import Course

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PASS_PERCENT = Decimal(60)


def record_course_result(user: User, course: Course, *, percent: Decimal) -> None:
    """Store the learner's percent; passed from 60, the demo course's grade cutoff."""
    passed = percent >= PASS_PERCENT
    get_backend().grade(user.pk, str(course.key), percent=percent, passed=passed)
    person = UserData(
        pii=UserPersonalData(username=user.username, email=user.email, name=user.get_full_name()),
        id=user.pk,
        is_active=user.is_active,
    )
    status = CoursePassingStatusData(
        is_passing=passed,
        course=CourseData(course_key=course.key, display_name=course.title),
        user=person,
    )
    COURSE_PASSING_STATUS_UPDATED.send_event(course_passing_status=status)
