"""How often a classification is right, and would come out the same again.

Fixed forms from raw scores: Livingston & Lewis (1995), Hanson & Brennan (1990), and for day one Huynh (1976) and
Subkoviak (1976). Calibrated forms: Rudner (2001) and Lee (2010). Adaptive tests: the mean posterior of the decision.
Categories run from the lowest to the highest, and a score at a cut belongs to the upper one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincc, betaincinv, betaln, gammaln, ndtr

from .ability import normal_nodes
from .errors import NotEnoughDataError
from .exact import Number, as_fraction, ceiling
from .models import FloatArray, ItemParameters, characteristic, probability
from .reliability import kr21
from .scores import score_distribution
from .true_scores import BetaFit, fit_true_scores

N_POINTS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Classification:
    """Accuracy against the true category and consistency between two parallel testings, as shares of people.

    `joint_accuracy` is (true category, observed category) and `joint_consistency` (first, second testing), nan where a
    method does not give it. `kappa` corrects consistency for `chance`. With two categories, `false_positive` are wrong
    passes and `false_negative` wrong fails (with more: placed too high, too low).
    """

    accuracy: float
    consistency: float
    chance: float
    kappa: float
    joint_accuracy: FloatArray
    joint_consistency: FloatArray

    @property
    def false_positive(self) -> float:
        """Share of people who are placed above their true category."""
        return float(np.triu(self.joint_accuracy, 1).sum())

    @property
    def false_negative(self) -> float:
        """Share of people who are placed below their true category."""
        return float(np.tril(self.joint_accuracy, -1).sum())


def effective_length(mean: float, variance: float, reliability: float, *, lowest: float, highest: float) -> float:
    """Return Livingston & Lewis's effective test length from the lowest and highest *possible* scores."""
    if not (0 < reliability < 1 and variance > 0):
        raise NotEnoughDataError("The effective length needs scores that vary and a reliability between 0 and 1.")
    return ((mean - lowest) * (highest - mean) - reliability * variance) / (variance * (1 - reliability))


def livingston_lewis(
    counts: ArrayLike,
    *,
    reliability: float,
    cuts: Sequence[Number],
    true_cuts: Sequence[float] | None = None,
    scores: ArrayLike | None = None,
    lowest: float = 0.0,
    highest: float | None = None,
) -> Classification:
    """Return accuracy and consistency of observed scores by a four-parameter beta and binomial errors.

    Args:
        counts: (S,) people at each score.
        reliability: of the scores.
        cuts: in the unit of the scores, ascending.
        true_cuts: as proportions of the range of possible scores; by default where the cuts lie.
        scores: (S,) the score that each count stands at; 0..S-1 by default.
        lowest, highest: the smallest and largest *possible* score; 0 and S-1 by default.
    """
    people = np.asarray(counts, dtype=float)
    points = np.arange(len(people), dtype=float) if scores is None else np.asarray(scores, dtype=float)
    top = float(len(people) - 1) if highest is None else float(highest)
    shares = people / people.sum()
    mean = float(shares @ points)
    variance = float(shares @ np.square(points - mean))
    length = round(effective_length(mean, variance, reliability, lowest=lowest, highest=top))
    fitted = fit_true_scores(length * (points - lowest) / (top - lowest), shares, length)
    places = [(as_fraction(cut) - as_fraction(lowest)) / (as_fraction(top) - as_fraction(lowest)) for cut in cuts]
    marks = [ceiling(place * length) for place in places]
    return classify_beta_binomial(fitted, length, marks, true_cuts or [float(place) for place in places])


def hanson_brennan(
    counts: ArrayLike, *, cuts: Sequence[int], true_cuts: Sequence[float] | None = None
) -> Classification:
    """Return accuracy and consistency of number-right scores 0..n, counts (n + 1,), with the test's own length.

    A four-parameter beta-binomial; `true_cuts` are proportions, by default cut / n.
    """
    people = np.asarray(counts, dtype=float)
    n_items = len(people) - 1
    fitted = fit_true_scores(np.arange(n_items + 1, dtype=float), people / people.sum(), n_items)
    return classify_beta_binomial(fitted, n_items, list(cuts), true_cuts or [cut / n_items for cut in cuts])


