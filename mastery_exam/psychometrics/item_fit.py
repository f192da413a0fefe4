"""How well items and persons follow a calibrated model. Flags for people to look at, never decisions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from .ability import eap, normal_nodes, read_responses
from .errors import NotEnoughDataError
from .models import FloatArray, ItemParameters, log_probabilities, probability
from .scores import score_distribution

N_NODES = 61
LIMIT = 6.0
LEAST_EXPECTED = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ScoreFit:
    """S-X2 of each item with its degrees of freedom and p value, (I,); nan where no freedom is left."""

    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class MeanSquares:
    """Infit (weighted by information) and outfit (unweighted) mean squares, (I,); 1 is expected."""

    infit: FloatArray
    outfit: FloatArray


def s_x2(
    responses: ArrayLike,
    items: ItemParameters,
    *,
    n_parameters: int = 2,
    frequencies: ArrayLike | None = None,
    mean: float = 0.0,
    sd: float = 1.0,
) -> ScoreFit:
    """Return Orlando & Thissen's (2000) S-X2, by number-right score.

    Args:
        responses: (persons, items) of 0 and 1; rows with a missing response are left out.
        n_parameters: estimated per item (1 for Rasch, 2 for 2PL and for 3PL with fixed c).
        frequencies: (persons,) how often each row occurred.

    Neighbouring scores are pooled from both ends until at least one right and one wrong answer are expected in each.
    """
    scored = read_responses(responses)
    weight = np.ones(len(scored.right)) if frequencies is None else np.asarray(frequencies, dtype=float)
    whole = scored.given.all(axis=1)
    right, weight = scored.right[whole], weight[whole]
    n_items = right.shape[1]
    if n_items < 3 or weight.sum() < 1:
        raise NotEnoughDataError("S-X2 needs at least three items and people who answered all of them.")
    totals = right.sum(axis=1).astype(int)
    people = np.bincount(totals, weight, n_items + 1)[1:n_items].astype(float)
    expected = _expected_shares(items, mean, sd)
    statistic, df = np.full(n_items, np.nan), np.zeros(n_items)
    for item in range(n_items):
        got = np.bincount(totals, weight * right[:, item], n_items + 1)[1:n_items].astype(float)
        statistic[item], n_groups = _pooled_chi2(people, got, people * expected[item])
        df[item] = n_groups - n_parameters
    usable = df > 0
    return ScoreFit(
        np.where(usable, statistic, np.nan), df, np.where(usable, chdtrc(np.maximum(df, 1), statistic), np.nan)
    )


def mean_squares(responses: ArrayLike, items: ItemParameters, *, mean: float = 0.0, sd: float = 1.0) -> MeanSquares:
    """Return infit and outfit (Wright & Masters 1982) at the EAP, for (persons, items) with missing responses."""
    scored = read_responses(responses)
    theta = eap(responses, items, mean=mean, sd=sd, n_nodes=N_NODES, limit=LIMIT).theta
    right, wrong = log_probabilities(theta, items)
    # In logarithms, so that a right answer of probability 1 to the last digit divides nothing by 0.
    squared = scored.right * np.exp(2 * wrong) + scored.wrong * np.exp(2 * right)
    standardised = scored.right * np.exp(wrong - right) + scored.wrong * np.exp(right - wrong)
    with np.errstate(invalid="ignore", divide="ignore"):
        outfit = standardised.sum(axis=0) / scored.given.sum(axis=0)
        infit = squared.sum(axis=0) / (scored.given * np.exp(right + wrong)).sum(axis=0)
    return MeanSquares(infit, outfit)


def q3(responses: ArrayLike, items: ItemParameters, *, mean: float = 0.0, sd: float = 1.0) -> FloatArray:
    """Return Yen's (1984) Q3, (I, I): correlations of residuals at the EAP, over those who answered both items."""
    scored = read_responses(responses)
    theta = eap(responses, items, mean=mean, sd=sd, n_nodes=N_NODES, limit=LIMIT).theta
    residual = np.ma.masked_array(scored.right - probability(theta, items), scored.given == 0)
    return np.ma.filled(np.ma.corrcoef(residual, rowvar=False), np.nan)


def person_fit(responses: ArrayLike, items: ItemParameters, *, mean: float = 0.0, sd: float = 1.0) -> FloatArray:
    """Return l_z (Drasgow, Levine & Williams 1985) at the EAP, (persons,): very negative is an unlikely pattern."""
    scored = read_responses(responses)
    theta = eap(responses, items, mean=mean, sd=sd, n_nodes=N_NODES, limit=LIMIT).theta
    right, wrong = log_probabilities(theta, items)
    p = probability(theta, items)
    got = (scored.right * right + scored.wrong * wrong).sum(axis=1)
    expected = (scored.given * (p * right + (1 - p) * wrong)).sum(axis=1)
    variance = (scored.given * p * (1 - p) * np.square(right - wrong)).sum(axis=1)
    return np.divide(got - expected, np.sqrt(variance), out=np.full(len(got), np.nan), where=variance > 0)


def _expected_shares(items: ItemParameters, mean: float, sd: float) -> FloatArray:
    """Return the expected share right per item and score 1..I-1, (I, I - 1)."""
    nodes, weights = normal_nodes(mean=mean, sd=sd, n_nodes=N_NODES, limit=LIMIT)
    p = probability(nodes, items)
    whole = weights @ score_distribution(p)
    shares = [weights @ (p[:, [i]] * score_distribution(np.delete(p, i, axis=1))) for i in range(len(items))]
    return np.array([part[:-1] for part in shares]) / whole[1:-1]


def _pooled_chi2(people: FloatArray, right: FloatArray, expected: FloatArray) -> tuple[float, int]:
    groups = [[float(n), float(r), float(e)] for n, r, e in zip(people, right, expected, strict=True)]
    for order in (1, -1):
        pooled: list[list[float]] = []
        for group in groups[::order]:
            if pooled and min(pooled[-1][2], pooled[-1][0] - pooled[-1][2]) < LEAST_EXPECTED:
                pooled[-1] = [one + other for one, other in zip(pooled[-1], group, strict=True)]
            else:
                pooled.append(group)
        groups = pooled[::order]
    n, r, e = np.array(groups).T
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.sum(np.square(r - e) * n / (e * (n - e)))), len(groups)
