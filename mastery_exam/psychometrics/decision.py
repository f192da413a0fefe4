"""Who passes a fixed form, and the only numbers that a candidate is told about it.

Marks are compared exactly and unrounded; rounding is for display. Not for adaptive attempts, which carry no scale: see
`classification`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor, sqrt

from .exact import Number, as_fraction, ceiling, exact_sum

SCALE_PASS = 60
SCALE_TOP = 100


class AreaLevel(StrEnum):
    """How a candidate did in one area, which is all that is told about it."""

    ABOVE = "above"
    NEAR = "near"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A pass or fail, with what decided it.

    `total_reached` says whether the total met the marks needed; `missed_floors` names the areas under their floor, in
    the order in which the floors were given.
    """

    passed: bool
    total_reached: bool
    missed_floors: tuple[str, ...]


def cut_score(ratings: Iterable[Number | str]) -> Fraction:
    """Return the Angoff cut in marks: the exact sum of the items' ratings (probabilities in [0, 1])."""
    return exact_sum(ratings)


def marks_needed(ratings: Iterable[Number | str]) -> int:
    """Return the whole marks that pass: the ceiling of the exact sum of the items' ratings."""
    return ceiling(cut_score(ratings))


def lord_sem(marks: Number, n_items: int) -> float:
    """Return the conditional standard error of measurement in marks, sqrt(x (n - x) / (n - 1)).

    Source: Lord 1957, "Do tests of the same length have the same standard errors of measurement?". `marks` lies in
    [0, n]; it is zero at both ends, where it says nothing about certainty. Raises ValueError for fewer than two items.
    """
    return sqrt(_lord_variance(as_fraction(marks), n_items))


def floor_marks(cut: Number, n_items: int, *, own_cut: bool = False) -> int:
    """Return the least whole marks that meet an area's floor.

    The floor is the area's cut less one Lord SEM at the cut (never under 0), or the cut itself with `own_cut`. An area
    of one item has no SEM and so, without `own_cut`, no floor.
    """
    exact = as_fraction(cut)
    if own_cut:
        return ceiling(exact)
    if n_items < 2:
        return 0
    variance = _lord_variance(exact, n_items)
    return next(marks for marks in range(ceiling(exact) + 1) if marks >= exact or (exact - marks) ** 2 <= variance)


def floors_per_area(
    ratings: Mapping[str, Iterable[Number | str]], *, own_cut: bool | Iterable[str] = False
) -> dict[str, int]:
    """Return the floor in whole marks of each area, from the ratings of the items that the form has in it.

    `own_cut` holds all areas, or the areas named, to their own cut.
    """
    held = set(ratings) if own_cut is True else set(own_cut or ())
    floors = {}
    for area, values in ratings.items():
        listed = [as_fraction(value) for value in values]
        floors[area] = floor_marks(sum(listed, Fraction(0)), len(listed), own_cut=area in held)
    return floors


def decide(
    total: Number, areas: Mapping[str, Number], *, marks_needed: Number, floors: Mapping[str, Number]
) -> Outcome:
    """Decide by the one rule: the total at or above the marks needed, and each area at or above its floor.

    An area that has a floor and no score counts as 0 marks.
    """
    reached = as_fraction(total) >= as_fraction(marks_needed)
    missed = tuple(area for area, least in floors.items() if as_fraction(areas.get(area, 0)) < as_fraction(least))
    return Outcome(passed=reached and not missed, total_reached=reached, missed_floors=missed)


def scale_score(marks: Number, *, marks_needed: int, n_items: int) -> int:
    """Return the reported score: 0-100, linear from (0, 0) to (marks needed, 60) to (n, 100), rounded down.

    Exact, so that the marks needed map to 60 and nothing below them does. Where every mark is needed the upper line
    has no length and a full score is 60.
    """
    return floor(_on_scale(as_fraction(marks), marks_needed, n_items))


def scale_sem(*, marks_needed: int, n_items: int, marks: Number | None = None) -> int:
    """Return Lord's SEM carried to the reporting scale, in whole points, rounded to the nearest.

    It is half the distance on the scale between one SEM above and one below `marks`, within [0, n]; by default at the
    marks needed, which is the figure to tell candidates (the SEM of a full score is 0 by its formula).
    """
    centre = as_fraction(marks_needed if marks is None else marks)
    sem = Fraction(lord_sem(centre, n_items))
    high = _on_scale(min(centre + sem, Fraction(n_items)), marks_needed, n_items)
    low = _on_scale(max(centre - sem, Fraction(0)), marks_needed, n_items)
    return floor((high - low) / 2 + Fraction(1, 2))


def is_close_to_pass_mark(score: int, *, points: int) -> bool:
    """Tell whether a reported score lies within `points` (the scale SEM) of the pass mark."""
    return abs(score - SCALE_PASS) <= points


def area_level(marks: Number, *, cut: Number, n_items: int) -> AreaLevel:
    """Return above, near or below: more than one Lord SEM over the area's cut, within it, or more than one under.

    The SEM is taken at the cut. One item alone says nothing, and is near.
    """
    distance = as_fraction(marks) - as_fraction(cut)
    if n_items < 2 or distance**2 <= _lord_variance(as_fraction(cut), n_items):
        return AreaLevel.NEAR
    return AreaLevel.ABOVE if distance > 0 else AreaLevel.BELOW


def area_report(marks: Mapping[str, Number], *, ratings: Mapping[str, Iterable[Number | str]]) -> dict[str, AreaLevel]:
    """Return the level of each area of a form from its marks and its items' ratings; a missing area has 0 marks."""
    report = {}
    for area, values in ratings.items():
        listed = [as_fraction(value) for value in values]
        report[area] = area_level(marks.get(area, 0), cut=sum(listed, Fraction(0)), n_items=len(listed))
    return report


def _lord_variance(marks: Fraction, n_items: int) -> Fraction:
    if n_items < 2:
        raise ValueError("Lord's standard error needs at least two items.")
    if not 0 <= marks <= n_items:
        raise ValueError(f"{marks} marks do not lie between 0 and {n_items}.")
    return marks * (n_items - marks) / (n_items - 1)


def _on_scale(marks: Fraction, needed: int, n_items: int) -> Fraction:
    if not 1 <= needed <= n_items:
        raise ValueError(f"The marks needed ({needed}) must lie between 1 and the {n_items} items of the form.")
    if not 0 <= marks <= n_items:
        raise ValueError(f"{marks} marks do not lie between 0 and {n_items}.")
    if marks <= needed:
        return Fraction(SCALE_PASS) * marks / needed
    return SCALE_PASS + Fraction(SCALE_TOP - SCALE_PASS) * (marks - needed) / (n_items - needed)
