"""What people who run an exam do with attempts that have no form and decisions that have no score."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from formless_exams import classification, linear, make_formless, sat_through, settle
from freezegun import freeze_time
from mastery_sittings import answer, decided, started

from mastery_exam import api
from mastery_exam.errors import InvalidInput
from mastery_exam.models import Attempt, Decision, ExamVersion, ItemExposure
from mastery_exam.psychometrics import PosteriorRule, QuotaError, Sitting
from mastery_exam.services import gradebook
from openedx_bridge import api as bridge

BLOCK = "block-v1:Org+C1+2027+type@mastery-exam+block@b1"


@pytest.fixture
def version(staff) -> ExamVersion:
    return make_formless(staff, **classification())


def concluded(user, version, right):
    attempt = sat_through(user, version.exam, right)
    return attempt, api.decide_attempt(attempt.uuid)


def test_review_decides_the_same_items_again(learner, staff, version):
    attempt, decision = concluded(learner, version, lambda p: p % 2 == 0)
    assert not decision.passed
    request = api.request_review(learner.pk, decision_uuid=decision.uuid, text="Look again.")

    credited = dict.fromkeys(attempt.items.values_list("position", flat=True), True)
    revised = api.answer_review(request.uuid, actor_id=staff.pk, answer="You were right.", credited=credited)

    assert revised.passed and revised.scaled_score is None
    old, new = attempt.decisions.order_by("num")
    assert old.state == "superseded" and new.state == "released"
    assert new.evidence["questions"] == old.evidence["questions"] == new.total
    assert new.evidence["p_above"] > old.evidence["p_above"]
    assert [step["key"] for step in new.evidence["steps"]] == [step["key"] for step in old.evidence["steps"]]
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_review_credits_no_item_that_did_not_count(learner, staff, version):
    attempt = started(learner, version.exam)
    answer(learner, attempt, 1, right=True)
    settle(learner, attempt, 1)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid, give_up=True)
    decision = api.decide_attempt(attempt.uuid)
    request = api.request_review(learner.pk, decision_uuid=decision.uuid, text="Look again.")

    with pytest.raises(InvalidInput, match="not in the try"):
        api.answer_review(request.uuid, actor_id=staff.pk, answer="No.", credited={2: True})


def test_voided_attempt_gives_the_try_back_and_its_items_stay_seen(learner, staff, version):
    attempt = started(learner, version.exam)
    settle(learner, attempt, 1, seq=0)
    voided = api.void_attempt(attempt.uuid, actor_id=staff.pk, reason="Fire alarm.", our_fault=True)
    assert voided.state == "voided"
    first = set(Attempt.objects.get().items.values_list("version_item_id", flat=True))

    again, decision = concluded(learner, version, lambda p: True)

    assert decision.passed
    assert not first & set(again.items.values_list("version_item_id", flat=True))
    assert api.decide_attempt(attempt.uuid) is None
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_reconciliation_closes_and_decides_what_nobody_did(learner, version):
    attempt = started(learner, version.exam)
    answer(learner, attempt, 1, right=True)
    with freeze_time(attempt.accepts_until + timedelta(hours=1)):
        assert [found.kind for found in api.reconcile(dry_run=False)] == ["due_not_closed"]
    with freeze_time(attempt.accepts_until + timedelta(hours=2)):
        api.reconcile(dry_run=False)

    evidence = Decision.objects.get().evidence
    assert evidence["ended_by"] == "time" and evidence["ended_early"] and evidence["questions"] == 1


def test_gradebook_counts_a_pass_without_a_score_as_all_and_a_fail_as_nothing(learner, version, monkeypatch):
    stored = []
    monkeypatch.setattr(bridge, "is_enrolled", lambda user_id, *, course_key: True)
    monkeypatch.setattr(
        bridge, "store_score", lambda user_id, *, usage_key, earned, possible: stored.append(earned) or True
    )
    api.link_placement(BLOCK, exam_key=version.exam.key)
    for right in (lambda p: False, lambda p: True):
        concluded(learner, version, right)
        for outbox_id in gradebook.waiting_scores():
            gradebook.send_score(outbox_id)
    assert stored == [0, 100]


def test_gradebook_and_best_decision_order_scores_and_passes_without_one(learner, version, staff):
    _first, scored = concluded(learner, version, lambda p: True)
    Decision.objects.update(scaled_score=80)
    api.allow_resit(learner.pk, exam_key=version.exam.key, actor_id=staff.pk)
    _second, unscored = concluded(learner, version, lambda p: True)

    assert api.find_best_decision(learner.pk, exam_key=version.exam.key).uuid == scored.uuid
    assert gradebook._standing(learner.pk, version.exam) == 100
    assert unscored.passed


def test_pages_and_records_take_decisions_without_score_and_attempts_without_form(learner, staff, version, client_of):
    attempt, _decision = concluded(learner, version, lambda p: True)
    candidate, author = client_of(learner), client_of(staff)
    for name, args, client in (
        ("my-exams", [], candidate),
        ("result", [attempt.uuid], candidate),
        ("exam", [version.exam.key], candidate),
        ("author-results", [version.exam.key], author),
        ("invigilate", [version.exam.key], author),
    ):
        response = client.get(reverse(f"mastery_exam:{name}", args=args))
        assert response.status_code == 200, name
        assert "None" not in response.content.decode(), name
    assert api.learner_status(learner.pk, exam_key=version.exam.key).state == "passed"
    assert candidate.get(reverse("mastery_exam:api-decisions")).json()[0]["scaled_score"] is None
    (mine,) = api.export_answers(learner.pk)
    assert mine


def test_retired_person_leaves_the_record_of_the_exam(learner, version):
    attempt, _decision = concluded(learner, version, lambda p: True)
    api.retire_user(learner.pk)

    row = Attempt.objects.get()
    assert row.device_hash == "" and row.items.filter(settled_at=None).count() == 0
    assert row.decisions.get().passed
    report = api.replay_attempt(attempt.uuid)
    assert report.same_items and not report.same_decision  # what was answered is gone, and a replay says so


def test_replay_command_says_what_it_compared(learner, version):
    attempt, _decision = concluded(learner, version, lambda p: True)
    out = StringIO()
    call_command("replay_attempt", str(attempt.uuid), stdout=out)
    assert out.getvalue() == "Items: the same\nDecision: the same\n"

    attempt.decisions.update(passed=False)
    with pytest.raises(CommandError, match="Differences: 1."):
        call_command("replay_attempt", str(attempt.uuid), stdout=out)
    assert "Decision: DIFFERENT\nThe result passed was False, and is True.\n" in out.getvalue()
    with pytest.raises(CommandError, match="no such try"):
        call_command("replay_attempt", "00000000-0000-4000-8000-000000000000", stdout=out)


def test_replay_of_a_fixed_form_compares_items_and_decision(learner, exam):
    decided(learner, exam, right=3)
    attempt = Attempt.objects.get()
    assert api.replay_attempt(attempt.uuid).differences == ()

    first, second = attempt.items.order_by("position")[:2]
    attempt.items.filter(pk=first.pk).update(position=99)
    attempt.items.filter(pk=second.pk).update(position=1)
    attempt.items.filter(pk=first.pk).update(position=2)
    report = api.replay_attempt(attempt.uuid)
    assert not report.same_items and len(report.differences) >= 2


def test_replay_without_a_decision_compares_the_items(learner, version):
    attempt = started(learner, version.exam)
    settle(learner, attempt, 1, seq=0)
    report = api.replay_attempt(attempt.uuid)
    assert report.same_items and report.same_decision and report.differences == ()


def test_bank_used_up_ends_the_sitting_with_the_answers_so_far(learner, staff, monkeypatch):
    """Publishing refuses such a bank; should one be there, nobody is left in a sitting that cannot go on."""
    version = make_formless(staff, **classification(rule=PosteriorRule(0.9999), min_items=2))
    pool = Sitting._quota_pool

    def two_items_only(sitting):
        if len(sitting.given) == 2:
            raise QuotaError("No item is left that may be given.")
        return pool(sitting)

    monkeypatch.setattr(Sitting, "_quota_pool", two_items_only)
    attempt, decision = concluded(learner, version, lambda p: True)

    assert attempt.state == "submitted" and attempt.items.count() == 2
    assert decision.passed and attempt.decisions.get().evidence["ended_by"] == "bank"
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_decided_once_however_often_it_is_asked_for(learner, version):
    attempt, decision = concluded(learner, version, lambda p: True)
    assert api.decide_attempt(attempt.uuid).uuid == decision.uuid
    assert Decision.objects.count() == 1
    assert timezone.now() >= Decision.objects.get().decided_at


def test_exposure_of_a_voided_attempt_stays_counted(learner, staff):
    version = make_formless(staff, **linear())
    attempt = started(learner, version.exam)
    api.void_attempt(attempt.uuid, actor_id=staff.pk, reason="Fire alarm.", our_fault=True)
    assert sum(ItemExposure.objects.values_list("times_given", flat=True)) == 4
