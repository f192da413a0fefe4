"""Releasing and withdrawing decisions: a candidate sees a result, and others hear of it, at release only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import DecisionData, DecisionEventData, ReleasePolicy
from mastery_exam.errors import ExamNotFound, InvalidInput, StaffNotAllowed, WrongState
from mastery_exam.models import Attempt, Decision, Exam
from mastery_exam.models.audit import record
from mastery_exam.rules import active_user, can_edit_exam
from mastery_exam.services.gradebook import queue_scores
from mastery_exam.services.sitting import decision_data, find_decision_row, with_attempt
from mastery_exam.signals.signals import MASTERY_DECIDED, MASTERY_WITHDRAWN

PAGE = 1000  # decisions that are read at once


def release_decisions(exam_key: str, *, actor_id: int, decision_uuids: list[UUID] | None = None) -> list[DecisionData]:
    """Release the exam's decisions that wait for the check, or only those named; returns what this call released.

    Raises ExamNotFound, StaffNotAllowed. Each is released by itself, so that one cannot hold up the others.
    """
    exam = Exam.objects.filter(key=exam_key).first()
    if exam is None:
        raise ExamNotFound(_("There is no exam with the key “%(key)s”.") % {"key": exam_key})
    refuse_stranger(exam, actor_id)
    waiting = Decision.objects.filter(attempt__exam=exam, state=Decision.State.PENDING_CHECK)
    if decision_uuids is not None:
        waiting = waiting.filter(uuid__in=decision_uuids)
    return _release_each(list(waiting.order_by("pk")), actor_id=actor_id)


def release_due(now: datetime | None = None) -> list[DecisionData]:
    """Release what is due without a person: decisions of exams whose policy is `immediate`.

    A decision of an `after_check` exam is never released here, however late; reconciliation names it.
    """
    now = now or timezone.now()
    waiting = Decision.objects.filter(
        state=Decision.State.PENDING_CHECK,
        release_due_at__lte=now,
        attempt__exam_version__release_policy=ReleasePolicy.IMMEDIATE,
    )
    return _release_each(list(waiting.order_by("pk")), actor_id=None)


def release_row(row: Decision, *, actor_id: int | None) -> bool:
    """Release one decision inside the caller's transaction; returns whether this call did it."""
    now = timezone.now()
    changed = Decision.objects.filter(pk=row.pk, state=Decision.State.PENDING_CHECK).update(
        state=Decision.State.RELEASED, released_at=now, released_by_id=actor_id, modified=now
    )
    if not changed:
        return False
    record("decision_released", subject=row, actor_id=actor_id)
    queue_scores(row)
    event = _event(row)
    transaction.on_commit(lambda: MASTERY_DECIDED.send_event(decision=event), robust=True)
    return True


def withdraw_decision(decision_uuid: UUID, *, actor_id: int, reason: str) -> DecisionData:
    """Withdraw a decision, with a reason that the person is shown. Repeated, it changes nothing.

    Raises DecisionNotFound, StaffNotAllowed, InvalidInput, WrongState for a superseded one.
    """
    row = find_decision_row(decision_uuid)
    refuse_stranger(row.attempt.exam, actor_id)
    if not reason.strip():
        raise InvalidInput(_("Say why the result is withdrawn; the person is shown the reason."))
    if row.state == Decision.State.SUPERSEDED:
        raise WrongState(_("This result was replaced by a later one. Withdraw that one."))
    with transaction.atomic():
        end_decision(row, Decision.State.WITHDRAWN, actor_id=actor_id, reason=reason.strip())
    return get_decision(decision_uuid)


def withdraw_live_decision(attempt: Attempt, *, actor_id: int, reason: str) -> None:
    """Withdraw the attempt's decision that stands, if there is one, inside the caller's transaction."""
    for row in attempt.decisions.filter(state__in=(Decision.State.PENDING_CHECK, Decision.State.RELEASED)):
        end_decision(row, Decision.State.WITHDRAWN, actor_id=actor_id, reason=reason)


