"""What the app does when news comes from below: it schedules a refresh, which is safe to repeat."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from openedx_events.learning.signals import COURSE_PASSING_STATUS_UPDATED

from mastery_exam.signals.signals import MASTERY_DECIDED, MASTERY_WITHDRAWN
from micromasters_pathway.tasks import refresh_member
from openedx_bridge.switches import when_enabled

APP = "micromasters_pathway"


@receiver([MASTERY_DECIDED, MASTERY_WITHDRAWN], dispatch_uid="micromasters_pathway.decision")
@when_enabled(APP)
def on_decision(decision: Any, **_kwargs: Any) -> None:
    """A decision came or went."""
    refresh_member.delay(decision.user_id)


@receiver(COURSE_PASSING_STATUS_UPDATED, dispatch_uid="micromasters_pathway.course_passing")
@when_enabled(APP)
def on_course_passing(course_passing_status: Any, **_kwargs: Any) -> None:
    """A course was passed, or a grade changed."""
    if course_passing_status.user.id:
        refresh_member.delay(course_passing_status.user.id)
