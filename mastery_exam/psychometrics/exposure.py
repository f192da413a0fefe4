"""Exposure control by item eligibility (van der Linden & Veldkamp 2004), and draws that a record can repeat."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .models import FloatArray


def eligibility_probabilities(times_eligible: ArrayLike, times_given: ArrayLike, *, cap: float) -> FloatArray:
    """Return each item's probability of being eligible for the next attempt, (I,).

    min(1, cap x times eligible / times given), and 1 for an item never given: the adaptive update of van der Linden &
    Veldkamp (2004, eq. 14), which holds the share of attempts that an item is given in at about `cap`. Counts are over
    the attempts so far.
    """
    if not 0 < cap <= 1:
        raise ValueError("The exposure cap must lie above 0 and not above 1.")
    eligible = np.asarray(times_eligible, dtype=float)
    given = np.asarray(times_given, dtype=float)
    ratio = np.divide(cap * eligible, given, out=np.ones_like(given), where=given > 0)
    return np.minimum(ratio, 1.0)


def draw_eligible(probabilities: ArrayLike, *, seed: int) -> NDArray[np.bool_]:
    """Return which items are eligible in one attempt, (I,), drawn from its seed alone."""
    shares = np.asarray(probabilities, dtype=float)
    return np.random.default_rng([seed & (2**64 - 1), 0]).random(shares.shape) < shares


def draw_index(seed: int, position: int, n: int) -> int:
    """Return a number in 0..n-1 that depends only on the attempt's seed and the position in it."""
    digest = blake2b(f"{seed}/{position}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") * n >> 64


def exposure_rates(times_given: ArrayLike, n_attempts: int) -> FloatArray:
    """Return the share of attempts in which each item was given, (I,)."""
    return np.asarray(times_given, dtype=float) / n_attempts


def overlap_rate(attempts: Sequence[Sequence[int]]) -> float:
    """Return the mean share of items that two attempts have in common, over all pairs of attempts.

    `attempts` lists the item numbers of each. The share of a pair is its common items over the mean length of the two
    (Chen, Ankenmann & Spray 2003, for a fixed length); pairs of a variable-length test are averaged by length.
    """
    if len(attempts) < 2 or not any(len(items) for items in attempts):
        return float("nan")
    counts = np.bincount(np.concatenate([np.asarray(items, dtype=int) for items in attempts]))
    pairs = len(attempts) * (len(attempts) - 1) / 2
    common = float((counts * (counts - 1) / 2).sum()) / pairs
    mean_length = float(np.mean([len(items) for items in attempts]))
    return common / mean_length
