"""DIF against difR and R, the full ETS rule, and the honest refusal of small groups."""

import numpy as np
import pytest

from mastery_exam.psychometrics import (
    EtsClass,
    NotEnoughDataError,
    ets_class,
    logistic_dif,
    mantel_haenszel,
    mantel_haenszel_dif,
)


@pytest.fixture
def verbal(reference):
    return reference("dif_mantel_haenszel_verbal")


def test_mantel_haenszel_of_admissions_matches_r(reference):
    data = reference("mantel_haenszel_tables")
    expected, near = data["UCB"], {"abs": data["tolerance"]}
    found = mantel_haenszel(expected["tables"])
    assert found.chi2 == pytest.approx(expected["chi2"], **near)
    assert found.p_value == pytest.approx(expected["p"], **near)
    assert found.chi2_uncorrected == pytest.approx(expected["chi2_nocorr"], **near)
    assert found.odds_ratio == pytest.approx(expected["common_odds_ratio"], **near)
    assert found.confidence_interval() == pytest.approx(expected["ci"], **near)
    assert found.delta == pytest.approx(expected["delta"], **near)


def test_mantel_haenszel_dif_matches_difr(verbal):
    found = mantel_haenszel_dif(verbal["responses"], verbal["group_focal"], least_group=1)
    names = {
        "MH_chi2": "chi2",
        "MH_chi2_nocorr": "chi2_uncorrected",
        "alphaMH": "odds_ratio",
        "deltaMH": "delta",
        "se_deltaMH": "se_delta",
    }
    for theirs, ours in names.items():
        values = [getattr(test, ours) for test in found.tests]
        assert values == pytest.approx(verbal[theirs], abs=verbal["tolerance"])
    variances = [test.se_log_odds**2 for test in found.tests]
    assert variances == pytest.approx(verbal["varLambda"], abs=verbal["tolerance"])
    assert found.std_p_dif == pytest.approx(verbal["std_p_dif"], abs=verbal["tolerance"])
    assert (np.flatnonzero(found.flagged) + 1).tolist() == verbal["flagged"]
    assert [str(letter) for letter in found.classes] == verbal["ets_full"]
    assert [str(letter) for letter in found.classes] != verbal["ets_difR"]


def test_mantel_haenszel_dif_purified_matches_difr(verbal):
    found = mantel_haenszel_dif(verbal["responses"], verbal["group_focal"], purify=True, least_group=1)
    assert (np.flatnonzero(found.flagged) + 1).tolist() == verbal["flagged_purified"]
    assert found.rounds > 1


def test_mantel_haenszel_dif_purified_matches_on_clean_items_and_the_studied_one(verbal):
    right, focal = np.array(verbal["responses"]), np.array(verbal["group_focal"], dtype=bool)
    found = mantel_haenszel_dif(right, focal, purify=True, least_group=1)
    item = int(np.flatnonzero(found.flagged)[0])
    clean = ~found.flagged
    clean[item] = True
    score = right[:, clean].sum(axis=1)
    tables = [
        [
            [np.sum((score == s) & (focal == group) & (right[:, item] == answer)) for answer in (1, 0)]
            for group in (0, 1)
        ]
        for s in range(clean.sum() + 1)
    ]
    assert found.tests[item].chi2 == pytest.approx(mantel_haenszel(tables).chi2)


def test_logistic_dif_matches_difr(verbal):
    found = logistic_dif(verbal["responses"], verbal["group_focal"], least_group=1)
    near = {"abs": verbal["tolerance"]}
    assert found.both == pytest.approx(verbal["logistic_both_stat"], **near)
    assert found.uniform == pytest.approx(verbal["logistic_udif_stat"], **near)
    assert found.delta_r2 == pytest.approx(verbal["nagelkerke_deltaR2_both"], **near)
    assert found.both == pytest.approx(found.uniform + found.nonuniform, abs=1e-6)


def test_dif_under_200_in_a_group_says_not_enough_data(verbal):
    for found in (mantel_haenszel_dif, logistic_dif):
        classes = found(verbal["responses"], verbal["group_focal"]).classes
        assert set(classes) == {EtsClass.NOT_ENOUGH_DATA}


def test_dif_large_groups_find_the_biased_item_in_the_right_direction():
    rng = np.random.default_rng(4)
    focal = np.repeat([False, True], 1500)
    theta = rng.normal(0, 1, 3000) - 0.5 * focal
    harder = np.zeros((3000, 20))
    harder[:, 3] = 1.2 * focal
    right = rng.random((3000, 20)) < 1 / (1 + np.exp(-(theta[:, None] - np.linspace(-1.5, 1.5, 20) - harder)))
    found = mantel_haenszel_dif(right, focal, purify=True)
    assert found.classes[3] is EtsClass.C
    assert found.tests[3].delta < 0
    assert set(np.delete(np.array(found.classes), 3)) == {EtsClass.A}
    assert logistic_dif(right, focal).p_uniform.argmin() == 3


def test_ets_class_size_without_significance_is_a():
    few = mantel_haenszel([[[9, 3], [6, 6]]])
    assert abs(few.delta) > 1.5
    assert ets_class(few) is EtsClass.A
    many = mantel_haenszel([[[900, 300], [600, 600]]])
    assert ets_class(many) is EtsClass.C
    assert ets_class(mantel_haenszel([[[9, 0], [6, 0]]])) is EtsClass.NOT_ENOUGH_DATA


def test_dif_one_group_or_missing_responses_are_refused():
    with pytest.raises(NotEnoughDataError):
        mantel_haenszel_dif([[1, 0], [0, 1]], [True, True])
    with pytest.raises(NotEnoughDataError):
        logistic_dif([[1, -1], [0, 1]], [True, False])
