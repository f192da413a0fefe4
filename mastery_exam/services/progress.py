"""How far an attempt is: which items are answered or flagged, and the server's time. No item text."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from mastery_exam.models import Answer, Attempt
from mastery_exam.services.sitting import most_questions


def item_states(attempt: Attempt) -> list[dict[str, Any]]:
    """Return each item given so far: its place, whether it is answered and flagged, its next answer number."""
    newest = Answer.objects.filter(attempt_item=OuterRef("pk")).order_by("-client_seq")
    rows = attempt.items.annotate(
        last=Subquery(newest.values("answers")[:1]), last_seq=Subquery(newest.values("client_seq")[:1])
    )
    return [
        {
            "position": row.position,
            "answered": is_answered(row.last or {}),
            "flagged": row.flagged,
            "next_seq": (row.last_seq or 0) + 1,
        }
        for row in rows.order_by("position")
    ]


def is_answered(answers: dict[str, Any]) -> bool:
    """Whether anything but blanks was answered."""
    values = (each for value in answers.values() for each in (value if isinstance(value, list) else [value]))
    return any(str(value).strip() for value in values)


def attempt_state(attempt: Attempt, *, is_writer: bool) -> dict[str, Any]:
    """Return what a runner needs to know of the attempt, with the server's clock to count by."""
    now = timezone.now()
    return {
        "state": str(attempt.state),
        "server_now": now.isoformat(),
        "ends_at": attempt.ends_at.isoformat(),
        "seconds_left": max(0, int((attempt.ends_at - now).total_seconds())),
        "accepts_until": attempt.accepts_until.isoformat(),
        "is_writer": is_writer,
        "delivery": delivery_state(attempt),
        "items": item_states(attempt),
    }


def delivery_state(attempt: Attempt) -> dict[str, Any]:
    """Return how the items come: the rule, the most there are, and the open one where there is no going back."""
    version = attempt.exam_version
    return {
        "rule": version.delivery_rule,
        "can_go_back": version.can_go_back,
        "at_most": most_questions(version),
        "position": None if version.can_go_back else open_position(attempt),
    }


def open_position(attempt: Attempt) -> int | None:
    """Return the place of the item that waits for its answer in an exam without going back; None after the end."""
    if attempt.state != Attempt.State.IN_PROGRESS:
        return None
    return attempt.items.filter(settled_at=None).values_list("position", flat=True).last()
