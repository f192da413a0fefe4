"""Items that may not meet in one sitting, and what a bank is sure to give whatever they keep out of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class EnemyGroups:
    """What hangs together as enemies, or enemies of enemies: `everywhere`, and `within` one competency.

    `across` maps a competency to its enemies elsewhere: pairs (item elsewhere, item of the competency), (pairs, 2).
    """

    members: Mapping[str, Numbers]
    everywhere: tuple[Numbers, ...] = ()
    within: tuple[Numbers, ...] = ()
    across: Mapping[str, Numbers] | None = None

    @classmethod
    def of(
        cls, enemies: Mapping[int, Iterable[int]], members: Mapping[str, Numbers], competencies: tuple[str, ...]
    ) -> "EnemyGroups":
        """Return the groups of a bank from each item's enemies, `members` and `competencies` saying who is where."""
        inside = {
            number: {other for other in others if competencies[other] == competencies[number]}
            for number, others in enemies.items()
        }
        across: dict[str, list[tuple[int, int]]] = {}
        for number, others in enemies.items():
            pairs = [(other, number) for other in others if competencies[other] != competencies[number]]
            across.setdefault(competencies[number], []).extend(sorted(pairs))
        crossing = {area: np.array(pairs, dtype=np.intp) for area, pairs in across.items() if pairs}
        return cls(members, _connected(enemies), _connected(inside), crossing)

    def sure_in_all(self, allowed: Mask) -> int:
        """Return how many of the `allowed` items, (I,), any sitting can be given."""
        return int(_one_of_each(self.everywhere, allowed).sum())

    def sure_in(self, competency: str, allowed: Mask, *, elsewhere: int) -> int:
        """Return how many items of the competency are left in any sitting with up to `elsewhere` items of others.

        A group counts once. Items with an enemy elsewhere are taken to be kept out by those that keep out most.
        """
        mine = self.members[competency]
        most = int(_one_of_each(self.within, allowed)[mine].sum())
        pairs = (self.across or {}).get(competency)
        if pairs is None:
            return most
        pairs = pairs[allowed[pairs].all(axis=1)]
        safe = allowed.copy()
        safe[pairs[:, 1]] = False
        least = int(_one_of_each(self.within, safe)[mine].sum())
        kept_out = np.sort(np.bincount(pairs[:, 0]))[::-1][:elsewhere].sum()
        return max(least, most - int(kept_out))


def _connected(enemies: Mapping[int, Iterable[int]]) -> tuple[Numbers, ...]:
    foes = {number: set(others) for number, others in enemies.items()}
    groups, left = [], {number for number, others in foes.items() if others}
    while left:
        group: set[int] = set()
        border = {left.pop()}
        while border:
            group |= border
            border = {other for number in border for other in foes[number]} - group
        left -= group
        groups.append(np.array(sorted(group), dtype=np.intp))
    return tuple(groups)


def _one_of_each(groups: Iterable[Numbers], allowed: Mask) -> Mask:
    """Return the allowed items with one of each group: among enemies it may be the one that keeps out all others."""
    left = allowed.copy()
    for group in groups:
        left[group[left[group]][1:]] = False
    return left
