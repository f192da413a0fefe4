"""Conditional maximum likelihood for the Rasch model: item difficulties free of any assumption about the population.

For studies and as a check of the marginal estimates; it needs every response.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from .ability import read_responses
from .errors import NotEnoughDataError
from .models import FloatArray

MAX_STEPS = 100
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalRasch:
    """Difficulties that sum to 0 and their standard errors, (I,), in logits; the conditional log-likelihood."""

    difficulty: FloatArray
    se: FloatArray
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class LikelihoodRatioTest:
    """Andersen's (1973) test: do difficulties from groups of persons agree?"""

    statistic: float
    df: int
    p_value: float


def calibrate_conditional(responses: ArrayLike) -> ConditionalRasch:
    """Return the conditional maximum-likelihood estimates of (persons, items) responses of 0 and 1 (Andersen 1972).

    Raises NotEnoughDataError when a response is missing, or an item is all right or all wrong among the people whose
    score is neither 0 nor full.
    """
    scored = read_responses(responses)
    if not scored.given.all():
        raise NotEnoughDataError("Conditional estimation needs every response.")
    totals = scored.right.sum(axis=1).astype(int)
    n_items = scored.right.shape[1]
    inside = (totals > 0) & (totals < n_items)
    right = scored.right[inside].sum(axis=0)
    people = np.bincount(totals[inside], minlength=n_items + 1)[1:n_items].astype(float)
    if inside.sum() == 0 or (right <= 0).any() or (right >= inside.sum()).any():
        raise NotEnoughDataError("An item is all right or all wrong; leave it out of the conditional calibration.")
    easiness = np.log(right / (inside.sum() - right))
    easiness -= easiness.mean()
    for _ in range(MAX_STEPS):
        expected, information, _ = _moments(easiness, people)
        step = _centred_inverse(information) @ (right - expected)
        easiness = easiness + step
        if np.abs(step).max() < TOLERANCE:
            break
    _, information, log_gamma = _moments(easiness, people)
    covariance = _centred_inverse(information)
    height = float(easiness @ right - people @ log_gamma)
    return ConditionalRasch(-easiness, np.sqrt(np.diagonal(covariance)), height)


def andersen_test(responses: ArrayLike, groups: ArrayLike | None = None) -> LikelihoodRatioTest:
    """Return Andersen's likelihood-ratio test over `groups`, (persons,); by default the halves at the median score.

    The median belongs to the lower half. Items that a group cannot estimate raise NotEnoughDataError.
    """
    table = read_responses(responses).right
    totals = table.sum(axis=1)
    inside = (totals > 0) & (totals < table.shape[1])
    split = np.asarray(groups) if groups is not None else totals > np.median(totals)
    parts = [table[inside & (split == name)] for name in np.unique(split[inside])]
    apart = sum(calibrate_conditional(part).log_likelihood for part in parts)
    statistic = 2 * (apart - calibrate_conditional(table[inside]).log_likelihood)
    df = (len(parts) - 1) * (table.shape[1] - 1)
    return LikelihoodRatioTest(float(statistic), df, float(chdtrc(df, statistic)))


def _moments(easiness: FloatArray, people: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return expected right answers (I,), their information (I, I), and ln gamma of scores 1..I-1."""
    n_items = len(easiness)
    weights: FloatArray = np.exp(easiness)
    gamma = _symmetric(weights)
    inner: FloatArray = gamma[1:n_items]
    first = np.zeros((n_items, n_items - 1))
    second = np.zeros((n_items, n_items, n_items - 1))
    for i in range(n_items):
        others = _symmetric(np.delete(weights, i))
        first[i] = weights[i] * others[: n_items - 1] / inner
        for j in range(i):
            both = _symmetric(np.delete(weights, [j, i]))
            padded = np.concatenate([[0.0], both])[: n_items - 1]
            second[i, j] = second[j, i] = weights[i] * weights[j] * padded / inner
        second[i, i] = first[i]
    information = second @ people - (first * people) @ first.T
    return first @ people, information, np.log(inner)


def _centred_inverse(information: FloatArray) -> FloatArray:
    """Return the inverse on the space of difficulties that sum to 0; the sum itself carries no information."""
    n_items = len(information)
    return np.asarray(np.linalg.inv(information + 1.0) - 1.0 / n_items**2, dtype=np.float64)


def _symmetric(weights: FloatArray) -> FloatArray:
    """Return the elementary symmetric functions of orders 0..n, by the sum algorithm (Fischer 1974)."""
    gamma = np.zeros(len(weights) + 1)
    gamma[0] = 1.0
    for number, weight in enumerate(weights, start=1):
        gamma[1 : number + 1] += weight * gamma[:number].copy()
    return gamma
