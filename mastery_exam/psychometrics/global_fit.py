"""How well a whole calibration fits: M2 from the answers to single items and pairs (Maydeu-Olivares & Joe 2006)."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, chndtr, chndtrinc, expit

from .ability import normal_nodes, read_responses
from .calibration import Model
from .errors import NotEnoughDataError
from .models import FloatArray, ItemParameters, probability

N_NODES = 61
LIMIT = 6.0


@dataclass(frozen=True, slots=True)
class GlobalFit:
    """M2 with its degrees of freedom and p value, and what is read from it.

    `rmsea`, over n - 1, has a 90 % interval (`rmsea_low`, `rmsea_high`), over n, as mirt has them; `srmsr` is the root
    mean square of the differences between observed and expected correlations of items; `tli` and `cfi` compare with
    independent items.
    """

    m2: float
    df: int
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    tli: float
    cfi: float


def m2(
    responses: ArrayLike,
    items: ItemParameters,
    *,
    model: Model = "2pl",
    frequencies: ArrayLike | None = None,
    mean: float = 0.0,
    sd: float = 1.0,
) -> GlobalFit:
    """Return M2 of marginal maximum-likelihood estimates (without priors) under a N(`mean`, `sd`) population.

    Args:
        responses: (persons, items) of 0 and 1; rows with a missing response are left out.
        model: "2pl" (a and d free per item) or "rasch" (d free and one sd).
        frequencies: (persons,) how often each row occurred.

    Raises NotEnoughDataError when no degree of freedom is left.
    """
    members = _margins(len(items))
    observed, n = _observed(responses, frequencies, members)
    nodes, shares = normal_nodes(n_nodes=N_NODES, limit=LIMIT)
    p = probability(mean + sd * nodes, items)
    slopes = _slopes(mean + sd * nodes, items)
    in_slope = _derivatives(p, slopes * nodes[:, None], shares, members)
    if model == "rasch":
        in_slope = in_slope.sum(axis=1, keepdims=True)
    jacobian = np.concatenate([in_slope, _derivatives(p, slopes, shares, members)], axis=1)
    statistic, df = _quadratic_form(observed, p, shares, members, jacobian, n)
    alone = observed[: len(items)][None, :]
    free = _derivatives(alone, np.ones_like(alone), np.ones(1), members)
    null, null_df = _quadratic_form(observed, alone, np.ones(1), members, free, n)
    expected = shares @ np.exp(np.log(p) @ members.T)
    low, high = (_noncentrality(statistic, df, level) for level in (0.95, 0.05))
    return GlobalFit(
        m2=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)),
        rmsea=float(np.sqrt(max(statistic - df, 0) / (df * (n - 1)))),
        rmsea_low=float(np.sqrt(low / (df * n))),
        rmsea_high=float(np.sqrt(high / (df * n))),
        srmsr=_srmsr(observed, expected, len(items)),
        tli=(null / null_df - statistic / df) / (null / null_df - 1),
        cfi=1 - max(statistic - df, 0) / max(null - null_df, statistic - df, 1e-300),
    )


def _margins(n_items: int) -> FloatArray:
    """Return which items belong to each single and pair, (I + I (I - 1) / 2, I)."""
    sets = [(i,) for i in range(n_items)] + list(combinations(range(n_items), 2))
    members = np.zeros((len(sets), n_items))
    for row, own in enumerate(sets):
        members[row, list(own)] = 1
    return members


def _observed(responses: ArrayLike, frequencies: ArrayLike | None, members: FloatArray) -> tuple[FloatArray, float]:
    """Return the share of people right on all of each margin, (margins,), and the number of people."""
    scored = read_responses(responses)
    weight = np.ones(len(scored.right)) if frequencies is None else np.asarray(frequencies, dtype=float)
    whole = scored.given.all(axis=1)
    right, weight = scored.right[whole], weight[whole]
    return weight @ (right @ members.T == members.sum(axis=1)) / weight.sum(), float(weight.sum())


def _slopes(theta: FloatArray, items: ItemParameters) -> FloatArray:
    """Return the derivative of P in its logit, (K, I)."""
    z = items.slope * (theta[:, None] - items.b)
    return (1 - items.c) * expit(z) * expit(-z)


def _derivatives(p: FloatArray, slopes: FloatArray, shares: FloatArray, members: FloatArray) -> FloatArray:
    """Return the derivative of each margin in each item's parameter, (margins, I)."""
    products = np.exp(np.log(p) @ members.T)
    return members * ((products * shares[:, None]).T @ (slopes / p))


def _quadratic_form(
    observed: FloatArray, p: FloatArray, shares: FloatArray, members: FloatArray, jacobian: FloatArray, n: float
) -> tuple[float, int]:
    df = len(observed) - jacobian.shape[1]
    if df <= 0:
        raise NotEnoughDataError("M2 has no degree of freedom left; it needs more items.")
    logs = np.log(p)
    expected = shares @ np.exp(logs @ members.T)
    joint = np.array([shares @ np.exp(logs @ np.maximum(members, row).T) for row in members])
    covariance = joint - np.outer(expected, expected)
    residual = observed - expected
    weighted = np.linalg.solve(covariance, np.column_stack([residual, jacobian]))
    e, d = weighted[:, 0], weighted[:, 1:]
    free = jacobian.T @ e
    return float(n * (residual @ e - free @ np.linalg.solve(jacobian.T @ d, free))), df


def _srmsr(observed: FloatArray, expected: FloatArray, n_items: int) -> float:
    def correlations(margins: FloatArray) -> FloatArray:
        single = margins[:n_items]
        first, second = np.triu_indices(n_items, 1)
        spread = np.sqrt(single * (1 - single))
        return (margins[n_items:] - single[first] * single[second]) / (spread[first] * spread[second])

    return float(np.sqrt(np.mean(np.square(correlations(observed) - correlations(expected)))))


def _noncentrality(statistic: float, df: int, level: float) -> float:
    """Return the noncentrality at which P(chi-square <= statistic) is `level`, 0 when even 0 is too much."""
    if chndtr(statistic, df, 0.0) <= level:
        return 0.0
    return float(chndtrinc(statistic, df, level))
