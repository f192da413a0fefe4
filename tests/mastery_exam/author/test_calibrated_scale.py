"""A classification test on the scale of a calibration: where its cut lies, and items that the calibration lacks."""

from __future__ import annotations

import numpy as np
import pytest
from rule_drafts import ADDING, FIVE, LINEAR, TEST, Stage, build_wide_bank, sit, wide_ratings
from small_bank import choice, rate, write_library

from mastery_exam import api
from mastery_exam.models import BankCalibration, CalibratedItem, ItemVersion
from mastery_exam.psychometrics import ItemParameters, characteristic, plan_from_dict
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.delivery_plan import adaptive_bank, theta_cut
from mastery_exam.services.publish_plan import load_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(exam_author, tmp_path) -> Stage:
    return Stage.of(build_wide_bank(tmp_path, exam_author.pk), exam_author.pk, "adaptive", **TEST)


def calibrate(stage: Stage, *, shift: float = 0.7, but: tuple[str, ...] = (), provisional: tuple[str, ...] = ()) -> int:
    """A calibration in which the items are `shift` logits harder than the judges' scale says, and steeper."""
    exam = find_exam_row(stage.key)
    num = BankCalibration.objects.filter(bank=exam.bank).count() + 1
    row = BankCalibration.objects.create(
        bank=exam.bank, exam=exam, num=num, model="2pl", n_persons=400, population_sd=1.25, log_likelihood=-1.0,
        converged=True, created_by_id=stage.actor_id,
    )  # fmt: skip
    ratings = wide_ratings()
    for version in ItemVersion.objects.filter(item__key__in=set(ratings) - set(but)).select_related("item"):
        b = float(ItemParameters.from_ratings([float(ratings[version.item.key])]).b[0])
        state = "provisional" if version.item.key in provisional else "calibrated"
        CalibratedItem.objects.create(
            calibration=row, item_version=version, state=state, n=400, a=1.4, b=b + shift, c=0.1
        )
    return num


def test_calibrated_cut_is_the_theta_whose_expected_marks_are_the_sum_of_the_ratings(stage):
    stage.change(calibration_num=calibrate(stage))
    version = stage.publish()
    plan = plan_from_dict(version.delivery_plan["plan"])
    rows = version.items.filter(use="scored")
    items = ItemParameters([row.a for row in rows], [row.b for row in rows], [row.c for row in rows])
    expected = float(characteristic(plan.cut, items))
    assert expected == pytest.approx(float(sum(row.rating for row in rows)), abs=1e-6)
    assert 0.3 < plan.cut < 1.0 and plan.prior_sd == 1.25
    assert version.delivery_plan["calibration"] == 1
    assert {(row.a, row.c, row.parameter_state) for row in rows} == {(1.4, 0.1, "calibrated")}


def test_items_that_the_calibration_lacks_are_placed_by_their_ratings_around_its_cut(stage):
    """A mixed bank: one item is new and one has too few answers; the cut stands on the others alone."""
    stage.change(calibration_num=calibrate(stage, but=("adding_1",), provisional=("times_3",)))
    version = stage.publish()
    cut = plan_from_dict(version.delivery_plan["plan"]).cut
    judged = {row.item_version.item.key: row for row in version.items.filter(parameter_state="judged")}
    assert set(judged) == {"adding_1", "times_3"}
    for key, row in judged.items():
        rating = float(wide_ratings()[key])
        assert (row.a, row.c) == (1.0, 0.0) and row.b == pytest.approx(cut - np.log(rating / (1 - rating)))
    known = version.items.filter(parameter_state="calibrated")
    items = ItemParameters([row.a for row in known], [row.b for row in known], [row.c for row in known])
    assert float(characteristic(cut, items)) == pytest.approx(float(sum(row.rating for row in known)), abs=1e-6)
    assert "items_not_calibrated" in {note.code for note in api.check_exam(stage.key).notes}


def test_newer_calibration_changes_nothing_until_the_author_chooses_it(stage):
    stage.change(calibration_num=calibrate(stage))
    chosen = load_plan(find_exam_row(stage.key))
    version = stage.publish()
    frozen = list(version.items.order_by("pk").values_list("a", "b", "c"))
    calibrate(stage, shift=-2.0)
    again = load_plan(find_exam_row(stage.key))
    assert adaptive_bank(again).items.b.tolist() == adaptive_bank(chosen).items.b.tolist()
    assert list(version.items.order_by("pk").values_list("a", "b", "c")) == frozen
    stage.change(calibration_num=2)
    assert theta_cut(load_plan(find_exam_row(stage.key))) < theta_cut(chosen) - 1


