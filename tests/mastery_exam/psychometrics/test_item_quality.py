"""Classical statistics, fit of items and persons, reliability: against CTT, psych and mirt."""

import numpy as np
import pytest

from mastery_exam.psychometrics import (
    ItemParameters,
    NotEnoughDataError,
    alpha,
    eap,
    empirical_reliability,
    item_statistics,
    kr20,
    kr21_of,
    lambda2,
    lambda6,
    m2,
    marginal_reliability,
    mean_squares,
    normal_nodes,
    omega_total,
    option_table,
    person_fit,
    q3,
    s_x2,
    spearman_brown,
    standard_error,
)


@pytest.fixture
def ctt(reference):
    return reference("ctt_item_analysis")


@pytest.fixture
def lsat7(reference):
    data = reference("lsat7")
    data["items"] = ItemParameters(data["twopl"]["a"], -np.array(data["twopl"]["d"]) / data["twopl"]["a"])
    data["rows"] = np.repeat(data["patterns"], data["freq"], axis=0)
    return data


def test_item_statistics_match_ctt(ctt):
    found = item_statistics(ctt["scored"])
    near = {"abs": ctt["tolerance"]}
    assert found.p == pytest.approx(ctt["p"], **near)
    assert found.point_biserial == pytest.approx(ctt["point_biserial"], **near)
    assert found.corrected_point_biserial == pytest.approx(ctt["corrected_item_total"], **near)
    assert found.alpha_if_deleted == pytest.approx(ctt["alpha_if_deleted"], **near)


def test_item_statistics_missing_answers_do_not_count_as_wrong():
    found = item_statistics([[1, 0, -1], [1, 1, 1], [0, 0, -1], [0, 1, 0]])
    assert found.n.tolist() == [4, 4, 2]
    assert found.p.tolist() == [0.5, 0.5, 0.5]


def test_option_table_matches_ctt(ctt):
    table = option_table(ctt["responses"], ctt["key"])
    for number, options in enumerate(table, start=1):
        expected = ctt["distractors"][f"i{number}"]
        assert [option.option for option in options] == expected["key"]
        assert ["*" if option.is_key else "" for option in options] == expected["correct"]
        assert [option.n for option in options] == expected["n"]
        near = {"abs": ctt["tolerance"]}
        assert [option.point_biserial for option in options] == pytest.approx(expected["pBis"], **near)
        assert [option.discrimination for option in options] == pytest.approx(expected["discrim"], **near)
        quarters = np.array([option.quartiles for option in options]).T
        for found, name in zip(quarters, ("lower", "mid50", "mid75", "upper"), strict=True):
            assert found == pytest.approx(expected[name], **near)


def test_option_table_of_what_was_given_agrees_where_all_was_given_and_counts_those_who_were_asked():
    rng = np.random.default_rng(5)
    choices = rng.choice(list("xyz"), (60, 5)).tolist()
    key = list("xxyyz")
    every = option_table(choices, key, given=np.ones((60, 5)))
    for whole, own in zip(option_table(choices, key), every, strict=True):
        assert [(o.option, o.n, o.share) for o in whole] == [(o.option, o.n, o.share) for o in own]
        assert [o.rest_point_biserial for o in whole] == pytest.approx([o.rest_point_biserial for o in own])
    given = rng.random((60, 5)) < 0.5
    given[:, 4] = False
    given[0, 4] = True
    table = option_table(choices, key, given=given)
    assert [sum(option.n for option in options) for options in table[:4]] == given[:, :4].sum(axis=0).tolist()
    assert table[4] == ()


def test_reliability_matches_psych(ctt):
    scored, near = ctt["scored"], {"abs": ctt["tolerance"]}
    assert alpha(scored) == pytest.approx(ctt["alpha"], **near)
    assert kr20(scored) == pytest.approx(ctt["kr20"], **near)
    assert kr21_of(scored) == pytest.approx(ctt["kr21"], **near)
    assert lambda2(scored) == pytest.approx(ctt["lambda2"], **near)
    assert lambda6(scored) == pytest.approx(ctt["lambda6"], **near)
    assert standard_error(scored) == pytest.approx(ctt["sem"], **near)
    assert spearman_brown(alpha(scored), 2) == pytest.approx(ctt["spearman_brown_double"], **near)


def test_omega_total_matches_psych(ctt):
    assert omega_total(ctt["scored"]) == pytest.approx(ctt["omega_total_1factor"], abs=ctt["tolerance"])


