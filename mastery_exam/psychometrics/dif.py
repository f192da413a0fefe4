"""Differential item functioning: does an item treat equally able people of two groups alike?

A flag starts a review by people; it never removes an item by itself.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, expit, ndtri

from .ability import read_responses
from .errors import NotEnoughDataError
from .models import FloatArray

ETS_DELTA = -2.35
LEAST_GROUP = 200
SIGNIFICANCE = 0.05
MAX_ROUNDS = 10
MAX_STEPS = 50


class EtsClass(StrEnum):
    """The ETS categories: negligible, slight to moderate, moderate to large; or no letter at all."""

    A = "A"
    B = "B"
    C = "C"
    NOT_ENOUGH_DATA = "not enough data"


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """Common odds ratio (reference over focal) of 2 x 2 tables over strata, and its test.

    `chi2` has the continuity correction, `chi2_uncorrected` not; `delta` = -2.35 ln(odds ratio), negative against the
    focal group; `se_log_odds` by Phillips & Holland (1987).
    """

    odds_ratio: float
    chi2: float
    p_value: float
    chi2_uncorrected: float
    se_log_odds: float
    delta: float
    se_delta: float

    def confidence_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the confidence interval of the odds ratio, normal in its logarithm."""
        half = float(ndtri(0.5 + level / 2)) * self.se_log_odds
        return float(self.odds_ratio * np.exp(-half)), float(self.odds_ratio * np.exp(half))


@dataclass(frozen=True, slots=True, eq=False)
class MantelHaenszelDif:
    """Mantel-Haenszel results per item, (I,), focal against reference group.

    `classes` follows the full ETS rule (Zieky 1993); `flagged` are items with a significant chi-square. `std_p_dif` is
    Dorans & Kulick's (1986) standardised difference of proportions, focal less reference. `n_reference` and `n_focal`
    count the people; under 200 of either every class is "not enough data".
    """

    tests: tuple[MantelHaenszel, ...]
    classes: tuple[EtsClass, ...]
    flagged: NDArray[np.bool_]
    std_p_dif: FloatArray
    n_reference: int
    n_focal: int
    rounds: int


def mantel_haenszel(tables: ArrayLike) -> MantelHaenszel:
    """Return the Mantel-Haenszel statistics of (K, 2, 2) tables [stratum][reference, focal][right, wrong].

    Strata of fewer than two people say nothing and are left out (Mantel & Haenszel 1959).
    """
    counts = np.asarray(tables, dtype=float)
    counts = counts[counts.sum(axis=(1, 2)) > 1]
    a, b, c, d = counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]
    n = a + b + c + d
    expected = (a + b) * (a + c) / n
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))).sum())
    top, bottom = float((a * d / n).sum()), float((b * c / n).sum())
    if variance <= 0 or top <= 0 or bottom <= 0:
        nan = float("nan")
        return MantelHaenszel(nan, nan, nan, nan, nan, nan, nan)
    gap = abs(float((a - expected).sum()))
    corrected = max(gap - 0.5, 0.0) ** 2 / variance
    ratio = top / bottom
    spread = ((a * d + ratio * b * c) * (a + d + ratio * (b + c)) / n**2).sum()
    se = float(np.sqrt(spread / (2 * top**2)))
    p_value = float(chdtrc(1, corrected))
    delta = float(ETS_DELTA * np.log(ratio))
    return MantelHaenszel(ratio, corrected, p_value, gap**2 / variance, se, delta, -ETS_DELTA * se)


def ets_class(test: MantelHaenszel) -> EtsClass:
    """Return the letter by size and significance (Zieky 1993).

    A: |D| under 1 or not different from 0 at .05. C: |D| at least 1.5 and more than 1 at .05, one-sided. Else B.
    """
    if not np.isfinite(test.delta):
        return EtsClass.NOT_ENOUGH_DATA
    size = abs(test.delta)
    if size < 1 or test.p_value >= SIGNIFICANCE:
        return EtsClass.A
    beyond_one = size - float(ndtri(1 - SIGNIFICANCE)) * test.se_delta > 1
    return EtsClass.C if size >= 1.5 and beyond_one else EtsClass.B


def mantel_haenszel_dif(
    responses: ArrayLike, focal: ArrayLike, *, purify: bool = False, least_group: int = LEAST_GROUP
) -> MantelHaenszelDif:
    """Return Mantel-Haenszel DIF of each item, matched on the number right with the studied item in it.

    Args:
        responses: (persons, items) of 0 and 1, all present.
        focal: (persons,) true for the focal group.
        purify: leave flagged items out of the matching score of the others, until the flags settle or come round again.
        least_group: people that each group needs before a letter is given.
    """
    right, member = _read(responses, focal)
    tests, differences, rounds = _purified(right, member, MAX_ROUNDS if purify else 0)
    sizes = int((~member).sum()), int(member.sum())
    enough = min(sizes) >= least_group
    classes = tuple(ets_class(test) if enough else EtsClass.NOT_ENOUGH_DATA for test in tests)
    flagged = np.array([test.p_value < SIGNIFICANCE for test in tests])
    return MantelHaenszelDif(tuple(tests), classes, flagged, differences, *sizes, rounds)


@dataclass(frozen=True, slots=True, eq=False)
class LogisticDif:
    """Likelihood-ratio tests per item, (I,), of logistic models in score, group and their product.

    `both` (2 df) tests any DIF, `uniform` (1 df) the group alone and `nonuniform` (1 df) the product. `delta_r2` is the
    gain in Nagelkerke's R2 from the score alone to the whole model. `classes` uses Jodoin & Gierl's (2001) limits .035
    and .070 with significance at .05.
    """

    both: FloatArray
    p_both: FloatArray
    uniform: FloatArray
    p_uniform: FloatArray
    nonuniform: FloatArray
    p_nonuniform: FloatArray
    delta_r2: FloatArray
    classes: tuple[EtsClass, ...]


