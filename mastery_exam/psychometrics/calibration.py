"""Marginal maximum likelihood for Rasch, 2PL and 3PL with fixed c, with responses missing by design.

EM of Bock & Aitkin (1981) on 61 nodes over [-6, 6], accelerated by SQUAREM (Varadhan & Roland 2008). Never estimates c,
and never decides about a person: its parameters become a new version of a bank, which people release.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from .errors import NotEnoughDataError
from .expectation import Expectation, ResponseTable, observed_information
from .models import FloatArray, ItemParameters

N_NODES = 61
LIMIT = 6.0
SMALLEST_SLOPE = 0.01
LARGEST_INTERCEPT = 25.0
LONGEST_LEAP = 1e6  # of the extrapolation, in EM steps: parameters at a bound move by equal steps, or by none
RESPONSES_FOR_RASCH = 100
RESPONSES_FOR_2PL = 300
NEWTON_STEPS = 2

Model = Literal["rasch", "2pl"]


@dataclass(frozen=True, slots=True)
class Priors:
    """a ~ LogNormal(`log_a_mean`, `log_a_sd`) and d ~ N(`d_mean`, `d_sd`); an infinite sd is no prior."""

    log_a_mean: float = 0.0
    log_a_sd: float = 0.5
    d_mean: float = 0.0
    d_sd: float = 2.0


NO_PRIORS = Priors(log_a_sd=np.inf, d_sd=np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Estimated items, and how sure they are.

    `items` have D = 1. `d` = -a b, (I,). Standard errors `se_a`, `se_b`, `se_d` are (I,), 0 for what was held fixed and
    nan when they were not asked for. `mean` and `sd` describe the population on the items' scale: 0 and 1 for 2PL
    without anchors; 0 and an estimated `sd` for Rasch. `log_likelihood` is the marginal one, without the priors.
    `n_responses` is (I,).
    """

    items: ItemParameters
    d: FloatArray
    se_a: FloatArray
    se_b: FloatArray
    se_d: FloatArray
    mean: float
    sd: float
    se_sd: float
    log_likelihood: float
    n_parameters: int
    n_persons: float
    n_responses: FloatArray
    n_iterations: int
    converged: bool

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return -2 * self.log_likelihood + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion, with the number of persons."""
        return -2 * self.log_likelihood + float(np.log(self.n_persons)) * self.n_parameters


def calibrate(
    responses: ArrayLike,
    *,
    model: Model = "2pl",
    c: ArrayLike = 0.0,
    priors: Priors | None = None,
    anchors: ItemParameters | None = None,
    anchor_index: Sequence[int] = (),
    frequencies: ArrayLike | None = None,
    fixed_sd: float | None = None,
    standard_errors: bool = True,
    tolerance: float = 1e-5,
    max_iterations: int = 1000,
) -> Calibration:
    """Estimate item parameters by marginal maximum likelihood, or a posteriori with `priors`.

    Args:
        responses: (persons, items): 1, 0, or missing (nan or negative).
        model: "2pl" (a and d free) or "rasch" (a = 1; the population's sd free unless `fixed_sd` is given).
        c: (I,) or one number, the lower asymptotes, held fixed.
        priors: by default Priors() for 2PL and none for Rasch.
        anchors: known parameters (D = 1 metric is made of them) of the items numbered in `anchor_index`; they stay as
            they are and the population's mean and sd are estimated (Kim 2006).
        frequencies: (persons,) how often each row occurred; 1 by default.
        tolerance: on the largest change of a parameter in one EM step.

    Raises NotEnoughDataError when an item has no response, or all of one kind without priors to hold it.
    """
    table = ResponseTable.read(responses, frequencies)
    held = priors if priors is not None else (Priors() if model == "2pl" else NO_PRIORS)
    problem = _Problem.of(table, model, np.asarray(c, dtype=float), held, anchors, anchor_index, fixed_sd)
    state, n_iterations, converged = _squarem(problem, tolerance, max_iterations)
    return _report(problem, state, n_iterations, converged, standard_errors)


def enough_responses(n_responses: ArrayLike, *, model: Model) -> NDArray[np.bool_]:
    """Tell which items have the responses that a calibration needs: 100 for Rasch, 300 for 2PL; (I,)."""
    least = RESPONSES_FOR_RASCH if model == "rasch" else RESPONSES_FOR_2PL
    return np.asarray(n_responses) >= least


@dataclass(frozen=True, eq=False)
class _State:
    """A point of the search: slopes, intercepts, (I,), and the population's mean and sd."""

    a: FloatArray
    d: FloatArray
    mean: float = 0.0
    sd: float = 1.0

    def vector(self) -> FloatArray:
        return np.concatenate([np.log(self.a), self.d, [self.mean, np.log(self.sd)]])

    @classmethod
    def from_vector(cls, vector: FloatArray) -> "_State":
        n_items = (len(vector) - 2) // 2
        a = np.exp(np.clip(vector[:n_items], np.log(SMALLEST_SLOPE), 5.0))
        d = np.clip(vector[n_items:-2], -LARGEST_INTERCEPT, LARGEST_INTERCEPT)
        return cls(a, d, float(vector[-2]), float(np.exp(np.clip(vector[-1], -5.0, 3.0))))


@dataclass(frozen=True, eq=False)
class _Problem:
    """What is estimated: the data, the fixed c, the priors, and which parameters are free.

    `common_slope` ties all slopes to one number, which is the Rasch population's sd on a N(0, 1) scale.
    """

    table: ResponseTable
    c: FloatArray
    priors: Priors
    free: NDArray[np.bool_]
    free_slopes: bool
    common_slope: bool
    free_population: bool
    initial: _State
    nodes: FloatArray
    n_answers: FloatArray

    @classmethod
    def of(
        cls,
        table: ResponseTable,
        model: Model,
        c: FloatArray,
        priors: Priors,
        anchors: ItemParameters | None,
        anchor_index: Sequence[int],
        fixed_sd: float | None,
    ) -> "_Problem":
        n_items = table.answers.shape[1]
        n_answers, n_right = table.counts()
        free = np.ones(n_items, dtype=bool)
        asymptotes = np.array(np.broadcast_to(c, (n_items,)), dtype=float)
        _refuse_thin(n_answers, n_right, priors, anchor_index)
        share = (n_right + 0.5) / (n_answers + 1)
        above = np.clip((share - asymptotes) / (1 - asymptotes), 0.02, 0.98)
        a, d = np.ones(n_items), np.log(above / (1 - above))
        if anchors is not None:
            index = np.asarray(anchor_index, dtype=int)
            free[index] = False
            a[index], d[index], asymptotes[index] = anchors.slope, -anchors.slope * anchors.b, anchors.c
        rasch = model == "rasch"
        return cls(
            table=table,
            c=asymptotes,
            priors=priors,
            free=free,
            free_slopes=not rasch,
            common_slope=rasch and anchors is None and fixed_sd is None,
            free_population=anchors is not None,
            initial=_State(a, d, 0.0, 1.0 if fixed_sd is None else fixed_sd),
            nodes=np.linspace(-LIMIT, LIMIT, N_NODES),
            n_answers=n_answers,
        )

    def weights(self, state: _State) -> FloatArray:
        """Return the population's weights on the nodes, (K,)."""
        density = np.exp(-0.5 * np.square((self.nodes - state.mean) / state.sd))
        return density / density.sum()

    def step(self, state: _State) -> tuple[float, _State]:
        """Return the objective at `state` (log-likelihood plus log-priors) and the state after one EM step."""
        expected = Expectation.of(self.table, self.nodes, self.weights(state), state.a, state.d, self.c)
        a, d = state.a, state.d
        for _ in range(NEWTON_STEPS):
            a, d = self._newton(a, d, expected)
        mean, sd = state.mean, state.sd
        if self.free_population:
            total = expected.persons.sum()
            mean = float(expected.persons @ self.nodes / total)
            sd = float(np.sqrt(expected.persons @ np.square(self.nodes - mean) / total))
        return expected.log_likelihood + self.log_prior(state), _State(a, d, mean, sd)

    def log_prior(self, state: _State) -> float:
        """Return the log-density of the free parameters, up to a constant."""
        total = 0.0
        if np.isfinite(self.priors.d_sd):
            total -= 0.5 * float(np.square((state.d[self.free] - self.priors.d_mean) / self.priors.d_sd).sum())
        if self.free_slopes and np.isfinite(self.priors.log_a_sd):
            logs = np.log(state.a[self.free])
            total -= float((logs + 0.5 * np.square((logs - self.priors.log_a_mean) / self.priors.log_a_sd)).sum())
        return total

    def _newton(self, a: FloatArray, d: FloatArray, expected: Expectation) -> tuple[FloatArray, FloatArray]:
        """Take one Fisher-scoring step of the expected log-likelihood and log-priors, for all items at once."""
        logistic = expit(np.outer(self.nodes, a) + d)
        p = self.c + (1 - self.c) * logistic
        ratio = logistic / np.maximum(p, np.finfo(float).tiny)
        residual = (expected.right - expected.answers * p) * ratio
        weight = expected.answers * (1 - self.c) * logistic * (1 - logistic) * ratio
        gradient_a, gradient_d = self.nodes @ residual, residual.sum(axis=0)
        aa, ad, dd = np.square(self.nodes) @ weight, self.nodes @ weight, weight.sum(axis=0)
        if np.isfinite(self.priors.d_sd):
            gradient_d -= (d - self.priors.d_mean) / self.priors.d_sd**2
            dd += self.priors.d_sd**-2
        if self.free_slopes and np.isfinite(self.priors.log_a_sd):
            gradient_a -= (1 + (np.log(a) - self.priors.log_a_mean) / self.priors.log_a_sd**2) / a
            aa += 1 / np.square(self.priors.log_a_sd * a)
        step_a, step_d = self._directions((gradient_a, gradient_d), (aa, ad, dd))
        new_a = np.clip(a + step_a, 0.5 * a, 2 * a)
        new_d = np.clip(d + np.clip(step_d, -2, 2), -LARGEST_INTERCEPT, LARGEST_INTERCEPT)
        return np.where(self.free, np.maximum(new_a, SMALLEST_SLOPE), a), np.where(self.free, new_d, d)

    def _directions(
        self, gradient: tuple[FloatArray, FloatArray], curvature: tuple[FloatArray, FloatArray, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        (for_a, for_d), (aa, ad, dd) = gradient, curvature
        dd = np.maximum(dd, 1e-12)
        if self.common_slope:
            shared = (for_a - ad * for_d / dd).sum() / max((aa - ad * ad / dd).sum(), 1e-12)
            return np.full_like(for_a, shared), (for_d - ad * shared) / dd
        if not self.free_slopes:
            return np.zeros_like(for_a), for_d / dd
        determinant = np.maximum(aa * dd - ad * ad, 1e-12)
        return (dd * for_a - ad * for_d) / determinant, (aa * for_d - ad * for_a) / determinant


def _refuse_thin(n_answers: FloatArray, n_right: FloatArray, priors: Priors, anchor_index: Sequence[int]) -> None:
    if not np.isfinite(priors.d_sd):
        thin = (n_right <= 0) | (n_right >= n_answers)
        thin[np.asarray(anchor_index, dtype=int)] = False
        if thin.any():
            raise NotEnoughDataError(
                f"Item {int(np.flatnonzero(thin)[0])} has no response, or all of one kind; leave it out or use priors."
            )


def _squarem(problem: _Problem, tolerance: float, max_iterations: int) -> tuple[_State, int, bool]:
    """Run EM with squared extrapolation; an extrapolated point that lowers the objective is given up.

    Returns the state, the number of EM steps and whether the last one changed no parameter by more than `tolerance`.
    """
    state = problem.initial
    fallback: tuple[float, _State] | None = None
    n_steps = 0
    while n_steps < max_iterations:
        height, first = problem.step(state)
        n_steps += 1
        if fallback is not None and not height >= fallback[0] - abs(fallback[0]) * 1e-10:
            state, fallback = fallback[1], None
            continue
        if _change(state, first) <= tolerance:
            return first, n_steps, True
        height, second = problem.step(first)
        n_steps += 1
        if _change(first, second) <= tolerance:
            return second, n_steps, True
        x0, x1, x2 = state.vector(), first.vector(), second.vector()
        r, v = x1 - x0, x2 - 2 * x1 + x0
        length = -min(max(1.0, float(np.linalg.norm(r)) / max(float(np.linalg.norm(v)), 1e-300)), LONGEST_LEAP)
        state, fallback = _State.from_vector(x0 - 2 * length * r + length**2 * v), (height, second)
    return state, n_steps, False


def _change(one: _State, other: _State) -> float:
    return float(
        max(
            np.abs(one.a - other.a).max(),
            np.abs(one.d - other.d).max(),
            abs(one.mean - other.mean),
            abs(one.sd - other.sd),
        )
    )


def _report(problem: _Problem, state: _State, n_steps: int, converged: bool, errors: bool) -> Calibration:
    weights = problem.weights(state)
    expected = Expectation.of(problem.table, problem.nodes, weights, state.a, state.d, problem.c)
    n_items = len(state.a)
    n_free = int(problem.free.sum())
    se_sd = 0.0 if not problem.free_population else float("nan")
    covariance = np.full((2 * n_items, 2 * n_items), np.nan)
    if errors:
        covariance, se_sd = _covariance(problem, state, weights, se_sd)
    sd = float(state.a[0]) if problem.common_slope else state.sd
    a = np.ones(n_items) if problem.common_slope else state.a
    b = -state.d / a
    var_a = np.zeros(n_items) if problem.common_slope else np.diagonal(covariance)[:n_items]
    var_d = np.diagonal(covariance)[n_items:]
    cross = np.zeros(n_items) if problem.common_slope else np.diagonal(covariance, n_items)
    return Calibration(
        items=ItemParameters(a, b, problem.c),
        d=state.d,
        se_a=_root(var_a),
        se_b=np.sqrt(np.maximum(var_d + b * b * var_a + 2 * b * cross, 0)) / a,
        se_d=_root(var_d),
        mean=state.mean,
        sd=sd,
        se_sd=se_sd,
        log_likelihood=expected.log_likelihood,
        n_parameters=n_free * (2 if problem.free_slopes else 1)
        + int(problem.common_slope)
        + 2 * int(problem.free_population),
        n_persons=float(problem.table.frequency.sum()),
        n_responses=problem.n_answers,
        n_iterations=n_steps,
        converged=converged,
    )


def _covariance(problem: _Problem, state: _State, weights: FloatArray, se_sd: float) -> tuple[FloatArray, float]:
    """Return the covariance of (a, d), (2I, 2I), zero where fixed, and the standard error of the Rasch sd.

    Conditional on the population where anchors leave that free.
    """
    n_items = len(state.a)
    information = observed_information(problem.table, problem.nodes, weights, state.a, state.d, problem.c)
    prior = np.zeros(2 * n_items)
    if np.isfinite(problem.priors.d_sd):
        prior[n_items:] = problem.priors.d_sd**-2
    if problem.free_slopes and np.isfinite(problem.priors.log_a_sd):
        s2 = problem.priors.log_a_sd**2
        prior[:n_items] = ((1 - np.log(state.a) + problem.priors.log_a_mean) / s2 - 1) / np.square(state.a)
    information += np.diag(prior)
    covariance = np.zeros((2 * n_items, 2 * n_items))
    if problem.common_slope:
        tie = np.zeros((2 * n_items, n_items + 1))
        tie[:n_items, 0] = 1
        tie[n_items:, 1:] = np.eye(n_items)
        reduced = np.linalg.inv(tie.T @ information @ tie)
        covariance[n_items:, n_items:] = reduced[1:, 1:]
        return covariance, float(_root(reduced[0, 0]))
    chosen = np.flatnonzero(np.concatenate([problem.free & problem.free_slopes, problem.free]))
    covariance[np.ix_(chosen, chosen)] = np.linalg.inv(information[np.ix_(chosen, chosen)])
    return covariance, se_sd


def _root(variance: ArrayLike) -> FloatArray:
    """Return standard errors; nan where so little data leaves a variance that is none."""
    found = np.asarray(variance, dtype=float)
    return np.sqrt(np.where(found >= 0, found, np.nan))
