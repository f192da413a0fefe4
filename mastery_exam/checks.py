"""System checks that tell the operator which setting of mastery_exam cannot work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

COUNTS = (
    "MASTERY_EXAM_UPLOAD_MB",
    "MASTERY_EXAM_GRACE_SECONDS",
    "MASTERY_EXAM_START_CODE_MINUTES",
    "MASTERY_EXAM_REVIEW_DAYS",
    "MASTERY_EXAM_REVIEW_ANSWER_DAYS",
)


@register()
def check_counts(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Each number in the settings is a whole number of at least 0."""
    values = {name: getattr(settings, name, None) for name in COUNTS}
    return [
        Error(
            f"{name} is {value!r}.",
            hint="Set a whole number of at least 0, or leave the setting out for its default.",
            id="mastery_exam.E001",
        )
        for name, value in values.items()
        if isinstance(value, bool) or not isinstance(value, int) or value < 0
    ]
