"""What mastery_exam does when the platform sends news: it only schedules work that is safe to repeat."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver
from openedx_events.learning.signals import COURSE_ENROLLMENT_CREATED

from mastery_exam.services.privacy import retire_user
from mastery_exam.tasks import requeue_scores
from openedx_bridge.api import connect_retirement
from openedx_bridge.switches import when_enabled

APP = "mastery_exam"


@receiver(COURSE_ENROLLMENT_CREATED, dispatch_uid="mastery_exam.enrolled")
@when_enabled(APP)
def on_enrolled(enrollment: Any, **_kwargs: Any) -> None:
    """Somebody who has results already joined a course: its gradebook may want them."""
    user_id, course_key = enrollment.user.id, str(enrollment.course.course_key)
    # The enrolment itself may not be committed yet.
    transaction.on_commit(lambda: requeue_scores.delay(user_id, course_key), robust=True)


# Retirement is the person's right and does not ask whether the app is switched on.
connect_retirement(retire_user, uid="mastery_exam.retire")
