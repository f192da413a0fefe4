"""Marginal estimates: LSAT-6 and LSAT-7, priors, anchors, missing responses, fixed c."""

import numpy as np
import pytest

from mastery_exam.psychometrics import (
    NO_PRIORS,
    ItemParameters,
    NotEnoughDataError,
    calibrate,
    enough_responses,
    probability,
)


def simulate(items, n_persons, seed, mean=0.0, sd=1.0):
    rng = np.random.default_rng(seed)
    theta = rng.normal(mean, sd, n_persons)
    return (rng.random((n_persons, len(items))) < probability(theta, items)).astype(float)


def test_calibrate_2pl_lsat6_matches_mirt_with_standard_errors(reference):
    data = reference("lsat6")
    expected, tolerance = data["accurate"]["mirt_2pl"], data["tolerance"]
    found = calibrate(data["patterns"], frequencies=data["freq"], priors=NO_PRIORS)
    assert found.converged
    assert found.items.a == pytest.approx(expected["a"], abs=tolerance["a"] / 10)
    assert found.items.b == pytest.approx(expected["b"], abs=tolerance["b"] / 10)
    assert found.d == pytest.approx(expected["d"], abs=1e-3)
    assert found.se_a == pytest.approx(expected["se_a"], abs=1e-3)
    assert found.se_d == pytest.approx(expected["se_d"], abs=1e-3)
    assert found.log_likelihood == pytest.approx(expected["logLik"], abs=1e-4)
    assert found.aic == pytest.approx(data["accurate"]["ltm_2pl"]["AIC"], abs=2 * tolerance["logLik"])
    assert found.bic == pytest.approx(data["accurate"]["ltm_2pl"]["BIC"], abs=2 * tolerance["logLik"])
    published = data["published"]["twopl"]
    assert found.items.a == pytest.approx(published["a"], abs=tolerance["a"])
    assert found.items.b == pytest.approx(published["b"], abs=tolerance["b"])


def test_calibrate_2pl_with_priors_lsat6_matches_mirt(reference):
    data = reference("lsat6")
    expected = data["accurate"]["mirt_2pl_map_priors"]
    found = calibrate(data["patterns"], frequencies=data["freq"])
    assert found.items.a == pytest.approx(expected["a"], abs=1e-3)
    assert found.d == pytest.approx(expected["d"], abs=1e-3)


def test_calibrate_rasch_lsat6_matches_mirt_and_ltm(reference):
    data = reference("lsat6")
    expected = data["accurate"]["mirt_rasch_free_variance"]
    found = calibrate(data["patterns"], frequencies=data["freq"], model="rasch")
    assert found.items.a.tolist() == [1] * 5
    assert found.items.b == pytest.approx(expected["b"], abs=1e-3)
    assert found.se_b == pytest.approx(expected["se_b"], abs=1e-4)
    assert found.sd**2 == pytest.approx(expected["variance"], abs=1e-3)
    assert found.log_likelihood == pytest.approx(expected["logLik"], abs=1e-4)
    common = data["accurate"]["ltm_rasch_common_slope"]
    assert found.sd == pytest.approx(common["a"][0], abs=1e-3)
    assert found.items.b / found.sd == pytest.approx(common["b"], abs=2e-3)
    assert found.bic == pytest.approx(common["BIC"], abs=1e-3)


def test_calibrate_rasch_with_unit_sd_matches_ltm(reference):
    data = reference("lsat6")
    expected = data["published"]["rasch_slope1"]
    found = calibrate(data["patterns"], frequencies=data["freq"], model="rasch", fixed_sd=1.0)
    assert found.items.b == pytest.approx(expected["b"], abs=1e-3)
    assert found.aic == pytest.approx(expected["AIC"], abs=1e-2)


def test_calibrate_lsat7_matches_mirt(reference):
    data = reference("lsat7")
    found = calibrate(data["patterns"], frequencies=data["freq"], priors=NO_PRIORS)
    expected = data["twopl"]
    assert found.items.a == pytest.approx(expected["a"], abs=1e-3)
    assert found.d == pytest.approx(expected["d"], abs=1e-3)
    assert found.se_a == pytest.approx(expected["se_a"], abs=1e-3)
    assert found.se_d == pytest.approx(expected["se_d"], abs=1e-3)
    assert found.log_likelihood == pytest.approx(expected["logLik"], abs=1e-4)
    rasch = calibrate(data["patterns"], frequencies=data["freq"], model="rasch")
    assert rasch.items.b == pytest.approx(data["rasch"]["b"], abs=1e-3)
    assert rasch.sd**2 == pytest.approx(data["rasch"]["variance"], abs=1e-3)


def test_calibrate_rows_and_frequencies_say_the_same():
    table = simulate(ItemParameters([1, 1.5, 0.8, 1.2], [-1, 0, 0.5, 1]), 400, 1)
    patterns, counts = np.unique(table, axis=0, return_counts=True)
    one, other = calibrate(table), calibrate(patterns, frequencies=counts)
    assert one.items.a == pytest.approx(other.items.a, abs=1e-6)
    assert one.se_b == pytest.approx(other.se_b, abs=1e-6)


