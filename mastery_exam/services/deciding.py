"""Deciding an ended attempt: items are graded from stored answers outside any lock, the decision is written in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from mastery_exam.data import DecisionData, DeliveryRule, ItemUse, ReleasePolicy
from mastery_exam.models import Answer, Attempt, AttemptItem, Decision
from mastery_exam.models.audit import record
from mastery_exam.services.classifying import score_sitting
from mastery_exam.services.delivery import grade_stored_answers
from mastery_exam.services.releasing import release_row
from mastery_exam.services.scoring import FormOutcome, FormRule, ScoredItem, evidence_of, posterior_of, score_form
from mastery_exam.services.sitting import decision_data, find_attempt_row, find_decision_row
from openedx_bridge.capa import CapaError

LIVE = (Decision.State.PENDING_CHECK, Decision.State.RELEASED)


def decide_attempt(attempt_uuid: UUID) -> DecisionData | None:
    """Decide an ended attempt that has no live decision, and release it where the exam's policy is `immediate`.

    Safe to repeat and to run twice at once: then the decision that stands is returned. None where the attempt has not
    ended, or was voided, or where its decision was withdrawn. Raises ItemBrokenError when an item cannot be graded;
    nothing is written then.
    """
    attempt = find_attempt_row(attempt_uuid)
    standing = attempt.decisions.filter(state__in=LIVE).first()
    if standing is not None:
        return decision_data(find_decision_row(standing.uuid))
    if attempt.state not in Attempt.ENDED or attempt.decisions.exists():
        return None
    graded = grade_attempt(attempt)
    try:
        with transaction.atomic():
            row = _write_first(attempt, graded)
    except IntegrityError:
        row = attempt.decisions.filter(state__in=LIVE).first()
    return decision_data(find_decision_row(row.uuid)) if row else None


def grade_attempt(attempt: Attempt) -> list[dict[str, Any]]:
    """Grade each item from the last answer that counts; returns the evidence, item by item. Writes nothing.

    Where there is no going back, the item that was open at the end counts if time ended it and it has an answer.
    """
    counting = _counting_answers(attempt)
    rows = list(attempt.items.select_related("version_item__item_version__item").order_by("position"))
    if not attempt.exam_version.can_go_back:
        by_time = attempt.state == Attempt.State.CLOSED_BY_TIME
        rows = [row for row in rows if row.settled_at is not None or (by_time and row.pk in counting)]
    return [_grade(attempt, item, counting.get(item.pk)) for item in rows]


def rule_of(attempt: Attempt) -> FormRule:
    """Return what the attempt is decided by, all of it frozen with its version and form."""
    version = attempt.exam_version
    return FormRule(
        marks_needed=_marks_needed(attempt),
        floors=version.floors,
        areas=tuple((area["key"], area["title"]) for area in version.competencies),
        cut_error=float(version.pass_mark_record.get("generalised_error") or 0),
    )


def write_decision(
    attempt: Attempt, evidence: list[dict[str, Any]], *, extra: Mapping[str, Any] | None = None
) -> Decision:
    """Compute and store the attempt's next decision, unreleased; the caller holds the attempt's lock."""
    outcome, reasons, marks_needed = outcome_of(attempt, evidence)
    now = timezone.now()
    due = (attempt.submitted_at or now) + timedelta(hours=attempt.exam_version.release_hours)
    return Decision.objects.create(
        attempt=attempt,
        num=attempt.decisions.count() + 1,
        evidence=reasons | {"items": evidence} | dict(extra or {}),
        decided_at=now,
        release_due_at=due,
        **_fields(outcome, marks_needed),
    )


def outcome_of(attempt: Attempt, evidence: list[dict[str, Any]]) -> tuple[FormOutcome, dict[str, Any], int | None]:
    """Decide by the version's rule: what came out, what it stands on, and the marks that it needed, if marks decide."""
    scored = [item for item in evidence if item["use"] == ItemUse.SCORED]
    if attempt.exam_version.delivery_rule == DeliveryRule.CLASSIFICATION:
        return *score_sitting(attempt, scored), None
    rule = rule_of(attempt)
    items = [_scored(item) for item in scored]
    outcome = score_form(items, rule=rule)
    reasons = evidence_of(outcome, rule=rule, items=evidence) | {"posterior": posterior_of(items, rule=rule)}
    return outcome, reasons, rule.marks_needed


def _marks_needed(attempt: Attempt) -> int:
    """Return the marks that pass: the form's, or the version's where the form was drawn for this attempt alone."""
    needed = attempt.form.marks_needed if attempt.form else attempt.exam_version.marks_needed
    if needed is None:
        raise ValueError("This version decides by no number of marks.")
    return needed


def _write_first(attempt: Attempt, evidence: list[dict[str, Any]]) -> Decision | None:
    locked = find_attempt_row(attempt.uuid, lock=True)
    if locked.state not in Attempt.ENDED or locked.decisions.exists():
        return locked.decisions.filter(state__in=LIVE).first()
    row = write_decision(attempt, evidence)
    record("attempt_decided", subject=row, actor_id=None, num=row.num)
    if attempt.exam_version.release_policy == ReleasePolicy.IMMEDIATE:
        release_row(row, actor_id=None)
    return row


def _fields(outcome: FormOutcome, marks_needed: int | None) -> dict[str, Any]:
    return {
        "passed": outcome.passed,
        "total": outcome.total,
        "marks_needed": marks_needed,
        "scaled_score": outcome.scaled_score,
        "uncertainty_points": outcome.uncertainty_points,
        "areas": list(outcome.areas),
        "missed_floors": list(outcome.missed_floors),
    }


def _counting_answers(attempt: Attempt) -> dict[int, Answer]:
    """The last answer to each item among those that arrived in time."""
    rows = Answer.objects.filter(attempt_item__attempt=attempt, received_at__lt=attempt.accepts_until)
    return {row.attempt_item_id: row for row in rows.order_by("client_seq")}


def _grade(attempt: Attempt, item: AttemptItem, answer: Answer | None) -> dict[str, Any]:
    item.attempt = attempt
    frozen = item.version_item
    graded = _graded(item, answer.answers if answer else {})
    return {
        "position": item.position,
        "item": frozen.item_version.item.key,
        "item_version": str(frozen.item_version.uuid),
        "competency": frozen.competency_key,
        "use": frozen.use,
        "rating": None if frozen.rating is None else str(frozen.rating),
        "seed": item.seed,
        "client_seq": answer.client_seq if answer else None,
        **graded,
    }


def _graded(item: AttemptItem, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item's grade as evidence; a pilot that cannot be graded stands in nobody's way, and has none."""
    try:
        grade = grade_stored_answers(item, answers)
    except CapaError:
        if item.version_item.use != ItemUse.PILOT:
            raise
        return {"earned": None, "possible": None, "correct": None, "parts": []}
    return {
        "earned": str(grade.earned),
        "possible": str(grade.possible),
        "correct": grade.correct,
        "parts": [
            {"input": part.input, "state": str(part.state), "response": list(part.response)} for part in grade.parts
        ],
    }


def _scored(evidence: Mapping[str, Any]) -> ScoredItem:
    rating = evidence["rating"]
    return ScoredItem(
        position=evidence["position"],
        competency_key=evidence["competency"],
        correct=evidence["correct"],
        rating=None if rating is None else Decimal(rating),
    )
