"""What an agreement asks and whether a person meets it. Pure: no Django, no other app."""

from credit_transfer.articulation.canonical import canonical_json, digest
from credit_transfer.articulation.conditions import (
    IDENTITY_LEVELS,
    SUPERVISION_LEVELS,
    ConditionState,
    Evidence,
    Met,
    Terms,
    evaluate,
    force_of,
)
from credit_transfer.articulation.counting import Part, counted_twice

__all__ = [
    "IDENTITY_LEVELS",
    "SUPERVISION_LEVELS",
    "ConditionState",
    "Evidence",
    "Met",
    "Part",
    "Terms",
    "canonical_json",
    "counted_twice",
    "digest",
    "evaluate",
    "force_of",
]
