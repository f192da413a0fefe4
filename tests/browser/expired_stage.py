"""An award whose time has run out as years do it: sat for and signed in the past, so that page and file agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from freezegun import freeze_time

from mastery_exam import api as exams
from paid_certificate import api
from paid_certificate.models import AchievementVersion
from paid_certificate.services.expire import expire_credential

THREE_YEARS = timedelta(days=3 * 365)
SAME = ("title", "description", "criteria", "outcomes", "levels", "workload", "field_of_study", "assessment_type")


def stage_expired(people: dict[str, int], exam_key: str, sit: Callable[[], UUID]) -> Any:
    """What `sit` leads the author to, three years ago, is valid for two years; returns the credential, marked expired.

    `sit` takes the exam with every answer right and returns the attempt.
    """
    with freeze_time(timezone.now() - THREE_YEARS, tick=True):
        achievement = api.find_achievement(exam_key=exam_key)
        assert achievement is not None
        last = AchievementVersion.objects.get(uuid=achievement.version_uuid)
        api.add_achievement_version(
            achievement.uuid,
            actor_id=people["operator"],
            valid_months=24,
            **{name: getattr(last, name) for name in SAME},
        )
        decision = exams.find_decision(attempt_uuid=sit())
        assert decision is not None
        order = api.place_order(
            people["author"], decision_uuid=decision.uuid, gateway="invoice", idempotency_key="years-ago"
        )
        api.mark_invoice_paid(order.uuid, actor_id=people["operator"], reference="BANK-years-ago")
        awarded = api.find_credential_for_decision(decision.uuid)
        assert awarded is not None
    expire_credential(awarded.uuid)
    return api.get_credential(awarded.uuid)
