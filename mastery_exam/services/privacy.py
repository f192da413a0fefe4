"""What becomes of a person's data: scrubbed when the host retires them, and handed to them when they ask."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from mastery_exam.models import (
    Answer,
    Attempt,
    Authorisation,
    Decision,
    Incident,
    PanelJudge,
    Registration,
    ReviewRequest,
)


def retire_user(user_id: int) -> None:
    """Scrub names, answers and free text; states, times and marks stay as the record of the exam. Safe to repeat."""
    with transaction.atomic():
        Registration.objects.filter(user_id=user_id).update(legal_name="", adjustments_requested="")
        Authorisation.objects.filter(registration__user_id=user_id).update(adjustments_answer="")
        Answer.objects.filter(attempt_item__attempt__user_id=user_id).update(answers={})
        Attempt.objects.filter(user_id=user_id).update(void_reason="", device_hash="")
        Incident.objects.filter(registration__user_id=user_id).update(note="")
        ReviewRequest.objects.filter(user_id=user_id).update(text="", answer="")
        PanelJudge.objects.filter(user_id=user_id).update(user=None)
        for row in Decision.objects.filter(attempt__user_id=user_id):
            row.evidence = _without_responses(row.evidence)
            row.reason = ""
            row.save(update_fields=["evidence", "reason", "modified"])


def export_answers(user_id: int) -> list[dict[str, Any]]:
    """Return the person's own answers, try by try, as JSON: what they wrote and when. The items are not theirs."""
    tries = []
    rows = Attempt.objects.filter(user_id=user_id).select_related("exam_version", "registration")
    for attempt in rows.order_by("started_at"):
        tries.append(
            {
                "exam": attempt.exam_version.title,
                "legal_name": attempt.registration.legal_name,
                "try": attempt.num,
                "started_at": attempt.started_at.isoformat(),
                "ended_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
                "answers": _answers_of(attempt),
            }
        )
    return tries


def _answers_of(attempt: Attempt) -> list[dict[str, Any]]:
    """Every stored answer; choices stand for their place in the question, as the question is not given out."""
    rows = Answer.objects.filter(attempt_item__attempt=attempt).select_related("attempt_item")
    return [
        {
            "question": row.attempt_item.position,
            "received_at": row.received_at.isoformat(),
            "answer": list(row.answers.values()),
        }
        for row in rows.order_by("attempt_item__position", "client_seq")
    ]


def _without_responses(evidence: dict[str, Any]) -> dict[str, Any]:
    items = [
        item | {"parts": [part | {"response": []} for part in item.get("parts", [])]}
        for item in evidence.get("items", [])
    ]
    return evidence | {"items": items} if items else evidence
