"""Ability estimates: against the LSAT-6 and eRm anchors, and where there is little or no evidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from mastery_exam.psychometrics import (
    ItemParameters,
    eap,
    eap_of_sum_scores,
    information_curve,
    log_likelihood,
    map_estimate,
    ml,
    posterior,
    wle,
)

HARD = ItemParameters(4.0, np.linspace(-8, 8, 30), 0.5)


@pytest.mark.parametrize(("key", "estimate"), [("eap", eap), ("map", map_estimate)])
def test_estimates_of_lsat6_patterns_match_mirt(reference, key, estimate):
    data = reference("lsat6")
    twopl = data["accurate"]["mirt_2pl"]
    found = estimate(data[key]["patterns"], ItemParameters(twopl["a"], twopl["b"]))
    assert found.theta == pytest.approx(data[key]["theta"], abs=data["tolerance"]["theta"] / 50)
    assert found.se == pytest.approx(data[key]["se"], abs=data["tolerance"]["theta"] / 50)


def test_ml_of_rasch_scores_matches_erm(reference):
    data = reference("rasch_cml_eRm")
    table = data["score_theta"][0]
    patterns = [[1] * raw + [0] * (30 - raw) for raw in table["raw"]]
    found = ml(patterns, ItemParameters.rasch(data["difficulty"]))
    assert found.theta == pytest.approx(table["theta"], abs=data["tolerance"])


def test_eap_of_sum_scores_matches_mirt(reference):
    data = reference("lsat7")
    twopl = data["twopl"]
    items = ItemParameters(twopl["a"], -np.array(twopl["d"]) / twopl["a"])
    found = eap_of_sum_scores(items)
    assert found.theta == pytest.approx(data["EAPsum"]["theta"], abs=1e-5)
    assert found.se == pytest.approx(data["EAPsum"]["se"], abs=1e-5)
    assert 1000 * found.expected == pytest.approx(data["EAPsum"]["expected"], abs=1e-3)


@pytest.mark.parametrize("pattern", [[1] * 30, [0] * 30, [0, 1] * 15])
def test_eap_of_extreme_items_equals_adaptive_quadrature(pattern):
    def density(x, power):
        return x**power * np.exp(log_likelihood(pattern, HARD, [x])[0, 0] - x * x / 2 + 30)

    points = list(np.arange(-9.5, 10))
    whole, mean, square = (quad(density, -10, 10, args=(k,), points=points, limit=500)[0] for k in (0, 1, 2))
    found = eap([pattern], HARD)
    assert found.theta[0] == pytest.approx(mean / whole, abs=1e-4)
    assert found.se[0] == pytest.approx(np.sqrt(square / whole - (mean / whole) ** 2), abs=1e-4)


def test_no_responses_give_the_prior_or_no_certainty():
    nothing = [[-1] * 30, [np.nan] * 30]
    assert eap(nothing, HARD, mean=0.5, sd=2).theta == pytest.approx([0.5, 0.5])
    assert eap(nothing, HARD, mean=0.5, sd=2).se == pytest.approx([2, 2], abs=1e-6)
    assert map_estimate(nothing, HARD, mean=0.5, sd=2).theta == pytest.approx([0.5, 0.5])
    assert map_estimate(nothing, HARD, sd=2).se == pytest.approx([2, 2])
    for estimate in (ml, wle):
        assert estimate(nothing, HARD).theta.tolist() == [0, 0]
        assert estimate(nothing, HARD).se.tolist() == [np.inf, np.inf]


def test_ml_all_right_and_all_wrong_stop_at_the_bounds_and_wle_inside():
    items = ItemParameters.rasch(np.linspace(-2, 2, 20))
    both = [[1] * 20, [0] * 20]
    assert ml(both, items).theta == pytest.approx([6, -6], abs=1e-9)
    warm = wle(both, items).theta
    assert warm[0] == pytest.approx(-warm[1])
    assert 2 < warm[0] < 6


def test_wle_of_2pl_maximises_the_weighted_likelihood():
    items = ItemParameters([0.6, 1.1, 1.9, 0.8], [-1.0, 0.2, 0.4, 1.3])
    for pattern in ([1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]):

        def loss(x, answers=pattern):
            return -float(log_likelihood(answers, items, [x])[0, 0] + 0.5 * np.log(information_curve(x, items)))

        best = minimize_scalar(loss, bounds=(-6, 6), method="bounded", options={"xatol": 1e-10}).x
        assert wle(pattern, items).theta[0] == pytest.approx(best, abs=1e-5)


def test_ml_of_3pl_finds_the_higher_of_two_maxima():
    items = ItemParameters([2.5, 2.5, 2.5, 2.0], [-2.0, -1.8, -1.5, 2.0], [0.2, 0.2, 0.2, 0.25])
    grid = np.linspace(-6, 6, 20001)
    for number in range(16):
        pattern = [(number >> bit) & 1 for bit in range(4)]
        heights = log_likelihood(pattern, items, grid)[0]
        at = log_likelihood(pattern, items, ml(pattern, items).theta)[0, 0]
        assert at >= heights.max() - 1e-6


@given(st.lists(st.sampled_from([0, 1, -1]), min_size=8, max_size=8), st.permutations(range(8)))
def test_estimates_do_not_depend_on_the_order_of_items(pattern, order):
    items = ItemParameters(np.linspace(0.5, 2, 8), np.linspace(-2, 2, 8), 0.2)
    for estimate in (eap, map_estimate, wle):
        shuffled = estimate(np.array(pattern)[list(order)], items.take(list(order)))
        assert estimate(pattern, items).theta == pytest.approx(shuffled.theta, abs=1e-8)


def test_posterior_rows_sum_to_one_and_missing_is_not_wrong():
    items = ItemParameters.rasch([0.0, 0.0])
    _, weights = posterior([[1, -1], [1, 0]], items)
    assert weights.sum(axis=1) == pytest.approx([1, 1])
    found = eap([[1, np.nan], [1, 0]], items)
    assert found.theta[0] > found.theta[1] == pytest.approx(0, abs=1e-12)


def test_responses_other_than_0_and_1_are_refused():
    with pytest.raises(ValueError, match="0, 1 or missing"):
        eap([[0.5, 1]], ItemParameters.rasch([0, 0]))
