"""Deciding a classification test: how sure its answers make it that the person is at or above the cut. No score.

The items stay those that were given; whether each was right may have been judged anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mastery_exam.data import FloorRule
from mastery_exam.models import Attempt, AttemptItem
from mastery_exam.psychometrics import (
    FinalDecision,
    Sitting,
    area_report,
    final_decision,
    pass_threshold,
    probability,
)
from mastery_exam.services.adaptive_sitting import resume_sitting
from mastery_exam.services.adaptive_version import frozen_test
from mastery_exam.services.scoring import FormOutcome

RULE = "how sure the answers make it that the person is at or above the cut, and each area at or above its floor"


def score_sitting(attempt: Attempt, evidence: Sequence[Mapping[str, Any]]) -> tuple[FormOutcome, dict[str, Any]]:
    """Decide from the graded scored items, in order; return the outcome and what it stands on, as JSON.

    A test that ended before its rule decided is decided as at its greatest length, but never passed with fewer items
    than its least, or than an area's minimum.
    """
    rows = {row.position: row for row in attempt.items.order_by("position")}
    sitting = _sitting_of(attempt, rows, evidence)
    decision = _decision_of(sitting)
    missed = _missed_floors(attempt, sitting)
    marks = {area: sum(_answers_in(sitting, area)) for area in sitting.test.areas}
    outcome = FormOutcome(
        passed=decision.passed and not missed,
        total=sum(marks.values()),
        scaled_score=None,
        uncertainty_points=None,
        areas=_areas(attempt, sitting, marks),
        missed_floors=missed,
        area_marks={area: mark for area, mark in marks.items() if sitting.counts[area]},
    )
    return outcome, _reasons(attempt, sitting, decision, outcome, rows)


def _sitting_of(attempt: Attempt, rows: Mapping[int, AttemptItem], evidence: Sequence[Mapping[str, Any]]) -> Sitting:
    record = [(rows[item["position"]], bool(item["correct"])) for item in evidence]
    return resume_sitting(attempt.exam_version, attempt, record)


def _decision_of(sitting: Sitting) -> FinalDecision:
    if sitting.decision is not None:
        return sitting.decision
    p_above = sitting.p_above
    passed = not sitting.is_too_short and p_above >= pass_threshold(sitting.test.plan.loss_ratio)
    return final_decision(p_above, passed, by_rule=False)


def _missed_floors(attempt: Attempt, sitting: Sitting) -> tuple[str, ...]:
    rules = attempt.exam_version.floor_rules
    missed = sitting.test.missed_floors(sitting.given, sitting.answers)
    return tuple(area for area in missed if rules.get(area) != FloorRule.NONE)


def _areas(attempt: Attempt, sitting: Sitting, marks: Mapping[str, int]) -> tuple[dict[str, str], ...]:
    """Tell each area that had items, against the marks expected of somebody at the cut on the items given."""
    test = sitting.test
    expected = np.atleast_1d(probability(test.plan.cut, test.bank.items)).ravel()
    at_cut: dict[str, list[float]] = {}
    for number in sitting.given:
        at_cut.setdefault(test.bank.competencies[number], []).append(float(expected[number]))
    levels = area_report(marks, ratings=at_cut)
    return tuple(
        {"key": area["key"], "title": area["title"], "standing": str(levels[area["key"]])}
        for area in attempt.exam_version.competencies
        if area["key"] in levels
    )


def _answers_in(sitting: Sitting, area: str) -> list[bool]:
    names = sitting.test.bank.competencies
    return [right for number, right in zip(sitting.given, sitting.answers, strict=True) if names[number] == area]


def _reasons(
    attempt: Attempt,
    sitting: Sitting,
    decision: FinalDecision,
    outcome: FormOutcome,
    rows: Mapping[int, AttemptItem],
) -> dict[str, Any]:
    frozen, delivery = frozen_test(attempt.exam_version), attempt.delivery
    return {
        **sitting.evidence(),
        "rule": RULE,
        "total": outcome.total,
        "questions": len(sitting.given),
        "area_marks": dict(outcome.area_marks),
        "p_wrong": decision.p_wrong,
        "above_cut": decision.passed,
        "by_rule": decision.by_rule,
        "ended_by": _ended_by(attempt, sitting, rows),
        "ended_early": sitting.is_too_short,
        "excluded": delivery["excluded"],
        "repeats": delivery["repeats"],
        "ineligible": delivery["ineligible"],
        "pilots": delivery["pilots"],
        "bank": frozen.digest,
    }


def _ended_by(attempt: Attempt, sitting: Sitting, rows: Mapping[int, AttemptItem]) -> str:
    """Say what ended the sitting: the rule, its greatest length, time, the person, or a bank without another item."""
    if sitting.decision is not None:
        return "rule" if sitting.decision.by_rule else "maximum"
    if attempt.state == Attempt.State.CLOSED_BY_TIME:
        return "time"
    return "person" if any(row.settled_at is None for row in rows.values()) else "bank"