@pytest.mark.parametrize("model", ["2pl", "rasch"])
def test_m2_matches_mirt(lsat7, model):
    expected = lsat7[f"M2_{model}"]
    rasch = ItemParameters.rasch(lsat7["rasch"]["b"]), float(np.sqrt(lsat7["rasch"]["variance"]))
    items, sd = (lsat7["items"], 1.0) if model == "2pl" else rasch
    found = m2(lsat7["patterns"], items, model=model, frequencies=lsat7["freq"], sd=sd)
    assert found.m2 == pytest.approx(expected["M2"], abs=1e-3)
    assert (found.df, found.p_value) == (expected["df"], pytest.approx(expected["p"], abs=1e-5))
    interval = (found.rmsea, found.rmsea_low, found.rmsea_high)
    assert interval == pytest.approx((expected["RMSEA"], expected["RMSEA_5"], expected["RMSEA_95"]), abs=1e-5)
    assert found.srmsr == pytest.approx(expected["SRMSR"], abs=1e-6)
    assert (found.tli, found.cfi) == pytest.approx((expected["TLI"], expected["CFI"]), abs=1e-5)


def test_m2_without_a_degree_of_freedom_is_refused():
    table = [[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 1]]
    with pytest.raises(NotEnoughDataError, match="degree of freedom"):
        m2(table, ItemParameters.rasch([0, 0, 0]))


def test_lambda2_of_raw_items_is_at_least_alpha(ctt):
    assert lambda2(ctt["scored"], standardised=False) >= alpha(ctt["scored"])


def test_reliability_of_abilities_matches_mirt(lsat7):
    ability = eap(lsat7["rows"], lsat7["items"])
    assert empirical_reliability(ability) == pytest.approx(lsat7["empirical_reliability"], abs=1e-4)
    nodes, weights = normal_nodes(n_nodes=61, limit=6)
    found = marginal_reliability(lsat7["items"], nodes, weights)
    assert found == pytest.approx(lsat7["marginal_reliability"], abs=1e-4)


def test_s_x2_matches_mirt(lsat7):
    found = s_x2(lsat7["patterns"], lsat7["items"], frequencies=lsat7["freq"])
    assert found.statistic == pytest.approx(lsat7["S_X2"]["S_X2"], abs=lsat7["tolerance"]["SX2"])
    assert found.df.tolist() == lsat7["S_X2"]["df"]
    assert found.p_value == pytest.approx(lsat7["S_X2"]["p"], abs=1e-3)


def test_s_x2_holds_its_level_for_items_that_fit():
    rng = np.random.default_rng(3)
    items = ItemParameters(rng.lognormal(0, 0.3, 20), rng.normal(0, 1, 20))
    theta = rng.normal(size=(3000, 1))
    right = rng.random((3000, 20)) < 1 / (1 + np.exp(-items.a * (theta - items.b)))
    found = s_x2(right.astype(float), items, n_parameters=0)
    assert np.mean(found.p_value < 0.05) <= 0.2
    assert found.statistic.mean() == pytest.approx(found.df.mean(), rel=0.3)


def test_infit_and_outfit_match_mirt(lsat7):
    rasch = ItemParameters.rasch(lsat7["rasch"]["b"])
    found = mean_squares(lsat7["rows"], rasch, sd=float(np.sqrt(lsat7["rasch"]["variance"])))
    assert found.infit == pytest.approx(lsat7["rasch_infit_outfit"]["infit"], abs=1e-4)
    assert found.outfit == pytest.approx(lsat7["rasch_infit_outfit"]["outfit"], abs=1e-4)


def test_infit_and_outfit_of_extreme_items_are_numbers():
    items = ItemParameters(4.0, [-8.0, -8.0, 8.0, 8.0, 0.0, 0.1], [0.5, 0, 0.5, 0, 0.5, 0])
    found = mean_squares([[1] * 6, [0] * 6, [1, 0] * 3, [1, 1, 0, 0, 1, -1]], items)
    assert np.isfinite(found.infit).all() and np.isfinite(found.outfit).all()


def test_q3_and_person_fit_match_mirt(lsat7):
    assert q3(lsat7["rows"], lsat7["items"]) == pytest.approx(np.array(lsat7["Q3"]), abs=1e-4)
    found = person_fit(lsat7["personfit_Zh"]["patterns"], lsat7["items"])
    assert found == pytest.approx(lsat7["personfit_Zh"]["Zh"], abs=1e-4)


@pytest.mark.parametrize("table", [[[1, 0]], [[1], [0]], [[1, -1], [0, 1]], [[1, 1], [1, 1]]])
def test_alpha_without_enough_data_is_refused(table):
    with pytest.raises(NotEnoughDataError):
        alpha(table)
