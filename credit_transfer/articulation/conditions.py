"""The terms of an agreement against what a person has: each condition met, unmet or unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import attrs

# From the least to the most; an agreement names the least that it accepts.
IDENTITY_LEVELS = ("none", "checked")
SUPERVISION_LEVELS = ("none", "online", "onsite")


class ConditionState(StrEnum):
    """Unknown is an answer: a visitor, or something that only the institution can tell."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@attrs.frozen
class Terms:
    """What an agreement asks; `least_score` on the reporting scale, and texts that only the institution can judge.

    `ended_at` is when a signed agreement ended, and None for one that nobody signed.
    """

    version_uuids: frozenset[UUID]
    least_identity: str
    least_supervision: str
    least_score: int | None
    cap: str
    residency: str
    other: str
    valid_from: datetime
    valid_to: datetime | None
    teach_out_until: datetime | None
    is_signed: bool
    ended_at: datetime | None = None


@attrs.frozen
class Evidence:
    """What a person's credential shows. `score` None where it is not known, as for a programme."""

    version_uuid: UUID
    identity: str
    supervision: str
    score: int | None
    awarded_at: datetime
    stands: bool
    is_demonstration: bool = False


@attrs.frozen
class Met:
    """How one condition stands; `code` names it for whoever puts it into words."""

    code: str
    state: ConditionState


def force_of(
    terms: Terms, at: datetime, awarded_at: datetime | None = None
) -> Literal["in_force", "teach_out", "not_in_force"]:
    """Whether the agreement binds at `at`: in force, being taught out for what was awarded before its end, or not.

    Validity is half open: from `valid_from` on, before `valid_to`. Suspended and unsigned agreements never bind.
    """
    if at < terms.valid_from:
        return "not_in_force"
    ends = [moment for moment in (terms.valid_to, terms.ended_at) if moment is not None]
    end = min(ends, default=None)
    if terms.is_signed and (end is None or at < end):
        return "in_force"
    if end is None or at < end or (not terms.is_signed and terms.ended_at is None):
        return "not_in_force"
    if terms.teach_out_until is not None and at < terms.teach_out_until:
        if awarded_at is not None and terms.valid_from <= awarded_at < end:
            return "teach_out"
    return "not_in_force"


def evaluate(terms: Terms, evidence: Evidence | None) -> tuple[Met, ...]:
    """Every condition of `terms` in a fixed order; those that an agreement does not set are left out.

    Without evidence everything about the person is unknown; with it, only what the institution alone can tell.
    """
    found = [Met("credential", _state(evidence, lambda e: e.stands and not e.is_demonstration))]
    found.append(Met("version", _state(evidence, lambda e: e.version_uuid in terms.version_uuids)))
    if terms.least_identity != IDENTITY_LEVELS[0]:
        found.append(
            Met("identity", _state(evidence, lambda e: _reaches(IDENTITY_LEVELS, e.identity, terms.least_identity)))
        )
    if terms.least_supervision != SUPERVISION_LEVELS[0]:
        found.append(
            Met(
                "supervision",
                _state(evidence, lambda e: _reaches(SUPERVISION_LEVELS, e.supervision, terms.least_supervision)),
            )
        )
    if terms.least_score is not None:
        found.append(Met("score", _score_state(terms.least_score, evidence)))
    texts = {"cap": terms.cap, "residency": terms.residency, "other": terms.other}
    found.extend(Met(code, ConditionState.UNKNOWN) for code, text in texts.items() if text)
    return tuple(found)


def _state(evidence: Evidence | None, holds: Callable[[Evidence], bool]) -> ConditionState:
    if evidence is None:
        return ConditionState.UNKNOWN
    return ConditionState.MET if holds(evidence) else ConditionState.UNMET


def _score_state(least: int, evidence: Evidence | None) -> ConditionState:
    if evidence is None or evidence.score is None:
        return ConditionState.UNKNOWN
    return ConditionState.MET if evidence.score >= least else ConditionState.UNMET


def _reaches(levels: tuple[str, ...], level: str, least: str) -> bool:
    """An unknown level counts as the least: what nobody recorded was not checked."""
    rank = levels.index(level) if level in levels else 0
    return rank >= levels.index(least)
