"""Pilot items: tried out on people who cannot tell, never in the marks, the decision or the choice of items."""

from __future__ import annotations

from typing import Any

import pytest
from formless_exams import LEAST, classification, linear, make_formless, sat_through, sit_through
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mastery_sittings import AREAS, answer, make_item, started, stored_file

from mastery_exam import api
from mastery_exam.models import Attempt, AttemptItem, Form, FormItem, ItemExposure, VersionItem
from mastery_exam.services import deciding, pilots, settling
from mastery_exam.services.exposure import open_counts
from openedx_bridge.capa import ItemBrokenError


def pilot_positions(attempt):
    return {int(position) for position in attempt.delivery["pilots"]}


def test_pilots_stand_where_the_seed_puts_them_and_before_any_end(learner, staff):
    version = make_formless(staff, pilots=6, **classification(), pilot_items=2)

    attempt = sat_through(learner, version.exam, lambda p: True)
    api.decide_attempt(attempt.uuid)

    positions = pilot_positions(attempt)
    assert len(positions) == 2 and max(positions) <= LEAST + 2 - 1
    uses = dict(attempt.items.values_list("position", "version_item__use"))
    assert {position for position, use in uses.items() if use == "pilot"} == positions
    evidence = attempt.decisions.get().evidence
    assert len(evidence["steps"]) == evidence["questions"] == len(uses) - 2
    assert {item["position"] for item in evidence["items"] if item["use"] == "pilot"} == positions
    assert api.get_attempt(attempt.uuid).questions == version.form_length + 2
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_positions_of_pilots_differ_and_reach_every_place(staff):
    version = make_formless(staff, pilots=4, **classification(), pilot_items=1)

    places = {next(iter(pilots.place_pilots(version, seed=seed, seen=()))) for seed in range(60)}

    assert places == {str(position) for position in range(1, LEAST + 1)}


def test_pilots_given_least_come_first_and_unseen_before_seen(learner, staff):
    version = make_formless(staff, pilots=3, **classification(), pilot_items=1)
    rows = list(version.items.filter(use="pilot").order_by("pk"))
    keys = [row.item_version.item.key for row in rows]
    ItemExposure.objects.filter(version_item__in=rows[:2]).update(times_given=5)

    assert all(list(pilots.place_pilots(version, seed=s, seen=()).values()) == [keys[2]] for s in range(5))
    chosen = {next(iter(pilots.place_pilots(version, seed=s, seen=[keys[2]]).values())) for s in range(30)}
    assert chosen == set(keys[:2])


def test_pilots_enemy_is_not_given_with_it(learner, staff):
    plan = classification()
    keys = [f"item-{number}" for number in range(1, 31)]
    plan["delivery_plan"]["enemies"] = [["item-37", key] for key in keys]
    version = make_formless(staff, pilots=1, **plan, pilot_items=1)

    attempt = sat_through(learner, version.exam, lambda p: True)

    given_items = set(attempt.items.values_list("version_item__item_version__item__key", flat=True))
    assert "item-37" not in given_items or not given_items & set(keys)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marks=st.lists(st.sampled_from([True, False, None]), min_size=2, max_size=2))
def test_pilots_answers_change_no_decision_and_no_choice(pilot_sitting, marks):
    attempt, evidence, expected, chosen = pilot_sitting
    places = sorted(pilot_positions(attempt))
    for place, mark in zip(places, marks, strict=True):
        AttemptItem.objects.filter(attempt=attempt, position=place).update(settled_correct=mark)
    revised = [
        item | {"correct": marks[places.index(item["position"])]} if item["position"] in places else item
        for item in evidence
    ]

    outcome, stood_on, _marks = deciding.outcome_of(attempt, revised)

    assert (outcome, stood_on) == expected
    rows = list(attempt.items.order_by("position"))
    assert [_next_key(attempt, rows[:n]) for n in range(len(rows) - 1)] == chosen


@pytest.fixture
def pilot_sitting(learner, staff) -> Any:
    """A sitting with two pilots: its attempt, evidence, outcome, and what was chosen after each item."""
    version = make_formless(staff, pilots=6, **classification(), pilot_items=2)
    attempt = sat_through(learner, version.exam, lambda p: p % 3 != 0)
    evidence = deciding.grade_attempt(attempt)
    outcome, stood_on, _marks = deciding.outcome_of(attempt, evidence)
    rows = list(attempt.items.order_by("position"))
    return attempt, evidence, (outcome, stood_on), [_next_key(attempt, rows[:n]) for n in range(len(rows) - 1)]


def _next_key(attempt, rows):
    sitting = settling.settled_sitting(attempt.exam_version, attempt, rows)
    return sitting.choose().key if sitting.decision is None else None


def test_pilot_that_cannot_be_graded_stands_in_nobodys_way(learner, staff, monkeypatch):
    version = make_formless(staff, pilots=2, **classification(), pilot_items=2)
    attempt = started(learner, version.exam)
    grade = settling.grade_stored_answers

    def broken(item, answers):
        if item.version_item.use == "pilot":
            raise ItemBrokenError("The item cannot be graded.")
        return grade(item, answers)

    monkeypatch.setattr(settling, "grade_stored_answers", broken)
    monkeypatch.setattr(deciding, "grade_stored_answers", broken)
    sit_through(learner, attempt, lambda p: True)

    assert api.decide_attempt(attempt.uuid).passed
    row = Attempt.objects.get()
    assert set(row.items.filter(version_item__use="pilot").values_list("settled_correct", flat=True)) == {None}
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_fixed_form_carries_pilots_and_is_decided_without_them(learner, make_exam):
    exam = make_exam(pilot_items=2)
    version = exam.versions.get()
    picture = stored_file()
    for number in (101, 102, 103):
        item = make_item(version, exam.bank, number, AREAS[0], picture, is_choice=False)
        VersionItem.objects.filter(pk=item.pk).update(use="pilot", rating=None)
    open_counts(version)

    attempt = started(learner, exam)
    row = Attempt.objects.get()
    assert row.items.count() == 6 and len(pilot_positions(row)) == 2
    scored = [item.version_item_id for item in row.items.exclude(position__in=pilot_positions(row))]
    assert scored == list(
        FormItem.objects.filter(form=row.form).order_by("position").values_list("version_item", flat=True)
    )
    for position in range(1, 7):
        answer(learner, attempt, position, right=position not in pilot_positions(row))
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)

    decision = api.decide_attempt(attempt.uuid)

    assert decision.scaled_score == 100
    assert api.replay_attempt(attempt.uuid).differences == ()
    assert sum(ItemExposure.objects.filter(version_item__use="pilot").values_list("times_given", flat=True)) == 2
    assert Form.objects.count() == 2


def test_drawn_form_carries_pilots_and_counts_them(learner, staff):
    version = make_formless(staff, pilots=3, pilot_items=1, **linear())

    attempt = started(learner, version.exam)

    row = Attempt.objects.get()
    assert row.items.count() == 5 and len(pilot_positions(row)) == 1
    given_pilots = ItemExposure.objects.filter(version_item__use="pilot", times_given=1)
    assert given_pilots.count() == 1
    assert attempt.questions == 5
