"""Rules that classify a person against a cut on theta, and stop an adaptive test.

Each rule answers pass, fail or nothing yet. They read evidence on a fixed grid of nodes (`Grid`), so that the adaptive
test, which holds a running log-likelihood, and a whole table of responses are classified by the same code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from .ability import log_likelihood
from .models import FloatArray, ItemParameters

STEP = 0.05
REACH = 8.0
MIDPOINT = 24
SMALLEST = float(np.finfo(float).tiny)
LARGEST = 1 - float(np.finfo(float).epsneg)


@dataclass(frozen=True, eq=False)
class Grid:
    """Equally spaced nodes around a cut, with the log-weights of a normal prior.

    The cut lies midway between two nodes, so that the weights on either side are a midpoint rule, corrected for the
    slope of the posterior at the cut (Euler-Maclaurin). `first_above` is the number of the first node over the cut. The
    prior is N(`mean`, `sd`), the same for everyone.
    """

    cut: float
    mean: float
    sd: float
    nodes: FloatArray
    log_prior: FloatArray
    first_above: int

    @classmethod
    def around(cls, cut: float, *, mean: float = 0.0, sd: float = 1.0, step: float = STEP) -> "Grid":
        """Return the grid of a cut; it spans the prior's mean +- 8 sd and the cut +- 2 sd."""
        if not (sd > 0 and step > 0):
            raise ValueError("The prior's standard deviation and the step of the grid must be positive.")
        below = int(np.ceil(max(cut - mean + REACH * sd, 2 * sd) / step))
        above = int(np.ceil(max(mean - cut + REACH * sd, 2 * sd) / step))
        nodes: FloatArray = cut + (np.arange(-below, above, dtype=np.float64) + 0.5) * step
        logs = -0.5 * np.square((nodes - mean) / sd)
        return cls(cut, mean, sd, nodes, logs - np.log(np.exp(logs).sum()), below)


def posterior_above(log_likelihoods: FloatArray, grid: Grid) -> FloatArray:
    """Return P(theta >= cut), strictly inside (0, 1), for log-likelihoods (..., nodes); shape (...)."""
    logs = log_likelihoods + grid.log_prior
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    first = grid.first_above
    bend = (weights[..., first] - weights[..., first - 1]) / MIDPOINT
    above = weights[..., first:].sum(axis=-1) - bend
    below = weights[..., :first].sum(axis=-1) + bend
    return np.clip(above / (above + below), SMALLEST, LARGEST)


def posterior_of(log_likelihood: FloatArray, grid: Grid) -> float:
    """Return P(theta >= cut) of one person, from a log-likelihood (nodes,); the quick form of `posterior_above`."""
    logs = log_likelihood + grid.log_prior
    weights = np.exp(logs - logs.max())
    first = grid.first_above
    above = float(weights[first:].sum()) - (float(weights[first]) - float(weights[first - 1])) / MIDPOINT
    return min(max(above / float(weights.sum()), SMALLEST), LARGEST)


def pass_threshold(loss_ratio: float) -> float:
    """Return the posterior at or above which passing costs less: r / (r + 1), r = loss of a wrong pass / wrong fail."""
    if not loss_ratio > 0:
        raise ValueError("The loss ratio must be positive.")
    return loss_ratio / (loss_ratio + 1)


def wrong_decision_probability(p_above: ArrayLike, passed: ArrayLike) -> FloatArray:
    """Return the posterior probability that the decision is wrong: 1 - P for a pass and P for a fail."""
    p = np.asarray(p_above, dtype=float)
    return np.where(np.asarray(passed, dtype=bool), 1 - p, p)


class StoppingRule(Protocol):
    """What every rule can do: answer from a log-likelihood on a grid's nodes."""

    def verdict(self, log_likelihoods: FloatArray, grid: Grid, p_above: float) -> bool | None:
        """Return True for pass, False for fail, None to go on.

        `log_likelihoods` is (nodes,); `p_above` the posterior of being at or above the cut that goes with it.
        """
        ...


@dataclass(frozen=True, slots=True)
class PosteriorRule:
    """Pass when P(theta >= cut) >= `confidence`, fail when it is <= 1 - `confidence`."""

    confidence: float = 0.95

    def verdict(self, log_likelihoods: FloatArray, grid: Grid, p_above: float) -> bool | None:
        """Return True for pass, False for fail, None to go on."""
        if p_above >= self.confidence:
            return True
        return False if p_above <= 1 - self.confidence else None


@dataclass(frozen=True, slots=True)
class SequentialProbabilityRatio:
    """Wald's test of theta = cut + delta against cut - delta (Wald 1947; Reckase 1983; Eggen 1999).

    Passes when the log likelihood ratio reaches ln((1 - beta) / alpha) and fails at ln(beta / (1 - alpha)); `alpha` is
    the nominal rate of wrong passes at cut - delta, `beta` of wrong fails at cut + delta.
    """

    delta: float = 0.3
    alpha: float = 0.05
    beta: float = 0.05

    def verdict(self, log_likelihoods: FloatArray, grid: Grid, p_above: float) -> bool | None:
        """Return True for pass, False for fail, None to go on."""
        high, low = np.interp([grid.cut + self.delta, grid.cut - self.delta], grid.nodes, log_likelihoods)
        return _between_bounds(float(high - low), self.alpha, self.beta)


