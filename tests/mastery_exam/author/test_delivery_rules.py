"""Publishing the rules without fixed forms: what each refuses, what it freezes, and what it says to the public."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from rule_drafts import ADDING, FIVE, LINEAR, PER_AREA, TEST, Stage, build_wide_bank
from small_bank import build_bank, build_exam, rate

from mastery_exam import api
from mastery_exam.data import BankData
from mastery_exam.errors import InvalidInput, PublishRefused
from mastery_exam.models import ExamVersion, SimulationRun
from mastery_exam.psychometrics import AdaptiveTest, ItemParameters, draw_form, plan_from_dict, plan_to_dict
from mastery_exam.services import simulated_forms
from mastery_exam.services.adaptive_version import adaptive_test_of, rated_items
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.delivery_plan import adaptive_bank, adaptive_plan, linear_bank, linear_target
from mastery_exam.services.delivery_readiness import tries_without_repeats
from mastery_exam.services.publish_plan import load_plan

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def wide_bank(exam_author, tmp_path) -> BankData:
    return build_wide_bank(tmp_path, exam_author.pk)


@pytest.fixture
def linear(wide_bank, exam_author) -> Stage:
    return Stage.of(wide_bank, exam_author.pk, "linear", **LINEAR)


@pytest.fixture
def adaptive(wide_bank, exam_author) -> Stage:
    return Stage.of(wide_bank, exam_author.pk, "adaptive", **TEST)


def test_linear_publish_freezes_the_target_the_marks_and_one_floor_per_area(linear):
    version = linear.publish()
    # Two questions an area; the mean rating of each is .4 + .03 x 6.5 = .595, so 2.38 marks of 4.
    assert Fraction(version.delivery_plan["target"]) == Fraction("2.38") == linear_target(load_plan(version.exam))
    assert version.marks_needed == 3 and version.form_length == 4 and version.can_go_back
    # An area: cut 1.19, SEM sqrt(1.19 x .81 / 1) = .98, so at least 1 mark.
    assert version.floors == {"adding": 1, "times": 1}
    assert not version.forms.exists() and version.items.filter(use="scored").count() == 2 * PER_AREA
    assert set(version.items.values_list("a", flat=True)) == {None}
    assert SimulationRun.objects.get().exam_version == version


def test_classification_publish_freezes_plan_parameters_and_cap(adaptive):
    version = adaptive.publish()
    plan = plan_from_dict(version.delivery_plan["plan"])
    assert (plan.min_items, plan.max_items, plan.cut, plan.randomesque) == (5, 8, 0.0, 5)
    assert {area: quota.minimum for area, quota in plan.quotas.items()} == {"adding": 3, "times": 2}
    assert version.delivery_plan["exposure_cap"] == 0.25 and version.delivery_plan["calibration"] is None
    assert version.marks_needed is None and version.form_length == 8 and not version.can_go_back
    assert version.floors == {} and not version.forms.exists()
    row = version.items.get(item_version__item__key="adding_1")
    assert (row.a, row.c, row.parameter_state) == (1.0, 0.0, "judged")
    assert row.b == pytest.approx(float(ItemParameters.from_ratings([0.4]).b[0]))
    assert version.pass_mark_record["judges"] == sorted(FIVE)


def test_simulation_and_sittings_run_the_same_test(adaptive, monkeypatch):
    made = []

    def kept(bank, plan):
        made.append(AdaptiveTest(bank, plan))
        return made[-1]

    adaptive.item("adding_2", enemies=["adding_1"])
    monkeypatch.setattr(simulated_forms, "AdaptiveTest", kept)
    sat = adaptive_test_of(adaptive.publish())
    (simulated,) = made
    assert (simulated.bank.keys, simulated.bank.competencies) == (sat.bank.keys, sat.bank.competencies)
    assert simulated.bank.enemies == sat.bank.enemies and plan_to_dict(simulated.plan) == plan_to_dict(sat.plan)
    for name in ("a", "b", "c"):
        assert getattr(simulated.bank.items, name).tolist() == getattr(sat.bank.items, name).tolist()


def test_simulation_and_sittings_draw_the_same_forms(linear):
    linear.item("adding_2", enemies=["adding_1"])
    simulated = linear_bank(load_plan(find_exam_row(linear.key)))
    version = linear.publish()
    rule = {"blueprint": version.blueprint, "target": version.delivery_plan["target"]}
    for seed in range(20):
        drawn = draw_form(rated_items(version), seed=seed, **rule)
        assert drawn == draw_form(simulated, seed=seed, **rule) and drawn.marks_needed == version.marks_needed


def test_classification_frozen_rows_are_what_the_simulation_ran_on(adaptive):
    plan = load_plan(find_exam_row(adaptive.key))
    bank, simulated = adaptive_bank(plan), adaptive_plan(plan)
    version = adaptive.publish()
    rows = list(version.items.filter(use="scored").order_by("pk"))
    assert [row.item_version.item.key for row in rows] == list(bank.keys)
    assert [row.competency_key for row in rows] == list(bank.competencies)
    for name in ("a", "b", "c"):
        assert [getattr(row, name) for row in rows] == getattr(bank.items, name).tolist()
    assert vars(plan_from_dict(version.delivery_plan["plan"])) == vars(simulated)


def test_simulation_tells_the_time_to_decide_from_the_time_of_a_sitting(adaptive):
    version = adaptive.publish()
    report = version.simulation.report
    assert report["seconds_per_question"] == pytest.approx(60 * version.minutes / version.form_length)
    assert report["mean_minutes"] == pytest.approx(report["mean_items"] * report["seconds_per_question"] / 60)
    assert report["mean_minutes"] < version.minutes


def test_linear_frozen_ratings_are_what_the_simulation_drew_from(linear):
    bank = linear_bank(load_plan(find_exam_row(linear.key)))
    rows = linear.publish().items.filter(use="scored").order_by("pk")
    assert [(row.item_version.item.key, Fraction(row.rating)) for row in rows] == [(i.key, i.rating) for i in bank]


def test_pilots_are_frozen_apart_and_counted_as_questions_but_never_scored(adaptive):
    adaptive.pilots("adding_14", "times_14")
    adaptive.change(pilot_items=2)
    version = adaptive.publish()
    pilots = version.items.filter(use="pilot")
    assert set(pilots.values_list("item_version__item__key", flat=True)) == {"adding_14", "times_14"}
    assert set(pilots.values_list("b", flat=True)) == {None} and version.pilot_items == 2
    assert version.items.filter(use="scored").count() == 2 * PER_AREA - 2
    told = api.get_exam(adaptive.key)
    assert (told.questions, told.least_questions, told.pilot_questions) == (10, 7, 2)


def test_item_is_not_practised_and_tried_out_at_once(adaptive):
    with pytest.raises(InvalidInput) as wrong:
        adaptive.item("practice_1", is_pilot=True)
    assert list(wrong.value.fields) == ["is_pilot"]
    adaptive.item("practice_1", is_pilot=True, is_practice=False)
    (item,) = [item for item in api.list_items(adaptive.bank.uuid) if item.key == "practice_1"]
    assert item.is_pilot and not item.is_practice


def test_pilot_that_was_practised_in_public_is_refused_and_the_other_way_round(adaptive):
    adaptive.pilots("adding_14")
    adaptive.change(pilot_items=1)
    adaptive.publish()
    adaptive.item("adding_14", is_pilot=False, is_practice=True)
    adaptive.item("practice_1", is_pilot=True, is_practice=False)
    found = {(r.item_key, r.code) for r in api.check_exam(adaptive.key).refusals}
    assert found == {("adding_14", "was_scored"), ("practice_1", "was_practice")}


def test_pilots_without_a_wish_for_them_are_not_frozen(adaptive):
    adaptive.pilots("adding_14")
    assert not adaptive.publish().items.filter(item_version__item__key="adding_14").exists()


def test_fixed_forms_may_try_out_items_too(wide_bank, exam_author):
    stage = Stage(wide_bank, build_exam(wide_bank, exam_author.pk, key="fixed", pilot_items=1), exam_author.pk)
    stage.pilots("adding_14")
    version = stage.publish()
    assert version.pilot_items == 1 and version.form_length == 4
    assert not version.forms.filter(items__version_item__use="pilot").exists()
    assert api.get_exam("fixed").questions == 5


def test_enemies_are_frozen_with_the_plan(adaptive):
    adaptive.item("adding_2", enemies=["adding_1"])
    assert adaptive.publish().delivery_plan["enemies"] == [["adding_1", "adding_2"]]


def _retire(names: list[str]) -> Callable[[Stage], None]:
    return lambda stage: [stage.item(name, retired=True) for name in names] and None


LINEAR_CASES: list[tuple[str, Callable[[Stage], None], str]] = [
    ("bank_under_three_forms", lambda s: s.change(blueprint={"adding": 5, "times": 1}), "fixed forms"),
    ("calibration_unknown", lambda s: s.change(calibration_num=7), "Choose one"),
    ("too_few_pilots", lambda s: s.change(pilot_items=1), "tried out"),
]
TEST_CASES: list[tuple[str, Callable[[Stage], None], str]] = [
    ("least_above_most", lambda s: s.change(min_items=9), "Lower the least"),
    ("areas_above_most", lambda s: s.change(blueprint={"adding": 5, "times": 4}), "raise the most"),
    ("own_cut_not_adaptive", lambda s: s.change(floor_rules={"adding": "own_cut"}, max_wrong_fails="50"), "none"),
    ("bank_too_small", _retire(ADDING[2:]), "Add items"),
    ("bank_too_small", lambda s: s.change(max_items=29), "lower the most"),
    ("area_empty", _retire(ADDING), "Map items"),
    ("calibration_unknown", lambda s: s.change(calibration_num=7), "Choose one"),
    ("too_few_pilots", lambda s: s.change(pilot_items=1), "tried out"),
    ("too_many_wrong_passes", lambda s: s.change(max_wrong_passes="0.1"), "limit"),
]


def _refused(stage: Stage, code: str, remedy: str) -> None:
    with pytest.raises(PublishRefused) as raised:
        stage.publish()
    found = [refusal for refusal in raised.value.refusals if refusal.code == code]
    assert found, [refusal.code for refusal in raised.value.refusals]
    assert remedy in found[0].remedy and found[0].message and not ExamVersion.objects.exists()


@pytest.mark.parametrize(("code", "spoil", "remedy"), LINEAR_CASES, ids=[case[0] for case in LINEAR_CASES])
def test_linear_refuses_with_the_remedy_and_writes_nothing(linear, code, spoil, remedy):
    spoil(linear)
    _refused(linear, code, remedy)


@pytest.mark.parametrize(
    ("code", "spoil", "remedy"), TEST_CASES, ids=[f"{case[0]}-{num}" for num, case in enumerate(TEST_CASES)]
)
def test_classification_refuses_with_the_remedy_and_writes_nothing(adaptive, code, spoil, remedy):
    spoil(adaptive)
    _refused(adaptive, code, remedy)


def test_linear_with_three_judges_and_no_calibration_is_refused(exam_author, tmp_path):
    bank = build_bank(tmp_path, exam_author.pk, per_area=PER_AREA)
    key = build_exam(bank, exam_author.pk, delivery_rule="linear_on_the_fly")
    _refused(Stage(bank, key, exam_author.pk), "too_few_judges", "Ask more judges")


def test_linear_whose_items_differ_too_much_is_refused(linear):
    """One question on one area, each .05 or .95: no single question has the mean of them."""
    wild = {key: ("0.05", "0.95")[n % 2] for n, key in enumerate(ADDING)}
    rate(linear.bank, linear.actor_id, wild, judges=FIVE)
    linear.change(blueprint={"adding": 1, "times": 0})
    _refused(linear, "drawn_forms_unequal", "similar difficulty")


def test_classification_whose_enemies_use_up_the_area_is_refused(adaptive):
    """The counts suffice, but one question of the area excludes all others: no sitting can have three."""
    for key in ADDING:
        adaptive.item(key, enemies=[other for other in ADDING if other != key])
    _refused(adaptive, "blueprint_not_met", "exclude each other")
    assert not SimulationRun.objects.exists()


def test_classification_whose_enemies_can_use_up_another_area_is_refused(adaptive):
    """Either area is large enough by itself; but some questions on adding exclude all on times."""
    for key in ADDING[1:6]:
        adaptive.item(key, enemies=[f"times_{n}" for n in range(1, PER_AREA + 1)])
    assert not api.check_exam(adaptive.key).refusals
    _refused(adaptive, "blueprint_not_met", "exclude each other")
    with pytest.raises(PublishRefused) as raised:
        api.simulate_exam(adaptive.key, actor_id=adaptive.actor_id)
    assert "times needs 2 items, and items of other competencies can exclude all" in raised.value.refusals[0].message


def test_classification_with_pairs_of_enemies_across_areas_is_published(adaptive):
    """At most six questions on adding are given beside two on times, and each excludes one of fourteen."""
    for number in range(1, PER_AREA + 1):
        adaptive.item(f"adding_{number}", enemies=[f"times_{number}"])
    assert len(adaptive.publish().delivery_plan["enemies"]) == PER_AREA


def test_tries_without_a_repeat_are_counted_and_told(linear, adaptive):
    # 14 items an area: seven forms of two; three tests of eight questions, five of them on adding at most.
    assert tries_without_repeats(load_plan(find_exam_row(linear.key))) == 7
    assert tries_without_repeats(load_plan(find_exam_row(adaptive.key))) == 2
    adaptive.change(max_attempts=3)
    (note,) = [note for note in api.check_exam(adaptive.key).notes if note.code == "repeats_in_tries"]
    assert note.message.startswith("3 tries are allowed, and only 2 are sure")


def test_rest_takes_and_shows_the_settings_of_a_rule_and_names_a_wrong_one(adaptive, client_of, exam_author):
    client, address = client_of(exam_author), f"/api/mastery_exam/v1/author/exams/{adaptive.key}/"
    body = {"settings": {"delivery_rule": "classification", "confidence": "0.9", "max_items": 12, "pilot_items": 2}}
    assert client.patch(address, body, content_type="application/json").status_code == 200
    shown = client.get(address).json()["settings"]
    assert {name: shown[name] for name in body["settings"]} == body["settings"]
    assert {"min_items", "stopping_rule", "loss_ratio", "exposure_cap", "randomesque", "calibration_num"} <= set(shown)
    wrong = client.patch(address, {"settings": {"exposure_cap": "7"}}, content_type="application/json")
    assert wrong.status_code == 400 and "exposure_cap" in wrong.json()["fields"]
    blocked = client.get(f"{address}check/").json()
    assert "too_few_pilots" in {refusal["code"] for refusal in blocked["refusals"]}


def test_item_that_is_tried_out_is_set_over_rest(adaptive, client_of, exam_author):
    item = next(item for item in api.list_items(adaptive.bank.uuid) if item.key == "adding_14")
    address = f"/api/mastery_exam/v1/author/items/{item.uuid}/"
    answer = client_of(exam_author).patch(address, {"is_pilot": True}, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["is_pilot"] is True


def test_changed_pilot_makes_the_simulation_out_of_date(adaptive):
    adaptive.pilots("adding_14")
    adaptive.change(pilot_items=1)
    before = load_plan(find_exam_row(adaptive.key)).fingerprint()
    adaptive.item("adding_14", enemies=["adding_1"])
    assert load_plan(find_exam_row(adaptive.key)).fingerprint() != before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("delivery_rule", "shadow"),
        ("pilot_items", 21),
        ("min_items", 0),
        ("max_items", 201),
        ("stopping_rule", "never"),
        ("confidence", "1"),
        ("confidence", "nan"),
        ("loss_ratio", "0"),
        ("exposure_cap", "1.5"),
        ("randomesque", 0),
        ("calibration_num", 0),
        ("calibration_num", "newest"),
    ],
)
def test_settings_beyond_their_limits_name_the_field(adaptive, name, value):
    before = api.get_draft(adaptive.key).settings
    with pytest.raises(InvalidInput) as wrong:
        adaptive.change(**{name: value})
    assert list(wrong.value.fields) == [name] and api.get_draft(adaptive.key).settings == before


def test_settings_are_kept_exact_and_a_comma_is_understood(adaptive):
    adaptive.change(confidence="0,90", loss_ratio=2, exposure_cap="0.30", calibration_num="")
    settings = api.get_draft(adaptive.key).settings
    assert (settings["confidence"], settings["loss_ratio"], settings["exposure_cap"]) == ("0.9", "2", "0.3")
    assert settings["calibration_num"] is None
