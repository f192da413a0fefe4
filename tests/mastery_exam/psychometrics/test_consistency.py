"""Accuracy and consistency of decisions: BB-CLASS, and simulation of the same models."""

from math import comb

import numpy as np
import pytest

from mastery_exam.psychometrics import (
    BetaFit,
    ItemParameters,
    NotEnoughDataError,
    beta_binomial_evidence,
    classify_beta_binomial,
    effective_length,
    fit_true_scores,
    hanson_brennan,
    huynh,
    kr21,
    lee,
    livingston_lewis,
    posterior_accuracy,
    probability,
    rudner,
    subkoviak,
    true_score_moments,
)


@pytest.fixture
def act(reference):
    data = reference("livingston_lewis_hanson_brennan_act")
    data["shares"] = np.array(data["freq"]) / sum(data["freq"])
    return data


def test_true_score_moments_and_beta_match_bb_class(act):
    scores = np.array(act["scores"], dtype=float)
    moments = true_score_moments(scores, act["shares"], act["n_items"])
    expected = act["true_score_moments"]
    found = (moments.mean, moments.variance, moments.skewness, moments.kurtosis)
    wanted = (expected["mean"], expected["variance"], expected["skew"], expected["kurtosis"])
    assert found == pytest.approx(wanted, abs=act["tolerance"])
    fitted, beta = fit_true_scores(scores, act["shares"], act["n_items"]), act["true_score_beta"]
    found = (fitted.alpha, fitted.beta, fitted.lower, fitted.upper)
    assert found == pytest.approx((beta["alpha"], beta["beta"], beta["l"], beta["u"]), abs=act["tolerance"])
    assert fitted.moments == 3


def test_two_categories_match_bb_class(act):
    length = {"reliability": act["kr21_reliability"], "cuts": [act["cut_raw"]]}
    near = {"abs": act["tolerance"]}
    for found in (hanson_brennan(act["freq"], cuts=[act["cut_raw"]]), livingston_lewis(act["freq"], **length)):
        for expected in (act["expected_two_category"], act["recomputed_from_beta_parameters"]):
            assert found.accuracy == pytest.approx(expected["accuracy"], **near)
            assert found.false_positive == pytest.approx(expected["false_positive"], **near)
            assert found.false_negative == pytest.approx(expected["false_negative"], **near)
            assert found.joint_accuracy[1, 1] == pytest.approx(expected["true_positive"], **near)
            assert found.joint_accuracy[0, 0] == pytest.approx(expected["true_negative"], **near)
            assert found.consistency == pytest.approx(expected["consistency"], **near)
            assert found.kappa == pytest.approx(expected["kappa"], **near)


def test_beta_binomial_integral_matches_numerical_integration(act):
    beta, expected = act["true_score_beta"], act["recomputed_from_beta_parameters"]
    fitted = BetaFit(beta["alpha"], beta["beta"], beta["l"], beta["u"], 3)
    found = classify_beta_binomial(fitted, 40, [24], [0.6])
    assert found.accuracy == pytest.approx(expected["accuracy"], abs=1e-8)
    assert found.chance == pytest.approx(expected["chance"], abs=1e-8)


def test_three_categories_match_bb_class(act):
    # The published raw cuts count from 1: 23 and 25 are the scores 22 = .55 x 40 and 24 = .6 x 40.
    expected = act["three_categories"]
    cuts = [cut - 1 for cut in expected["raw_cuts"]]
    found = hanson_brennan(act["freq"], cuts=cuts, true_cuts=expected["true_cuts"])
    for name in ("accuracy", "consistency", "chance", "kappa"):
        assert getattr(found, name) == pytest.approx(expected[name], abs=act["tolerance"])


def test_effective_length_uses_possible_extremes(act):
    moments = act["moments"]
    reliability = kr21(moments["mean"], moments["variance"], 40)
    assert reliability == pytest.approx(act["kr21_reliability"], abs=act["tolerance"])
    length = effective_length(moments["mean"], moments["variance"], reliability, lowest=0, highest=40)
    assert length == pytest.approx(40)
    with pytest.raises(NotEnoughDataError):
        effective_length(20, 0, 0.5, lowest=0, highest=40)


def test_livingston_lewis_scale_of_the_scores_does_not_matter(act):
    plain = livingston_lewis(act["freq"], reliability=0.87, cuts=[24])
    scaled = livingston_lewis(
        act["freq"], reliability=0.87, cuts=[580], scores=100 + 20 * np.arange(41), lowest=100, highest=900
    )
    assert scaled.accuracy == pytest.approx(plain.accuracy, abs=1e-12)


