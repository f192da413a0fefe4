"""Decisions: released by people or at once, heard of at release only, reviewed by people, withdrawn, never deleted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone
from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st
from mastery_sittings import START, decided, registered, sat, started

from mastery_exam import api
from mastery_exam.errors import DecisionNotFound, InvalidInput, StaffNotAllowed, WrongState
from mastery_exam.models import Attempt, Decision, Registration, ReviewRequest
from mastery_exam.services.scoring import FormRule, ScoredItem, score_form
from mastery_exam.signals.signals import ATTEMPT_STARTED, ATTEMPT_SUBMITTED, MASTERY_DECIDED, MASTERY_WITHDRAWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch):
    """The events that were sent, as (name, data)."""
    sent = []
    for name, signal, key in (
        ("started", ATTEMPT_STARTED, "attempt"),
        ("submitted", ATTEMPT_SUBMITTED, "attempt"),
        ("decided", MASTERY_DECIDED, "decision"),
        ("withdrawn", MASTERY_WITHDRAWN, "decision"),
    ):
        monkeypatch.setattr(signal, "send_event", lambda name=name, key=key, **kwargs: sent.append((name, kwargs[key])))
    return sent


@pytest.fixture
def checked_exam(make_exam):
    """An exam whose results people check first."""
    return make_exam(release_policy="after_check", release_hours=48, forms=3, max_attempts=3)


# Release


def test_events_come_after_the_commit_and_the_decision_at_release_only(
    learner, staff, checked_exam, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sat(learner, checked_exam, right=4)
        assert heard == []
    assert [name for name, _data in heard] == ["started", "submitted"]
    with django_capture_on_commit_callbacks(execute=True):
        api.release_decisions(checked_exam.key, actor_id=staff.pk)

    name, data = heard[-1]
    assert (name, data.exam_key, data.user_id, data.passed) == ("decided", "statistics", learner.pk, True)


def test_submit_has_the_attempt_decided_once_it_is_committed(learner, exam, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        attempt = sat(learner, exam, right=4)

    assert api.find_decision(attempt_uuid=attempt.uuid).state == "released"


def test_result_that_people_check_is_never_released_by_a_clock(learner, checked_exam, capsys):
    with freeze_time(START):
        decision = decided(learner, checked_exam, right=4)
    with freeze_time(START + timedelta(days=400)):
        assert api.release_due() == []
        call_command("release_due_results")

    assert decision.release_due_at == START + timedelta(hours=48)
    assert api.get_decision(decision.uuid).state == "pending_check"
    assert api.list_decisions(learner.pk) == [] and api.find_best_decision(learner.pk, exam_key="statistics") is None


def test_result_left_over_by_a_dead_process_is_released_when_due(learner, make_exam):
    exam = make_exam(release_policy="after_check", release_hours=0)
    decision = decided(learner, exam, right=4)
    exam.versions.update(release_policy="immediate")

    assert [row.uuid for row in api.release_due()] == [decision.uuid]


def test_release_of_some_leaves_the_others_waiting(learner, other_learner, staff, checked_exam):
    first, second = decided(learner, checked_exam, right=4), decided(other_learner, checked_exam, right=1)

    released = api.release_decisions(checked_exam.key, actor_id=staff.pk, decision_uuids=[second.uuid])

    assert [row.uuid for row in released] == [second.uuid]
    assert api.get_decision(first.uuid).state == "pending_check"
    assert Decision.objects.get(uuid=second.uuid).released_by == staff


def test_release_twice_tells_once(learner, staff, checked_exam, heard, django_capture_on_commit_callbacks):
    decided(learner, checked_exam, right=4)
    with django_capture_on_commit_callbacks(execute=True):
        api.release_decisions(checked_exam.key, actor_id=staff.pk)
        api.release_decisions(checked_exam.key, actor_id=staff.pk)

    assert [name for name, _data in heard].count("decided") == 1


def test_release_and_withdrawal_are_for_the_authors_of_this_exam(learner, make_user, make_exam, checked_exam):
    stranger = make_user("author_of_another")
    make_exam("another").author_rows.update(user=stranger)
    decision = decided(learner, checked_exam, right=4)

    with pytest.raises(StaffNotAllowed):
        api.release_decisions(checked_exam.key, actor_id=stranger.pk)
    with pytest.raises(StaffNotAllowed):
        api.withdraw_decision(decision.uuid, actor_id=stranger.pk, reason="Because.")
    with pytest.raises(StaffNotAllowed):
        api.release_decisions(checked_exam.key, actor_id=learner.pk)


# Withdrawal and voiding


def test_withdrawal_keeps_the_decision_tells_why_and_ends_the_pass(
    learner, exam, staff, heard, django_capture_on_commit_callbacks
):
    decision = decided(learner, exam, right=4)
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            api.withdraw_decision(decision.uuid, actor_id=staff.pk, reason="The key of question 2 was wrong.")

    after = api.get_decision(decision.uuid)
    assert (after.state, after.reason, after.passed) == ("withdrawn", "The key of question 2 was wrong.", True)
    assert api.find_best_decision(learner.pk, exam_key=exam.key) is None
    assert [row.uuid for row in api.list_decisions(learner.pk)] == [decision.uuid]
    assert [name for name, _data in heard].count("withdrawn") == 1


def test_withdrawal_of_what_nobody_had_heard_of_is_silent(
    learner, staff, checked_exam, heard, django_capture_on_commit_callbacks
):
    decision = decided(learner, checked_exam, right=4)
    with django_capture_on_commit_callbacks(execute=True):
        api.withdraw_decision(decision.uuid, actor_id=staff.pk, reason="A key was wrong.")

    assert "withdrawn" not in [name for name, _data in heard]


def test_withdrawal_without_a_reason_is_refused(learner, exam, staff):
    with pytest.raises(InvalidInput):
        api.withdraw_decision(decided(learner, exam, right=4).uuid, actor_id=staff.pk, reason="  ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("withdrawn", "released"),
        ("superseded", "released"),
        ("withdrawn", "superseded"),
        ("superseded", "withdrawn"),
        ("released", "pending_check"),
    ],
)
def test_decision_never_makes_a_forbidden_transition(before, after):
    assert after not in Decision.TRANSITIONS[before]


def test_void_by_our_fault_gives_the_try_back_and_deletes_nothing(learner, exam, staff):
    attempt = started(learner, exam)
    api.void_attempt(attempt.uuid, actor_id=staff.pk, reason="The power failed.", our_fault=True)

    registration = api.get_registration(attempt.registration_uuid)
    assert (registration.state, registration.attempts_allowed, registration.attempts_used) == ("open", 2, 1)
    again = api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token="d" * 20)
    assert again.num == 2 and Attempt.objects.count() == 2
    assert Attempt.objects.get(num=1).items.count() == 4


def test_void_by_our_fault_leaves_all_tries_but_not_the_same_questions(learner, staff, make_exam):
    exam = make_exam(forms=2, max_attempts=1)
    attempt = started(learner, exam)
    api.void_attempt(attempt.uuid, actor_id=staff.pk, reason="The power failed.", our_fault=True)

    again = started(learner, exam)

    assert Attempt.objects.get(uuid=again.uuid).form != Attempt.objects.get(uuid=attempt.uuid).form


def test_void_without_our_fault_uses_the_try_up(learner, exam, staff):
    attempt = started(learner, exam)
    api.void_attempt(attempt.uuid, actor_id=staff.pk, reason="Another person answered.", our_fault=False)

    assert api.get_registration(attempt.registration_uuid).state == "finished"
    assert api.decide_attempt(attempt.uuid) is None


def test_void_after_the_pass_withdraws_it(learner, exam, staff, heard, django_capture_on_commit_callbacks):
    decision = decided(learner, exam, right=4)
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            api.void_attempt(decision.attempt_uuid, actor_id=staff.pk, reason="Not the person.", our_fault=False)

    assert api.get_decision(decision.uuid).state == "withdrawn"
    assert [name for name, _data in heard].count("withdrawn") == 1


def test_void_by_our_fault_after_registering_again_makes_that_one_free(learner, staff, make_exam):
    exam = make_exam(fee_policy="sitting", forms=3, max_attempts=3)
    first = registered(learner, exam)
    api.add_grant(first.uuid, kind="payment", reference="e1")
    decision = decided(learner, exam, right=1)
    second = registered(learner, exam)
    assert second.missing_grants == ("payment",)

    api.void_attempt(decision.attempt_uuid, actor_id=staff.pk, reason="The room was evacuated.", our_fault=True)

    assert api.get_registration(second.uuid).missing_grants == ()
    assert Registration.objects.filter(state="open").count() == 1


@pytest.mark.parametrize("before", ["voided"])
@pytest.mark.parametrize("after", ["in_progress", "submitted", "closed_by_time"])
def test_attempt_never_comes_back_from_being_voided(before, after):
    assert after not in Attempt.TRANSITIONS[before]


# Review by a person


def test_review_that_upholds_can_be_revised_to_a_change(learner, exam, staff):
    decision = decided(learner, exam, right=[True, False, True, False])
    request = api.request_review(learner.pk, decision_uuid=decision.uuid, text="Question 2 has two right answers.")
    assert api.request_review(learner.pk, decision_uuid=decision.uuid, text="Again.").uuid == request.uuid

    upheld = api.answer_review(request.uuid, actor_id=staff.pk, answer="It has one.")
    assert (upheld.uuid, upheld.state, upheld.passed) == (decision.uuid, "released", False)
    changed = api.answer_review(request.uuid, actor_id=staff.pk, answer="You were right.", credited={2: True})

    assert (changed.passed, changed.num, changed.state) == (True, 2, "released")
    before = Decision.objects.get(uuid=decision.uuid)
    assert (before.state, before.reason) == ("superseded", "You were right.")
    assert Decision.objects.get(num=2).evidence["credited"] == {"2": True}
    assert api.find_best_decision(learner.pk, exam_key=exam.key).uuid == changed.uuid


def test_review_is_answered_by_a_person_of_this_exam(learner, other_learner, exam):
    decision = decided(learner, exam, right=1)
    request = api.request_review(learner.pk, decision_uuid=decision.uuid, text="Look again.")

    for stranger in (learner, other_learner):
        with pytest.raises(StaffNotAllowed):
            api.answer_review(request.uuid, actor_id=stranger.pk, answer="It stands.")
    assert ReviewRequest.objects.get().state == "open"


def test_review_has_a_deadline_for_asking_and_one_for_the_answer(learner, exam, settings):
    settings.MASTERY_EXAM_REVIEW_DAYS, settings.MASTERY_EXAM_REVIEW_ANSWER_DAYS = 30, 14
    with freeze_time(START):
        decision = decided(learner, exam, right=1)
    with freeze_time(START + timedelta(days=30, seconds=1)), pytest.raises(WrongState):
        api.request_review(learner.pk, decision_uuid=decision.uuid, text="Look again.")
    with freeze_time(START + timedelta(days=30)):
        request = api.request_review(learner.pk, decision_uuid=decision.uuid, text="Look again.")

    assert request.deadline == START + timedelta(days=44)


def test_review_of_somebody_elses_or_an_unreleased_decision_is_refused(learner, other_learner, checked_exam):
    decision = decided(learner, checked_exam, right=1)

    with pytest.raises(DecisionNotFound):
        api.request_review(other_learner.pk, decision_uuid=decision.uuid, text="Mine?")
    with pytest.raises(WrongState):
        api.request_review(learner.pk, decision_uuid=decision.uuid, text="Look again.")


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_review_needs_words(learner, exam, text):
    with pytest.raises(InvalidInput):
        api.request_review(learner.pk, decision_uuid=decided(learner, exam, right=1).uuid, text=text)


# The rule


def test_evidence_holds_all_that_the_decision_was_computed_from(learner, exam):
    decided(learner, exam, right=3)

    row = Decision.objects.get()
    assert row.evidence["floors"] == {"probability": 1, "inference": 1}
    assert [item["correct"] for item in row.evidence["items"]] == [True, True, True, False]
    assert all(item["seed"] and item["item_version"] for item in row.evidence["items"])
    assert row.total == Decimal(3)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["a", "b"])), min_size=2, max_size=30), st.data())
def test_score_passes_exactly_when_total_and_floors_are_reached(answers, data):
    items = [ScoredItem(n, area, right, Decimal("0.5")) for n, (right, area) in enumerate(answers, start=1)]
    needed = data.draw(st.integers(1, len(items)))
    floor = data.draw(st.integers(0, sum(item.competency_key == "a" for item in items)))

    outcome = score_form(items, rule=FormRule(needed, {"a": floor}, (("a", "A"), ("b", "B"))))

    total = sum(item.correct for item in items)
    in_a = sum(item.correct for item in items if item.competency_key == "a")
    assert outcome.passed == (total >= needed and in_a >= floor)
    assert (outcome.scaled_score >= 60) == (total >= needed)
    assert 0 <= outcome.scaled_score <= 100


def test_pilot_items_count_for_nothing(learner, exam):
    attempt = started(learner, exam)
    Attempt.objects.get().items.get(position=4).version_item.__class__.objects.filter(
        pk=Attempt.objects.get().items.get(position=4).version_item_id
    ).update(use="pilot")
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)
    api.decide_attempt(attempt.uuid)

    evidence = Decision.objects.get().evidence
    assert evidence["questions"] == 4 and sum(evidence["area_marks"].values()) == 0


def test_sitting_time_is_kept_as_the_time_of_the_result(learner, exam):
    with freeze_time(START):
        attempt = sat(learner, exam, right=4)
    decision = api.decide_attempt(attempt.uuid)

    assert decision.sat_at == START
    assert decision.decided_at > timezone.now() - timedelta(minutes=5)
