"""Disjoint parallel forms from Angoff ratings, for an exam that has no response data yet.

Sums of ratings are compared exactly; the solver's own tolerance never decides whether two forms are parallel.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from scipy.optimize import Bounds, milp

from .decision import cut_score, floor_marks, marks_needed
from .errors import BankTooSmallError, FormsNotParallelError
from .exact import Number, as_fraction
from .programme import ConstraintRows

TOLERANCE = Fraction(3, 10)
NODE_LIMIT = 500
CLOSE_ENOUGH = 0.05
SMALLEST_STEP = 1e-5


@dataclass(frozen=True, slots=True)
class RatedItem:
    """An item of the bank with its Angoff rating, the probability that a borderline candidate is right.

    `enemies` are keys of items that may not stand in the same form; one direction is enough.
    """

    key: Hashable
    competency: str
    rating: Number | str
    enemies: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """One parallel form: its items in the order of the bank, the exact sum of their ratings, the marks that pass.

    `floors` holds the floor of each competency in whole marks, the same in all forms of one assembly: it stands on the
    mean of the forms' cuts in that competency.
    """

    items: tuple[Hashable, ...]
    rating_sum: Fraction
    marks_needed: int
    floors: Mapping[str, int]


def assemble_forms(
    items: Iterable[RatedItem],
    *,
    blueprint: Mapping[str, int],
    n_forms: int,
    tolerance: Number | str = TOLERANCE,
    own_cut: bool | Collection[str] = False,
    seed: int = 0,
) -> tuple[Form, ...]:
    """Return `n_forms` disjoint forms whose sums of ratings lie within `tolerance` and that need the same marks.

    Args:
        items: the scored bank; items of competencies that the blueprint does not name are left out.
        blueprint: competency -> items per form.
        tolerance: the largest allowed difference between the sums of any two forms, in marks.
        own_cut: competencies (or True for all) whose floor is their own cut instead of one Lord SEM under it.
        seed: orders otherwise equal solutions; the same arguments give the same forms.

    Each form comes close to the bank's mean difficulty, in total and in each competency (van der Linden 2005, Linear
    models for optimal test design, ch. 6: the sum of absolute distances to the target is made small), and enemies are
    kept apart. Raises BankTooSmallError, naming each short competency, and FormsNotParallelError.
    """
    bank = [item for item in items if blueprint.get(item.competency, 0) > 0]
    wanted = {competency: count for competency, count in blueprint.items() if count > 0}
    _refuse_impossible(bank, wanted, n_forms)
    limit = as_fraction(tolerance)
    members = _solve(bank, wanted, n_forms, limit, seed)
    if members is None or not _are_parallel(members, limit):
        raise FormsNotParallelError(
            f"No {n_forms} disjoint forms were found whose sums of ratings lie within {float(limit):g} of each other "
            "and that need the same marks. Add items of similar difficulty, remove enemies, or ask for fewer forms."
        )
    floors = _common_floors(members, own_cut)
    return tuple(_as_form(form, floors) for form in members)


def draw_form(
    items: Iterable[RatedItem],
    *,
    blueprint: Mapping[str, int],
    target: Number | str,
    tolerance: Number | str = TOLERANCE,
    excluded: Collection[Hashable] = (),
    seed: int,
) -> Form:
    """Draw one form on the fly: to the blueprint, its sum of ratings within half the tolerance of `target`.

    `target` is the exam version's cut in marks, so that every drawn form needs the ceiling of it; the items that fill
    the form are otherwise drawn by the seed. `excluded` keys are not given. Raises as `assemble_forms`.
    """
    bank = [item for item in items if blueprint.get(item.competency, 0) > 0 and item.key not in excluded]
    wanted = {competency: count for competency, count in blueprint.items() if count > 0}
    _refuse_impossible(bank, wanted, 1)
    middle, half = as_fraction(target), as_fraction(tolerance) / 2
    needed = marks_needed([middle])
    lowest, highest = max(middle - half, needed - 1 + Fraction(1, 10**6)), min(middle + half, Fraction(needed))
    rows = ConstraintRows(len(bank))
    layout = _Layout(len(bank), 1, len(wanted))
    _add_content(rows, layout, bank, wanted)
    rows.add({i: float(as_fraction(item.rating)) for i, item in enumerate(bank)}, float(lowest), float(highest))
    cost = np.random.default_rng(seed & (2**64 - 1)).random(len(bank))
    whole = np.ones(len(bank))
    answer = milp(cost, integrality=whole, bounds=Bounds(0, 1), constraints=rows.constraint())
    members = [item for item, share in zip(bank, answer.x if answer.x is not None else (), strict=False) if share > 0.5]
    total = cut_score(item.rating for item in members)
    if not members or marks_needed([total]) != needed or abs(total - middle) > half:
        raise FormsNotParallelError(
            f"No form was found whose sum of ratings lies within {float(half):g} of {float(middle):g}. Add items, or "
            "remove enemies."
        )
    return _as_form(members, _common_floors([members], False))


def _refuse_impossible(bank: Sequence[RatedItem], wanted: Mapping[str, int], n_forms: int) -> None:
    if n_forms < 1 or not wanted:
        raise ValueError("Parallel forms need at least one form and one competency with items.")
    if len({item.key for item in bank}) < len(bank):
        raise ValueError("Two items of the bank have the same key.")
    if wrong := [item.key for item in bank if not 0 <= as_fraction(item.rating) <= 1]:
        raise ValueError(f"The rating of item {wrong[0]} is not a probability between 0 and 1.")
    held = Counter(item.competency for item in bank)
    missing = {name: count * n_forms - held[name] for name, count in wanted.items()}
    if short := {name: count for name, count in missing.items() if count > 0}:
        raise BankTooSmallError(short)


def _are_parallel(forms: Sequence[Sequence[RatedItem]], limit: Fraction) -> bool:
    sums = [cut_score(item.rating for item in form) for form in forms]
    return max(sums) - min(sums) <= limit and len({marks_needed([total]) for total in sums}) == 1


def _common_floors(forms: Sequence[Sequence[RatedItem]], own_cut: bool | Collection[str]) -> dict[str, int]:
    floors = {}
    for name in dict.fromkeys(item.competency for item in forms[0]):
        ratings = [as_fraction(item.rating) for form in forms for item in form if item.competency == name]
        held = own_cut if isinstance(own_cut, bool) else name in own_cut
        cut = sum(ratings, Fraction(0)) / len(forms)
        floors[name] = floor_marks(cut, len(ratings) // len(forms), own_cut=held)
    return floors


def _as_form(members: Sequence[RatedItem], floors: Mapping[str, int]) -> Form:
    ratings = [item.rating for item in members]
    return Form(
        items=tuple(item.key for item in members),
        rating_sum=cut_score(ratings),
        marks_needed=marks_needed(ratings),
        floors=floors,
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns of the programme: one per item and form, then the window, the marks, the distances, a constant."""

    n_items: int
    n_forms: int
    n_areas: int

    def item(self, item: int, form: int) -> int:
        return item * self.n_forms + form

    @property
    def window(self) -> int:
        return self.n_items * self.n_forms

    @property
    def marks(self) -> int:
        return self.window + 1

    def distance(self, area: int, form: int) -> int:
        return self.window + 2 + area * self.n_forms + form

    @property
    def constant(self) -> int:
        return self.distance(self.n_areas + 1, 0)