def test_calibrate_missing_by_design_recovers_the_items():
    rng = np.random.default_rng(5)
    true = ItemParameters(rng.lognormal(0, 0.3, 30), rng.normal(0, 1, 30))
    table = simulate(true, 6000, 2)
    table[rng.random(table.shape) < 0.5] = np.nan
    found = calibrate(table)
    assert found.converged
    assert np.sqrt(np.mean((found.items.b - true.b) ** 2)) < 0.1
    z = (found.items.b - true.b) / found.se_b
    assert 0.6 < z.std() < 1.5
    assert found.n_responses == pytest.approx(np.isfinite(table).sum(axis=0))


def test_calibrate_missing_standard_errors_equal_the_curvature_of_the_likelihood():
    table = simulate(ItemParameters([1, 1.5, 0.8], [-1, 0, 0.5], 0.2), 300, 3)
    table[::3, 0] = np.nan
    found = calibrate(table, c=0.2, priors=NO_PRIORS, tolerance=1e-9)
    step = 1e-3

    def height(a, d):
        nodes = np.linspace(-6, 6, 61)
        weights = np.exp(-0.5 * nodes**2) / np.exp(-0.5 * nodes**2).sum()
        p = 0.2 + 0.8 / (1 + np.exp(-(np.outer(nodes, a) + d)))
        like = np.where(np.isnan(table)[:, None, :], 1, np.where(table[:, None, :] == 1, p, 1 - p)).prod(axis=2)
        return np.log(like @ weights).sum()

    point = np.concatenate([found.items.a, found.d])
    hessian = np.empty((6, 6))
    for i in range(6):
        for j in range(6):
            e_i, e_j = np.eye(6)[i] * step, np.eye(6)[j] * step
            moved = [height(*np.split(point + s * e_i + t * e_j, 2)) for s in (1, -1) for t in (1, -1)]
            hessian[i, j] = (moved[0] - moved[1] - moved[2] + moved[3]) / (4 * step * step)
    errors = np.sqrt(np.diagonal(np.linalg.inv(-hessian)))
    assert np.concatenate([found.se_a, found.se_d]) == pytest.approx(errors, rel=1e-3)


def test_calibrate_with_anchors_keeps_them_and_finds_the_new_population():
    rng = np.random.default_rng(8)
    true = ItemParameters(rng.lognormal(0, 0.25, 30), rng.normal(0, 1, 30))
    table = simulate(true, 5000, 4, mean=0.6, sd=1.3)
    known = list(range(15))
    found = calibrate(table, anchors=true.take(known), anchor_index=known)
    assert found.items.a[:15] == pytest.approx(true.a[:15])
    assert found.items.b[:15] == pytest.approx(true.b[:15])
    assert found.se_a[:15].tolist() == [0] * 15
    assert found.mean == pytest.approx(0.6, abs=0.08)
    assert found.sd == pytest.approx(1.3, abs=0.08)
    assert np.sqrt(np.mean((found.items.b[15:] - true.b[15:]) ** 2)) < 0.12


def test_calibrate_fixed_c_recovers_3pl_items_better_than_ignoring_it():
    rng = np.random.default_rng(9)
    true = ItemParameters(rng.lognormal(0, 0.25, 25), rng.normal(0, 0.8, 25), 0.25)
    table = simulate(true, 6000, 6)
    with_c, without = calibrate(table, c=0.25), calibrate(table)
    assert np.abs(with_c.items.b - true.b).mean() < 0.5 * np.abs(without.items.b - true.b).mean()
    assert with_c.items.c.tolist() == [0.25] * 25


def test_calibrate_extreme_items_need_priors():
    table = simulate(ItemParameters.rasch([0, 0.5, 1]), 200, 7)
    table[:, 0] = 1
    found = calibrate(table)
    assert found.items.b[0] < -2
    with pytest.raises(NotEnoughDataError, match="Item 0"):
        calibrate(table, priors=NO_PRIORS)
    with pytest.raises(NotEnoughDataError, match="Item 0"):
        calibrate(table, model="rasch")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("model", ["rasch", "2pl"])
@pytest.mark.parametrize("seed", [12, 75, 91, 104, 130, 175])
def test_calibrate_a_handful_of_people_who_agree_on_nothing_ends_with_numbers(seed, model):
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(2, 9)), int(rng.integers(2, 12)))
    table = (rng.random(shape) < rng.random(shape[1])).astype(float)
    table[rng.random(shape) < 0.5] = np.nan
    usable = (table == 1).any(axis=0) & (table == 0).any(axis=0)
    found = calibrate(table[:, usable], model=model)
    assert np.isfinite([*found.items.a, *found.items.b, found.sd, found.log_likelihood]).all()


def test_calibrate_order_of_items_does_not_matter():
    table = simulate(ItemParameters([1, 1.5, 0.8, 1.2], [-1, 0, 0.5, 1]), 500, 10)
    order = [2, 0, 3, 1]
    one, other = calibrate(table), calibrate(table[:, order])
    assert other.items.a == pytest.approx(one.items.a[order], abs=1e-4)


def test_enough_responses_asks_100_for_rasch_and_300_for_2pl():
    assert enough_responses([99, 100, 300], model="rasch").tolist() == [False, True, True]
    assert enough_responses([100, 299, 300], model="2pl").tolist() == [False, False, True]
