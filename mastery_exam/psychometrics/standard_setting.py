"""Where the pass mark comes from: Angoff, bookmark and Hofstee, with their errors and their impact."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import NotEnoughDataError
from .models import ItemParameters, information, inverse_characteristic, probability

RESPONSE_PROBABILITY = 0.67
JUDGES_FOR_A_FIRM_CUT = 3
OUTLYING_Z = 3.5
IMPACT_STEPS = (-2, -1, 0, 1, 2)


@dataclass(frozen=True, slots=True)
class AngoffSummary:
    """What an Angoff panel said about a set of items; sums and errors in marks.

    `judge_cuts` holds each judge's sum of ratings, `item_ratings` each item's mean over judges. `sd` is the sample
    standard deviation of the judges' cuts and `se` = sd / sqrt(J), which holds the items fixed. `se_generalised` treats
    items and judges as samples. `icc` is ICC(2,k). `outlying_judges` are row numbers. With fewer than three judges the
    cut is provisional; with one, the errors and the ICC are nan.
    """

    cut: float
    judge_cuts: NDArray[np.float64]
    item_ratings: NDArray[np.float64]
    sd: float
    se: float
    se_generalised: float
    icc: float
    outlying_judges: tuple[int, ...]
    provisional: bool


def angoff(ratings: ArrayLike) -> AngoffSummary:
    """Summarise a panel's ratings.

    Args:
        ratings: (judges, items) probabilities in [0, 1] that a borderline candidate is right; every judge rates every
            item.

    The generalised error is I x sqrt(var_j / J + var_i / I + var_ij / (I J)) from the judges x items components
    (Brennan & Lockwood 1980), negative components taken as 0. Outlying: a modified z of the judge's cut over 3.5
    (Iglewicz & Hoaglin 1993).
    """
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2 or table.size == 0:
        raise NotEnoughDataError("Angoff ratings need at least one judge and one item.")
    if not (np.isfinite(table).all() and (table >= 0).all() and (table <= 1).all()):
        raise ValueError("Every Angoff rating must be a probability between 0 and 1.")
    n_judges, _ = table.shape
    cuts = table.sum(axis=1)
    sd = float(cuts.std(ddof=1)) if n_judges > 1 else float("nan")
    se_generalised, icc = _judges_by_items(table)
    return AngoffSummary(
        cut=float(cuts.mean()),
        judge_cuts=cuts,
        item_ratings=table.mean(axis=0),
        sd=sd,
        se=sd / float(np.sqrt(n_judges)),
        se_generalised=se_generalised,
        icc=icc,
        outlying_judges=tuple(int(judge) for judge in np.flatnonzero(np.abs(_modified_z(cuts)) > OUTLYING_Z)),
        provisional=n_judges < JUDGES_FOR_A_FIRM_CUT,
    )


@dataclass(frozen=True, slots=True)
class Impact:
    """The share of candidates at or above a cut that is moved by `steps` standard errors."""

    steps: int
    cut: float
    pass_rate: float


def impact(scores: ArrayLike, cut: float, se: float, *, steps: Sequence[int] = IMPACT_STEPS) -> tuple[Impact, ...]:
    """Return the pass rate at the cut and at the cut moved by each number of standard errors.

    `scores`: (persons,) in the unit of the cut.
    """
    values = np.asarray(scores, dtype=float)
    if values.size == 0:
        raise NotEnoughDataError("The impact of a cut needs at least one candidate's score.")
    return tuple(Impact(step, cut + step * se, float(np.mean(values >= cut + step * se))) for step in steps)


@dataclass(frozen=True, slots=True, eq=False)
class BookmarkSummary:
    """A bookmark panel's cut on theta, in logits: the mean of the judges' cuts, with sd and se = sd / sqrt(J).

    `order` lists item numbers from the easiest to the hardest location; `locations` are in that order, (I,).
    """

    cut: float
    median: float
    judge_cuts: NDArray[np.float64]
    sd: float
    se: float
    order: NDArray[np.intp]
    locations: NDArray[np.float64]
    provisional: bool


def response_locations(items: ItemParameters, *, rp: float = RESPONSE_PROBABILITY) -> NDArray[np.float64]:
    """Return the theta at which each item is right with probability `rp`, (I,); -inf where c is already above it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return items.b + np.log(np.maximum(rp - items.c, 0) / (1 - rp)) / items.slope


