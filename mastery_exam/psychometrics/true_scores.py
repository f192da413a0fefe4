"""The distribution of true proportions behind observed scores: a beta of two to four parameters, by moments."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from .errors import NotEnoughDataError
from .models import FloatArray

LEAST_SHAPE = 1e-6


@dataclass(frozen=True, slots=True)
class BetaFit:
    """A beta on [`lower`, `upper`] with shapes `alpha` and `beta`; `moments` (2, 3 or 4) were matched."""

    alpha: float
    beta: float
    lower: float
    upper: float
    moments: int


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, variance, skewness and (not excess) kurtosis."""

    mean: float
    variance: float
    skewness: float
    kurtosis: float


def true_score_moments(scores: FloatArray, shares: FloatArray, n_items: int) -> Moments:
    """Return the moments of the true proportion behind binomial scores (Lord 1965): E[x_(k)] / n_(k) = E[pi^k].

    `scores`, (S,), are on the scale 0..`n_items`, `shares`, (S,), sum to 1.
    """
    if n_items < 4:
        raise NotEnoughDataError("Four moments of true scores need at least four items.")
    raw = []
    falling_x, falling_n = np.ones_like(scores), 1.0
    for k in range(4):
        falling_x = falling_x * (scores - k)
        falling_n *= n_items - k
        raw.append(float(shares @ falling_x) / falling_n)
    mean = raw[0]
    variance = raw[1] - mean**2
    if variance <= 0:
        raise NotEnoughDataError("The scores vary no more than chance does; no true-score distribution can be fitted.")
    third = raw[2] - 3 * mean * raw[1] + 2 * mean**3
    fourth = raw[3] - 4 * mean * raw[2] + 6 * mean**2 * raw[1] - 3 * mean**4
    return Moments(mean, variance, third / variance**1.5, fourth / variance**2)


def fit_true_scores(scores: FloatArray, shares: FloatArray, n_items: int) -> BetaFit:
    """Fit the beta of true proportions to binomial scores.

    Four moments (Hanson 1991); where the bounds leave [0, 1], three with the offending bound held there; where that
    fails, two on [0, 1].
    """
    moments = true_score_moments(scores, shares, n_items)
    four = _four_moments(moments)
    if four is not None and four.lower >= 0 and four.upper <= 1:
        return four
    upper_first = four is None or four.upper > 1
    for fixed_upper in (upper_first, not upper_first):
        three = _three_moments(moments, fixed_upper=fixed_upper)
        if three is not None:
            return three
    alpha, beta = _shapes(moments.mean, moments.variance)
    if min(alpha, beta) <= 0:
        raise NotEnoughDataError("No beta distribution has the moments of these true scores.")
    return BetaFit(alpha, beta, 0.0, 1.0, 2)


def _four_moments(moments: Moments) -> BetaFit | None:
    b1, b2 = moments.skewness**2, moments.kurtosis
    bottom = 6 + 3 * b1 - 2 * b2
    if bottom <= 0:
        return None
    r = 6 * (b2 - b1 - 1) / bottom
    if r <= 0:
        return None
    inner = (r + 2) ** 2 * b1 + 16 * (r + 1)
    lean = (r + 2) * np.sqrt(b1 / inner)
    shapes = (r / 2 * (1 - lean), r / 2 * (1 + lean))
    alpha, beta = shapes if moments.skewness >= 0 else shapes[::-1]
    if min(alpha, beta) <= LEAST_SHAPE:
        return None
    width = 0.5 * np.sqrt(moments.variance * inner)
    lower = moments.mean - width * alpha / r
    return BetaFit(float(alpha), float(beta), float(lower), float(lower + width), 4)


def _three_moments(moments: Moments, *, fixed_upper: bool) -> BetaFit | None:
    """Match mean, variance and skewness with one bound at the end of [0, 1] and the other free inside it."""

    def fit(bound: float) -> BetaFit:
        lower, upper = (bound, 1.0) if fixed_upper else (0.0, bound)
        width = upper - lower
        alpha, beta = _shapes((moments.mean - lower) / width, moments.variance / width**2)
        return BetaFit(alpha, beta, lower, upper, 3)

    def miss(bound: float) -> float:
        found = fit(bound)
        return _skewness(found.alpha, found.beta) - moments.skewness

    spread = moments.variance / (1 - moments.mean if fixed_upper else moments.mean)
    ends = (0.0, moments.mean - spread) if fixed_upper else (moments.mean + spread, 1.0)
    inner = np.linspace(*ends, 200)[1:-1] if ends[0] < ends[1] else np.array([])
    usable = [bound for bound in inner if min(fit(bound).alpha, fit(bound).beta) > LEAST_SHAPE]
    for one, other in zip(usable, usable[1:], strict=False):
        if miss(one) * miss(other) <= 0:
            return fit(float(brentq(miss, one, other, xtol=1e-14)))
    return None


def _shapes(mean: float, variance: float) -> tuple[float, float]:
    total = mean * (1 - mean) / variance - 1
    return mean * total, (1 - mean) * total


def _skewness(alpha: float, beta: float) -> float:
    total = alpha + beta
    return 2 * (beta - alpha) * float(np.sqrt(total + 1) / ((total + 2) * np.sqrt(alpha * beta)))
