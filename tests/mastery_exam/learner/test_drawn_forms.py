"""Forms drawn for each attempt: at the version's marks, never with an item seen before, and drawn again by a replay."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

import pytest
from formless_exams import linear, make_formless
from mastery_sittings import AREAS, answer, decided, registered, started

from mastery_exam import api
from mastery_exam.errors import NoFormLeft, WrongState
from mastery_exam.models import Attempt, AttemptItem, ExamVersion, Item, ItemExposure, VersionItem
from mastery_exam.services import adaptive_version
from mastery_exam.services.drawing import draw_items
from mastery_exam.services.sitting import find_registration_row
from mastery_exam.services.starting import will_repeat


@pytest.fixture
def version(staff) -> ExamVersion:
    return make_formless(staff, n_items=16, **linear())


def keys_of(attempt):
    return list(attempt.items.order_by("position").values_list("version_item__item_version__item__key", flat=True))


def test_every_drawn_form_needs_the_versions_marks(learner, version):
    drawn = [draw_items(learner.pk, version, seed=seed) for seed in range(40)]

    forms = {tuple(item.version_item_id for item in each.items) for each in drawn}
    assert len(forms) > 20
    rows = VersionItem.objects.in_bulk()
    for form in forms:
        total = sum((rows[pk].rating for pk in form), Decimal(0))
        assert ceil(total) == version.marks_needed == 3
        assert abs(total - Decimal("2.4")) <= Decimal("0.15")
        assert sorted(rows[pk].competency_key for pk in form) == sorted(AREAS * 2)


def test_drawn_form_is_decided_by_the_versions_marks_and_floors(learner, version):
    passed = decided(learner, version.exam, right=3)

    row = Attempt.objects.get()
    assert passed.passed and passed.scaled_score == 60
    assert row.form is None and row.decisions.get().marks_needed == 3
    assert api.replay_attempt(row.uuid).differences == ()


def test_floor_of_a_drawn_form_is_the_versions(learner, version):
    areas = dict(version.items.values_list("pk", "competency_key"))
    ExamVersion.objects.update(floors={"probability": 2, "inference": 1})
    attempt = started(learner, version.exam)
    right_one = False
    for item in Attempt.objects.get().items.order_by("position"):
        is_other = areas[item.version_item_id] == "inference"
        answer(learner, attempt, item.position, right=is_other or not right_one)
        right_one = right_one or not is_other
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)

    decision = api.decide_attempt(attempt.uuid)

    assert not decision.passed and decision.missed_floors == ("probability",)


def test_no_item_comes_again_while_a_form_can_be_drawn_without(learner, version):
    given = []
    for num in range(1, 4):
        registration = registered(learner, version.exam)
        assert not will_repeat(find_registration_row(registration.uuid))
        decided(learner, version.exam, right=0)
        given.extend(keys_of(Attempt.objects.get(num=num)))
    assert len(set(given)) == len(given) == 12

    VersionItem.objects.exclude(item_version__item__key__in=given).update(rating="0.01")
    adaptive_version._items.cache_clear()
    registration = registered(learner, version.exam)
    assert will_repeat(find_registration_row(registration.uuid))
    decided(learner, version.exam, right=0)

    last = Attempt.objects.get(num=4)
    assert last.delivery["repeats"] and set(last.delivery["excluded"]) == set(given)
    assert api.replay_attempt(last.uuid).differences == ()


def test_nothing_can_be_drawn_uses_up_no_try(learner, version):
    registration = registered(learner, version.exam)
    VersionItem.objects.update(rating="0.01")
    adaptive_version._items.cache_clear()

    with pytest.raises(NoFormLeft, match="No try was used up"):
        api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token="a-device")

    assert not Attempt.objects.exists()
    assert not ItemExposure.objects.exclude(times_eligible=0).exists()


def test_exposure_counts_all_that_could_be_drawn_and_what_was(learner, version):
    decided(learner, version.exam, right=0)
    decided(learner, version.exam, right=0)

    first, second = Attempt.objects.order_by("num")
    for row in ItemExposure.objects.select_related("version_item__item_version__item"):
        key = row.version_item.item_version.item.key
        assert row.times_given == AttemptItem.objects.filter(version_item=row.version_item).count()
        assert row.times_eligible == 2 - (key in second.delivery["excluded"])
    assert second.delivery["excluded"] == sorted(keys_of(first))


def test_enemies_of_the_version_never_meet_and_later_ones_do_not_matter(learner, staff):
    enemies = [["item-1", f"item-{number}"] for number in range(2, 17)]
    plan = linear()
    plan["delivery_plan"]["enemies"] = enemies
    version = make_formless(staff, n_items=16, **plan)
    drawn = [draw_items(learner.pk, version, seed=seed) for seed in range(20)]
    first = version.items.order_by("pk").first().pk
    assert all(first not in {item.version_item_id for item in each.items} for each in drawn)

    Item.objects.update(enemies=["item-2"])
    adaptive_version._items.cache_clear()
    assert [draw_items(learner.pk, version, seed=seed) for seed in range(20)] == drawn


def test_drawn_form_lets_people_go_back_and_settles_nothing(learner, version):
    attempt = started(learner, version.exam)
    answer(learner, attempt, 1, right=False)
    answer(learner, attempt, 1, right=True, seq=2)
    with pytest.raises(WrongState):
        api.settle_item(learner.pk, attempt_uuid=attempt.uuid, position=1, client_seq=2, device_token="a-device")
    assert api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid).state == "submitted"
    assert attempt.form_num is None


def test_replay_of_a_drawn_form_says_what_was_tampered_with(learner, version):
    decided(learner, version.exam, right=4)
    attempt = Attempt.objects.get()
    other = version.items.exclude(pk__in=attempt.items.values("version_item_id")).first()
    attempt.items.filter(position=3).update(version_item=other)
    report = api.replay_attempt(attempt.uuid)
    assert not report.same_items and report.differences[0].startswith("Question 3 is ")

    Attempt.objects.update(seed=attempt.seed + 1)
    assert not api.replay_attempt(attempt.uuid).same_items
