"""The simulation tells the truth about the shipped code."""

import numpy as np
import pytest

from mastery_exam.psychometrics import (
    AdaptiveBank,
    AdaptiveDelivery,
    AdaptivePlan,
    AdaptiveTest,
    Assumptions,
    FixedForms,
    FormsOnTheFly,
    ItemParameters,
    RatedItem,
    assemble_forms,
    draw_form,
    probability,
    score_distribution,
    simulate,
)
from mastery_exam.psychometrics.errors import BankTooSmallError, FormsNotParallelError

N = 120
RNG = np.random.default_rng(3)
ITEMS = ItemParameters.rasch(RNG.normal(0, 1, N))
AREAS = tuple("abcd"[i % 4] for i in range(N))
RATED = [RatedItem(i, AREAS[i], float(p)) for i, p in enumerate(probability(0.0, ITEMS).round(4))]
BLUEPRINT = dict.fromkeys("abcd", 6)
FORMS = assemble_forms(RATED, blueprint=BLUEPRINT, n_forms=3)
FIXED = FixedForms(FORMS, {i: i for i in range(N)}, AREAS, floors=False)


def adaptive(**extra):
    test = AdaptiveTest(AdaptiveBank(tuple(range(N)), ITEMS, AREAS), AdaptivePlan(min_items=8, max_items=20, **extra))
    return AdaptiveDelivery(test, exposure_cap=0.4, floors=False)


def test_simulate_fixed_forms_agrees_with_the_exact_distribution():
    report = simulate(FIXED, ITEMS, n_candidates=4000, n_borderline=0)
    theta = np.linspace(-6, 6, 241)
    weights = np.exp(-0.5 * theta**2)
    weights /= weights.sum()
    wrong = 0.0
    for form in FORMS:
        passing = score_distribution(probability(theta, ITEMS.take(form.items)))[:, form.marks_needed :].sum(axis=1)
        master = np.where(theta > 1e-9, 1.0, np.where(theta < -1e-9, 0.0, 0.5))
        wrong += weights @ (passing * (1 - master) + (1 - passing) * master) / 3
    assert report.accuracy == pytest.approx(1 - wrong, abs=4 * report.accuracy_se)
    both = report.wrong_passes_per_100 + report.wrong_fails_per_100
    assert both == pytest.approx(100 * (1 - report.accuracy))
    assert report.mean_items == 24
    assert report.form_spread == pytest.approx(max(report.form_pass_rates) - min(report.form_pass_rates))
    assert report.form_spread < 0.06


def test_simulate_floors_can_only_fail_more():
    held = FixedForms(FORMS, FIXED.index, AREAS, floors=True)
    free, floored = (simulate(d, ITEMS, n_candidates=1500, n_borderline=0, seed=2) for d in (FIXED, held))
    assert floored.pass_rate < free.pass_rate
    assert floored.wrong_passes_per_100 <= free.wrong_passes_per_100


def test_simulate_adaptive_is_shorter_and_its_posterior_is_honest():
    report = simulate(adaptive(), ITEMS, n_candidates=2500, n_borderline=0)
    assert report.mean_items < 18
    assert report.expected_accuracy == pytest.approx(report.accuracy, abs=4 * report.accuracy_se)
    assert report.max_exposure < 0.5
    lengths = {row.low: row.mean_items for row in report.by_theta}
    assert lengths[0.0] > lengths[2.0]
    assert sum(row.n for row in report.by_theta) == 2500
    rates = [row.pass_rate for row in report.by_theta if row.n > 50]
    assert rates == sorted(rates)


def test_simulate_borderline_over_all_attempts_is_one_less_all_failures():
    one = simulate(FIXED, ITEMS, assumptions=Assumptions(max_attempts=1), n_candidates=10, n_borderline=1500)
    three = simulate(FIXED, ITEMS, assumptions=Assumptions(max_attempts=3), n_candidates=10, n_borderline=1500)
    exact = 1 - np.prod([1 - rate for rate in one.form_pass_rates])
    assert three.borderline_pass_all == pytest.approx(exact, abs=0.05)
    assert one.borderline_pass_all == one.borderline_pass == pytest.approx(np.mean(one.form_pass_rates), abs=0.05)
    assert three.repeated_items == 0
    five = simulate(FIXED, ITEMS, assumptions=Assumptions(max_attempts=5), n_candidates=10, n_borderline=300)
    assert five.repeated_items > 0


