"""Equate raw scores of a new form X to an old form Y: random groups, and nonequivalent groups with an anchor.

Source: Kolen & Brennan 2014, Test equating, scaling, and linking, ch. 2 and 4. Only for forms built to one blueprint;
nothing here makes unlike forms alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .errors import NotEnoughDataError
from .models import FloatArray


@dataclass(frozen=True, slots=True)
class LinearEquating:
    """y = `intercept` + `slope` x."""

    intercept: float
    slope: float

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Return the equivalents on form Y of scores on form X, same shape."""
        return self.intercept + self.slope * np.asarray(x, dtype=float)


def mean_equating(x_counts: ArrayLike, y_counts: ArrayLike) -> LinearEquating:
    """Return y = x - mean(X) + mean(Y), from the numbers of people at scores 0..n of each form, (n + 1,)."""
    mean_x, _ = _moments(x_counts)
    mean_y, _ = _moments(y_counts)
    return LinearEquating(mean_y - mean_x, 1.0)


def linear_equating(x_counts: ArrayLike, y_counts: ArrayLike) -> LinearEquating:
    """Return the line that gives X the mean and standard deviation of Y; counts as for `mean_equating`."""
    mean_x, sd_x = _moments(x_counts)
    mean_y, sd_y = _moments(y_counts)
    return LinearEquating(mean_y - sd_y / sd_x * mean_x, sd_y / sd_x)


def equipercentile_equating(x_counts: ArrayLike, y_counts: ArrayLike) -> FloatArray:
    """Return the Y equivalent of each score 0..n of X by percentile ranks, (n + 1,) (Kolen & Brennan eq. 2.17).

    Scores are spread evenly over half a mark to either side, so that equivalents lie in [-.5, n_Y + .5]. No smoothing.
    """
    x, y = _shares(x_counts), _shares(y_counts)
    ranks = np.cumsum(x) - x / 2
    cumulative = np.cumsum(y)
    result = np.empty(len(ranks))
    for score, rank in enumerate(np.clip(ranks, 0.0, 1.0)):
        if rank <= 0:
            result[score] = -0.5
            continue
        upper = min(int(np.searchsorted(cumulative, rank, side="right")), len(y) - 1)
        while y[upper] <= 0:
            upper -= 1
        result[score] = upper - 0.5 + (rank - (cumulative[upper] - y[upper])) / y[upper]
    return result


def tucker_equating(
    x: ArrayLike, x_anchor: ArrayLike, y: ArrayLike, y_anchor: ArrayLike, *, weight_x: float = 1.0
) -> LinearEquating:
    """Return Tucker's linear equating (Gulliksen 1950): the regressions of total on anchor hold in both groups.

    `x` and `x_anchor` are (n_1,) scores of the group that took X, `y` and `y_anchor` (n_2,) of the other; `weight_x` is
    the first group's weight in the synthetic population.
    """
    one, two = _Group.of(x, x_anchor), _Group.of(y, y_anchor)
    return _synthetic(one, two, one.covariance / one.anchor_variance, two.covariance / two.anchor_variance, weight_x)


def levine_equating(
    x: ArrayLike,
    x_anchor: ArrayLike,
    y: ArrayLike,
    y_anchor: ArrayLike,
    *,
    weight_x: float = 1.0,
    internal: bool = True,
) -> LinearEquating:
    """Return Levine's observed-score linear equating (1955), under a classical congeneric model; arguments as Tucker's.

    With an `internal` anchor (part of the total) gamma = var(X) / cov(X, V), else (var(X) + cov) / (var(V) + cov).
    """
    one, two = _Group.of(x, x_anchor), _Group.of(y, y_anchor)
    return _synthetic(one, two, one.levine_gamma(internal), two.levine_gamma(internal), weight_x)


