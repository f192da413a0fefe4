"""What waits for a person who works on an exam: results, reviews, requests for adjustments, approvals."""

from __future__ import annotations

from typing import Any

from mastery_exam.data import GrantKind
from mastery_exam.models import Attempt, Decision, Exam, Registration, ReviewRequest
from mastery_exam.services.grants import missing_grants

RECENT = 200


def results_queue(exam: Exam) -> dict[str, Any]:
    """Return the rows that the results desk shows, the most urgent first in each list."""
    waiting = Decision.objects.filter(attempt__exam=exam, state=Decision.State.PENDING_CHECK)
    reviews = ReviewRequest.objects.filter(decision__attempt__exam=exam, state=ReviewRequest.State.OPEN)
    open_rows = Registration.objects.filter(exam=exam, state=Registration.State.OPEN).select_related("authorisation")
    missing = [(row, missing_grants(row.authorisation)) for row in open_rows.order_by("created")]
    attempts = Attempt.objects.filter(exam=exam).select_related("registration").prefetch_related("decisions")
    return {
        "waiting": waiting.select_related("attempt__registration").order_by("release_due_at"),
        "reviews": reviews.select_related("decision__attempt__registration").order_by("deadline"),
        "adjustments": [row for row, kinds in missing if GrantKind.ADJUSTMENTS in kinds],
        "approvals": [row for row, kinds in missing if GrantKind.APPROVAL in kinds],
        "attempts": attempts.order_by("-started_at")[:RECENT],
        "invigilators": exam.invigilators.select_related("user").order_by("user__username"),
    }