def test_simulate_assumptions_move_the_result_as_they_should():
    base = simulate(FIXED, ITEMS, n_candidates=2500, n_borderline=0)
    able = simulate(FIXED, ITEMS, assumptions=Assumptions(mean=1.5), n_candidates=2500, n_borderline=0)
    judged = simulate(FIXED, ITEMS, assumptions=Assumptions(parameter_error=1.5), n_candidates=2500, n_borderline=0)
    assert able.pass_rate > base.pass_rate + 0.2
    assert judged.accuracy < base.accuracy
    assert judged.assumptions.parameter_error == 1.5


def test_simulate_same_seed_same_report_and_times_add_up():
    seconds = np.full(N, 90.0)
    one, other = (simulate(adaptive(), ITEMS, n_candidates=60, n_borderline=5, seconds=seconds) for _ in range(2))
    assert one.accuracy == other.accuracy
    assert (one.exposure == other.exposure).all()
    assert one.mean_minutes == pytest.approx(1.5 * one.mean_items)
    assert simulate(adaptive(), ITEMS, n_candidates=60, n_borderline=5, seed=1).mean_items != one.mean_items


def test_simulate_progress_is_told_and_may_cancel():
    class Cancelled(Exception):
        pass

    told = []

    def progress(done, total):
        told.append((done, total))
        if done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        simulate(FIXED, ITEMS, n_candidates=20, n_borderline=10, progress=progress)
    assert told == [(n, 30) for n in range(1, 6)]


def test_forms_on_the_fly_use_the_bank_evenly_and_stay_parallel():
    target = float(sum(item.rating for item in RATED) / 5)
    delivery = FormsOnTheFly(RATED, BLUEPRINT, target, floors=False)
    report = simulate(delivery, ITEMS, n_candidates=60, n_borderline=3, assumptions=Assumptions(max_attempts=2))
    assert report.max_exposure < 0.5
    assert report.mean_items == 24
    assert report.repeated_items == 0


def test_draw_form_meets_blueprint_target_and_exclusions():
    target = FORMS[0].rating_sum
    form = draw_form(RATED, blueprint=BLUEPRINT, target=target, excluded=set(FORMS[0].items), seed=4)
    assert not set(form.items) & set(FORMS[0].items)
    assert form.marks_needed == FORMS[0].marks_needed
    assert abs(form.rating_sum - target) <= 0.15
    assert form != draw_form(RATED, blueprint=BLUEPRINT, target=target, seed=5)
    with pytest.raises(FormsNotParallelError):
        draw_form(RATED, blueprint=BLUEPRINT, target=23, seed=4)
    with pytest.raises(BankTooSmallError):
        draw_form(RATED, blueprint={"a": 31}, target=15, seed=4)


def test_forms_on_the_fly_are_held_to_the_floors_of_all_draws_and_drawn_once():
    target = float(sum(item.rating for item in RATED) / 5)
    free = FormsOnTheFly(RATED, BLUEPRINT, target, floors={})
    held = FormsOnTheFly(RATED, BLUEPRINT, target, floors={"a": 6})
    run = {"n_candidates": 60, "n_borderline": 0, "seed": 2}
    first = simulate(free, ITEMS, **run)
    drawn = dict(free.drawn)
    assert len(drawn) == 60 and simulate(free, ITEMS, **run).pass_rate == first.pass_rate and free.drawn == drawn
    assert simulate(held, ITEMS, **run).pass_rate < first.pass_rate


def test_forms_on_the_fly_that_cannot_be_drawn_are_told():
    with pytest.raises(FormsNotParallelError):
        simulate(FormsOnTheFly(RATED, BLUEPRINT, 23.0), ITEMS, n_candidates=2, n_borderline=0)


def test_adaptive_delivery_holds_the_named_areas_to_their_floors_alone():
    test = AdaptiveTest(AdaptiveBank(tuple(range(N)), ITEMS, AREAS), AdaptivePlan(min_items=8, max_items=20))
    run = {"n_candidates": 400, "n_borderline": 0, "seed": 3}
    rates = [simulate(AdaptiveDelivery(test, floors=floors), ITEMS, **run).pass_rate for floors in (False, ["a"], True)]
    assert rates[0] > rates[1] > rates[2]
    assert simulate(AdaptiveDelivery(test, floors=["a", "b", "c", "d"]), ITEMS, **run).pass_rate == rates[2]


def test_simulate_rows_by_ability_lie_around_the_cut_wherever_it_is():
    test = AdaptiveTest(AdaptiveBank(tuple(range(N)), ITEMS, AREAS), AdaptivePlan(cut=0.7, min_items=8, max_items=20))
    report = simulate(AdaptiveDelivery(test), ITEMS, assumptions=Assumptions(cut=0.7, mean=0.7), n_candidates=200)
    assert {round(row.low - 0.7, 6) % 0.5 for row in report.by_theta if np.isfinite(row.low)} == {0.0}
    assert any(row.high == pytest.approx(0.7) for row in report.by_theta)
