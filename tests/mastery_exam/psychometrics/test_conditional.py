"""Conditional Rasch estimates against eRm."""

import pytest

from mastery_exam.psychometrics import NotEnoughDataError, andersen_test, calibrate_conditional


def test_calibrate_conditional_matches_erm(reference):
    data = reference("rasch_cml_eRm")
    found = calibrate_conditional(data["responses"])
    assert found.difficulty == pytest.approx(data["difficulty"], abs=data["tolerance"])
    assert found.se == pytest.approx(data["se"], abs=data["tolerance"])
    assert found.log_likelihood == pytest.approx(data["cml_loglik"], abs=data["tolerance"])
    assert found.difficulty.sum() == pytest.approx(0, abs=1e-9)


def test_andersen_test_matches_erm(reference):
    data = reference("rasch_cml_eRm")
    found = andersen_test(data["responses"])
    assert found.statistic == pytest.approx(data["andersen_LR"]["LR"], abs=data["tolerance"])
    assert found.df == data["andersen_LR"]["df"]
    assert found.p_value == pytest.approx(data["andersen_LR"]["p"], abs=data["tolerance"])


def test_calibrate_conditional_item_that_all_get_right_is_refused():
    with pytest.raises(NotEnoughDataError):
        calibrate_conditional([[1, 0, 1], [1, 1, 0], [1, 0, 0]])
