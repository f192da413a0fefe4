"""Pass marks from judges: Angoff, bookmark, Hofstee, and their impact."""

import numpy as np
import pytest

from mastery_exam.psychometrics import (
    ItemParameters,
    NotEnoughDataError,
    angoff,
    bookmark,
    characteristic,
    hofstee,
    impact,
    probability,
    raw_cut_to_theta,
    response_locations,
)

# Shrout & Fleiss (1979), table 2: six targets by four judges; ICC(2,4) = .62. Brought into [0, 1] by a tenth.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]) / 10


def test_angoff_cut_and_errors():
    ratings = np.array([[0.6, 0.7, 0.5], [0.7, 0.8, 0.6], [0.5, 0.9, 0.4]])
    found = angoff(ratings)
    assert found.cut == pytest.approx(1.9)
    assert found.judge_cuts == pytest.approx([1.8, 2.1, 1.8])
    assert found.se == pytest.approx(np.std([1.8, 2.1, 1.8], ddof=1) / np.sqrt(3))
    assert found.se_generalised > found.se
    assert not found.provisional


def test_angoff_icc_matches_shrout_and_fleiss():
    assert angoff(SHROUT_FLEISS.T).icc == pytest.approx(0.62, abs=0.005)


def test_angoff_generalised_error_is_that_of_new_judges_and_new_items():
    rng = np.random.default_rng(1)

    def panel():
        judge, item = rng.normal(0, 0.05, (4, 1)), rng.normal(0, 0.08, (1, 25))
        return np.clip(0.6 + judge + item + rng.normal(0, 0.06, (4, 25)), 0, 1)

    panels = [angoff(panel()) for _ in range(1500)]
    spread = np.std([found.cut for found in panels])
    assert np.sqrt(np.mean([found.se_generalised**2 for found in panels])) == pytest.approx(spread, rel=0.06)


def test_angoff_outlying_judge_is_named():
    steady = np.full((5, 20), 0.6) + 0.01 * np.arange(5)[:, None]
    steady[3] = 0.9
    assert angoff(steady).outlying_judges == (3,)
    assert angoff(np.full((4, 10), 0.6)).outlying_judges == ()


def test_angoff_fewer_than_three_judges_is_provisional():
    assert angoff([[0.5, 0.6]]).provisional
    assert np.isnan(angoff([[0.5, 0.6]]).se)
    assert angoff([[0.5, 0.6], [0.4, 0.6]]).provisional


@pytest.mark.parametrize("ratings", [[[0.5, 1.2]], [[np.nan, 0.4]]])
def test_angoff_impossible_ratings_are_refused(ratings):
    with pytest.raises(ValueError, match="between 0 and 1"):
        angoff(ratings)


def test_impact_at_the_cut_and_one_and_two_errors_away():
    found = impact(range(101), 60, 5)
    assert [(row.steps, row.cut, round(row.pass_rate * 101)) for row in found] == [
        (-2, 50, 51),
        (-1, 55, 46),
        (0, 60, 41),
        (1, 65, 36),
        (2, 70, 31),
    ]


def test_response_locations_have_the_response_probability():
    items = ItemParameters([0.8, 1.5, 1.0], [-1, 0.5, 0.2], [0, 0.2, 0.7])
    locations = response_locations(items)
    for number in (0, 1):
        assert probability(locations[number], items)[number] == pytest.approx(0.67)
    assert locations[2] == -np.inf


def test_bookmark_cut_is_the_location_of_the_last_mastered_item():
    items = ItemParameters.rasch([1.0, -1.0, 0.0])
    found = bookmark([1, 2, 2], items)
    assert found.order.tolist() == [1, 2, 0]
    shift = np.log(0.67 / 0.33)
    assert found.judge_cuts == pytest.approx([-1 + shift, shift, shift])
    assert found.cut == pytest.approx(np.mean([-1, 0, 0]) + shift)
    assert found.median == pytest.approx(shift)
    with pytest.raises(ValueError, match="3 items"):
        bookmark([4], items)


def test_hofstee_compromise_lies_on_both_lines():
    scores = np.repeat(np.arange(41), 10)
    found = hofstee(scores, cuts=(20, 30), fail_rates=(0.2, 0.8))
    assert found.crosses
    assert found.fail_rate == pytest.approx(0.8 - 0.06 * (found.cut - 20))
    assert found.fail_rate == pytest.approx(found.cut / 41)


def test_hofstee_without_a_crossing_says_so():
    easy = hofstee([40] * 50, cuts=(20, 30), fail_rates=(0.1, 0.3))
    assert (easy.cut, easy.fail_rate, easy.crosses) == (30, 0, False)
    hard = hofstee([5] * 50, cuts=(20, 30), fail_rates=(0.1, 0.3))
    assert (hard.cut, hard.fail_rate, hard.crosses) == (20, 1, False)
    with pytest.raises(NotEnoughDataError):
        hofstee([], cuts=(20, 30), fail_rates=(0.1, 0.3))


def test_raw_cut_to_theta_inverts_the_characteristic_curve_and_carries_the_error():
    items = ItemParameters([0.8, 1.5, 1.0, 1.2], [-1, 0.5, 0.2, 0.9], 0.2)
    theta, se = raw_cut_to_theta(2.5, items, se=0.1)
    assert characteristic(theta, items) == pytest.approx(2.5)
    slope = (characteristic(theta + 1e-5, items) - characteristic(theta - 1e-5, items)) / 2e-5
    assert se == pytest.approx(0.1 / slope, rel=1e-4)
    with pytest.raises(ValueError, match="No ability"):
        raw_cut_to_theta(0.5, items)
