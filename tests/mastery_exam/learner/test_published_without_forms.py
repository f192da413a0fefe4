"""From a draft published for real to a replayed decision: what is delivered is what was frozen and simulated."""

from __future__ import annotations

import numpy as np
import pytest
from mastery_sittings import DEVICE, started
from small_bank import JUDGES, build_bank, build_exam, keys, rate

from mastery_exam import api
from mastery_exam.models import Attempt, ExamVersion, Item, ItemExposure, Rating
from mastery_exam.services import adaptive_version
from mastery_exam.services.adaptive_version import frozen_test, rated_items
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.delivery import render_attempt_item
from mastery_exam.services.delivery_plan import adaptive_bank, adaptive_plan, linear_bank
from mastery_exam.services.publish_plan import load_plan
from openedx_bridge.backend import get_backend

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIVE = (*JUDGES, "Examiner", "Employer")
PER_AREA = 15
PILOTS = ("adding_14", "times_14", "adding_15")
TEST = {"delivery_rule": "classification", "min_items": 5, "max_items": 8, "blueprint": {"adding": 3, "times": 2}}


@pytest.fixture
def publish(author, tmp_path):
    """A function that publishes a draft over a bank of 30 items, three of them pilots, and two enemies."""
    get_backend().add_course_creator(author.pk)
    bank = build_bank(tmp_path, author.pk, per_area=PER_AREA, judges=FIVE)
    spread = {key: f"{0.4 + 0.03 * n:.2f}" for area in keys(PER_AREA).values() for n, key in enumerate(area)}
    rate(bank, author.pk, spread, judges=FIVE)
    table = "item,use\n" + "\n".join(f"{key},pilot" for key in PILOTS)
    api.import_item_table(bank.uuid, source=table, actor_id=author.pk)
    Item.objects.filter(key="adding_1").update(enemies=["adding_2", "adding_14"])

    def make(**draft):
        key = build_exam(bank, author.pk, key="exam", max_attempts=3, release_policy="immediate", **draft)
        plan = load_plan(find_exam_row(key))
        api.publish_exam(key, actor_id=author.pk)
        return plan, ExamVersion.objects.get(exam__key=key)

    return make


def save(user, attempt, position, *, right):
    item = attempt.items.get(position=position)
    (field,) = render_attempt_item(item, answers={}, files_url=lambda sha256, name: name).inputs
    value = next(value for value, text in field.choices if (text == "yes") == right)
    api.save_answer(
        user.pk,
        attempt_uuid=attempt.uuid,
        position=position,
        client_seq=1,
        answers={field.name: value},
        device_token=DEVICE,
    )


def settle_all(user, attempt, *, right):
    position = 1
    while position is not None:
        save(user, attempt, position, right=right)
        position = api.settle_item(
            user.pk, attempt_uuid=attempt.uuid, position=position, client_seq=1, device_token=DEVICE
        ).position


def test_classification_delivers_the_bank_and_plan_that_were_simulated(publish):
    plan, version = publish(**TEST)

    frozen, simulated = frozen_test(version).test, adaptive_bank(plan)

    assert frozen.bank.keys == simulated.keys and frozen.bank.competencies == simulated.competencies
    assert frozen.bank.enemies >= {frozenset(("adding_1", "adding_2"))}
    for name in ("a", "b", "c"):
        np.testing.assert_array_equal(getattr(frozen.bank.items, name), getattr(simulated.items, name))
    assert vars(frozen.plan) == vars(adaptive_plan(plan))
    counted = ItemExposure.objects.filter(version_item__exam_version=version)
    assert counted.count() == version.items.exclude(use="practice").count() == 2 * PER_AREA - len(PILOTS)


@pytest.mark.parametrize("right", [True, False])
def test_classification_is_sat_decided_and_replayed(learner, publish, right):
    _plan, version = publish(**TEST, pilot_items=2)
    started(learner, version.exam)
    attempt = Attempt.objects.get()

    settle_all(learner, attempt, right=right)
    decision = api.decide_attempt(attempt.uuid)

    assert decision.passed is right and decision.state == "released"
    assert attempt.items.filter(version_item__use="pilot").count() == 2
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_published_version_is_sat_as_it_was_frozen_after_the_bank_has_changed(learner, publish):
    _plan, version = publish(**TEST)
    started(learner, version.exam)
    attempt = Attempt.objects.get()
    Rating.objects.update(value="0.95")
    Item.objects.update(enemies=[], retired=True)
    for cached in (adaptive_version._items, adaptive_version._test):
        cached.cache_clear()

    settle_all(learner, attempt, right=True)
    api.decide_attempt(attempt.uuid)

    assert api.replay_attempt(attempt.uuid).differences == ()


def test_linear_is_drawn_from_the_bank_that_was_simulated_then_sat_and_replayed(learner, publish):
    plan, version = publish(delivery_rule="linear_on_the_fly", pilot_items=1)
    assert [(row.key, row.competency, float(row.rating)) for row in rated_items(version)] == [
        (row.key, row.competency, float(row.rating)) for row in linear_bank(plan)
    ]
    started(learner, version.exam)
    attempt = Attempt.objects.get()
    pilots = {int(position) for position in attempt.delivery["pilots"]}
    assert attempt.items.count() == version.form_length + 1 and len(pilots) == 1
    for row in attempt.items.order_by("position"):
        save(learner, attempt, row.position, right=row.position not in pilots)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)

    decision = api.decide_attempt(attempt.uuid)

    assert decision.passed and decision.scaled_score == 100
    assert api.replay_attempt(attempt.uuid).differences == ()


def test_fixed_with_pilots_is_sat_and_replayed(learner, publish):
    _plan, version = publish(pilot_items=2)
    started(learner, version.exam)
    attempt = Attempt.objects.get()
    assert attempt.items.count() == version.form_length + 2
    given = set(attempt.items.values_list("version_item__item_version__item__key", flat=True))
    assert len(given & set(PILOTS)) == 2 and not {"adding_1", "adding_14"} <= given
    for row in attempt.items.order_by("position"):
        save(learner, attempt, row.position, right=row.version_item.use == "scored")
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)

    assert api.decide_attempt(attempt.uuid).scaled_score == 100
    assert api.replay_attempt(attempt.uuid).differences == ()
