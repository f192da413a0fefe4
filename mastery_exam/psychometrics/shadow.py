"""Shadow tests: before each item, the best whole test that meets every constraint (van der Linden 2000)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, milp

from .errors import QuotaError
from .models import FloatArray
from .programme import ConstraintRows


@dataclass(frozen=True, eq=False)
class ShadowLimits:
    """What a whole test must meet: its length, bounds on the items of each competency, enemies, and time.

    `members` maps a competency to item numbers, `bounds` to (least, most) items; `enemies` are pairs of item numbers;
    `seconds` is (I,).
    """

    length: int
    members: Mapping[str, NDArray[np.intp]]
    bounds: Mapping[str, tuple[int, int]]
    enemies: tuple[tuple[int, int], ...] = ()
    seconds: FloatArray | None = None
    max_seconds: float | None = None


def best_shadow_test(
    value: FloatArray, limits: ShadowLimits, *, given: Sequence[int], allowed: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Return the item numbers of the test of greatest total `value`, (I,), that contains the items already given.

    Only `allowed` items, (I,), and given ones are taken. Raises QuotaError when no test meets the limits.
    """
    n_items = len(value)
    upper = allowed.astype(float)
    lower = np.zeros(n_items)
    upper[list(given)] = 1
    lower[list(given)] = 1
    rows = ConstraintRows(n_items)
    rows.add(_ones(range(n_items)), low=limits.length, high=limits.length)
    for area, (least, most) in limits.bounds.items():
        rows.add(_ones(limits.members[area]), low=least, high=most)
    for pair in limits.enemies:
        rows.add(_ones(pair), high=1)
    if limits.seconds is not None and limits.max_seconds is not None:
        rows.add(dict(enumerate(limits.seconds.tolist())), high=limits.max_seconds)
    answer = milp(-value, integrality=np.ones(n_items), bounds=Bounds(lower, upper), constraints=rows.constraint())
    if answer.x is None:
        raise QuotaError("No test meets the blueprint, the enemies and the time together with the items given so far.")
    return np.flatnonzero(answer.x > 0.5)


def _ones(numbers: Iterable[int]) -> dict[int, float]:
    return {int(number): 1.0 for number in numbers}