def _solve(
    bank: Sequence[RatedItem], wanted: Mapping[str, int], n_forms: int, limit: Fraction, seed: int
) -> list[list[RatedItem]] | None:
    layout = _Layout(len(bank), n_forms, len(wanted))
    n_variables = layout.constant + 1
    rows = ConstraintRows(n_variables)
    _add_content(rows, layout, bank, wanted)
    _add_difficulty(rows, layout, bank, wanted, limit)
    upper = np.ones(n_variables)
    upper[layout.window : layout.constant] = len(bank)
    lower = np.zeros(n_variables)
    lower[layout.constant] = 1
    whole = np.zeros(n_variables)
    whole[: layout.window] = 1
    whole[layout.marks] = 1
    # The constant turns the solver's relative gap of a half into "a distance of CLOSE_ENOUGH a cell on average".
    cost = np.zeros(n_variables)
    cost[: layout.window] = np.random.default_rng(seed).uniform(0, 1e-4, layout.window)
    cost[layout.distance(0, 0) : layout.constant] = 1
    cost[layout.constant] = CLOSE_ENOUGH * (layout.constant - layout.distance(0, 0))
    options = {"node_limit": NODE_LIMIT, "mip_rel_gap": 0.5}
    answer = milp(cost, integrality=whole, bounds=Bounds(lower, upper), constraints=rows.constraint(), options=options)
    if answer.x is None:
        return None
    taken = answer.x[: layout.window].reshape(len(bank), n_forms) > 0.5
    return [[item for item, inside in zip(bank, taken[:, form], strict=True) if inside] for form in range(n_forms)]