def bookmark(bookmarks: Sequence[int], items: ItemParameters, *, rp: float = RESPONSE_PROBABILITY) -> BookmarkSummary:
    """Summarise a bookmark panel (Mitzel, Lewis, Patz & Green 2001; RP67).

    `bookmarks` holds for each judge the number of items, in the order of their locations, that a borderline candidate
    should master, 1..I; the judge's cut is the location of the last of them.
    """
    locations = response_locations(items, rp=rp)
    order = np.argsort(locations, kind="stable")
    places = np.asarray(bookmarks, dtype=int)
    if places.size == 0:
        raise NotEnoughDataError("A bookmark panel needs at least one judge.")
    if (places < 1).any() or (places > len(items)).any():
        raise ValueError(f"A bookmark stands after one of the {len(items)} items.")
    cuts = locations[order][places - 1]
    sd = float(cuts.std(ddof=1)) if len(cuts) > 1 else float("nan")
    return BookmarkSummary(
        cut=float(cuts.mean()),
        median=float(np.median(cuts)),
        judge_cuts=cuts,
        sd=sd,
        se=sd / float(np.sqrt(len(cuts))),
        order=order,
        locations=locations[order],
        provisional=len(cuts) < JUDGES_FOR_A_FIRM_CUT,
    )


@dataclass(frozen=True, slots=True)
class HofsteeCompromise:
    """The Hofstee cut in marks and the share that fails at it; `crosses` is False where no compromise exists.

    Without a crossing the cut is the end of the judges' range that is nearest to one.
    """

    cut: float
    fail_rate: float
    crosses: bool


def hofstee(scores: ArrayLike, *, cuts: tuple[float, float], fail_rates: tuple[float, float]) -> HofsteeCompromise:
    """Return where the line from (least cut, largest fail rate) to (largest cut, least) meets the failing curve.

    `scores` are (persons,) whole marks; `cuts` and `fail_rates` the judges' mean least and largest acceptable values
    (Hofstee 1983). The failing curve is the share under a mark, linear between whole marks.
    """
    values = np.sort(np.asarray(scores, dtype=float))
    if values.size == 0:
        raise NotEnoughDataError("Hofstee's method needs candidates' scores.")
    (low, high), (least, most) = cuts, fail_rates
    if not (low < high and 0 <= least < most <= 1):
        raise ValueError("The least acceptable cut and fail rate must lie under the largest ones.")
    whole = np.arange(np.floor(low), np.ceil(high) + 1)
    marks = np.unique(np.concatenate([[low, high], whole[(whole > low) & (whole < high)]]))
    failing = np.interp(marks, whole, np.searchsorted(values, whole, side="left") / len(values))
    gap = failing - (most + (least - most) * (marks - low) / (high - low))
    if gap[0] > 0 or gap[-1] < 0:
        end = 0 if gap[0] > 0 else -1
        return HofsteeCompromise(float(marks[end]), float(failing[end]), False)
    step = max(int(np.searchsorted(gap, 0.0, side="left")), 1)
    part = -gap[step - 1] / (gap[step] - gap[step - 1])
    cut = marks[step - 1] + part * (marks[step] - marks[step - 1])
    return HofsteeCompromise(float(cut), float(np.interp(cut, marks, failing)), True)


def raw_cut_to_theta(cut: float, items: ItemParameters, *, se: float = 0.0) -> tuple[float, float]:
    """Return the theta at which the expected marks are the raw cut, and the cut's standard error carried to logits.

    By the inverse test characteristic curve; the error is divided by the curve's slope there.
    """
    theta = float(inverse_characteristic(cut, items))
    if not np.isfinite(theta):
        raise ValueError(f"No ability has {cut} expected marks on these items.")
    p = probability(theta, items)
    slope = float(np.sqrt(information(theta, items) * p * (1 - p)).sum())
    return theta, se / slope


def _judges_by_items(table: NDArray[np.float64]) -> tuple[float, float]:
    """Return the generalised SE of the cut and ICC(2,k) (Shrout & Fleiss 1979) of a (judges, items) table."""
    n_judges, n_items = table.shape
    if n_judges < 2 or n_items < 2:
        return float("nan"), float("nan")
    judges = table.mean(axis=1)
    items = table.mean(axis=0)
    mean = table.mean()
    ms_judges = n_items * np.square(judges - mean).sum() / (n_judges - 1)
    ms_items = n_judges * np.square(items - mean).sum() / (n_items - 1)
    residual = table - judges[:, None] - items[None, :] + mean
    ms_error = np.square(residual).sum() / ((n_judges - 1) * (n_items - 1))
    var_judges = max(0.0, (ms_judges - ms_error) / n_items)
    var_items = max(0.0, (ms_items - ms_error) / n_judges)
    variance = var_judges / n_judges + var_items / n_items + ms_error / (n_judges * n_items)
    bottom = ms_items + (ms_judges - ms_error) / n_items
    icc = float((ms_items - ms_error) / bottom) if bottom > 0 else float("nan")
    return float(n_items * np.sqrt(variance)), icc


def _modified_z(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 0.6745 (x - median) / MAD, or with the mean absolute deviation where the MAD is 0."""
    distance = values - np.median(values)
    spread = np.median(np.abs(distance)) / 0.6744897501960817
    if spread <= 1e-12:
        spread = np.abs(distance).mean() * 1.2533141373155003
    return distance / spread if spread > 1e-12 else np.zeros_like(distance)
