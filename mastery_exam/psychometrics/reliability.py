"""How precise scores are: internal consistency of number-right scores, and reliability of ability estimates."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from .ability import Ability
from .errors import NotEnoughDataError
from .models import FloatArray, ItemParameters, information_curve


def alpha(scores: ArrayLike) -> float:
    """Return Cronbach's alpha of (persons, items) scores without missing values (Cronbach 1951)."""
    covariance = _covariance(scores)
    n_items = len(covariance)
    return n_items / (n_items - 1) * (1 - float(np.trace(covariance) / covariance.sum()))


def kr20(responses: ArrayLike) -> float:
    """Return Kuder & Richardson's formula 20 (1937): alpha of 0/1 responses, (persons, items)."""
    table = _complete(responses)
    if not np.isin(table, (0, 1)).all():
        raise ValueError("KR-20 needs responses of 0 and 1.")
    return alpha(table)


def kr21(mean: float, variance: float, n_items: int) -> float:
    """Return Kuder & Richardson's formula 21 (1937) from the mean and variance of the marks on n items."""
    if n_items < 2 or variance <= 0:
        raise NotEnoughDataError("KR-21 needs at least two items and marks that vary.")
    return n_items / (n_items - 1) * (1 - mean * (n_items - mean) / (n_items * variance))


def kr21_of(responses: ArrayLike) -> float:
    """Return KR-21 of 0/1 responses, (persons, items), with the unbiased variance of the marks."""
    marks = _complete(responses).sum(axis=1)
    return kr21(float(marks.mean()), float(marks.var(ddof=1)), np.shape(responses)[1])


def lambda2(scores: ArrayLike, *, standardised: bool = True) -> float:
    """Return Guttman's lambda 2 (1945) of (persons, items) scores.

    Of standardised items (correlations, as psych::guttman does), or of raw ones (covariances).
    """
    matrix = _correlations(scores) if standardised else _covariance(scores)
    n_items = len(matrix)
    between = matrix - np.diag(np.diagonal(matrix))
    spread = np.sqrt(n_items / (n_items - 1) * np.square(between).sum())
    return float((between.sum() + spread) / matrix.sum())


def lambda6(scores: ArrayLike) -> float:
    """Return Guttman's lambda 6 (1945) of standardised items: error is what the other items do not explain of each."""
    matrix = _correlations(scores)
    return 1 - float((1 / np.diagonal(np.linalg.inv(matrix))).sum() / matrix.sum())


def omega_total(scores: ArrayLike) -> float:
    """Return McDonald's omega (1999) of one common factor of standardised items, (persons, items) scores.

    1 - sum of uniquenesses / sum of correlations, the factor by least squares of the residual correlations (minres,
    Harman & Jones 1966).
    """
    matrix = _correlations(scores)
    off = ~np.eye(len(matrix), dtype=bool)

    def loss(loadings: FloatArray) -> tuple[float, FloatArray]:
        residual = np.where(off, np.outer(loadings, loadings) - matrix, 0.0)
        return float(np.square(residual).sum()), 4 * residual @ loadings

    values, vectors = np.linalg.eigh(matrix)
    start = vectors[:, -1] * np.sqrt(values[-1]) * np.sign(vectors[:, -1].sum())
    bounds = [(-1.0, 1.0)] * len(matrix)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-10})
    return 1 - float((1 - np.square(found.x)).sum() / matrix.sum())


def standard_error(scores: ArrayLike) -> float:
    """Return the standard error of measurement of the total, sd sqrt(1 - alpha), in marks, unbiased variance."""
    total = _complete(scores).sum(axis=1)
    return float(total.std(ddof=1) * np.sqrt(1 - alpha(scores)))


def spearman_brown(reliability: float, factor: float) -> float:
    """Return the reliability of a test `factor` times as long (Spearman 1910; Brown 1910)."""
    return factor * reliability / (1 + (factor - 1) * reliability)


def empirical_reliability(ability: Ability) -> float:
    """Return var(theta) / (var(theta) + mean se^2) of estimates for people who were tested, unbiased variance."""
    variance = float(np.var(ability.theta, ddof=1))
    return variance / (variance + float(np.mean(np.square(ability.se))))


def marginal_reliability(items: ItemParameters, nodes: ArrayLike, weights: ArrayLike) -> float:
    """Return the mean of I / (I + 1 / variance) over a population given by nodes and weights, (K,) each.

    The weights sum to 1; the variance is theirs (Green, Bock, Humphreys, Linn & Reckase 1984).
    """
    points: FloatArray = np.asarray(nodes, dtype=float)
    shares: FloatArray = np.asarray(weights, dtype=float)
    variance = float(shares @ np.square(points - shares @ points))
    total = information_curve(points, items)
    return float(shares @ (total / (total + 1 / variance)))


def _complete(scores: ArrayLike) -> FloatArray:
    table = np.asarray(scores, dtype=float)
    if table.ndim != 2 or len(table) < 2 or table.shape[1] < 2:
        raise NotEnoughDataError("Reliability needs at least two persons and two items.")
    if not np.isfinite(table).all() or (table < 0).any():
        raise NotEnoughDataError("Reliability of number-right scores needs every response.")
    return table


def _covariance(scores: ArrayLike) -> FloatArray:
    covariance = np.atleast_2d(np.cov(_complete(scores), rowvar=False))
    if covariance.sum() <= 0:
        raise NotEnoughDataError("Reliability needs totals that vary.")
    return covariance


def _correlations(scores: ArrayLike) -> FloatArray:
    covariance = _covariance(scores)
    sds = np.sqrt(np.diagonal(covariance))
    if (sds <= 0).any():
        raise NotEnoughDataError("An item that everyone got right, or wrong, has no correlation with the others.")
    return covariance / np.outer(sds, sds)
