"""Item response models: Rasch, 2PL, and 3PL with a fixed lower asymptote.

P(theta) = c + (1 - c) / (1 + exp(-D a (theta - b))), with D = 1 unless the parameters were estimated with another
(Birnbaum 1968, in Lord & Novick, Statistical theories of mental test scores, ch. 17). Abilities are in logits of the
calibration's population, whose mean is 0 and whose standard deviation is 1.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import expit, log_expit

FloatArray = NDArray[np.float64]

LARGEST_EXPONENT = 700.0


@dataclass(frozen=True, eq=False)
class ItemParameters:
    """Parameters of I items; each of `a`, `b` and `c` is (I,) or a number that holds for all.

    `a` > 0 is the slope in the metric of `D`, `b` the difficulty in logits, 0 <= `c` < 1 the lower asymptote.
    `slope` is D x a, which is what every formula of this package uses.
    """

    a: FloatArray
    b: FloatArray
    c: FloatArray
    D: float = 1.0
    slope: FloatArray = field(init=False, repr=False)

    def __init__(self, a: ArrayLike, b: ArrayLike, c: ArrayLike = 0.0, *, D: float = 1.0) -> None:
        parts = np.broadcast_arrays(*(np.atleast_1d(np.asarray(part, dtype=float)) for part in (a, b, c)))
        slopes, difficulties, asymptotes = (np.array(part) for part in parts)
        if slopes.ndim != 1:
            raise ValueError("Item parameters are one number per item.")
        if not (np.isfinite(parts).all() and (slopes > 0).all() and D > 0):
            raise ValueError("Slopes must be positive, and every item parameter finite.")
        if ((asymptotes < 0) | (asymptotes >= 1)).any():
            raise ValueError("A lower asymptote must be at least 0 and less than 1.")
        for name, value in (("a", slopes), ("b", difficulties), ("c", asymptotes), ("slope", D * slopes)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)
        object.__setattr__(self, "D", float(D))

    @classmethod
    def rasch(cls, b: ArrayLike) -> Self:
        """Return Rasch items (a = 1, c = 0) of difficulties `b`, (I,)."""
        return cls(1.0, b)

    @classmethod
    def from_ratings(cls, ratings: ArrayLike, *, cut: float = 0.0) -> Self:
        """Return the Rasch items that Angoff ratings imply, b = cut - logit(rating), ratings kept inside [.01, .99]."""
        shares = np.clip(np.asarray(ratings, dtype=float), 0.01, 0.99)
        return cls(1.0, cut - np.log(shares / (1 - shares)))

    def __len__(self) -> int:
        return len(self.b)

    def take(self, index: ArrayLike) -> "ItemParameters":
        """Return the items at the positions, or under the mask, `index`."""
        chosen = np.asarray(index)
        return ItemParameters(self.a[chosen], self.b[chosen], self.c[chosen], D=self.D)


def probability(theta: ArrayLike, items: ItemParameters) -> FloatArray:
    """Return the probability of a right answer, shape theta.shape + (I,)."""
    return items.c + (1 - items.c) * expit(_logit(theta, items))


def log_probabilities(theta: ArrayLike, items: ItemParameters) -> tuple[FloatArray, FloatArray]:
    """Return ln P and ln (1 - P), each theta.shape + (I,), without cancellation in either tail."""
    z = _logit(theta, items)
    with np.errstate(divide="ignore"):
        right = np.logaddexp(np.log(items.c), np.log1p(-items.c) + log_expit(z))
    return right, np.log1p(-items.c) + log_expit(-z)


def information(theta: ArrayLike, items: ItemParameters) -> FloatArray:
    """Return each item's Fisher information, theta.shape + (I,), per squared logit.

    (D a)^2 (Q / P) ((P - c) / (1 - c))^2 (Lord 1980, eq. 4-43), written so that neither tail divides 0 by 0.
    """
    z = np.clip(_logit(theta, items), -LARGEST_EXPONENT, LARGEST_EXPONENT)
    return np.square(items.slope) * (1 - items.c) * expit(z) * expit(-z) / (1 + items.c * np.exp(-z))


def information_curve(theta: ArrayLike, items: ItemParameters) -> FloatArray:
    """Return the sum of the items' information, shape of theta."""
    return information(theta, items).sum(axis=-1)


def conditional_sem(theta: ArrayLike, items: ItemParameters) -> FloatArray:
    """Return 1 / sqrt(test information) in logits, shape of theta; inf where there is no information."""
    with np.errstate(divide="ignore"):
        return 1 / np.sqrt(information_curve(theta, items))


def characteristic(theta: ArrayLike, items: ItemParameters) -> FloatArray:
    """Return the test characteristic curve, the expected number of right answers, shape of theta."""
    return probability(theta, items).sum(axis=-1)


def inverse_characteristic(marks: ArrayLike, items: ItemParameters) -> FloatArray:
    """Return the theta at which the expected marks equal `marks`, shape of marks.

    -inf at or below the sum of the lower asymptotes and inf at or above I, where no theta has that expectation.
    """
    wanted = np.asarray(marks, dtype=float)
    return np.array([_theta_of(float(mark), items) for mark in wanted.ravel()]).reshape(wanted.shape)


def _theta_of(marks: float, items: ItemParameters) -> float:
    if marks <= items.c.sum():
        return -np.inf
    if marks >= len(items):
        return np.inf
    reach = 1 + float(np.abs(items.b).max())
    while characteristic(-reach, items) > marks or characteristic(reach, items) < marks:
        if reach > 1e8:
            return float(np.copysign(np.inf, marks - characteristic(0.0, items)))
        reach *= 2
    return float(brentq(lambda theta: float(characteristic(theta, items)) - marks, -reach, reach, xtol=1e-12))


def _logit(theta: ArrayLike, items: ItemParameters) -> FloatArray:
    return items.slope * (np.asarray(theta, dtype=float)[..., None] - items.b)
