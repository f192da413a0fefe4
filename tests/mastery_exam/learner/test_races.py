"""Two at once, with real threads and real locks: starts, submits, the closer, a flood of answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from mastery_sittings import DEVICE, OTHER_DEVICE, answers_for, registered, started
from races import at_once

from mastery_exam import api
from mastery_exam.errors import AttemptEnded
from mastery_exam.models import Answer, Attempt, AuditEntry, Decision, Registration

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor == "sqlite":
        pytest.skip("skipped: two writers at once need MariaDB or PostgreSQL (SUITE_TEST_DB)")


def test_two_registrations_at_once_make_one(learner, exam):
    outcomes = at_once(*[lambda: registered(learner, exam)] * 4)

    assert {outcome.uuid for outcome in outcomes} == {Registration.objects.get().uuid}


def test_two_starts_at_once_make_one_attempt(learner, exam):
    registration = registered(learner, exam)

    def start(device):
        return api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token=device)

    outcomes = at_once(lambda: start(DEVICE), lambda: start(OTHER_DEVICE), lambda: start(DEVICE))

    assert {outcome.uuid for outcome in outcomes} == {Attempt.objects.get().uuid}
    assert Attempt.objects.get().items.count() == 4


def test_two_submits_at_once_end_the_attempt_once_and_decide_it_once(learner, exam):
    attempt = started(learner, exam)

    at_once(*[lambda: api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)] * 3)

    assert Attempt.objects.get().state == "submitted"
    assert AuditEntry.objects.filter(action="attempt_ended").count() == 1
    assert Decision.objects.count() == 1


def test_two_deciders_at_once_write_one_decision(learner, exam):
    attempt = started(learner, exam)
    Attempt.objects.update(state="submitted", submitted_at=timezone.now(), closed_at=timezone.now())

    outcomes = at_once(*[lambda: api.decide_attempt(attempt.uuid)] * 3)

    assert {outcome.uuid for outcome in outcomes} == {Decision.objects.get().uuid}


def test_closer_and_submit_at_once_end_the_attempt_once(learner, exam):
    attempt = started(learner, exam)
    Attempt.objects.update(ends_at=timezone.now() - timedelta(hours=1))

    at_once(
        lambda: api.close_due_attempts(),
        lambda: api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid),
        lambda: api.close_due_attempts(),
    )

    assert Attempt.objects.get().state == "closed_by_time"
    assert AuditEntry.objects.filter(action="attempt_ended").count() == 1
    assert Decision.objects.count() == 1


def test_answers_flood_keeps_every_answer_under_its_number(learner, exam):
    attempt = started(learner, exam)
    answers = answers_for(attempt.uuid, 1, right=True)

    def save(seq):
        return lambda: api.save_answer(
            learner.pk, attempt_uuid=attempt.uuid, position=1, client_seq=seq, answers=answers, device_token=DEVICE
        )

    outcomes = at_once(*[save(seq) for seq in (1, 2, 3, 4, 5, 6, 1, 2)])

    assert [outcome.client_seq for outcome in outcomes] == [1, 2, 3, 4, 5, 6, 1, 2]
    assert list(Answer.objects.values_list("client_seq", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_no_answer_is_stored_after_the_submit(learner, exam):
    attempt = started(learner, exam)
    answers = answers_for(attempt.uuid, 1, right=True)

    def save(seq):
        return lambda: api.save_answer(
            learner.pk, attempt_uuid=attempt.uuid, position=1, client_seq=seq, answers=answers, device_token=DEVICE
        )

    outcomes = at_once(
        *[save(seq) for seq in range(1, 6)], lambda: api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)
    )

    saved = [outcome for outcome in outcomes[:-1] if not isinstance(outcome, Exception)]
    assert all(isinstance(outcome, AttemptEnded) for outcome in outcomes[:-1] if outcome not in saved)
    assert Answer.objects.count() == len(saved)
    assert all(row.received_at <= Attempt.objects.get().closed_at for row in Answer.objects.all())


def test_release_and_withdraw_at_once_leave_it_withdrawn(learner, staff, make_exam):
    exam = make_exam(release_policy="after_check")
    attempt = started(learner, exam)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)
    decision = api.decide_attempt(attempt.uuid)

    at_once(
        lambda: api.release_decisions(exam.key, actor_id=staff.pk),
        lambda: api.withdraw_decision(decision.uuid, actor_id=staff.pk, reason="The key was wrong."),
    )

    assert Decision.objects.get().state == "withdrawn"


def test_code_is_used_once_by_two_starts_at_once(learner, staff, make_exam):
    exam = make_exam(identity_policy="in_person", required_grants=["identity"])
    registration = registered(learner, exam)
    code = api.issue_start_code(registration.uuid, actor_id=staff.pk)

    def start(device):
        return api.start_attempt(learner.pk, registration_uuid=registration.uuid, start_code=code, device_token=device)

    outcomes = at_once(lambda: start(DEVICE), lambda: start(OTHER_DEVICE))

    assert {getattr(outcome, "uuid", None) for outcome in outcomes} == {Attempt.objects.get().uuid}
