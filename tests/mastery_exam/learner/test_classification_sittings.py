"""Whole sittings of a classification test over real problems: chosen, settled, ended and decided by the one engine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from formless_exams import (
    LEAST,
    MOST,
    classification,
    freeze_items,
    make_formless,
    sat_through,
    settle,
    sit_through,
)
from freezegun import freeze_time
from mastery_sittings import DEVICE, answer, registered, started

from mastery_exam import api
from mastery_exam.errors import AnswerConflict, AttemptNotFound, CannotGoBack, NotFinished, TimeIsUp, WrongState
from mastery_exam.models import Attempt, AttemptItem, BankCalibration, CalibratedItem, ExamVersion, Item, ItemExposure
from mastery_exam.psychometrics import PosteriorRule
from mastery_exam.services import adaptive_version
from mastery_exam.services.adaptive_version import adaptive_test_of, frozen_test
from mastery_exam.services.sitting import find_registration_row
from mastery_exam.services.starting import will_repeat


@pytest.fixture
def version(staff) -> ExamVersion:
    return make_formless(staff, **classification())


PATTERNS = {"right": lambda p: True, "wrong": lambda p: False, "borderline": lambda p: p % 2 == 0}


def evidence_of(attempt):
    return attempt.decisions.get().evidence


def given_keys(attempt):
    return list(attempt.items.order_by("position").values_list("version_item__item_version__item__key", flat=True))


@pytest.mark.parametrize(
    ("kind", "passed", "ended_by"),
    [("right", True, "rule"), ("wrong", False, "rule"), ("borderline", False, "maximum")],
)
def test_sitting_ends_and_is_decided_as_the_engine_alone_would(learner, version, kind, passed, ended_by):
    right = PATTERNS[kind]

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
    assert len(given) == MOST if kind == "borderline" else LEAST <= len(given) < MOST
    report = api.replay_attempt(attempt.uuid)
    assert report.same_items and report.same_decision and report.differences == ()


def test_settled_answer_is_final_and_settling_again_changes_nothing(learner, version):
    attempt = started(learner, version.exam)
    answer(learner, attempt, 1, right=False)
    answer(learner, attempt, 1, right=True, seq=2)

    first = settle(learner, attempt, 1, seq=2)
    again = settle(learner, attempt, 1, seq=2)

    assert first == again and first.position == 2 and not first.finished
    assert answer(learner, attempt, 1, right=True, seq=2).client_seq == 2  # the same again: the same receipt
    with pytest.raises(CannotGoBack, match="no going back"):
        answer(learner, attempt, 1, right=True, seq=3)
    with pytest.raises(CannotGoBack):
        api.flag_item(learner.pk, attempt_uuid=attempt.uuid, position=2, flagged=True, device_token=DEVICE)
    row = AttemptItem.objects.get(attempt__uuid=attempt.uuid, position=1)
    assert (row.settled_seq, row.settled_correct) == (2, True)
    assert AttemptItem.objects.count() == 2


def test_settle_with_another_number_loses_no_answer(learner, version):
    attempt = started(learner, version.exam)
    answer(learner, attempt, 1, right=True, seq=4)

    for stale in (0, 3, 5):
        with pytest.raises(AnswerConflict) as refused:
            settle(learner, attempt, 1, seq=stale)
        assert refused.value.fields == {"next_seq": "5"}

    assert AttemptItem.objects.get().settled_at is None


def test_settle_without_an_answer_counts_as_wrong(learner, version):
    attempt = started(learner, version.exam)

    settle(learner, attempt, 1, seq=0)

    row = AttemptItem.objects.get(position=1)
    assert (row.settled_seq, row.settled_correct) == (None, False)


def test_settle_knows_only_items_that_were_given(learner, version, make_exam):
    attempt = started(learner, version.exam)
    with pytest.raises(AttemptNotFound):
        settle(learner, attempt, 2, seq=0)
    with pytest.raises(WrongState, match="go back"):
        settle(learner, started(learner, make_exam()), 1, seq=0)


def test_submit_before_a_decision_needs_giving_up(learner, version):
    attempt = started(learner, version.exam)
    with pytest.raises(NotFinished, match="not over yet"):
        api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid, device_token=DEVICE)
    answer(learner, attempt, 1, right=True)

    ended = api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid, device_token=DEVICE, give_up=True)
    decision = api.decide_attempt(attempt.uuid)

    evidence = evidence_of(Attempt.objects.get())
    assert ended.state == "submitted" and not decision.passed
    assert evidence["ended_by"] == "person" and evidence["ended_early"]
    assert evidence["items"] == [] and evidence["steps"] == []  # what was not settled was not handed in
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_giving_up_after_the_least_number_decides_as_at_the_greatest(learner, staff):
    version = make_formless(staff, **classification(rule=PosteriorRule(0.999)))
    attempt = started(learner, version.exam)
    for position in range(1, LEAST + 2):
        answer(learner, attempt, position, right=True)
        settle(learner, attempt, position)

    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid, give_up=True)
    decision = api.decide_attempt(attempt.uuid)

    evidence = evidence_of(Attempt.objects.get())
    assert decision.passed and evidence["ended_by"] == "person" and not evidence["ended_early"]
    assert not evidence["by_rule"] and 0.5 <= evidence["p_above"] < 0.999


def test_time_counts_the_open_items_stored_answer(learner, staff):
    version = make_formless(staff, **classification(rule=PosteriorRule(0.999)))
    attempt = started(learner, version.exam)
    for position in range(1, LEAST):
        answer(learner, attempt, position, right=True)
        settle(learner, attempt, position)
    answer(learner, attempt, LEAST, right=True)

    with freeze_time(attempt.accepts_until + timedelta(seconds=1)):
        api.close_due_attempts()
        with pytest.raises(TimeIsUp):
            settle(learner, attempt, LEAST)
    decision = api.decide_attempt(attempt.uuid)

    evidence = evidence_of(Attempt.objects.get())
    assert decision.passed and evidence["questions"] == LEAST
    assert evidence["ended_by"] == "time" and not evidence["ended_early"]
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_time_without_an_answer_leaves_the_open_item_out(learner, version):
    attempt = started(learner, version.exam)
    for position in range(1, LEAST):
        answer(learner, attempt, position, right=True)
        settle(learner, attempt, position)

    with freeze_time(attempt.accepts_until + timedelta(seconds=1)):
        api.close_due_attempts()
    decision = api.decide_attempt(attempt.uuid)

    evidence = evidence_of(Attempt.objects.get())
    assert not decision.passed and evidence["ended_early"] and evidence["questions"] == LEAST - 1


def test_settle_in_the_grace_takes_the_answer_and_ends_by_time(learner, version):
    attempt = started(learner, version.exam)
    with freeze_time(attempt.ends_at + timedelta(seconds=1)):
        answer(learner, attempt, 1, right=True)

        settled = settle(learner, attempt, 1)

    row = Attempt.objects.get()
    assert settled.finished and settled.position is None
    assert row.state == "closed_by_time" and row.submitted_at == attempt.ends_at
    assert row.items.get().settled_correct is True


def test_settling_the_last_item_again_says_that_it_is_over(learner, version):
    attempt = started(learner, version.exam)
    steps = sit_through(learner, attempt, lambda p: True)

    assert settle(learner, attempt, len(steps)) == steps[-1]
    assert steps[-1].finished


def test_floor_missed_fails_whoever_is_above_the_cut(learner, staff):
    version = make_formless(staff, **classification(min_items=8, max_items=8, rule=PosteriorRule(0.999)))
    areas = dict(version.items.values_list("pk", "competency_key"))
    attempt = started(learner, version.exam)
    position = 1
    while position is not None:
        item = AttemptItem.objects.get(attempt__uuid=attempt.uuid, position=position)
        answer(learner, attempt, position, right=areas[item.version_item_id] == "inference")
        position = settle(learner, attempt, position).position
    ExamVersion.objects.filter(pk=version.pk).update(
        delivery_plan=version.delivery_plan | {"plan": version.delivery_plan["plan"] | {"loss_ratio": 0.1}}
    )
    adaptive_version._test.cache_clear()

    decision = api.decide_attempt(attempt.uuid)

    assert evidence_of(Attempt.objects.get())["above_cut"]
    assert not decision.passed and decision.missed_floors == ("probability",)
    assert {area.key: area.standing for area in decision.areas} == {"probability": "below", "inference": "above"}


def test_areas_without_a_floor_are_not_missed(learner, staff):
    plan = classification(min_items=8, max_items=8, rule=PosteriorRule(0.999), loss_ratio=0.1)
    version = make_formless(staff, floor_rules={"probability": "none"}, **plan)
    areas = dict(version.items.values_list("pk", "competency_key"))
    attempt = started(learner, version.exam)
    position = 1
    while position is not None:
        item = AttemptItem.objects.get(attempt__uuid=attempt.uuid, position=position)
        answer(learner, attempt, position, right=areas[item.version_item_id] == "inference")
        position = settle(learner, attempt, position).position

    assert api.decide_attempt(attempt.uuid).passed


def test_no_item_comes_again_while_the_bank_has_others(learner, staff):
    version = make_formless(staff, n_items=3 * MOST, **classification(rule=PosteriorRule(0.99999)))
    given = []
    for _try in range(3):
        assert not will_repeat(find_registration_row(registered(learner, version.exam).uuid))
        attempt = sat_through(learner, version.exam, PATTERNS["wrong"])
        api.decide_attempt(attempt.uuid)
        given.extend(given_keys(attempt))
    assert len(given) == len(set(given)) == 3 * MOST

    assert will_repeat(find_registration_row(registered(learner, version.exam).uuid))
    attempt = sat_through(learner, version.exam, PATTERNS["wrong"])
    assert attempt.delivery["repeats"] and len(attempt.delivery["excluded"]) == 3 * MOST
    assert len(set(given_keys(attempt))) == MOST


def test_items_of_an_earlier_version_are_not_given_again(learner, staff):
    old = make_formless(staff, n_items=24, **classification())
    attempt = sat_through(learner, old.exam, PATTERNS["wrong"])
    api.decide_attempt(attempt.uuid)
    new = ExamVersion.objects.create(**_copy(old))
    for item in old.items.order_by("pk"):
        item.pk, item.exam_version = None, new
        item.save()

    again = sat_through(learner, new.exam, PATTERNS["wrong"])

    assert again.exam_version_id == new.pk
    assert not set(given_keys(again)) & set(given_keys(attempt))


def test_exposure_counts_what_was_eligible_and_given(learner, other_learner, staff):
    version = make_formless(staff, **classification())
    ExamVersion.objects.filter(pk=version.pk).update(delivery_plan=version.delivery_plan | {"exposure_cap": 0.3})
    for user in (learner, other_learner, staff):
        sat_through(user, version.exam, PATTERNS["right"])

    attempts = list(Attempt.objects.all())
    assert any(attempt.delivery["ineligible"] for attempt in attempts)
    for row in ItemExposure.objects.select_related("version_item__item_version__item"):
        key = row.version_item.item_version.item.key
        assert row.times_given == AttemptItem.objects.filter(version_item=row.version_item).count()
        assert row.times_eligible == sum(key not in attempt.delivery["ineligible"] for attempt in attempts)
    for attempt in attempts:
        relaxed = [row for row in attempt.items.all() if row.chosen_because["eligibility_relaxed"]]
        assert not set(given_keys(attempt)) & set(attempt.delivery["ineligible"]) or relaxed


def test_later_calibrations_ratings_and_enemies_change_nothing(learner, staff, version):
    attempt = started(learner, version.exam)
    answer(learner, attempt, 1, right=True)
    settle(learner, attempt, 1)
    digest = frozen_test(version).digest

    calibration = BankCalibration.objects.create(
        bank=version.exam.bank,
        exam=version.exam,
        num=1,
        model="rasch",
        n_persons=500,
        population_sd=1.0,
        log_likelihood=-1.0,
        converged=True,
        created_by=staff,
    )
    CalibratedItem.objects.bulk_create(
        CalibratedItem(
            calibration=calibration, item_version=item.item_version, state="calibrated", n=500, a=1, b=4, c=0, se_b=0.1
        )
        for item in version.items.all()
    )
    Item.objects.update(enemies=["item-1", "item-2"])
    adaptive_version._items.cache_clear()
    adaptive_version._test.cache_clear()
    position = 2
    while position is not None:
        answer(learner, attempt, position, right=True)
        position = settle(learner, attempt, position).position
    api.decide_attempt(attempt.uuid)

    assert frozen_test(version).digest == digest == evidence_of(Attempt.objects.get())["bank"]
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_replay_says_what_was_tampered_with(learner, version):
    attempt = sat_through(learner, version.exam, PATTERNS["right"])
    api.decide_attempt(attempt.uuid)
    row = attempt.items.get(position=2)
    kept = dict(row.chosen_because), row.version_item_id, row.seed

    attempt.items.filter(pk=row.pk).update(settled_correct=False)
    report = api.replay_attempt(attempt.uuid)
    assert not report.same_decision
    assert "Question 2: grade was wrong, and is right." in report.differences
    attempt.items.filter(pk=row.pk).update(settled_correct=True)

    other = version.items.exclude(pk__in=attempt.items.values("version_item_id")).first()
    attempt.items.filter(pk=row.pk).update(version_item=other)
    report = api.replay_attempt(attempt.uuid)
    assert not report.same_items
    assert any(text.startswith(f"Question 2 is {other.item_version.item.key}, and ") for text in report.differences)
    attempt.items.filter(pk=row.pk).update(version_item_id=kept[1])

    attempt.items.filter(pk=row.pk).update(chosen_because=kept[0] | {"information": 9.0})
    assert "chosen with information 9.0" in api.replay_attempt(attempt.uuid).differences[0]
    attempt.items.filter(pk=row.pk).update(chosen_because=kept[0], seed=kept[2] + 1)
    assert "another random variant" in api.replay_attempt(attempt.uuid).differences[0]
    attempt.items.filter(pk=row.pk).update(seed=kept[2])

    attempt.decisions.update(passed=False)
    report = api.replay_attempt(attempt.uuid)
    assert report.same_items and report.differences == ("The result passed was False, and is True.",)


def test_bank_grown_after_the_start_of_an_attempt_is_no_part_of_it(learner, version):
    attempt = started(learner, version.exam)
    adaptive_test_of(version)
    freeze_items(ExamVersion.objects.create(**_copy(version)), version.exam.bank, 4, 0, first=100)

    sit_through(learner, attempt, lambda p: True)

    assert Attempt.objects.get().exam_version_id == version.pk
    assert not {f"item-{n}" for n in range(100, 104)} & set(given_keys(Attempt.objects.get()))


def _copy(version):
    fields = {field.attname: getattr(version, field.attname) for field in ExamVersion._meta.concrete_fields}
    return {name: value for name, value in fields.items() if name not in ("id", "uuid")} | {"num": version.num + 1}
