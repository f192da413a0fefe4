"""The short way through an exam: register, start, answer, submit, decision."""

from __future__ import annotations

import pytest
from mastery_sittings import decided, sat, started

from mastery_exam import api

pytestmark = pytest.mark.django_db


def test_sit_all_right_passes_with_full_scale(learner, exam):
    decision = decided(learner, exam, right=4)

    assert decision.passed
    assert decision.scaled_score == 100
    assert decision.state == "released"


def test_sit_marks_needed_scores_sixty_and_passes(learner, exam):
    decision = decided(learner, exam, right=[True, True, True, False])

    assert (decision.passed, decision.scaled_score) == (True, 60)


def test_sit_one_mark_short_does_not_pass(learner, exam):
    decision = decided(learner, exam, right=[True, False, True, False])

    assert (decision.passed, decision.scaled_score) == (False, 40)


def test_sit_a_floor_missed_fails_although_the_total_is_reached(learner, make_exam):
    exam = make_exam(marks_needed=2)

    decision = decided(learner, exam, right=[True, True, False, False])

    assert not decision.passed
    assert decision.missed_floors == ("inference",)
    assert decision.scaled_score >= 60


def test_sit_nothing_answered_is_decided_and_scores_zero(learner, exam):
    attempt = started(learner, exam)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)

    decision = api.decide_attempt(attempt.uuid)

    assert (decision.passed, decision.scaled_score) == (False, 0)


def test_decide_twice_gives_the_same_decision(learner, exam):
    attempt = sat(learner, exam, right=4)

    assert api.decide_attempt(attempt.uuid) == api.decide_attempt(attempt.uuid)
