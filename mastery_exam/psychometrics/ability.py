"""Ability estimates with standard errors, for many persons at once, with missing responses.

Responses are (persons, items): 1 right, 0 wrong, nan or any negative number missing. Decisions about people use the EAP
with the same prior for everyone; maximum likelihood is here for research and for anchors, because it runs away on all
right and all wrong.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from .models import LARGEST_EXPONENT, FloatArray, ItemParameters, information, log_probabilities, probability

THETA_LIMIT = 6.0
GRID_LIMIT = 10.0
N_NODES = 401
BISECTIONS = 45


@dataclass(frozen=True, slots=True, eq=False)
class Ability:
    """Estimates `theta` and their standard errors `se`, each (persons,), in logits."""

    theta: FloatArray
    se: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Responses split for likelihoods: `right` and `wrong`, each (persons, items) of 0.0 and 1.0."""

    right: FloatArray
    wrong: FloatArray

    @property
    def given(self) -> FloatArray:
        """(persons, items): 1.0 where there is a response."""
        return self.right + self.wrong


def read_responses(responses: ArrayLike) -> Scored:
    """Split 0/1/missing responses, (persons, items) or (items,) for one person.

    Raises ValueError for anything else than 0, 1 and missing (nan or negative).
    """
    table = np.atleast_2d(np.asarray(responses, dtype=float))
    present = table >= 0
    if np.any(present & (table != 0) & (table != 1)):
        raise ValueError("Responses must be 0, 1 or missing (nan or negative).")
    return Scored((present & (table == 1)).astype(float), (present & (table == 0)).astype(float))


def normal_nodes(
    *, mean: float = 0.0, sd: float = 1.0, n_nodes: int = N_NODES, limit: float = GRID_LIMIT
) -> tuple[FloatArray, FloatArray]:
    """Return equally spaced nodes over mean +- limit sd and their normal weights, which sum to 1; each (n_nodes,)."""
    z = np.linspace(-limit, limit, n_nodes)
    weights = np.exp(-0.5 * z**2)
    return mean + sd * z, weights / weights.sum()


def log_likelihood(responses: ArrayLike, items: ItemParameters, theta: ArrayLike) -> FloatArray:
    """Return the log-likelihood of each person at each theta (nodes,), shape (persons, nodes); 0 with no responses."""
    scored = read_responses(responses)
    right, wrong = log_probabilities(np.atleast_1d(np.asarray(theta, dtype=float)), items)
    return scored.right @ right.T + scored.wrong @ wrong.T


def posterior(
    responses: ArrayLike,
    items: ItemParameters,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
    n_nodes: int = N_NODES,
    limit: float = GRID_LIMIT,
) -> tuple[FloatArray, FloatArray]:
    """Return the nodes, (nodes,), and each person's posterior weights on them, (persons, nodes), rows summing to 1."""
    nodes, prior = normal_nodes(mean=mean, sd=sd, n_nodes=n_nodes, limit=limit)
    logs = log_likelihood(responses, items, nodes) + np.log(prior)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    return nodes, weights / weights.sum(axis=1, keepdims=True)


def eap(
    responses: ArrayLike,
    items: ItemParameters,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
    n_nodes: int = N_NODES,
    limit: float = GRID_LIMIT,
) -> Ability:
    """Return the posterior mean and standard deviation under a normal prior (Bock & Mislevy 1982).

    With no responses it is the prior. The nodes span the prior's mean +- `limit` sd.
    """
    nodes, weights = posterior(responses, items, mean=mean, sd=sd, n_nodes=n_nodes, limit=limit)
    theta = weights @ nodes
    variance = np.sum(weights * np.square(nodes[None, :] - theta[:, None]), axis=1)
    return Ability(theta, np.sqrt(variance))


def map_estimate(responses: ArrayLike, items: ItemParameters, *, mean: float = 0.0, sd: float = 1.0) -> Ability:
    """Return the posterior mode under a normal prior; se = 1 / sqrt(observed information + 1 / sd^2)."""
    scored = read_responses(responses)
    reach = THETA_LIMIT * sd + float(np.abs(items.b - mean).max())
    theta = _solve(scored, items, (mean - reach, mean + reach), _PosteriorScore(mean, sd))
    return Ability(theta, 1 / np.sqrt(_observed_information(theta, scored, items) + sd**-2))


def ml(responses: ArrayLike, items: ItemParameters, *, limit: float = THETA_LIMIT) -> Ability:
    """Return the maximum-likelihood estimate inside [-limit, limit]; se = 1 / sqrt(expected information) there.

    All right and all wrong give the bounds; no responses give theta 0 and se inf.
    """
    scored = read_responses(responses)
    theta = _solve(scored, items, (-limit, limit), _PosteriorScore(0.0, np.inf))
    return Ability(theta, _expected_se(theta, scored, items))


def wle(responses: ArrayLike, items: ItemParameters, *, limit: float = THETA_LIMIT) -> Ability:
    """Return Warm's (1989) weighted-likelihood estimate inside [-limit, limit]; se = 1 / sqrt(expected information).

    Solves score + J / (2 I) = 0 with J = sum P' P'' / (P Q) and I the test information. No responses give theta 0 and
    se inf.
    """
    scored = read_responses(responses)
    theta = _solve(scored, items, (-limit, limit), _WarmScore())
    return Ability(theta, _expected_se(theta, scored, items))


