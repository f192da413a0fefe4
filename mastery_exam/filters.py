"""Filters of mastery_exam. They may only add a refusal: the gate itself is the authorisation's grants."""

from __future__ import annotations

from typing import Any

from openedx_filters.exceptions import OpenEdxFilterException
from openedx_filters.tooling import OpenEdxPublicFilter


class AttemptAuthorizationRequested(OpenEdxPublicFilter):
    """Asked before an attempt starts, when everything that the exam itself requires is in order.

    Filter type: org.openedx_mastery.learning.attempt.authorization.requested.v1
    Trigger: mastery_exam.api.start_attempt.
    """

    filter_type = "org.openedx_mastery.learning.attempt.authorization.requested.v1"

    class PreventAttempt(OpenEdxFilterException):
        """Raise to refuse the start; the message is shown to the candidate."""

    @classmethod
    def run_filter(cls, *, user_id: int, exam_key: str, registration_uuid: str) -> dict[str, Any] | None:
        """Run the pipeline with plain values; a step that wants to refuse raises PreventAttempt."""
        return super().run_pipeline(user_id=user_id, exam_key=exam_key, registration_uuid=registration_uuid)