def classify_beta_binomial(
    fitted: BetaFit, n_items: int, cuts: Sequence[int], true_cuts: Sequence[float]
) -> Classification:
    """Return accuracy and consistency of binomial scores whose proportions follow `fitted`."""
    true_bounds = [fitted.lower, *np.clip(true_cuts, fitted.lower, fitted.upper), fitted.upper]
    unit, unit_weights = np.polynomial.legendre.leggauss(N_POINTS)
    n_categories = len(cuts) + 1
    joint = np.zeros((n_categories, n_categories))
    twice = np.zeros((n_categories, n_categories))
    width = fitted.upper - fitted.lower
    for true in range(n_categories):
        ends = betainc(fitted.alpha, fitted.beta, (np.array(true_bounds[true : true + 2]) - fitted.lower) / width)
        # Over the quantiles, so that an unbounded density at the ends does no harm.
        places = betaincinv(fitted.alpha, fitted.beta, ends[0] + (unit + 1) / 2 * (ends[1] - ends[0]))
        weights = unit_weights / 2 * (ends[1] - ends[0])
        conditional = _binomial_categories(fitted.lower + width * places, n_items, cuts)
        joint[true] = weights @ conditional
        twice += (conditional * weights[:, None]).T @ conditional
    return _classification(joint, twice)


def rudner(theta: ArrayLike, se: ArrayLike, cuts: Sequence[float]) -> Classification:
    """Return expected accuracy and consistency of estimates with normal errors (Rudner 2001; Guo 2006).

    `theta` and `se` are (persons,) in logits; the true ability of each is N(theta, se), and so is a second estimate.
    """
    estimates, errors = np.asarray(theta, dtype=float), np.asarray(se, dtype=float)
    bounds = np.concatenate([[-np.inf], np.asarray(cuts, dtype=float), [np.inf]])
    shares = np.diff(ndtr((bounds[None, :] - estimates[:, None]) / errors[:, None]), axis=1)
    placed = np.searchsorted(np.asarray(cuts, dtype=float), estimates, side="right")
    assigned = np.eye(len(cuts) + 1)[placed]
    return _classification(shares.T @ assigned / len(estimates), shares.T @ shares / len(estimates))


def lee(
    items: ItemParameters,
    cuts: Sequence[int],
    *,
    nodes: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    theta_cuts: Sequence[float] | None = None,
) -> Classification:
    """Return accuracy and consistency of number-right scores under an item response model (Lee 2010).

    `nodes` and `weights`, (K,), describe the population (N(0, 1) by default). The true category is that of the expected
    score against `cuts`, or of theta against `theta_cuts`.
    """
    points, shares = normal_nodes()
    if nodes is not None:
        points = np.asarray(nodes, dtype=float)
        shares = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=float)
        shares = shares / shares.sum()
    distribution = score_distribution(probability(points, items))
    conditional = np.stack([part.sum(axis=1) for part in np.split(distribution, list(cuts), axis=1)], axis=1)
    if theta_cuts is None:
        true = np.searchsorted(np.asarray(cuts, dtype=float), characteristic(points, items), side="right")
    else:
        true = np.searchsorted(np.asarray(theta_cuts, dtype=float), points, side="right")
    membership = np.eye(len(cuts) + 1)[true]
    joint = (membership * shares[:, None]).T @ conditional
    return _classification(joint, (conditional * shares[:, None]).T @ conditional)


def posterior_accuracy(p_above: ArrayLike) -> float:
    """Return the expected accuracy of adaptive decisions, mean(max(P, 1 - P)), from posteriors (persons,)."""
    p = np.asarray(p_above, dtype=float)
    return float(np.mean(np.maximum(p, 1 - p)))