@dataclass(frozen=True, slots=True)
class _PosteriorScore:
    """Derivative of the log-likelihood plus that of a normal log-prior (none with an infinite sd)."""

    mean: float
    sd: float

    def on_grid(self, scored: Scored, items: ItemParameters, grid: FloatArray) -> FloatArray:
        right, wrong = _slopes(grid, items)
        return scored.right @ right.T - scored.wrong @ wrong.T - (grid - self.mean) / self.sd**2

    def at(self, scored: Scored, items: ItemParameters, theta: FloatArray) -> FloatArray:
        right, wrong = _slopes(theta, items)
        likelihood = (scored.right * right - scored.wrong * wrong).sum(axis=1)
        return likelihood - (theta - self.mean) / self.sd**2

    def height(self, grid: FloatArray, information_on_grid: FloatArray) -> FloatArray:
        return np.broadcast_to(-0.5 * np.square((grid - self.mean) / self.sd), information_on_grid.shape)


@dataclass(frozen=True, slots=True)
class _WarmScore:
    """Warm's estimating function; where an item carries information I_i, P' P'' / (P Q) = I_i a_i (1 - 2 L_i)."""

    def on_grid(self, scored: Scored, items: ItemParameters, grid: FloatArray) -> FloatArray:
        each, bias = _bias_terms(grid, items)
        pull = _half_ratio(scored.given @ bias.T, scored.given @ each.T)
        return _PosteriorScore(0.0, np.inf).on_grid(scored, items, grid) + pull

    def at(self, scored: Scored, items: ItemParameters, theta: FloatArray) -> FloatArray:
        each, bias = _bias_terms(theta, items)
        pull = _half_ratio((scored.given * bias).sum(axis=1), (scored.given * each).sum(axis=1))
        return _PosteriorScore(0.0, np.inf).at(scored, items, theta) + pull

    def height(self, grid: FloatArray, information_on_grid: FloatArray) -> FloatArray:
        return 0.5 * np.log(np.maximum(information_on_grid, np.finfo(float).tiny))


def _solve(
    scored: Scored, items: ItemParameters, bounds: tuple[float, float], score: _PosteriorScore | _WarmScore
) -> FloatArray:
    """Return the highest root of `score` where it falls through zero, or the bound that is higher still.

    The 3PL likelihood can have several maxima (Samejima 1973), so a grid finds the best before bisection refines it.
    """
    grid = np.linspace(*bounds, N_NODES)
    slope = score.on_grid(scored, items, grid)
    right, wrong = log_probabilities(grid, items)
    height = scored.right @ right.T + scored.wrong @ wrong.T
    height = height + score.height(grid, scored.given @ information(grid, items).T)
    falls = (slope[:, :-1] > 0) & (slope[:, 1:] <= 0)
    edges = np.stack([slope[:, 0] <= 0, slope[:, -1] > 0], axis=1)
    heights = np.concatenate([np.maximum(height[:, :-1], height[:, 1:]), height[:, [0, -1]]], axis=1)
    best = np.where(np.concatenate([falls, edges], axis=1), heights, -np.inf).argmax(axis=1)
    ends = np.array([[0, 0], [N_NODES - 1, N_NODES - 1]])
    pairs = np.concatenate([np.stack([np.arange(N_NODES - 1), np.arange(1, N_NODES)], axis=1), ends])[best]
    low, high = grid[pairs[:, 0]], grid[pairs[:, 1]]
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        rising = score.at(scored, items, middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    theta = 0.5 * (low + high)
    return np.where(scored.given.any(axis=1), theta, np.clip(getattr(score, "mean", 0.0), *bounds))


def _slopes(theta: FloatArray, items: ItemParameters) -> tuple[FloatArray, FloatArray]:
    """Return d ln P / d theta and -d ln (1 - P) / d theta, each theta.shape + (I,)."""
    z = np.clip(items.slope * (theta[:, None] - items.b), -LARGEST_EXPONENT, LARGEST_EXPONENT)
    # a (1 - c) L (1 - L) / P with L / P = 1 / (1 + c exp(-z)).
    return items.slope * (1 - items.c) * expit(-z) / (1 + items.c * np.exp(-z)), items.slope * expit(z)


def _bias_terms(theta: FloatArray, items: ItemParameters) -> tuple[FloatArray, FloatArray]:
    each = information(theta, items)
    logistic = expit(items.slope * (theta[:, None] - items.b))
    return each, each * items.slope * (1 - 2 * logistic)


def _half_ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    return np.divide(top, 2 * bottom, out=np.zeros_like(top), where=bottom > 0)


def _observed_information(theta: FloatArray, scored: Scored, items: ItemParameters) -> FloatArray:
    """Return minus the second derivative of the log-likelihood, (persons,)."""
    logistic = expit(items.slope * (theta[:, None] - items.b))
    p = np.maximum(probability(theta, items), np.finfo(float).tiny)
    core = np.square(items.slope) * logistic * (1 - logistic)
    for_right = core * (1 - items.c) * (logistic - items.c / p * (1 - logistic)) / p
    return (scored.right * for_right + scored.wrong * core).sum(axis=1)


def _expected_se(theta: FloatArray, scored: Scored, items: ItemParameters) -> FloatArray:
    with np.errstate(divide="ignore"):
        return 1 / np.sqrt((scored.given * information(theta, items)).sum(axis=1))
