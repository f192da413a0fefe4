"""Probability, information and the characteristic curve, also far from the middle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastery_exam.psychometrics import (
    ItemParameters,
    characteristic,
    conditional_sem,
    information,
    information_curve,
    inverse_characteristic,
    log_probabilities,
    probability,
)

theta = st.floats(-8, 8)
item = st.tuples(st.floats(0.05, 4), st.floats(-8, 8), st.floats(0, 0.5))


def one(parameters):
    return ItemParameters(*parameters)


@given(item, theta, theta)
def test_probability_rises_with_theta_between_c_and_1(parameters, x, y):
    low, high = probability([min(x, y), max(x, y)], one(parameters))[:, 0]
    assert parameters[2] <= low <= high <= 1


@given(item, theta)
def test_log_probabilities_agree_with_probability_and_stay_finite(parameters, x):
    right, wrong = log_probabilities(x, one(parameters))
    assert np.isfinite(right).all() and np.isfinite(wrong).all()
    assert np.exp(right) + np.exp(wrong) == pytest.approx(1, abs=1e-12)
    assert np.exp(right) == pytest.approx(probability(x, one(parameters)), rel=1e-9)


@given(item, theta)
def test_information_is_the_squared_slope_over_the_variance(parameters, x):
    items = one(parameters)
    found = float(information(x, items)[0])
    assert found >= 0
    p = float(probability(x, items)[0])
    if 1e-6 < p - parameters[2] and p < 1 - 1e-6:
        step = 1e-5
        slope = float((probability(x + step, items) - probability(x - step, items))[0]) / (2 * step)
        assert found == pytest.approx(slope**2 / (p * (1 - p)), rel=1e-3, abs=1e-9)


@given(st.lists(item, min_size=1, max_size=12), st.randoms())
def test_curves_do_not_depend_on_the_order_of_items(parameters, random):
    shuffled = list(parameters)
    random.shuffle(shuffled)
    grid = np.linspace(-8, 8, 9)
    first, second = (ItemParameters(*np.array(rows).T) for rows in (parameters, shuffled))
    assert information_curve(grid, first) == pytest.approx(information_curve(grid, second))
    assert characteristic(grid, first) == pytest.approx(characteristic(grid, second))


@given(st.lists(item, min_size=2, max_size=12), st.floats(-4, 4))
def test_inverse_characteristic_returns_to_theta(parameters, x):
    items = ItemParameters(*np.array(parameters).T)
    marks = characteristic(x, items)
    if information_curve(x, items) > 1e-3:
        assert characteristic(inverse_characteristic(marks, items), items) == pytest.approx(marks, abs=1e-9)


def test_inverse_characteristic_outside_the_curve_is_infinite():
    items = ItemParameters(1, [-1, 0, 1], 0.2)
    assert inverse_characteristic([0.6, 0.0, 3.0], items).tolist() == [-np.inf, -np.inf, np.inf]


def test_extreme_parameters_give_no_warning_and_no_nan():
    items = ItemParameters(4, [-8, 8], 0.5)
    with np.errstate(all="raise", under="ignore"):
        for x in (-8.0, 8.0, -300.0, 300.0):
            assert np.isfinite(information(x, items)).all()
            assert np.isfinite(probability(x, items)).all()
    assert conditional_sem(-2000.0, items) == np.inf


def test_item_parameters_metric_multiplies_the_slope():
    scaled, plain = ItemParameters([1.0], [0.5], D=1.7), ItemParameters([1.7], [0.5])
    assert probability(1.0, scaled) == pytest.approx(probability(1.0, plain))
    assert information(1.0, scaled) == pytest.approx(information(1.0, plain))


@pytest.mark.parametrize("bad", [(0, 0, 0), (1, np.nan, 0), (1, 0, 1), (1, 0, -0.1), (-1, 0, 0)])
def test_item_parameters_impossible_values_are_refused(bad):
    with pytest.raises(ValueError, match="must be"):
        ItemParameters(*bad)


def test_from_ratings_a_borderline_person_has_the_rated_chance():
    items = ItemParameters.from_ratings([0.3, 0.6, 0.9], cut=0.4)
    assert probability(0.4, items) == pytest.approx([0.3, 0.6, 0.9])
