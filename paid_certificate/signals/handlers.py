"""What the app does when news comes from below: it schedules work that is safe to repeat."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from openedx_events.learning.signals import COURSE_PASSING_STATUS_UPDATED

from mastery_exam.signals.signals import MASTERY_DECIDED, MASTERY_WITHDRAWN
from micromasters_pathway.signals.signals import PATHWAY_COMPLETED, PATHWAY_COMPLETION_WITHDRAWN
from openedx_bridge.api import connect_retirement
from openedx_bridge.switches import when_enabled
from paid_certificate import tasks
from paid_certificate.services.privacy import retire_user

APP = "paid_certificate"


@receiver(MASTERY_DECIDED, dispatch_uid="paid_certificate.decided")
@when_enabled(APP)
def on_decided(decision: Any, **_kwargs: Any) -> None:
    """A result was released."""
    if decision.passed:
        tasks.award_decision.delay(decision.decision_uuid)


@receiver(MASTERY_WITHDRAWN, dispatch_uid="paid_certificate.withdrawn")
@when_enabled(APP)
def on_withdrawn(decision: Any, **_kwargs: Any) -> None:
    """A result no longer stands."""
    tasks.withdraw_decision.delay(decision.decision_uuid)


@receiver(PATHWAY_COMPLETED, dispatch_uid="paid_certificate.completed")
@when_enabled(APP)
def on_completed(completion: Any, **_kwargs: Any) -> None:
    """A programme was completed."""
    tasks.award_completion.delay(completion.completion_uuid)


@receiver(PATHWAY_COMPLETION_WITHDRAWN, dispatch_uid="paid_certificate.completion_withdrawn")
@when_enabled(APP)
def on_completion_withdrawn(completion: Any, **_kwargs: Any) -> None:
    """A completion no longer stands."""
    tasks.withdraw_completion.delay(completion.completion_uuid)


@receiver(COURSE_PASSING_STATUS_UPDATED, dispatch_uid="paid_certificate.course_passing")
@when_enabled(APP)
def on_course_passing(course_passing_status: Any, **_kwargs: Any) -> None:
    """A course was passed, or a grade changed."""
    if course_passing_status.is_passing and course_passing_status.user.id:
        tasks.award_course.delay(course_passing_status.user.id, str(course_passing_status.course.course_key))


# Retirement is the person's right and does not ask whether the app is switched on.
connect_retirement(retire_user, uid="paid_certificate.retire")
