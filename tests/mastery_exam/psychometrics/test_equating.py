"""Observed-score equating against the equate package."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastery_exam.psychometrics import (
    NotEnoughDataError,
    chained_linear_equating,
    equipercentile_equating,
    levine_equating,
    levine_true_score_equating,
    linear_equating,
    mean_equating,
    tucker_equating,
)

SIDES = ("x_total", "x_anchor", "y_total", "y_anchor")


def test_random_groups_equating_matches_equate(reference):
    data = reference("equating_observed_scores")
    act, near = data["act"], {"abs": data["tolerance"] / 100}
    scores = np.array(act["score"])
    assert mean_equating(act["x"], act["y"])(scores) == pytest.approx(act["yx"]["mean"], **near)
    assert linear_equating(act["x"], act["y"])(scores) == pytest.approx(act["yx"]["linear"], **near)
    found = equipercentile_equating(act["x"], act["y"])
    assert found == pytest.approx(act["yx"]["equipercentile"], **near)


@pytest.mark.parametrize(
    ("key", "method"),
    [("tucker", tucker_equating), ("levine_observed", levine_equating), ("chained_linear", chained_linear_equating)],
)
def test_anchor_equating_matches_equate(reference, key, method):
    data = reference("equating_observed_scores")
    found = method(*(data["neat"][side] for side in SIDES))
    assert found.intercept == pytest.approx(data["neat"][key]["intercept"], abs=data["tolerance"] / 100)
    assert found.slope == pytest.approx(data["neat"][key]["slope"], abs=data["tolerance"] / 100)


@given(st.lists(st.integers(1, 30), min_size=3, max_size=25))
def test_equipercentile_of_a_form_to_itself_changes_nothing_and_rises(counts):
    found = equipercentile_equating(counts, counts)
    assert found == pytest.approx(np.arange(len(counts)), abs=1e-9)
    other = equipercentile_equating(counts, counts[::-1])
    assert (np.diff(other) > 0).all()
    assert other.min() >= -0.5 and other.max() <= len(counts) - 0.5


def test_anchor_equating_of_like_groups_and_forms_is_the_identity():
    rng = np.random.default_rng(1)
    anchor = rng.integers(0, 13, 500)
    total = anchor + rng.integers(0, 25, 500)
    for method in (tucker_equating, levine_equating, levine_true_score_equating, chained_linear_equating):
        found = method(total, anchor, total, anchor)
        assert (found.intercept, found.slope) == pytest.approx((0, 1), abs=1e-9)


def test_levine_true_score_line_passes_through_the_expected_point(reference):
    neat = reference("equating_observed_scores")["neat"]
    found = levine_true_score_equating(*(neat[side] for side in SIDES))
    x, v_x, y, v_y = (np.array(neat[side], dtype=float) for side in SIDES)
    gamma = y.var(ddof=1) / np.cov(y, v_y)[0, 1]
    assert found(x.mean()) == pytest.approx(y.mean() + gamma * (v_x.mean() - v_y.mean()))


def test_equating_scores_that_do_not_vary_is_refused():
    with pytest.raises(NotEnoughDataError):
        linear_equating([0, 5, 0], [1, 2, 3])
    with pytest.raises(NotEnoughDataError):
        tucker_equating([1, 2, 3], [1, 1, 1], [1, 2, 3], [1, 2, 3])
