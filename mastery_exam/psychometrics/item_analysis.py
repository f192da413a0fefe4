"""Classical item statistics: difficulty, point-biserials, and what each option drew."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .ability import read_responses
from .errors import NotEnoughDataError
from .models import FloatArray
from .reliability import alpha


@dataclass(frozen=True, slots=True, eq=False)
class ItemStatistics:
    """Per item, each (I,): answers `n`, share right `p`, point-biserial with the total, and with the rest of the total.

    `alpha_if_deleted` is nan where responses are missing, fewer than three items are left, or nothing varies.
    """

    n: FloatArray
    p: FloatArray
    point_biserial: FloatArray
    corrected_point_biserial: FloatArray
    alpha_if_deleted: FloatArray


@dataclass(frozen=True, slots=True)
class OptionStatistics:
    """One option of one item.

    `point_biserial` correlates choosing it with the total less 1 for choosing it (which for the key is the corrected
    point-biserial); `rest_point_biserial` with the total without the item. `quartiles` are the shares that chose it in
    the quarters of the total, lowest first, each quarter closed above; `discrimination` is highest less lowest.
    """

    option: Hashable
    is_key: bool
    n: int
    share: float
    point_biserial: float
    rest_point_biserial: float
    quartiles: tuple[float, float, float, float]
    discrimination: float


def item_statistics(responses: ArrayLike) -> ItemStatistics:
    """Return classical statistics of 0/1/missing responses, (persons, items).

    With missing responses a person's total is the share right of what was answered.
    """
    scored = read_responses(responses)
    given = scored.given > 0
    n_answered = given.sum(axis=1)
    n = given.sum(axis=0).astype(float)
    right = scored.right.sum(axis=1)
    n_items = given.shape[1]
    whole = np.full(n_items, np.nan)
    rest = np.full(n_items, np.nan)
    for item in range(n_items):
        who = given[:, item]
        own = scored.right[who, item]
        whole[item] = correlation(own, right[who] / np.maximum(n_answered[who], 1))
        rest[item] = correlation(own, (right[who] - own) / np.maximum(n_answered[who] - 1, 1))
    without = np.full(n_items, np.nan)
    if given.all() and n_items > 2:
        without = np.array([_alpha_or_nan(np.delete(scored.right, item, axis=1)) for item in range(n_items)])
    p = np.divide(scored.right.sum(axis=0), n, out=np.full(n_items, np.nan), where=n > 0)
    return ItemStatistics(n, p, whole, rest, without)


def _alpha_or_nan(responses: FloatArray) -> float:
    try:
        return alpha(responses)
    except NotEnoughDataError:
        return float("nan")


def option_table(
    choices: Sequence[Sequence[Hashable]], key: Sequence[Hashable], *, given: ArrayLike | None = None
) -> tuple[tuple[OptionStatistics, ...], ...]:
    """Return the statistics of every option that was chosen or is the key, per item, options in sorted order.

    `choices`: (persons, items), the option each person chose; `key`: (items,) the right one. None is no answer.
    `given`: (persons, items), which items a person was given, all by default; otherwise the total of a person on an
    item is the share right of the others that they were given, and an item that fewer than two were given has no rows.
    """
    table = np.array([list(row) for row in choices], dtype=object)
    if table.ndim != 2 or len(table) < 2:
        raise NotEnoughDataError("Option statistics need the choices of at least two persons.")
    scored = np.array([[cell == right for cell, right in zip(row, key, strict=True)] for row in table], dtype=float)
    if given is None:
        totals = scored.sum(axis=1)
        return tuple(_options(key[item], table[:, item], totals, scored[:, item]) for item in range(table.shape[1]))
    asked = np.asarray(given, dtype=bool)
    right, n_asked = (scored * asked).sum(axis=1), asked.sum(axis=1)
    rows = []
    for item in range(table.shape[1]):
        who = asked[:, item]
        own = scored[who, item]
        rest = (right[who] - own) / np.maximum(n_asked[who] - 1, 1)
        rows.append(_options(key[item], table[who, item], rest + own, own) if who.sum() > 1 else ())
    return tuple(rows)


def _options(
    right: Hashable, chosen: NDArray[np.object_], totals: FloatArray, own: FloatArray
) -> tuple[OptionStatistics, ...]:
    quarters = np.searchsorted(np.quantile(totals, [0.25, 0.5, 0.75]), totals, side="left")
    options = sorted({cell for cell in chosen if cell is not None} | {right}, key=str)
    return tuple(_option(option, right, chosen, totals, own, quarters) for option in options)


def correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return Pearson's correlation of two (n,) arrays; nan where either does not vary."""
    dx, dy = x - x.mean() if len(x) else x, y - y.mean() if len(y) else y
    bottom = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return float(dx @ dy) / bottom if bottom > 1e-12 else float("nan")


def _option(
    option: Hashable,
    right: Hashable,
    chosen: NDArray[np.object_],
    totals: FloatArray,
    own: FloatArray,
    quarters: NDArray[np.intp],
) -> OptionStatistics:
    took = np.array([cell == option for cell in chosen], dtype=float)
    shares = [float(took[quarters == quarter].mean()) if (quarters == quarter).any() else 0.0 for quarter in range(4)]
    return OptionStatistics(
        option=option,
        is_key=option == right,
        n=int(took.sum()),
        share=float(took.mean()),
        point_biserial=correlation(took, totals - took),
        rest_point_biserial=correlation(took, totals - own),
        quartiles=(shares[0], shares[1], shares[2], shares[3]),
        discrimination=shares[3] - shares[0],
    )