def levine_true_score_equating(
    x: ArrayLike, x_anchor: ArrayLike, y: ArrayLike, y_anchor: ArrayLike, *, internal: bool = True
) -> LinearEquating:
    """Return Levine's true-score linear equating (1955): slope gamma_2 / gamma_1, no synthetic population."""
    one, two = _Group.of(x, x_anchor), _Group.of(y, y_anchor)
    gamma_1, gamma_2 = one.levine_gamma(internal), two.levine_gamma(internal)
    slope = gamma_2 / gamma_1
    intercept = two.mean + gamma_2 * (one.anchor_mean - two.anchor_mean) - slope * one.mean
    return LinearEquating(intercept, slope)


def chained_linear_equating(x: ArrayLike, x_anchor: ArrayLike, y: ArrayLike, y_anchor: ArrayLike) -> LinearEquating:
    """Return the chain X to anchor in the first group, anchor to Y in the second; arguments as Tucker's."""
    one, two = _Group.of(x, x_anchor), _Group.of(y, y_anchor)
    to_anchor = np.sqrt(one.anchor_variance / one.variance)
    to_y = np.sqrt(two.variance / two.anchor_variance)
    at_anchor = one.anchor_mean - to_anchor * one.mean
    return LinearEquating(float(two.mean + to_y * (at_anchor - two.anchor_mean)), float(to_anchor * to_y))


@dataclass(frozen=True, slots=True)
class _Group:
    """Moments of one group's total and anchor scores, divided by n - 1."""

    mean: float
    variance: float
    anchor_mean: float
    anchor_variance: float
    covariance: float

    @classmethod
    def of(cls, total: ArrayLike, anchor: ArrayLike) -> "_Group":
        scores, anchors = np.asarray(total, dtype=float), np.asarray(anchor, dtype=float)
        if scores.shape != anchors.shape or scores.ndim != 1:
            raise ValueError("Each person needs a total and an anchor score.")
        if len(scores) < 2 or scores.std() == 0 or anchors.std() == 0:
            raise NotEnoughDataError("Equating needs totals and anchor scores that vary.")
        (variance, covariance), (_, anchor_variance) = np.cov(scores, anchors)
        return cls(
            float(scores.mean()), float(variance), float(anchors.mean()), float(anchor_variance), float(covariance)
        )

    def levine_gamma(self, internal: bool) -> float:
        if internal:
            return self.variance / self.covariance
        return (self.variance + self.covariance) / (self.anchor_variance + self.covariance)


def _synthetic(one: _Group, two: _Group, gamma_1: float, gamma_2: float, weight: float) -> LinearEquating:
    """Return the line through the synthetic population's moments (Kolen & Brennan eqs. 4.17-4.20)."""
    if not 0 <= weight <= 1:
        raise ValueError("The weight of a group lies between 0 and 1.")
    other = 1 - weight
    gap = one.anchor_mean - two.anchor_mean
    spread = one.anchor_variance - two.anchor_variance
    mean_x = one.mean - other * gamma_1 * gap
    mean_y = two.mean + weight * gamma_2 * gap
    both = weight * other * gap**2
    variance_x = one.variance - other * gamma_1**2 * spread + both * gamma_1**2
    variance_y = two.variance + weight * gamma_2**2 * spread + both * gamma_2**2
    if variance_x <= 0 or variance_y <= 0:
        raise NotEnoughDataError("The groups differ too much for this method: a synthetic variance is not positive.")
    slope = float(np.sqrt(variance_y / variance_x))
    return LinearEquating(mean_y - slope * mean_x, slope)


def _shares(counts: ArrayLike) -> FloatArray:
    values = np.asarray(counts, dtype=float)
    if values.ndim != 1 or (values < 0).any() or values.sum() <= 0:
        raise NotEnoughDataError("A score distribution needs at least one person.")
    return values / values.sum()


def _moments(counts: ArrayLike) -> tuple[float, float]:
    """Return the mean and the standard deviation, with n - 1, of counts at scores 0..n."""
    shares = _shares(counts)
    people = float(np.sum(np.asarray(counts, dtype=float)))
    scores = np.arange(len(shares))
    mean = float(shares @ scores)
    variance = float(shares @ np.square(scores - mean))
    sd = float(np.sqrt(variance * people / (people - 1))) if people > 1 else 0.0
    if sd == 0:
        raise NotEnoughDataError("Equating needs scores that vary.")
    return mean, sd