def test_published_again_with_a_newer_calibration_old_attempts_keep_and_replay_theirs(stage, learner, other_learner):
    stage.change(calibration_num=calibrate(stage))
    first = stage.publish()
    old = sit(learner, stage.key, 0.55)
    frozen = list(first.items.order_by("pk").values_list("a", "b", "c", "parameter_state"))
    evidence = old.decisions.get().evidence

    stage.change(calibration_num=calibrate(stage, shift=-0.9))
    second = stage.publish()
    new = sit(other_learner, stage.key, 0.55)

    assert list(first.items.order_by("pk").values_list("a", "b", "c", "parameter_state")) == frozen
    assert plan_from_dict(second.delivery_plan["plan"]).cut < plan_from_dict(first.delivery_plan["plan"]).cut - 1
    assert (old.exam_version_id, new.exam_version_id) == (first.pk, second.pk)
    assert new.decisions.get().evidence["bank"] != evidence["bank"]
    for attempt in (old, new):
        report = api.replay_attempt(attempt.uuid)
        assert report.same_items and report.same_decision and report.differences == ()
    assert old.decisions.get().evidence == evidence


def test_without_a_choice_the_judges_ratings_stand_whatever_was_calibrated(stage):
    calibrate(stage)
    version = stage.publish()
    assert set(version.items.filter(use="scored").values_list("parameter_state", flat=True)) == {"judged"}
    assert plan_from_dict(version.delivery_plan["plan"]).cut == 0.0


def test_item_imported_anew_since_the_calibration_is_judged_again(stage, tmp_path):
    num = calibrate(stage)
    folder = write_library(tmp_path / "again", {"adding_1": choice("Asked in another way")})
    api.import_items(stage.bank.uuid, source=folder, actor_id=stage.actor_id)
    stage.change(calibration_num=num)
    row = stage.publish().items.get(item_version__item__key="adding_1")
    assert row.parameter_state == "judged"


def test_calibration_in_which_no_item_has_enough_answers_is_refused(stage):
    num = calibrate(stage, provisional=tuple(wide_ratings()))
    stage.change(calibration_num=num)
    assert "calibration_without_items" in {refusal.code for refusal in api.check_exam(stage.key).refusals}


def test_ratings_that_ask_less_than_guessing_gives_are_refused(stage, client_of, exam_author):
    """Judges who expect 1 % of borderline people to be right, and items that one in ten guesses."""
    rate(stage.bank, stage.actor_id, dict.fromkeys(wide_ratings(), "0.01"), judges=FIVE)
    stage.change(calibration_num=calibrate(stage))
    (refusal,) = api.check_exam(stage.key).refusals
    assert refusal.code == "cut_not_on_scale" and "Rate the items again" in refusal.remedy
    assert client_of(exam_author).get("/mastery/author/exams/adaptive/simulation/").status_code == 200


def test_simulated_report_stands_in_logits_from_the_calibrated_pass_mark(stage):
    near = api.simulate_exam(stage.key, actor_id=stage.actor_id, seed=4, n_candidates=300).report
    stage.change(calibration_num=calibrate(stage, shift=1.1))
    far = api.simulate_exam(stage.key, actor_id=stage.actor_id, seed=4, n_candidates=300, mean=0, sd=1).report
    assert far["calibration"] == 1 and far["mean"] == near["mean"] == 0.0
    for name in ("low", "high", "n"):
        assert [row[name] for row in far["by_theta"]] == [row[name] for row in near["by_theta"]]
    assert far["accuracy"] == pytest.approx(near["accuracy"], abs=0.08)


def test_simulation_takes_the_candidates_as_the_calibration_measured_them(stage):
    stage.change(calibration_num=calibrate(stage))
    assumed = api.simulate_exam(stage.key, actor_id=stage.actor_id, n_candidates=50).assumptions
    assert assumed.mean == round(-theta_cut(load_plan(find_exam_row(stage.key))), 2) and assumed.sd == 1.25
    told = api.simulate_exam(stage.key, actor_id=stage.actor_id, n_candidates=50, mean=0.3).assumptions
    assert (told.mean, told.sd) == (0.3, 1.25)


def test_fully_calibrated_bank_lets_three_judges_publish_forms_on_the_fly(exam_author, tmp_path):
    bank = build_wide_bank(tmp_path, exam_author.pk)
    stage = Stage.of(bank, exam_author.pk, "linear", **LINEAR)
    panel = find_exam_row(stage.key).bank.panels.get()
    panel.judges = panel.judges[:3]
    panel.save()
    assert "too_few_judges" in {refusal.code for refusal in api.check_exam(stage.key).refusals}
    stage.change(calibration_num=calibrate(stage, but=(ADDING[0],)))
    assert "too_few_judges" in {refusal.code for refusal in api.check_exam(stage.key).refusals}
    stage.change(calibration_num=calibrate(stage))
    assert not api.check_exam(stage.key).refusals
