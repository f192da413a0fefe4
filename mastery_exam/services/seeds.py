"""Random numbers of an attempt: all of them come from its one seed, so that a record can be drawn again."""

from __future__ import annotations

import hashlib

import numpy as np

SEEDS = 2**31
# draw_eligible uses stream 0 of an attempt's seed.
_PILOT_STREAM = 1


def item_seed(attempt_seed: int, version_item_id: int) -> int:
    """Return the seed of an item's random variant, the same whenever the attempt is graded again."""
    digest = hashlib.sha256(f"{attempt_seed}:{version_item_id}".encode()).digest()
    return int.from_bytes(digest[:4]) % SEEDS


def draw_positions(attempt_seed: int, *, number: int, among: int) -> list[int]:
    """Return `number` different positions in 1..among, in ascending order."""
    drawn = np.random.default_rng([attempt_seed, _PILOT_STREAM]).choice(among, size=number, replace=False)
    return sorted(int(position) + 1 for position in drawn)
