"""Put two calibrations on one scale, and find common items that moved.

theta_base = A theta_new + B, so that a_new / A, A b_new + B and c_new are the new items on the base scale (Kolen &
Brennan 2014, Test equating, scaling, and linking, ch. 6). Common items are given in the same order in both.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from .errors import NotEnoughDataError
from .models import FloatArray, ItemParameters, characteristic, inverse_characteristic, probability

N_NODES = 41
LIMIT = 4.0
DRIFT_Z = 1.96
IQR_TO_SD = 0.7413


@dataclass(frozen=True, slots=True)
class Link:
    """theta_base = `A` theta_new + `B`; `criterion` is the least loss of a characteristic-curve method, else nan."""

    A: float
    B: float
    criterion: float = float("nan")

    def items(self, new: ItemParameters) -> ItemParameters:
        """Return new items on the base scale."""
        return ItemParameters(new.a / self.A, self.A * new.b + self.B, new.c, D=new.D)


def mean_mean(new: ItemParameters, base: ItemParameters) -> Link:
    """Return A = mean(a_new) / mean(a_base) and B from the mean difficulties (Loyd & Hoover 1980)."""
    _refuse_unlike(new, base)
    slope = float(new.slope.mean() / base.slope.mean())
    return Link(slope, float(base.b.mean() - slope * new.b.mean()))


def mean_sigma(new: ItemParameters, base: ItemParameters) -> Link:
    """Return A = sd(b_base) / sd(b_new) and B from the mean difficulties (Marco 1977)."""
    _refuse_unlike(new, base)
    if new.b.std() == 0:
        raise NotEnoughDataError("Mean-sigma linking needs common items of different difficulty.")
    slope = float(base.b.std() / new.b.std())
    return Link(slope, float(base.b.mean() - slope * new.b.mean()))


def haebara(
    new: ItemParameters, base: ItemParameters, *, theta: FloatArray | None = None, weights: FloatArray | None = None
) -> Link:
    """Return the link that minimises sum_k w_k sum_i (P_base - P_new*)^2 on the base scale (Haebara 1980).

    `theta` and `weights` are (K,); by default 41 nodes over [-4, 4] with normal weights that sum to 1. The criterion
    runs in one direction, over the base scale.
    """
    nodes, shares = _nodes(theta, weights)
    target = probability(nodes, base)
    return _minimise(new, base, lambda moved: float(shares @ np.square(target - probability(nodes, moved)).sum(axis=1)))


def stocking_lord(
    new: ItemParameters, base: ItemParameters, *, theta: FloatArray | None = None, weights: FloatArray | None = None
) -> Link:
    """Return the link that minimises sum_k w_k (TCC_base - TCC_new*)^2 on the base scale (Stocking & Lord 1983).

    Nodes and weights as for `haebara`.
    """
    nodes, shares = _nodes(theta, weights)
    target = characteristic(nodes, base)
    return _minimise(new, base, lambda moved: float(shares @ np.square(target - characteristic(nodes, moved))))


def true_score_equating(marks: FloatArray, new: ItemParameters, base: ItemParameters) -> tuple[FloatArray, FloatArray]:
    """Return the theta of each number-right score on the new form and the expected score on the base form, same shape.

    Both sets of items are on one scale. Scores at or under the sum of the new form's c give theta -inf and are carried
    in proportion, x sum(c_base) / sum(c_new); a full score gives a full score (Kolen & Brennan 2014, section 6.4.2).
    """
    raw = np.asarray(marks, dtype=float)
    theta = inverse_characteristic(raw, new)
    finite = np.isfinite(theta)
    floor_new, floor_base = float(new.c.sum()), float(base.c.sum())
    low = raw * (floor_base / floor_new) if floor_new > 0 else np.zeros_like(raw)
    ends = np.where(theta > 0, float(len(base)), low)
    return theta, np.where(finite, characteristic(np.where(finite, theta, 0.0), base), ends)


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Robust z of the change of each common item, (I,), in b and in ln a, and which items are outside +-1.96."""

    z_b: FloatArray
    z_log_a: FloatArray
    drifted: NDArray[np.bool_]


def drift(new: ItemParameters, base: ItemParameters, *, link: Link | None = None, limit: float = DRIFT_Z) -> Drift:
    """Return robust z = (difference - median) / (0.74 IQR) of each common item (Huynh & Meyer 2010).

    Differences are base less new, after `link` when one is given. An item that differs from the rest although those
    do not vary at all gets an infinite z.
    """
    _refuse_unlike(new, base)
    moved = new if link is None else link.items(new)
    z_b = robust_z(base.b - moved.b)
    z_log_a = robust_z(np.log(base.slope) - np.log(moved.slope))
    return Drift(z_b, z_log_a, (np.abs(z_b) > limit) | (np.abs(z_log_a) > limit))


def robust_z(values: FloatArray) -> FloatArray:
    """Return (x - median) / (0.7413 IQR) of (n,) values; 0 for no distance and +-inf for a distance over no spread."""
    data = np.asarray(values, dtype=float)
    distance = data - np.median(data)
    low, high = np.quantile(data, [0.25, 0.75])
    spread = IQR_TO_SD * float(high - low)
    negligible = 1e-9 * max(1.0, float(np.abs(data).max()))
    distance[np.abs(distance) <= negligible] = 0.0
    if spread > negligible:
        return distance / spread
    return np.where(distance == 0, 0.0, np.copysign(np.inf, distance))


def _refuse_unlike(new: ItemParameters, base: ItemParameters) -> None:
    if len(new) != len(base):
        raise ValueError("Linking needs the same common items, in the same order, on both sides.")
    if len(new) < 2:
        raise NotEnoughDataError("Linking needs at least two common items.")


def _nodes(theta: FloatArray | None, weights: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    nodes = np.linspace(-LIMIT, LIMIT, N_NODES) if theta is None else np.asarray(theta, dtype=float)
    shares = np.exp(-0.5 * nodes**2) if weights is None else np.asarray(weights, dtype=float)
    return nodes, shares / shares.sum()


def _minimise(new: ItemParameters, base: ItemParameters, loss: Callable[[ItemParameters], float]) -> Link:
    start = mean_mean(new, base)

    def of(point: FloatArray) -> float:
        return loss(Link(float(np.exp(point[0])), float(point[1])).items(new))

    options = {"xatol": 1e-10, "fatol": 1e-16, "maxiter": 4000, "maxfev": 4000}
    best = minimize(of, [np.log(start.A), start.B], method="Nelder-Mead", options=options)
    return Link(float(np.exp(best.x[0])), float(best.x[1]), float(best.fun))