def _add_content(rows: ConstraintRows, layout: _Layout, bank: Sequence[RatedItem], wanted: Mapping[str, int]) -> None:
    """Each item in one form at most, each competency with its count, enemies apart."""
    place = {item.key: index for index, item in enumerate(bank)}
    pairs = {frozenset((item.key, other)) for item in bank for other in item.enemies if other in place}
    apart = sorted(sorted(place[key] for key in pair) for pair in pairs if len(pair) == 2)
    for index in range(len(bank)):
        rows.add({layout.item(index, form): 1 for form in range(layout.n_forms)}, high=1)
    for form in range(layout.n_forms):
        for name, count in wanted.items():
            members = {layout.item(i, form): 1.0 for i, item in enumerate(bank) if item.competency == name}
            rows.add(members, low=count, high=count)
        for one, other in apart:
            rows.add({layout.item(one, form): 1, layout.item(other, form): 1}, high=1)


def _add_difficulty(
    rows: ConstraintRows, layout: _Layout, bank: Sequence[RatedItem], wanted: Mapping[str, int], limit: Fraction
) -> None:
    """Sums in one window, inside one step of the marks needed, each with its distance to the bank's mean."""
    ratings = [as_fraction(item.rating) for item in bank]
    # Half a step of the lattice on which sums of ratings lie keeps the solver's tolerance from deciding anything.
    half = float(Fraction(1, 2 * lcm(*(rating.denominator for rating in ratings))))
    over, under = (half, half) if half >= SMALLEST_STEP else (-SMALLEST_STEP, SMALLEST_STEP)
    means = {name: _mean_rating(bank, name) * count for name, count in wanted.items()}
    for form in range(layout.n_forms):
        total = {layout.item(i, form): float(rating) for i, rating in enumerate(ratings)}
        rows.add({**total, layout.window: -1}, low=0, high=float(limit) + over)
        rows.add({**total, layout.marks: -1}, low=under - 1, high=over)
        for area, (name, mean) in enumerate(means.items()):
            part = {layout.item(i, form): float(r) for i, r in enumerate(ratings) if bank[i].competency == name}
            _add_distance(rows, part, layout.distance(area, form), float(mean))
        _add_distance(rows, total, layout.distance(layout.n_areas, form), float(sum(means.values())))


def _add_distance(rows: ConstraintRows, terms: Mapping[int, float], distance: int, target: float) -> None:
    rows.add({**terms, distance: -1}, high=target)
    rows.add({**terms, distance: 1}, low=target)


def _mean_rating(bank: Sequence[RatedItem], competency: str) -> Fraction:
    ratings = [as_fraction(item.rating) for item in bank if item.competency == competency]
    return sum(ratings, Fraction(0)) / len(ratings)
