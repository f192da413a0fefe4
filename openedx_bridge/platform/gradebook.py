"""Reading the platform's course grades, and storing one block's score for one learner."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from ..data import CourseGrade, LearnerGrade

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, UsageKey


def find_grade(user_id: int, course_key: CourseKey) -> CourseGrade | None:
    """The stored course grade; a grade that was never computed is None, it is not worked out here."""
    from lms.djangoapps.grades.models import PersistentCourseGrade

    row = PersistentCourseGrade.objects.filter(user_id=user_id, course_id=course_key).first()
    return None if row is None else _grade(row)


def iter_passing(course_key: CourseKey) -> Iterator[LearnerGrade]:
    """The learners whose stored grade has a letter, which is how the platform records a pass."""
    from lms.djangoapps.grades.models import PersistentCourseGrade

    rows = PersistentCourseGrade.objects.filter(course_id=course_key).exclude(letter_grade="").order_by("user_id")
    return (LearnerGrade(row.user_id, _grade(row)) for row in rows.iterator())


def store(user_id: int, usage_key: UsageKey, earned: Decimal, possible: Decimal) -> bool:
    """Send the score through the platform's own receiver: module state, subsection and course grade follow.

    The receiver looks at the block's location and weight only; binding the block would need a request and a user.
    """
    from lms.djangoapps.grades.signals.signals import SCORE_PUBLISHED
    from xmodule.modulestore.django import modulestore
    from xmodule.modulestore.exceptions import ItemNotFoundError

    user = get_user_model().objects.filter(pk=user_id).first()
    try:
        block = modulestore().get_item(usage_key)
    except ItemNotFoundError:
        return False
    if user is None:
        return False
    responses = SCORE_PUBLISHED.send(
        sender=None,
        block=SimpleNamespace(location=usage_key, weight=getattr(block, "weight", None)),
        user=user,
        raw_earned=float(earned),
        raw_possible=float(possible),
        only_if_higher=False,
    )
    return any(stored for _, stored in responses)


def _grade(row: Any) -> CourseGrade:
    percent = (Decimal(str(row.percent_grade)) * 100).quantize(Decimal("0.01"))
    return CourseGrade(passed=bool(row.letter_grade), percent=percent, passed_at=row.passed_timestamp)
