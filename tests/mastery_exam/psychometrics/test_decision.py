"""The rule of a fixed form and its reporting scale."""

from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastery_exam.psychometrics import (
    AreaLevel,
    area_level,
    area_report,
    decide,
    floor_marks,
    floors_per_area,
    is_close_to_pass_mark,
    lord_sem,
    marks_needed,
    scale_score,
    scale_sem,
)


@pytest.mark.parametrize(
    ("ratings", "needed"),
    [([0.7] * 20, 14), ([0.1] * 10, 1), ([0.7] * 20 + [0.01], 15), ([2 / 3] * 3, 2), ([Decimal("0.35")] * 40, 14)],
)
def test_marks_needed_float_noise_does_not_add_a_mark(ratings, needed):
    assert marks_needed(ratings) == needed


@given(st.integers(2, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1))))
def test_scale_score_any_form_maps_pass_mark_to_60_and_rises(form):
    n, needed = form
    scores = [scale_score(x, marks_needed=needed, n_items=n) for x in range(n + 1)]
    assert (scores[0], scores[needed], scores[n]) == (0, 60, 100)
    assert scores == sorted(scores)
    assert all((score >= 60) == (x >= needed) for x, score in enumerate(scores))


def test_scale_score_between_the_knots_is_rounded_down():
    assert scale_score(13, marks_needed=14, n_items=24) == 55
    assert scale_score(17, marks_needed=14, n_items=24) == 72
    assert scale_score(Decimal("13.999"), marks_needed=14, n_items=24) == 59


@pytest.mark.parametrize(("needed", "n", "marks"), [(0, 10, 3), (11, 10, 3), (5, 10, 11), (5, 10, -1)])
def test_scale_score_outside_the_form_is_refused(needed, n, marks):
    with pytest.raises(ValueError, match="between"):
        scale_score(marks, marks_needed=needed, n_items=n)


def test_scale_sem_24_and_48_questions_move_10_and_7_points():
    assert scale_sem(marks_needed=14, n_items=24) == 10
    assert scale_sem(marks_needed=28, n_items=48) == 7
    assert is_close_to_pass_mark(67, points=10)
    assert not is_close_to_pass_mark(71, points=10)


def test_lord_sem_is_lords_formula():
    assert lord_sem(14, 24) == pytest.approx(sqrt(14 * 10 / 23))
    assert lord_sem(0, 24) == lord_sem(24, 24) == 0


def test_floor_marks_is_one_sem_under_the_cut_and_never_negative():
    assert floor_marks(Fraction(48, 10), 8) == 4
    assert floor_marks(Fraction(48, 10), 8, own_cut=True) == 5
    assert floor_marks(Fraction(1, 10), 4) == 0
    assert floor_marks(Fraction(6, 10), 1) == 0
    # cut 5 of 10: SEM sqrt(25 / 9) = 5 / 3 exactly, so the floor 3 1/3 asks for 4 marks.
    assert floor_marks(5, 10) == 4


@given(st.lists(st.decimals(0, 1, places=2), min_size=2, max_size=40))
def test_floor_marks_agrees_with_the_definition(ratings):
    floor = floors_per_area({"a": ratings})["a"]
    cut = float(sum(ratings))
    limit = max(cut - lord_sem(sum(ratings), len(ratings)), 0)
    assert limit - 1e-9 <= floor < limit + 1 + 1e-9
    assert floor <= floors_per_area({"a": ratings}, own_cut=True)["a"] == marks_needed(ratings)


def test_decide_total_and_floors_at_their_boundaries():
    rule = {"marks_needed": 14, "floors": {"a": 3, "b": 2}}
    assert decide(14, {"a": 3, "b": 11}, **rule).passed
    short = decide(13, {"a": 3, "b": 10}, **rule)
    assert (short.passed, short.total_reached, short.missed_floors) == (False, False, ())
    hidden = decide(20, {"a": 2, "b": 18}, **rule)
    assert (hidden.passed, hidden.total_reached, hidden.missed_floors) == (False, True, ("a",))
    assert decide(20, {"b": 20}, **rule).missed_floors == ("a",)


def test_decide_fractional_marks_are_compared_unrounded():
    assert not decide(Decimal("13.999999"), {}, marks_needed=14, floors={}).passed
    assert decide(Decimal("14.0"), {}, marks_needed=14, floors={}).passed


def test_area_report_speaks_only_of_more_than_one_sem():
    assert area_level(7, cut=Fraction(48, 10), n_items=8) is AreaLevel.ABOVE
    assert area_level(6, cut=Fraction(48, 10), n_items=8) is AreaLevel.NEAR
    assert area_level(4, cut=Fraction(48, 10), n_items=8) is AreaLevel.NEAR
    assert area_level(3, cut=Fraction(48, 10), n_items=8) is AreaLevel.BELOW
    assert area_level(1, cut=Fraction(6, 10), n_items=1) is AreaLevel.NEAR
    report = area_report({"a": 8}, ratings={"a": [0.6] * 8, "b": [0.6] * 8})
    assert report == {"a": AreaLevel.ABOVE, "b": AreaLevel.BELOW}
