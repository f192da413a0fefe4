"""A person asks a person to look again. The review is an input to the decision: its answer can be revised, too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import DecisionData, ReviewData
from mastery_exam.errors import ExamNotFound, InvalidInput, ReviewNotFound, WrongState
from mastery_exam.models import Decision, Exam, ReviewRequest
from mastery_exam.models.audit import record
from mastery_exam.services.deciding import grade_attempt, write_decision
from mastery_exam.services.releasing import end_decision, get_decision, refuse_stranger, release_row
from mastery_exam.services.sitting import find_attempt_row, find_decision_row, review_data

TEXT_LENGTH = 4000


def request_review(user_id: int, *, decision_uuid: UUID, text: str) -> ReviewData:
    """Ask for a review of a released decision; an open request is returned as it is.

    Raises DecisionNotFound, WrongState when the decision does not stand or the deadline has passed, InvalidInput.
    """
    row = find_decision_row(decision_uuid, user_id=user_id)
    words = _words(text, _("Say what you want a person to look at."))
    if row.state != Decision.State.RELEASED or row.released_at is None:
        raise WrongState(_("Only a result that stands can be reviewed."))
    if timezone.now() > review_until(row.released_at):
        raise WrongState(_("The time in which a review can be asked for is over."))
    deadline = timezone.now() + timedelta(days=settings.MASTERY_EXAM_REVIEW_ANSWER_DAYS)
    try:
        with transaction.atomic():
            request = ReviewRequest.objects.create(decision=row, user_id=user_id, text=words, deadline=deadline)
            record("review_requested", subject=request, actor_id=user_id)
    except IntegrityError:
        request = row.reviews.get(state=ReviewRequest.State.OPEN)
    return review_data(request)


def review_until(released_at: datetime) -> datetime:
    """Until when a review of a decision can be asked for."""
    return released_at + timedelta(days=settings.MASTERY_EXAM_REVIEW_DAYS)


def list_reviews(exam_key: str, *, actor_id: int, open_only: bool = False) -> list[ReviewData]:
    """Return the exam's requests for review, by deadline. Raises StaffNotAllowed."""
    exam = Exam.objects.filter(key=exam_key).first()
    if exam is None:
        raise ExamNotFound(_("There is no exam with the key “%(key)s”.") % {"key": exam_key})
    refuse_stranger(exam, actor_id)
    rows = ReviewRequest.objects.filter(decision__attempt__exam=exam).select_related("decision")
    return [review_data(row) for row in (rows.filter(state=ReviewRequest.State.OPEN) if open_only else rows)]


def find_review(decision_uuid: UUID) -> ReviewData | None:
    """Return the newest request for a review of the decision, or None."""
    rows = ReviewRequest.objects.filter(decision__uuid=decision_uuid).select_related("decision")
    row = rows.order_by("-created", "-pk").first()
    return review_data(row) if row else None


def answer_review(
    review_uuid: UUID, *, actor_id: int, answer: str, credited: Mapping[int, bool] | None = None
) -> DecisionData:
    """Answer a request: the decision stands, or is made again with the items in `credited` (position -> right).

    A new decision supersedes the old one and is released at once. An answer by which the decision stood may be revised
    to a change later; a change is answered by the review of the new decision. Raises ReviewNotFound, StaffNotAllowed,
    InvalidInput, WrongState.
    """
    request = ReviewRequest.objects.select_related("decision__attempt__exam").filter(uuid=review_uuid).first()
    if request is None:
        raise ReviewNotFound(_("There is no such request for review."))
    refuse_stranger(request.decision.attempt.exam, actor_id)
    words = _words(answer, _("Give the person your reasons."))
    attempt = find_attempt_row(request.decision.attempt.uuid)
    evidence = grade_attempt(attempt) if credited else []
    if credited and not set(credited) <= {item["position"] for item in evidence}:
        raise InvalidInput(_("One of these questions is not in the try."))
    with transaction.atomic():
        find_attempt_row(attempt.uuid, lock=True)
        _close(request, actor_id=actor_id, answer=words, changed=bool(credited))
        if not credited:
            return _decision_of(request)
        before = Decision.objects.get(pk=request.decision_id)
        if not end_decision(before, Decision.State.SUPERSEDED, actor_id=actor_id, reason=words):
            raise WrongState(_("The result does not stand any more. Look at the newest one."))
        revised = [item | {"correct": credited.get(item["position"], item["correct"])} for item in evidence]
        note = {"review": str(request.uuid), "credited": {str(key): value for key, value in credited.items()}}
        row = write_decision(attempt, revised, extra=note)
        record("decision_reviewed", subject=row, actor_id=actor_id, review=str(request.uuid))
        release_row(row, actor_id=actor_id)
    return _decision_of(request, row)


def _close(request: ReviewRequest, *, actor_id: int, answer: str, changed: bool) -> None:
    state = ReviewRequest.State.CHANGED if changed else ReviewRequest.State.UPHELD
    answerable = [ReviewRequest.State.OPEN, ReviewRequest.State.UPHELD]
    done = ReviewRequest.objects.filter(pk=request.pk, state__in=answerable).update(
        state=state, answer=answer, answered_by_id=actor_id, answered_at=timezone.now()
    )
    if not done:
        raise WrongState(_("This review has changed the result already. A review of the new result can be asked for."))
    record("review_answered", subject=request, actor_id=actor_id, state=str(state))


def _decision_of(request: ReviewRequest, row: Decision | None = None) -> DecisionData:
    return get_decision((row or request.decision).uuid)


def _words(text: str, message: str) -> str:
    words = str(text).replace("\x00", "").strip()
    if not words or len(words) > TEXT_LENGTH:
        too_long = _("Write at most %(n)d characters.") % {"n": TEXT_LENGTH}
        raise InvalidInput(too_long if words else message, fields={"text": too_long if words else message})
    return words