def test_fit_true_scores_recovers_a_four_parameter_beta():
    law = BetaFit(3.0, 2.0, 0.2, 0.9, 4)
    unit, weights = np.polynomial.legendre.leggauss(200)
    t = (unit + 1) / 2
    density = weights * t**2 * (1 - t)
    proportion = law.lower + (law.upper - law.lower) * t
    scores = np.arange(61.0)
    shares = density @ (_ways(60) * proportion[:, None] ** scores * (1 - proportion[:, None]) ** (60 - scores))
    found = fit_true_scores(scores, shares / shares.sum(), 60)
    assert (found.alpha, found.beta) == pytest.approx((3, 2), rel=1e-4)
    assert (found.lower, found.upper, found.moments) == (pytest.approx(0.2), pytest.approx(0.9), 4)


def _ways(n):
    return np.array([[float(comb(n, x)) for x in range(n + 1)]])


def test_rudner_matches_simulation_of_its_model():
    rng = np.random.default_rng(1)
    theta, se = rng.normal(size=400), rng.uniform(0.2, 0.5, 400)
    found = rudner(theta, se, [-0.5, 0.7])
    true = theta + se * rng.normal(size=(2000, 400))
    again = theta + se * rng.normal(size=(2000, 400))
    place = np.searchsorted([-0.5, 0.7], np.stack([np.broadcast_to(theta, true.shape), true, again]))
    assert found.accuracy == pytest.approx(np.mean(place[0] == place[1]), abs=0.003)
    assert found.consistency == pytest.approx(np.mean(place[1] == place[2]), abs=0.003)


@pytest.mark.parametrize("scale", [1.0, 1.7])
def test_lee_matches_simulation_of_its_model(scale):
    rng = np.random.default_rng(2)
    items = ItemParameters(np.linspace(0.7, 1.5, 20), np.linspace(-1.5, 1.5, 20), 0.2, D=scale)
    theta = rng.normal(size=60000)
    chances = probability(theta, items)
    first, second = ((rng.random(chances.shape) < chances).sum(axis=1) >= 13 for _ in range(2))
    found = lee(items, [13])
    assert found.accuracy == pytest.approx(np.mean(first == (chances.sum(axis=1) >= 13)), abs=0.005)
    assert found.consistency == pytest.approx(np.mean(first == second), abs=0.005)
    assert found.joint_accuracy.sum() == pytest.approx(1)
    by_theta = lee(items, [13], theta_cuts=[0.25])
    assert by_theta.accuracy == pytest.approx(np.mean(first == (theta >= 0.25)), abs=0.005)


def test_huynh_is_consistency_of_its_own_beta_binomial():
    reliability = kr21(16.5, 64.8, 40)
    alpha = 16.5 * (1 / reliability - 1)
    beta = 40 / reliability - 40 - alpha
    agreement, kappa = huynh(16.5, 64.8, 40, 24)
    found = classify_beta_binomial(BetaFit(alpha, beta, 0.0, 1.0, 2), 40, [24], [0.6])
    assert agreement == pytest.approx(found.consistency, abs=1e-6)
    assert kappa == pytest.approx(found.kappa, abs=1e-6)


def test_subkoviak_with_full_reliability_trusts_each_score():
    counts = [0] * 10 + [50] + [0] * 9 + [50]
    agreement, kappa = subkoviak(counts, cut=15, reliability=1.0)
    assert agreement == pytest.approx(0.98, abs=0.02)
    assert kappa > 0.9
    worthless, none = subkoviak(counts, cut=15, reliability=0.0)
    assert worthless < 0.6
    assert none == pytest.approx(0, abs=1e-9)


def test_beta_binomial_evidence_is_the_beta_tail_and_widens_with_the_cut():
    found = beta_binomial_evidence(14, 24, cut=12)
    # P(Beta(15, 11) >= 1/2) = P(Bin(25, 1/2) <= 14), from the binomial identity.
    assert found.p_above == pytest.approx(_ways(25)[0, :15].sum() / 2**25)
    unsure = beta_binomial_evidence(20, 24, cut=14, cut_se=3)
    assert 0.5 < unsure.p_above < beta_binomial_evidence(20, 24, cut=14).p_above


def test_posterior_accuracy_is_the_mean_of_the_likelier_side():
    assert posterior_accuracy([0.9, 0.2, 0.5]) == pytest.approx((0.9 + 0.8 + 0.5) / 3)
