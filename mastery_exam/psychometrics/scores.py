"""Number-right scores under an item response model: their distribution, and the ability that goes with each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .ability import normal_nodes
from .models import FloatArray, ItemParameters, probability

N_NODES = 61
LIMIT = 6.0


def score_distribution(probabilities: ArrayLike) -> FloatArray:
    """Return P(score = x) for independent items, probabilities (..., I) -> (..., I + 1) (Lord & Wingersky 1984)."""
    p = np.asarray(probabilities, dtype=float)
    n_items = p.shape[-1]
    result = np.zeros((*p.shape[:-1], n_items + 1))
    result[..., 0] = 1.0
    for item in range(n_items):
        right = p[..., item, None] * result[..., : item + 1]
        result[..., : item + 1] *= 1 - p[..., item, None]
        result[..., 1 : item + 2] += right
    return result


@dataclass(frozen=True, slots=True, eq=False)
class SumScores:
    """Per number-right score 0..I: the EAP ability, its standard deviation, the share of people expected; (I + 1,)."""

    theta: FloatArray
    se: FloatArray
    expected: FloatArray


def eap_of_sum_scores(
    items: ItemParameters, *, mean: float = 0.0, sd: float = 1.0, n_nodes: int = N_NODES, limit: float = LIMIT
) -> SumScores:
    """Return the EAP of each number-right score under a normal population (Thissen, Pommerich et al. 1995)."""
    nodes, weights = normal_nodes(mean=mean, sd=sd, n_nodes=n_nodes, limit=limit)
    joint = score_distribution(probability(nodes, items)) * weights[:, None]
    expected = joint.sum(axis=0)
    theta = nodes @ joint / expected
    variance = np.square(nodes) @ joint / expected - np.square(theta)
    return SumScores(theta, np.sqrt(np.maximum(variance, 0)), expected)
