"""Answers: appended, repeatable, from one device at a time, never lost, never judged while sitting."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mastery_sittings import DEVICE, OTHER_DEVICE, answer, answers_for, sat, started

from mastery_exam import api
from mastery_exam.errors import (
    AnswerConflict,
    AnswerUnreadable,
    AttemptEnded,
    AttemptNotFound,
    OtherDevice,
)
from mastery_exam.models import Answer, Attempt
from mastery_exam.services.answering import clean_answers

pytestmark = pytest.mark.django_db
NAMES = st.text(max_size=20).map(lambda text: f"input_{text}")


def save(learner, attempt, answers, *, position=1, seq=1, device=DEVICE):
    return api.save_answer(
        learner.pk,
        attempt_uuid=attempt.uuid,
        position=position,
        client_seq=seq,
        answers=answers,
        device_token=device,
    )


def test_save_appends_and_the_highest_number_counts(learner, exam):
    attempt = started(learner, exam)
    answer(learner, attempt, 1, right=False, seq=1)
    answer(learner, attempt, 1, right=False, seq=3)
    answer(learner, attempt, 1, right=True, seq=4)
    answer(learner, attempt, 1, right=False, seq=2)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)
    api.decide_attempt(attempt.uuid)

    evidence = Attempt.objects.get().decisions.get().evidence["items"][0]
    assert Answer.objects.count() == 4
    assert (evidence["client_seq"], evidence["correct"]) == (4, True)


def test_save_again_gives_the_same_receipt_and_one_row(learner, exam):
    attempt = started(learner, exam)
    first = answer(learner, attempt, 1, right=True)

    assert answer(learner, attempt, 1, right=True) == first
    assert Answer.objects.count() == 1


def test_save_another_answer_under_a_taken_number_names_the_next_one(learner, exam):
    attempt = started(learner, exam)
    answer(learner, attempt, 1, right=True, seq=5)

    with pytest.raises(AnswerConflict) as refusal:
        answer(learner, attempt, 1, right=False, seq=5)

    assert refusal.value.fields == {"next_seq": "6"}
    assert Answer.objects.count() == 1


def test_blank_answer_at_the_end_is_what_the_person_wanted(learner, exam):
    attempt = started(learner, exam)
    name = next(iter(answers_for(attempt.uuid, 1, right=True)))
    answer(learner, attempt, 1, right=True, seq=1)
    save(learner, attempt, {name: ""}, seq=2)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)
    api.decide_attempt(attempt.uuid)

    item = Attempt.objects.get().decisions.get().evidence["items"][0]
    assert item["parts"][0]["state"] == "unanswered"
    assert Answer.objects.count() == 2


def test_save_from_another_device_is_refused_until_it_takes_over(learner, exam):
    attempt = started(learner, exam)

    with pytest.raises(OtherDevice, match="Open on another device. This one is read-only."):
        answer(learner, attempt, 1, right=True, device=OTHER_DEVICE)
    api.take_over(learner.pk, attempt_uuid=attempt.uuid, device_token=OTHER_DEVICE)
    answer(learner, attempt, 1, right=True, device=OTHER_DEVICE)
    with pytest.raises(OtherDevice):
        answer(learner, attempt, 1, right=True, seq=2)


def test_read_only_device_can_not_submit(learner, exam):
    attempt = started(learner, exam)

    with pytest.raises(OtherDevice):
        api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid, device_token=OTHER_DEVICE)

    assert Attempt.objects.get().state == "in_progress"


def test_malformed_answer_is_named_saved_and_not_judged(learner, exam):
    attempt = started(learner, exam)
    name = next(iter(answers_for(attempt.uuid, 1, right=True)))

    receipt = save(learner, attempt, {name: "about three"})

    assert set(receipt.malformed) == {name}
    assert "right" not in receipt.malformed[name] and "wrong" not in receipt.malformed[name]
    assert Answer.objects.get().answers == {name: "about three"}


@pytest.mark.parametrize("right", [True, False])
def test_receipt_tells_nothing_of_right_or_wrong(learner, exam, right):
    attempt = started(learner, exam)

    assert answer(learner, attempt, 2, right=right).malformed == {}


def test_save_after_the_end_is_refused(learner, exam):
    attempt = sat(learner, exam, right=1)

    with pytest.raises(AttemptEnded):
        save(learner, attempt, {"x": "1"}, seq=9)


def test_save_by_somebody_else_finds_no_attempt(learner, other_learner, exam):
    attempt = started(learner, exam)

    with pytest.raises(AttemptNotFound):
        save(other_learner, attempt, {"x": "1"})


@pytest.mark.parametrize(
    "answers",
    [
        None,
        [],
        "text",
        {"x": {"nested": 1}},
        {"x": True},
        {"x": "a" * 2001},
        {"x": ["a"] * 101},
        {f"name{n}": "1" for n in range(101)},
        {"": "1"},
        {"n" * 201: "1"},
        {f"n{n}": "a" * 1900 for n in range(40)},
    ],
)
def test_save_what_is_no_answer_is_refused_and_stores_nothing(learner, exam, answers):
    attempt = started(learner, exam)

    with pytest.raises(AnswerUnreadable):
        save(learner, attempt, answers)

    assert not Answer.objects.exists()


@pytest.mark.parametrize("seq", [0, -1, 2**31])
def test_save_under_an_unusable_number_is_refused(learner, exam, seq):
    attempt = started(learner, exam)

    with pytest.raises(AnswerUnreadable):
        save(learner, attempt, {"x": "1"}, seq=seq)


@pytest.mark.parametrize("position", [0, 5, 999])
def test_save_to_a_question_that_is_not_there_finds_nothing(learner, exam, position):
    attempt = started(learner, exam)

    with pytest.raises(AttemptNotFound):
        save(learner, attempt, {"x": "1"}, position=position)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES, st.text(max_size=50) | st.lists(st.text(max_size=9)), max_size=5))
def test_clean_answers_can_always_be_stored_and_changes_nothing_a_second_time(answers):
    clean = clean_answers(answers)

    assert clean_answers(clean) == clean
    assert "\x00" not in str(clean)


def test_flag_is_kept_and_taken_away(learner, exam):
    attempt = started(learner, exam)
    row = Attempt.objects.get()

    api.flag_item(learner.pk, attempt_uuid=attempt.uuid, position=2, flagged=True, device_token=DEVICE)
    assert row.items.get(position=2).flagged
    api.flag_item(learner.pk, attempt_uuid=attempt.uuid, position=2, flagged=False, device_token=DEVICE)
    assert not row.items.get(position=2).flagged


def test_answers_survive_a_new_version_of_the_item(learner, exam):
    attempt = started(learner, exam)
    answer(learner, attempt, 1, right=True)
    item = Attempt.objects.get().items.get(position=1).version_item.item_version.item
    item.versions.create(num=2, olx="<problem/>", olx_sha256="0" * 64)
    item.latest_num = 2
    item.save()
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)
    api.decide_attempt(attempt.uuid)

    assert Attempt.objects.get().decisions.get().evidence["items"][0]["correct"]