def huynh(mean: float, variance: float, n_items: int, cut: int) -> tuple[float, float]:
    """Return Huynh's (1976) raw agreement p and kappa for one cut, from the marks' mean and variance.

    Two testings with beta-binomial scores, alpha = mean (1 / KR21 - 1), beta = n / KR21 - n - alpha.
    """
    reliability = kr21(mean, variance, n_items)
    if not 0 < reliability < 1:
        raise NotEnoughDataError("Huynh's method needs a KR-21 between 0 and 1.")
    alpha = mean * (1 / reliability - 1)
    beta = n_items / reliability - n_items - alpha
    x = np.arange(n_items + 1)
    ways = gammaln(n_items + 1) - gammaln(x + 1) - gammaln(n_items - x + 1)
    total = x[:, None] + x[None, :]
    logs = ways[:, None] + ways[None, :] + betaln(alpha + total, 2 * n_items + beta - total) - betaln(alpha, beta)
    joint = np.exp(logs)
    agree = float(joint[:cut, :cut].sum() + joint[cut:, cut:].sum())
    passing = float(joint[cut:].sum())
    return agree, _kappa(agree, passing**2 + (1 - passing) ** 2)


def subkoviak(counts: ArrayLike, *, cut: int, reliability: float) -> tuple[float, float]:
    """Return Subkoviak's (1976) agreement and kappa for one cut, from people at marks 0..n, counts (n + 1,).

    Each person's proportion is regressed to the mean by the reliability, and a second score is binomial.
    """
    people = np.asarray(counts, dtype=float)
    shares = people / people.sum()
    n_items = len(people) - 1
    proportions = np.arange(n_items + 1) / n_items
    regressed = reliability * proportions + (1 - reliability) * float(shares @ proportions)
    passing = _at_least(cut, n_items, regressed)
    agree = float(shares @ (passing**2 + (1 - passing) ** 2))
    rate = float(shares @ passing)
    return agree, _kappa(agree, rate**2 + (1 - rate) ** 2)


@dataclass(frozen=True, slots=True)
class MasteryEvidence:
    """The beta-binomial posterior behind one decision: for the record and the institution, never for the candidate."""

    p_above: float
    marks: Fraction
    n_items: int
    cut: Fraction
    cut_se: float
    prior: tuple[float, float]


def beta_binomial_evidence(
    marks: Number, n_items: int, *, cut: Number, cut_se: float = 0.0, prior: tuple[float, float] = (1.0, 1.0)
) -> MasteryEvidence:
    """Return P(true proportion >= cut / n | marks) under a Beta(`prior`), with an uncertain cut averaged over.

    `cut` and its standard error are in marks. The cut's error is normal, and the cut stays inside [0, n].
    """
    score, place = as_fraction(marks), as_fraction(cut)
    if not 0 <= score <= n_items:
        raise ValueError(f"{score} marks do not lie between 0 and {n_items}.")
    alpha, beta = prior[0] + float(score), prior[1] + n_items - float(score)
    nodes, weights = np.polynomial.hermite_e.hermegauss(41 if cut_se > 0 else 1)
    cuts = np.clip((float(place) + cut_se * nodes) / n_items, 0.0, 1.0)
    return MasteryEvidence(
        float(weights @ betaincc(alpha, beta, cuts) / weights.sum()),
        score,
        n_items,
        place,
        float(cut_se),
        (prior[0], prior[1]),
    )


def _binomial_categories(proportions: FloatArray, n_items: int, cuts: Sequence[int]) -> FloatArray:
    """Return the chance of each category at each proportion, (points, categories)."""
    at_least = [np.ones_like(proportions)]
    at_least += [_at_least(cut, n_items, proportions) for cut in cuts]
    at_least.append(np.zeros_like(proportions))
    return -np.diff(np.stack(at_least, axis=1), axis=1)


def _at_least(marks: int, n_items: int, proportions: FloatArray) -> FloatArray:
    """Return P(x >= marks) for binomial x, shape of proportions."""
    if marks <= 0:
        return np.ones_like(proportions)
    if marks > n_items:
        return np.zeros_like(proportions)
    return np.asarray(betainc(marks, n_items - marks + 1, proportions), dtype=np.float64)


def _classification(joint: FloatArray, twice: FloatArray) -> Classification:
    observed = twice.sum(axis=1)
    chance = float(observed @ observed)
    consistency = float(np.trace(twice))
    return Classification(float(np.trace(joint)), consistency, chance, _kappa(consistency, chance), joint, twice)


def _kappa(agreement: float, chance: float) -> float:
    return (agreement - chance) / (1 - chance) if chance < 1 else float("nan")
