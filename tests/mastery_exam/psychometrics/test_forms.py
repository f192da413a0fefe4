"""Parallel forms from ratings: disjoint, to the blueprint, within tolerance, one number of marks needed."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from mastery_exam.psychometrics import (
    BankTooSmallError,
    FormsNotParallelError,
    RatedItem,
    as_fraction,
    assemble_forms,
)


def bank_of(n_items, n_areas=4, seed=1):
    ratings = np.random.default_rng(seed).uniform(0.3, 0.95, n_items).round(2)
    return [RatedItem(f"i{i}", f"area{i % n_areas}", Decimal(str(r))) for i, r in enumerate(ratings)]


@pytest.mark.parametrize(("n_items", "per_area", "n_forms"), [(48, 6, 2), (72, 6, 3), (150, 10, 3)])
def test_assemble_forms_ordinary_bank_gives_disjoint_parallel_forms(n_items, per_area, n_forms):
    bank = bank_of(n_items)
    blueprint = {f"area{a}": per_area for a in range(4)}
    forms = assemble_forms(bank, blueprint=blueprint, n_forms=n_forms)
    rating = {item.key: item.rating for item in bank}
    area = {item.key: item.competency for item in bank}
    assert len(forms) == n_forms
    assert len({key for form in forms for key in form.items}) == n_forms * 4 * per_area
    for form in forms:
        assert {name: sum(area[key] == name for key in form.items) for name in blueprint} == blueprint
        assert form.rating_sum == sum(Fraction(rating[key]) for key in form.items)
        assert form.marks_needed - 1 < form.rating_sum <= form.marks_needed
    sums = [form.rating_sum for form in forms]
    assert max(sums) - min(sums) <= Fraction(3, 10)
    assert len({form.marks_needed for form in forms}) == 1
    assert all(form.floors == forms[0].floors for form in forms)


def test_assemble_forms_sum_of_exactly_a_whole_number_asks_for_that_number():
    bank = [RatedItem(i, "a", 0.7) for i in range(40)]
    forms = assemble_forms(bank, blueprint={"a": 20}, n_forms=2)
    assert [form.rating_sum for form in forms] == [14, 14]
    assert [form.marks_needed for form in forms] == [14, 14]


def test_assemble_forms_sums_around_a_whole_number_stay_on_one_side():
    bank = [RatedItem(i, "a", Decimal(r)) for i, r in enumerate(["0.50", "0.51", "0.49", "0.50", "0.52", "0.48"])]
    forms = assemble_forms(bank, blueprint={"a": 2}, n_forms=2)
    assert len({form.marks_needed for form in forms}) == 1


def test_assemble_forms_enemies_never_share_a_form():
    bank = [
        RatedItem(item.key, item.competency, item.rating, frozenset({f"i{i + 4}"}))
        for i, item in enumerate(bank_of(60))
    ]
    forms = assemble_forms(bank, blueprint={f"area{a}": 5 for a in range(4)}, n_forms=2)
    for form in forms:
        assert not any(f"i{int(key[1:]) + 4}" in form.items for key in form.items)


def test_assemble_forms_same_seed_gives_the_same_forms_and_another_seed_may_not():
    bank, blueprint = bank_of(80), {f"area{a}": 5 for a in range(4)}
    first = assemble_forms(bank, blueprint=blueprint, n_forms=2, seed=3)
    assert assemble_forms(bank, blueprint=blueprint, n_forms=2, seed=3) == first
    assert assemble_forms(bank, blueprint=blueprint, n_forms=2, seed=4) != first


def test_assemble_forms_short_bank_names_each_short_competency():
    with pytest.raises(BankTooSmallError) as caught:
        assemble_forms(bank_of(16), blueprint={"area0": 3, "area1": 2, "area9": 1}, n_forms=2)
    assert caught.value.shortages == {"area0": 2, "area9": 2}
    assert "area0: 2 more" in str(caught.value)


def test_assemble_forms_unlike_items_are_refused_with_the_tolerance():
    bank = [RatedItem(i, "a", r) for i, r in enumerate([0.9, 0.9, 0.9, 0.1])]
    with pytest.raises(FormsNotParallelError, match=r"within 0\.3"):
        assemble_forms(bank, blueprint={"a": 2}, n_forms=2)


def test_assemble_forms_tolerance_met_but_marks_differ_is_refused():
    bank = [RatedItem(0, "a", Decimal("0.95")), RatedItem(1, "b", Decimal("0.05"))]
    bank += [RatedItem(2, "a", Decimal("0.95")), RatedItem(3, "b", Decimal("0.15"))]
    with pytest.raises(FormsNotParallelError):
        assemble_forms(bank, blueprint={"a": 1, "b": 1}, n_forms=2)


def test_assemble_forms_own_cut_raises_the_floor_of_the_named_area_only():
    bank, blueprint = bank_of(64), {f"area{a}": 8 for a in range(4)}
    ordinary = assemble_forms(bank, blueprint=blueprint, n_forms=2)[0].floors
    held = assemble_forms(bank, blueprint=blueprint, n_forms=2, own_cut={"area1"})[0].floors
    assert held["area1"] > ordinary["area1"]
    assert {k: v for k, v in held.items() if k != "area1"} == {k: v for k, v in ordinary.items() if k != "area1"}


def test_as_fraction_mean_of_three_ratings_is_exact():
    assert as_fraction((0.6 + 0.7 + 0.7) / 3) == Fraction(2, 3)
    assert as_fraction("0.35") == as_fraction(0.35) == as_fraction(Decimal("0.35")) == Fraction(7, 20)