@dataclass(frozen=True, slots=True)
class GeneralisedLikelihoodRatio:
    """As the SPRT, with the best theta at or beyond each side of the indifference region (Thompson 2011)."""

    delta: float = 0.3
    alpha: float = 0.05
    beta: float = 0.05

    def verdict(self, log_likelihoods: FloatArray, grid: Grid, p_above: float) -> bool | None:
        """Return True for pass, False for fail, None to go on."""
        high, low = np.interp([grid.cut + self.delta, grid.cut - self.delta], grid.nodes, log_likelihoods)
        best_high = max(float(high), float(log_likelihoods[grid.nodes >= grid.cut + self.delta].max()))
        best_low = max(float(low), float(log_likelihoods[grid.nodes <= grid.cut - self.delta].max()))
        return _between_bounds(best_high - best_low, self.alpha, self.beta)


@dataclass(frozen=True, slots=True)
class IntervalRule:
    """Decide when the posterior mean +- z posterior sd leaves the cut out (Kingsbury & Weiss 1983)."""

    confidence: float = 0.95

    def verdict(self, log_likelihoods: FloatArray, grid: Grid, p_above: float) -> bool | None:
        """Return True for pass, False for fail, None to go on."""
        logs = log_likelihoods + grid.log_prior
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        mean = float(weights @ grid.nodes)
        sd = float(np.sqrt(weights @ np.square(grid.nodes - mean)))
        if abs(mean - grid.cut) <= float(ndtri(0.5 + self.confidence / 2)) * sd:
            return None
        return mean > grid.cut


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands against a cut: the posterior, and the rule's verdict (None: not yet)."""

    p_above: float
    verdict: bool | None


@dataclass(frozen=True, slots=True)
class FinalDecision:
    """A classification: passed or not, the posterior of being at or above the cut, and of the decision being wrong.

    `by_rule` tells a stopping rule's decision from one made by the loss ratio at the maximum length.
    """

    passed: bool
    p_above: float
    p_wrong: float
    by_rule: bool


def standing(responses: ArrayLike, items: ItemParameters, grid: Grid, *, rule: StoppingRule | None = None) -> Standing:
    """Return one person's standing from responses (items,) of 0, 1 and missing."""
    logs = log_likelihood(responses, items, grid.nodes)[0]
    p_above = posterior_of(logs, grid)
    return Standing(p_above, (rule or PosteriorRule()).verdict(logs, grid, p_above))


def classify(
    responses: ArrayLike,
    items: ItemParameters,
    grid: Grid,
    *,
    rule: StoppingRule | None = None,
    loss_ratio: float = 1.0,
) -> FinalDecision:
    """Decide from responses (items,): by the rule if it has a verdict, else by the loss ratio as at the maximum."""
    now = standing(responses, items, grid, rule=rule)
    passed = now.p_above >= pass_threshold(loss_ratio) if now.verdict is None else now.verdict
    return final_decision(now.p_above, passed, by_rule=now.verdict is not None)


def final_decision(p_above: float, passed: bool, *, by_rule: bool) -> FinalDecision:
    """Return the decision record of a posterior and a verdict."""
    return FinalDecision(passed, p_above, float(wrong_decision_probability(p_above, passed)), by_rule)


def classify_competencies(
    responses: ArrayLike,
    items: ItemParameters,
    competencies: Sequence[str],
    cuts: Mapping[str, float],
    *,
    rule: StoppingRule | None = None,
    minimums: Mapping[str, int] | None = None,
    mean: float = 0.0,
    sd: float = 1.0,
) -> dict[str, Standing]:
    """Return the standing in each competency on its own items, cut and prior; no verdict under its minimum of answers.

    `competencies` names each item's competency, (items,).
    """
    answers = np.asarray(responses, dtype=float)
    names = np.asarray(competencies)
    result = {}
    for name, cut in cuts.items():
        own = np.flatnonzero(names == name)
        grid = Grid.around(cut, mean=mean, sd=sd)
        now = Standing(posterior_of(np.zeros(len(grid.nodes)), grid), None)
        if len(own):
            now = standing(answers[own], items.take(own), grid, rule=rule)
        enough = np.count_nonzero(answers[own] >= 0) >= (minimums or {}).get(name, 0)
        result[name] = now if enough else Standing(now.p_above, None)
    return result


def log_likelihood_ratio(responses: ArrayLike, items: ItemParameters, *, cut: float, delta: float) -> FloatArray:
    """Return Wald's ln L(cut + delta) - ln L(cut - delta) of each person, (persons,)."""
    at = log_likelihood(responses, items, [cut + delta, cut - delta])
    return at[:, 0] - at[:, 1]


def generalised_log_likelihood_ratio(
    responses: ArrayLike, items: ItemParameters, *, cut: float, delta: float, limit: float = 10.0
) -> FloatArray:
    """Return the GLR of each person, (persons,): max ln L over theta >= cut + delta less max over theta <= cut - delta.

    Searched in steps of 0.005 up to `limit` logits beyond the cut.
    """
    beyond = np.arange(0.0, limit - delta, 0.005)
    high = log_likelihood(responses, items, cut + delta + beyond).max(axis=1)
    low = log_likelihood(responses, items, cut - delta - beyond).max(axis=1)
    return high - low


def _between_bounds(log_ratio: float, alpha: float, beta: float) -> bool | None:
    if log_ratio >= np.log((1 - beta) / alpha):
        return True
    return False if log_ratio <= np.log(beta / (1 - alpha)) else None
