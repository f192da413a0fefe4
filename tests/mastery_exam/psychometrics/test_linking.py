"""Scale linking, true-score equating and drift against Kolen & Brennan's example."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastery_exam.psychometrics import (
    ItemParameters,
    Link,
    NotEnoughDataError,
    drift,
    haebara,
    mean_mean,
    mean_sigma,
    robust_z,
    stocking_lord,
    true_score_equating,
)

METHODS = {"mean_mean": mean_mean, "mean_sigma": mean_sigma, "haebara": haebara, "stocking_lord": stocking_lord}


@pytest.fixture
def forms(reference):
    data = reference("linking_kolen_brennan")
    data["x"], data["y"] = (ItemParameters(*np.array(data[k]).T, D=data["D"]) for k in ("form_x", "form_y"))
    common = np.array(data["common_items"]) - 1
    data["common_x"], data["common_y"] = data["x"].take(common[:, 0]), data["y"].take(common[:, 1])
    return data


@pytest.mark.parametrize("name", METHODS)
def test_links_match_the_explicit_definitions(forms, name):
    found = METHODS[name](forms["common_x"], forms["common_y"])
    expected = forms["explicit"][name]
    assert (found.A, found.B) == pytest.approx((expected["A"], expected["B"]), abs=1e-5)
    if "value" in expected:
        assert found.criterion == pytest.approx(expected["value"], rel=1e-6)


@pytest.mark.parametrize("name", ["haebara", "stocking_lord"])
def test_links_match_plink_with_its_default_nodes(forms, name):
    nodes = np.linspace(-4, 4, 40)
    found = METHODS[name](forms["common_x"], forms["common_y"], theta=nodes, weights=np.ones(40))
    expected = forms["plink_default_symmetric"][name]
    assert (found.A, found.B) == pytest.approx((expected["A"], expected["B"]), abs=1e-5)


@pytest.mark.parametrize("name", ["haebara", "stocking_lord"])
def test_links_match_plink_with_25_normal_nodes(forms, name):
    nodes, weights = np.polynomial.hermite_e.hermegauss(25)
    found = METHODS[name](forms["common_x"], forms["common_y"], theta=nodes, weights=weights)
    expected = forms["plink_nonsymmetric_25pt_normal"][name]
    assert (found.A, found.B) == pytest.approx((expected["A"], expected["B"]), abs=forms["tolerance"][name])


def test_true_score_equating_matches_kolen_and_brennan(forms):
    link = stocking_lord(forms["common_x"], forms["common_y"])
    table = forms["true_score_equating"]
    theta, marks = true_score_equating(table["raw_x"], link.items(forms["x"]), forms["y"])
    assert theta == pytest.approx(table["theta"], abs=forms["tolerance"]["true_score"] / 100)
    assert marks == pytest.approx(table["raw_y"], abs=forms["tolerance"]["true_score"] / 100)
    _, ends = true_score_equating([0, 36], link.items(forms["x"]), forms["y"])
    assert ends.tolist() == [0, 36]


@pytest.mark.parametrize("method", METHODS.values())
@given(st.floats(0.5, 2), st.floats(-2, 2))
def test_links_find_a_known_transformation(method, a, b):
    base = ItemParameters([0.8, 1.0, 1.3, 1.1, 0.7], [-1.2, -0.4, 0.1, 0.6, 1.3], [0.1, 0.2, 0.15, 0.2, 0.1])
    new = ItemParameters(base.a * a, (base.b - b) / a, base.c)
    found = method(new, base)
    assert (found.A, found.B) == pytest.approx((a, b), abs=1e-3)


def test_drift_names_only_the_item_that_moved():
    base = ItemParameters(np.linspace(0.8, 1.4, 12), np.linspace(-1.5, 1.5, 12))
    noise = 0.02 * np.array([1, -1, 2, -2, 0, 1, -1, 2, -2, 0, 1, -1])
    new = ItemParameters(base.a * np.exp(noise[::-1]), base.b + noise + 0.8 * (np.arange(12) == 4))
    found = drift(new, base)
    assert np.flatnonzero(found.drifted).tolist() == [4]
    shifted = Link(1.0, 5.0).items(new)
    assert drift(shifted, base, link=Link(1.0, -5.0)).z_b == pytest.approx(found.z_b)


def test_robust_z_without_spread_marks_only_the_odd_one():
    assert robust_z(np.array([0.1] * 9)).tolist() == [0] * 9
    found = robust_z(np.array([0.1] * 9 + [0.5]))
    assert found.tolist() == [0] * 9 + [np.inf]


def test_links_of_one_item_or_unlike_lists_are_refused():
    with pytest.raises(NotEnoughDataError):
        mean_sigma(ItemParameters.rasch([0]), ItemParameters.rasch([1]))
    with pytest.raises(ValueError, match="same common items"):
        haebara(ItemParameters.rasch([0, 1]), ItemParameters.rasch([1]))
