"""Whole sittings of a classification test over real problems: chosen, settled, ended and decided by the one engine."""

from __future__ import annotations

import pytest
from formless_exams import LEAST, MOST, classification, make_formless, sat_through, settle
from mastery_sittings import answer, started

from mastery_exam import api
from mastery_exam.models import Attempt, AttemptItem, ExamVersion, ItemExposure
from mastery_exam.services.adaptive_version import adaptive_test_of, frozen_test


@pytest.fixture
def version(staff) -> ExamVersion:
    return make_formless(staff, **classification())


def pattern(kind):
    return {"right": lambda p: True, "wrong": lambda p: False, "borderline": lambda p: p % 2 == 0}[kind]


@pytest.mark.parametrize(
    ("kind", "passed", "ended_by"),
    [("right", True, "rule"), ("wrong", False, "rule"), ("borderline", False, "maximum")],
)
def test_sitting_ends_and_is_decided_as_the_engine_alone_would(learner, version, kind, passed, ended_by):
    right = pattern(kind)

    attempt = sat_through(learner, version.exam, right)
    decision = api.decide_attempt(attempt.uuid)

    alone = adaptive_test_of(version).begin(seed=attempt.seed)
    while alone.decision is None:
        alone.choose()
        alone.record(right(len(alone.given) + 1))
    given = [frozen_test(version).number[pk] for pk in attempt.items.values_list("version_item_id", flat=True)]
    assert given == alone.given
    assert attempt.state == "submitted" and attempt.submitted_at is not None
    assert decision.passed is passed
    assert decision.scaled_score is None and decision.uncertainty_points is None
    row = attempt.decisions.get()
    assert row.marks_needed is None and row.total == sum(alone.answers)
    assert row.evidence["ended_by"] == ended_by
    assert row.evidence["p_above"] == pytest.approx(alone.p_above)
    assert row.evidence["above_cut"] is alone.decision.passed
    assert not row.evidence["ended_early"]
    if kind == "borderline":
        assert len(given) == MOST
    else:
        assert LEAST <= len(given) < MOST
