"""Many at once without forms, with real threads and real locks: starts, settles, both; nobody meets a deadlock."""

from __future__ import annotations

from functools import partial
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction
from formless_exams import classification, linear, make_formless, settle
from mastery_sittings import DEVICE, answer, registered, started
from test_races import at_once

from mastery_exam import api
from mastery_exam.data import AttemptData, SettledItem
from mastery_exam.models import Attempt, AttemptItem, ExamVersion, ItemExposure
from mastery_exam.psychometrics import PosteriorRule
from mastery_exam.services import transactions

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

PEOPLE = 8
STEPS = 3


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor == "sqlite":
        pytest.skip("skipped: two writers at once need MariaDB or PostgreSQL (SUITE_TEST_DB)")


@pytest.fixture
def people(make_user):
    return [make_user(f"candidate_{number}") for number in range(PEOPLE)]


def capped(staff, **plan):
    """A version whose exposure control has something to hold back, and which nobody's answers end early."""
    version = make_formless(staff, **classification(rule=PosteriorRule(0.9999), **plan))
    ExamVersion.objects.update(delivery_plan=version.delivery_plan | {"exposure_cap": 0.4})
    version.refresh_from_db()
    return version


def start(user, registration):
    return api.start_attempt(user.pk, registration_uuid=registration.uuid, device_token=DEVICE)


def check_exposure():
    """The counts are exactly what the attempts' records say."""
    attempts = list(Attempt.objects.all())
    for row in ItemExposure.objects.select_related("version_item__item_version__item"):
        key = row.version_item.item_version.item.key
        assert row.times_given == AttemptItem.objects.filter(version_item=row.version_item).count()
        held_back = [key in attempt.delivery.get("ineligible", []) for attempt in attempts]
        assert row.times_eligible == held_back.count(False)


def test_many_people_start_and_settle_at_once(people, staff):
    version = capped(staff)
    registrations = [registered(user, version.exam) for user in people]

    outcomes = at_once(*[partial(start, *pair) for pair in zip(people, registrations, strict=True)])
    assert all(isinstance(outcome, AttemptData) for outcome in outcomes), outcomes
    check_exposure()
    for position in range(1, STEPS + 1):
        for user, attempt in zip(people, outcomes, strict=True):
            answer(user, attempt, position, right=True)
        jobs = [partial(settle, *pair, position) for pair in zip(people, outcomes, strict=True)]
        settled = at_once(*jobs, *jobs)
        assert settled == [SettledItem(position + 1, finished=False)] * 2 * PEOPLE, settled

    assert AttemptItem.objects.count() == PEOPLE * (STEPS + 1)
    check_exposure()
    assert all(api.replay_attempt(attempt.uuid).same_items for attempt in outcomes)


def test_starts_and_settles_of_different_people_do_not_meet_a_deadlock(people, staff):
    version = capped(staff)
    running = [started(user, version.exam) for user in people[: PEOPLE // 2]]
    waiting = [(user, registered(user, version.exam)) for user in people[PEOPLE // 2 :]]

    outcomes = at_once(
        *[partial(settle, *pair, 1, 0) for pair in zip(people, running, strict=False)],
        *[partial(start, *pair) for pair in waiting],
    )

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    check_exposure()


def test_many_draw_forms_at_once(people, staff):
    version = make_formless(staff, pilots=3, pilot_items=1, **linear())
    registrations = [registered(user, version.exam) for user in people]

    outcomes = at_once(*[partial(start, *pair) for pair in zip(people, registrations, strict=True)])

    assert all(isinstance(outcome, AttemptData) for outcome in outcomes), outcomes
    scored = ItemExposure.objects.filter(version_item__use="scored")
    assert set(scored.values_list("times_eligible", flat=True)) == {PEOPLE}
    assert sum(ItemExposure.objects.values_list("times_given", flat=True)) == PEOPLE * 5


def test_one_persons_settles_at_once_give_one_next_item(learner, staff):
    attempt = started(learner, capped(staff).exam)
    answer(learner, attempt, 1, right=True)

    outcomes = at_once(*[partial(settle, learner, attempt, 1)] * 6)

    assert outcomes == [SettledItem(2, finished=False)] * 6
    assert list(AttemptItem.objects.values_list("position", flat=True)) == [1, 2]
    check_exposure()


def test_settle_and_a_newer_answer_at_once_lose_nothing(learner, staff):
    """Either the newer answer is stored and the settle is told of it, or the answer comes too late and is told so."""
    attempt = started(learner, capped(staff).exam)
    for position in range(1, 6):
        answer(learner, attempt, position, right=True)

        settled, saved = at_once(
            partial(settle, learner, attempt, position),
            partial(answer, learner, attempt, position, right=False, seq=2),
        )

        row = AttemptItem.objects.get(position=position)
        if isinstance(settled, Exception):
            assert settled.code == "answer_conflict" and saved.client_seq == 2 and row.settled_at is None
            settle(learner, attempt, position, seq=2)
        else:
            assert saved.code == "cannot_go_back" and row.settled_correct is True


def test_settle_and_giving_up_at_once_end_it_once(learner, staff):
    attempt = started(learner, capped(staff).exam)

    outcomes = at_once(
        partial(settle, learner, attempt, 1, 0),
        partial(api.submit_attempt, learner.pk, attempt_uuid=attempt.uuid, give_up=True),
    )

    assert Attempt.objects.get().state == "submitted"
    assert not isinstance(outcomes[0], Exception) or outcomes[0].code == "attempt_ended"
    check_exposure()


def test_transaction_is_done_again_after_a_real_deadlock(people, staff):
    """Two that lock two rows the other way round: the database breaks one off, and it is done again."""
    version = capped(staff)
    one, other = ItemExposure.objects.filter(version_item__exam_version=version).order_by("pk")[:2]
    gate = Barrier(2, timeout=10)
    tries = []

    def work(first, second):
        tries.append(first.pk)
        list(ItemExposure.objects.select_for_update().filter(pk=first.pk))
        if len(tries) <= 2:
            gate.wait()
        list(ItemExposure.objects.select_for_update().filter(pk=second.pk))
        return "done"

    outcomes = at_once(
        partial(transactions.in_transaction, partial(work, one, other)),
        partial(transactions.in_transaction, partial(work, other, one)),
    )

    assert outcomes == ["done", "done"] and len(tries) == 3


def test_transaction_inside_another_is_not_done_again(db):
    tries = []

    def work():
        tries.append(1)
        raise OperationalError(1213, "Deadlock found")

    with pytest.raises(OperationalError), transaction.atomic():
        transactions.in_transaction(work)
    assert len(tries) == 1