def logistic_dif(responses: ArrayLike, focal: ArrayLike, *, least_group: int = LEAST_GROUP) -> LogisticDif:
    """Return logistic-regression DIF (Swaminathan & Rogers 1990), matched on the number right with the item in it.

    Arguments as for `mantel_haenszel_dif`.
    """
    right, member = _read(responses, focal)
    score = right.sum(axis=1)
    group = member.astype(float)
    columns = np.stack([np.ones_like(score), score, group, score * group], axis=1)
    n_items = right.shape[1]
    deviance = np.array(
        [[_deviance(columns[:, :width], right[:, item]) for width in (1, 2, 3, 4)] for item in range(n_items)]
    )
    both, uniform, nonuniform = (
        np.maximum(deviance[:, low] - deviance[:, high], 0) for low, high in ((1, 3), (1, 2), (2, 3))
    )
    gain = _nagelkerke(deviance[:, 0], deviance[:, 3], len(score)) - _nagelkerke(
        deviance[:, 0], deviance[:, 1], len(score)
    )
    p_both = chdtrc(2, both)
    enough = min(member.sum(), (~member).sum()) >= least_group
    classes = tuple(_effect_class(size, p, enough) for size, p in zip(gain, p_both, strict=True))
    return LogisticDif(both, p_both, uniform, chdtrc(1, uniform), nonuniform, chdtrc(1, nonuniform), gain, classes)


def _read(responses: ArrayLike, focal: ArrayLike) -> tuple[FloatArray, NDArray[np.bool_]]:
    scored = read_responses(responses)
    member = np.asarray(focal).astype(bool)
    if not scored.given.all():
        raise NotEnoughDataError("DIF by number-right scores needs every response.")
    if member.shape != (len(scored.right),):
        raise ValueError("Each person belongs to the focal or to the reference group.")
    if member.all() or not member.any():
        raise NotEnoughDataError("DIF needs people of both groups.")
    return scored.right, member


def _purified(
    right: FloatArray, member: NDArray[np.bool_], max_rounds: int
) -> tuple[list[MantelHaenszel], FloatArray, int]:
    """Test all items until the flagged ones settle, come round again, or `max_rounds` have followed the first."""
    flagged = np.zeros(right.shape[1], dtype=bool)
    seen: set[bytes] = set()
    rounds = 0
    while True:
        tests, differences = _all_items(right, member, flagged)
        rounds += 1
        new = np.array([test.p_value < SIGNIFICANCE for test in tests])
        if rounds > max_rounds or np.array_equal(new, flagged) or new.tobytes() in seen:
            return tests, differences, rounds
        seen.add(new.tobytes())
        flagged = new


def _all_items(
    right: FloatArray, member: NDArray[np.bool_], left_out: NDArray[np.bool_]
) -> tuple[list[MantelHaenszel], FloatArray]:
    tests, differences = [], np.empty(right.shape[1])
    for item in range(right.shape[1]):
        matching = ~left_out
        matching[item] = True
        tables = _tables(right[:, item], right[:, matching].sum(axis=1).astype(int), member)
        tests.append(mantel_haenszel(tables))
        differences[item] = _standardised_difference(tables)
    return tests, differences


def _tables(right: FloatArray, score: NDArray[np.intp], member: NDArray[np.bool_]) -> FloatArray:
    """Return (scores, 2, 2) counts, [reference, focal][right, wrong]."""
    cell = 4 * score + 2 * member + (right == 0)
    return np.bincount(cell, minlength=4 * (int(score.max()) + 1)).reshape(-1, 2, 2).astype(float)


def _standardised_difference(tables: FloatArray) -> float:
    people = tables.sum(axis=2)
    used = tables[(people > 0).all(axis=1)]
    focal = used[:, 1].sum(axis=1)
    if not len(used):
        return float("nan")
    gap = used[:, 1, 0] / focal - used[:, 0, 0] / used[:, 0].sum(axis=1)
    return float(focal @ gap / focal.sum())


def _deviance(design: FloatArray, right: FloatArray) -> float:
    """Return -2 x the greatest log-likelihood of a logistic regression, by Newton's method."""
    scale = np.maximum(np.abs(design).max(axis=0), 1)
    columns = design / scale
    coefficients = np.zeros(columns.shape[1])
    last = np.inf
    for _ in range(MAX_STEPS):
        linear = columns @ coefficients
        p = expit(linear)
        deviance = 2 * float(np.logaddexp(0, np.where(right > 0, -linear, linear)).sum())
        if abs(last - deviance) < 1e-10 * (1 + deviance):
            break
        last = deviance
        information = (columns * (p * (1 - p))[:, None]).T @ columns
        coefficients = coefficients + np.linalg.lstsq(information, columns.T @ (right - p), rcond=None)[0]
    return deviance


def _nagelkerke(null: FloatArray, model: FloatArray, n: int) -> FloatArray:
    best = 1 - np.exp(-null / n)
    return np.divide(1 - np.exp((model - null) / n), best, out=np.zeros_like(null), where=best > 0)


def _effect_class(size: float, p_value: float, enough: bool) -> EtsClass:
    if not enough:
        return EtsClass.NOT_ENOUGH_DATA
    if size < 0.035 or p_value >= SIGNIFICANCE:
        return EtsClass.A
    return EtsClass.C if size >= 0.070 else EtsClass.B
