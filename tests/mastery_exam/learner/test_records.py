"""What is kept of a person, handed to them, scrubbed; and what a dead process left behind, found and repaired."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from freezegun import freeze_time
from mastery_sittings import START, answer, answers_for, decided, registered, sat, started

from mastery_exam import api
from mastery_exam.models import Answer, Attempt, Decision, Grant, Incident, Registration
from sandbox.platform import SandboxBackend

pytestmark = pytest.mark.django_db


# Data of a person


def test_export_holds_the_persons_own_answers_and_not_the_items(learner, other_learner, exam):
    attempt = started(learner, exam)
    answers = answers_for(attempt.uuid, 1, right=False)
    answer(learner, attempt, 1, right=False)
    sat(other_learner, exam, right=4)

    (own,) = api.export_answers(learner.pk)
    text = str(own)

    assert own["legal_name"] == "Ana Ćosić"
    assert [row["answer"] for row in own["answers"]] == [list(answers.values())]
    assert "Stem of question" not in text and "Secret title" not in text and "item-" not in text


def test_retired_person_leaves_no_name_answer_or_free_text_in_any_table(learner, exam, staff):
    registration = registered(learner, exam, legal_name="Xóchitl Needle", adjustments_requested="needle, eyesight")
    api.approve_adjustments(
        registration.uuid, extra_time_percent=10, actor_id=staff.pk, answer="Needle may bring a lamp."
    )
    attempt = api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token="d" * 20)
    field = next(iter(answers_for(attempt.uuid, 1, right=True)))
    api.save_answer(
        learner.pk,
        attempt_uuid=attempt.uuid,
        position=1,
        client_seq=1,
        answers={field: "12345678"},
        device_token="d" * 20,
    )
    api.note_incident(registration.uuid, actor_id=staff.pk, note="Needle left early.")
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)
    decision = api.decide_attempt(attempt.uuid)
    request = api.request_review(learner.pk, decision_uuid=decision.uuid, text="Needle asks.")
    api.answer_review(request.uuid, actor_id=staff.pk, answer="Needle is answered.")
    assert Incident.objects.count() == 1 and "Needle" in dump() and "12345678" in dump()

    for _time in range(3):
        SandboxBackend().retire(learner.pk)

    text = dump().lower()
    assert "needle" not in text and "xóchitl" not in text and "x\\u00f3chitl" not in text and "12345678" not in text
    kept = Decision.objects.get()
    assert kept.scaled_score == decision.scaled_score and kept.evidence["items"][0]["correct"] is False


def test_retiring_one_person_leaves_the_others_alone(learner, other_learner, exam):
    registered(learner, exam, legal_name="Somebody Else")
    SandboxBackend().retire(other_learner.pk)

    assert Registration.objects.get().legal_name == "Somebody Else"


def dump() -> str:
    """Everything that the app stores, as JSON."""
    out = io.StringIO()
    call_command("dumpdata", "mastery_exam", stdout=out)
    return out.getvalue()


# Reconciliation


def kinds(**options):
    return [finding.kind for finding in api.reconcile(**options)]


def test_reconcile_finds_nothing_in_order(learner, exam):
    decided(learner, exam, right=4)

    assert kinds() == []


def test_reconcile_names_and_then_closes_what_is_due(learner, exam):
    with freeze_time(START):
        started(learner, exam)
    with freeze_time(START + timedelta(hours=2)):
        assert kinds() == ["due_not_closed"]
        assert Attempt.objects.get().state == "in_progress"
        assert kinds(dry_run=False) == ["due_not_closed"]

    assert Attempt.objects.get().state == "closed_by_time"


def test_reconcile_decides_what_was_submitted_and_forgotten(learner, exam):
    with freeze_time(START):
        sat(learner, exam, right=4)
    with freeze_time(START + timedelta(minutes=1)):
        assert kinds() == []
    with freeze_time(START + timedelta(minutes=3)):
        assert kinds() == ["not_decided"]
        assert kinds(dry_run=False) == ["not_decided"]
        assert kinds() == []

    assert Decision.objects.get().passed


def test_reconcile_names_a_result_that_people_owe_but_releases_nothing(learner, make_exam):
    with freeze_time(START):
        decided(learner, make_exam(release_policy="after_check", release_hours=1), right=4)
    with freeze_time(START + timedelta(hours=2)):
        (finding,) = api.reconcile(dry_run=False)

    assert (finding.kind, finding.repair, finding.user_id) == ("release_due", "", learner.pk)
    assert Decision.objects.get().state == "pending_check"


def test_reconcile_command_is_a_dry_run_unless_told_to_repair(learner, exam, capsys):
    with freeze_time(START):
        started(learner, exam)
    with freeze_time(START + timedelta(hours=2)):
        call_command("reconcile_exams")
        assert "due_not_closed" in capsys.readouterr().out
        assert Attempt.objects.get().state == "in_progress"
        call_command("reconcile_exams", "--repair")

    assert "left: 0" in capsys.readouterr().out
    assert Attempt.objects.get().state == "closed_by_time"


# What is never overwritten


def test_everything_of_two_tries_is_kept(learner, exam):
    decided(learner, exam, right=1)
    decided(learner, exam, right=4)

    assert Attempt.objects.count() == Decision.objects.count() == 2
    assert Answer.objects.count() == 8


@pytest.mark.parametrize(
    ("state", "step"),
    [("not_registered", "View exam"), ("ready", "Check in"), ("in_progress", "Go on with the exam")],
)
def test_status_follows_the_person(learner, exam, state, step):
    if state != "not_registered":
        registered(learner, exam)
    if state == "in_progress":
        started(learner, exam)
    status = api.learner_status(learner.pk, exam_key=exam.key)

    assert (status.state, status.next_step) == (state, step)


def test_status_of_anybody_anonymous_is_not_registered(exam):
    assert api.learner_status(None, exam_key=exam.key).state == "not_registered"


def test_status_waits_for_payment_then_for_the_result_then_tells(learner, staff, make_exam):
    exam = make_exam(fee_policy="sitting", release_policy="after_check", wait_days=3)
    registration = registered(learner, exam)
    assert api.learner_status(learner.pk, exam_key=exam.key).state == "waiting_payment"
    api.add_grant(registration.uuid, kind="payment", reference="e1")
    decided(learner, exam, right=1)
    waiting = api.learner_status(learner.pk, exam_key=exam.key)
    api.release_decisions(exam.key, actor_id=staff.pk)
    told = api.learner_status(learner.pk, exam_key=exam.key)

    assert waiting.state == "waiting_result" and waiting.deadline is not None
    assert told.state == "not_passed" and told.deadline > timezone.now() + timedelta(days=2)
    assert Grant.objects.count() == 1