def end_decision(row: Decision, state: str, *, actor_id: int | None, reason: str) -> bool:
    """Move a decision that stands to `withdrawn` or `superseded`; returns whether this call did it.

    Others hear of it only if they had heard of the decision.
    """
    now = timezone.now()
    standing = [before for before, after in Decision.TRANSITIONS.items() if state in after]
    changed = Decision.objects.filter(pk=row.pk, state__in=standing).update(
        state=state, withdrawn_at=now, reason=reason, modified=now
    )
    if not changed:
        return False
    record(f"decision_{state}", subject=row, actor_id=actor_id)
    row.refresh_from_db(fields=["released_at"])
    if row.released_at is not None:
        queue_scores(row)
        event = _event(row)
        transaction.on_commit(lambda: MASTERY_WITHDRAWN.send_event(decision=event), robust=True)
    return True


def get_decision(decision_uuid: UUID) -> DecisionData:
    """Return the decision in any state; raises DecisionNotFound. What is not released is not for its candidate."""
    return decision_data(find_decision_row(decision_uuid))


def find_decision(*, attempt_uuid: UUID) -> DecisionData | None:
    """Return the attempt's newest decision in any state, or None."""
    rows = with_attempt(Decision.objects.filter(attempt__uuid=attempt_uuid)).order_by("-num")
    row = rows.first()
    return decision_data(row) if row else None


def list_decisions(user_id: int, *, exam_key: str | None = None) -> list[DecisionData]:
    """Return the person's decisions that were ever released, the newest first, withdrawn ones among them."""
    rows = with_attempt(Decision.objects.filter(attempt__user_id=user_id, released_at__isnull=False))
    if exam_key is not None:
        rows = rows.filter(attempt__exam__key=exam_key)
    return [decision_data(row) for row in rows.order_by("-released_at", "-pk")]


def find_decisions(decision_uuids: Iterable[UUID]) -> dict[UUID, DecisionData]:
    """Return those of the decisions that exist, in any state, by uuid; for a list that one statement can name."""
    rows = _many(Decision.objects.filter(uuid__in=list(decision_uuids)))
    return {row.uuid: decision_data(row) for row in rows}


def iter_released_passes(*, exam_key: str | None = None) -> Iterator[DecisionData]:
    """Yield every standing pass that was released, of one exam if it is named; the oldest first.

    For rooms above that reconcile with them. Page by page: MySQL's driver would hold the whole answer in memory.
    """
    passes = Decision.objects.filter(state=Decision.State.RELEASED, passed=True)
    if exam_key is not None:
        passes = passes.filter(attempt__exam__key=exam_key)
    rows, last = _many(passes).order_by("pk"), 0
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        yield from map(decision_data, page)
        last = page[-1].pk


def find_best_decision(user_id: int, *, exam_key: str) -> DecisionData | None:
    """Return the person's released pass with the highest score, the earliest of equals, or None.

    A pass that has no score, of a test that is not on the scale, comes after those that have one.
    """
    best_first = F("scaled_score").desc(nulls_last=True)
    rows = with_attempt(Decision.objects.filter(attempt__user_id=user_id, attempt__exam__key=exam_key))
    row = rows.filter(state=Decision.State.RELEASED, passed=True).order_by(best_first, "released_at").first()
    return decision_data(row) if row else None


def refuse_stranger(exam: Exam, actor_id: int) -> None:
    """Raise StaffNotAllowed for anybody who may not change the exam."""
    actor = active_user(actor_id)
    if actor is None or not can_edit_exam(actor, exam):
        raise StaffNotAllowed(_("Only the authors of this exam may do this."))


def _release_each(rows: list[Decision], *, actor_id: int | None) -> list[DecisionData]:
    released = []
    for row in rows:
        with transaction.atomic():
            done = release_row(row, actor_id=actor_id)
        if done:
            released.append(get_decision(row.uuid))
    return released


def _many(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Load what `decision_data` reads for many rows: their few exams and versions once, not with each."""
    several = rows.select_related("attempt__registration").defer("evidence")
    return several.prefetch_related("attempt__exam", "attempt__exam_version")


def _event(row: Decision) -> DecisionEventData:
    return DecisionEventData(row.uuid, row.attempt.exam.key, row.attempt.user_id, row.passed)
