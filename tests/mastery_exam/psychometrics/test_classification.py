"""Rules that classify against a cut, on the same evidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from mastery_exam.psychometrics import (
    GeneralisedLikelihoodRatio,
    Grid,
    IntervalRule,
    ItemParameters,
    PosteriorRule,
    SequentialProbabilityRatio,
    classify,
    classify_competencies,
    generalised_log_likelihood_ratio,
    log_likelihood,
    log_likelihood_ratio,
    pass_threshold,
    standing,
    wrong_decision_probability,
)

RULES = [PosteriorRule(), SequentialProbabilityRatio(), GeneralisedLikelihoodRatio(), IntervalRule()]
ITEMS = ItemParameters(np.linspace(0.6, 1.8, 12), np.linspace(-1.5, 1.5, 12), 0.2)
patterns = st.lists(st.sampled_from([0, 1, -1]), min_size=12, max_size=12)


def exact_posterior(pattern, items, cut, mean=0.0, sd=1.0):
    def density(x):
        return np.exp(log_likelihood(pattern, items, [x])[0, 0] - 0.5 * ((x - mean) / sd) ** 2)

    below, above = (quad(density, *ends, limit=500)[0] for ends in ((mean - 8 * sd, cut), (cut, mean + 8 * sd)))
    return above / (above + below)


@given(patterns, st.floats(-1.5, 1.5))
def test_standing_posterior_equals_adaptive_quadrature(pattern, cut):
    found = standing(pattern, ITEMS, Grid.around(cut)).p_above
    assert 0 < found < 1
    assert found == pytest.approx(exact_posterior(pattern, ITEMS, cut), abs=1e-6)


def test_standing_of_a_sharp_posterior_equals_adaptive_quadrature():
    sharp = ItemParameters(3.5, np.linspace(-0.4, 0.4, 40))
    for right in (15, 18, 20, 21, 23):
        pattern = [1] * right + [0] * (40 - right)
        found = standing(pattern, sharp, Grid.around(0.05)).p_above
        assert found == pytest.approx(exact_posterior(pattern, sharp, 0.05), abs=2e-4)


def test_standing_with_no_responses_is_the_prior():
    assert standing([-1] * 12, ITEMS, Grid.around(0.0)).p_above == pytest.approx(0.5)
    shifted = standing([-1] * 12, ITEMS, Grid.around(1.0, mean=0.5, sd=0.5)).p_above
    assert shifted == pytest.approx(0.158655, abs=1e-5)


def test_standing_extreme_items_stay_inside_0_and_1():
    hard = ItemParameters(4.0, np.full(60, -8.0), 0.5)
    grid = Grid.around(0.0)
    assert 0 < standing([0] * 60, hard, grid).p_above < 1e-9
    easy = ItemParameters(4.0, np.full(60, 7.9))
    assert 1 - 1e-9 < standing([1] * 60, easy, grid).p_above < 1


@given(patterns)
def test_more_right_answers_never_lower_the_posterior(pattern):
    grid = Grid.around(0.2)
    better = [1 if answer == 0 else answer for answer in pattern]
    assert standing(better, ITEMS, grid).p_above >= standing(pattern, ITEMS, grid).p_above - 1e-12


@given(patterns, st.floats(-1, 1), st.floats(0.1, 0.6))
def test_wald_ratio_is_symmetric_when_right_and_wrong_change_places(pattern, cut, delta):
    items = ItemParameters(ITEMS.a, ITEMS.b)
    mirrored = ItemParameters(ITEMS.a, 2 * cut - ITEMS.b)
    swapped = [1 - answer if answer >= 0 else -1 for answer in pattern]
    ratio = log_likelihood_ratio(pattern, items, cut=cut, delta=delta)
    assert log_likelihood_ratio(swapped, mirrored, cut=cut, delta=delta) == pytest.approx(-ratio, abs=1e-9)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_rules_pass_the_able_fail_the_unable_and_wait_for_the_rest(rule):
    items = ItemParameters.rasch(np.zeros(30))
    grid = Grid.around(0.0)
    assert standing([1] * 30, items, grid, rule=rule).verdict is True
    assert standing([0] * 30, items, grid, rule=rule).verdict is False
    assert standing([0, 1] * 15, items, grid, rule=rule).verdict is None
    assert standing([-1] * 30, items, grid, rule=rule).verdict is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@given(pattern=patterns)
def test_rules_do_not_depend_on_the_order_of_items(rule, pattern):
    grid = Grid.around(0.1)
    one = standing(pattern, ITEMS, grid, rule=rule)
    other = standing(pattern[::-1], ITEMS.take(range(11, -1, -1)), grid, rule=rule)
    assert other.verdict is one.verdict
    assert other.p_above == pytest.approx(one.p_above)


def test_sprt_bounds_are_walds():
    rule = SequentialProbabilityRatio(delta=0.5, alpha=0.05, beta=0.1)
    items, grid = ItemParameters.rasch(np.zeros(40)), Grid.around(0.0)
    for right in range(41):
        pattern = [1] * right + [0] * (40 - right)
        ratio = log_likelihood_ratio(pattern, items, cut=0.0, delta=0.5)[0]
        expected = True if ratio >= np.log(0.9 / 0.05) else False if ratio <= np.log(0.1 / 0.95) else None
        assert standing(pattern, items, grid, rule=rule).verdict is expected


@pytest.mark.parametrize(("right", "verdict"), [(29, True), (26, True), (20, None), (14, False), (11, False)])
def test_glr_is_the_ratio_of_the_best_on_either_side(right, verdict):
    items, grid = ItemParameters.rasch(np.zeros(40)), Grid.around(0.0)
    pattern = [1] * right + [0] * (40 - right)
    best = np.log(right / (40 - right))

    def height(theta):
        return log_likelihood(pattern, items, [theta])[0, 0]

    exact = height(max(best, 0.3)) - height(min(best, -0.3))
    assert generalised_log_likelihood_ratio(pattern, items, cut=0.0, delta=0.3) == pytest.approx(exact, abs=1e-4)
    bound = np.log(0.95 / 0.05)
    assert (True if exact >= bound else False if exact <= -bound else None) is verdict
    assert standing(pattern, items, grid, rule=GeneralisedLikelihoodRatio()).verdict is verdict


def test_classify_at_the_maximum_uses_the_loss_ratio():
    grid = Grid.around(0.0)
    undecided = [0, 1] * 6
    p = standing(undecided, ITEMS, grid).p_above
    lenient, strict = (classify(undecided, ITEMS, grid, loss_ratio=ratio) for ratio in (p / (1 - p) - 0.01, 99))
    assert (lenient.passed, lenient.by_rule, lenient.p_wrong) == (True, False, pytest.approx(1 - p))
    assert (strict.passed, strict.p_wrong) == (False, pytest.approx(p))
    assert classify([1] * 12, ItemParameters.rasch(np.ones(12)), grid).by_rule


def test_pass_threshold_and_wrong_decision_probability():
    assert pass_threshold(1) == 0.5
    assert pass_threshold(3) == 0.75
    assert wrong_decision_probability([0.9, 0.9], [True, False]) == pytest.approx([0.1, 0.9])
    with pytest.raises(ValueError, match="positive"):
        pass_threshold(0)


def test_classify_competencies_each_on_its_own_items_cut_and_minimum():
    items = ItemParameters.rasch(np.zeros(40))
    areas = ["a"] * 20 + ["b"] * 20
    answers = [1] * 20 + [0] * 20
    found = classify_competencies(answers, items, areas, {"a": 0.0, "b": -0.5, "c": 0.0})
    assert (found["a"].verdict, found["b"].verdict, found["c"].verdict) == (True, False, None)
    assert found["c"].p_above == pytest.approx(0.5)
    alone = standing(answers[20:], items.take(range(20)), Grid.around(-0.5))
    assert found["b"] == alone
    short = classify_competencies(answers, items, areas, {"a": 0.0}, minimums={"a": 21})
    assert short["a"].verdict is None
