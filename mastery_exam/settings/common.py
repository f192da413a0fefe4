"""Settings of mastery_exam that hold everywhere; each keeps what the operator has set."""

from __future__ import annotations

from typing import Any


def plugin_settings(settings: Any) -> None:
    """Set the app's defaults on `settings`; applying it twice changes nothing."""
    defaults = {
        "MASTERY_EXAM_ENABLED": True,
        # The largest file, in megabytes, that an author may upload through a page or REST.
        "MASTERY_EXAM_UPLOAD_MB": 200,
        # Seconds after the end in which an answer that was under way still counts; told at check-in.
        "MASTERY_EXAM_GRACE_SECONDS": 60,
        # How long a start code from an invigilator works.
        "MASTERY_EXAM_START_CODE_MINUTES": 30,
        # Days after release in which a person may ask for a review, and days in which a person answers it.
        "MASTERY_EXAM_REVIEW_DAYS": 30,
        "MASTERY_EXAM_REVIEW_ANSWER_DAYS": 14,
    }
    for name, value in defaults.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
