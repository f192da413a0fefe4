"""How far a set of met slots goes towards a programme."""

from __future__ import annotations

from collections.abc import Set

import attrs

from micromasters_pathway.requirements.tree import AllOf, Node, Slot


@attrs.frozen
class Evaluation:
    """`done` of `needed` slots. Of electives only as many count as are asked for: done never exceeds needed."""

    done: int
    needed: int
    satisfied: bool


def evaluate(node: Node, met: Set[str]) -> Evaluation:
    """Return how far the slots in `met` (slot keys) fulfil the tree below `node`.

    An `n of` counts its n most advanced children, and among equals the ones that need least.
    """
    if isinstance(node, Slot):
        done = int(node.key in met)
        return Evaluation(done, 1, bool(done))
    parts = [evaluate(child, met) for child in node.of]
    if not isinstance(node, AllOf):
        parts = sorted(parts, key=lambda part: (part.needed - part.done, -part.done))[: node.n]
    return Evaluation(
        done=sum(part.done for part in parts),
        needed=sum(part.needed for part in parts),
        satisfied=all(part.satisfied for part in parts),
    )
