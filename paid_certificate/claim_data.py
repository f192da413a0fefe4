"""What the evidence route answers with: claims, their pieces, and what was checked. Beside `data.py`, by its rules."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs

from paid_certificate.data import AchievementData
from paid_certificate.proofs.foreign import ForeignOutcome, ForeignSummary

__all__ = [
    "CLAIM_TRANSITIONS",
    "OPEN_STATES",
    "AssessorData",
    "ClaimData",
    "ClaimState",
    "ForeignOutcome",
    "ForeignSummary",
    "OutcomeData",
    "PieceData",
    "PieceKind",
    "Supplier",
    "TurnData",
    "TurnKind",
]


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# From each state, where a claim may go. A decision is final: whoever was refused claims again, or appeals.
CLAIM_TRANSITIONS: dict[ClaimState, frozenset[ClaimState]] = {
    ClaimState.DRAFT: frozenset({ClaimState.SUBMITTED, ClaimState.WITHDRAWN}),
    ClaimState.SUBMITTED: frozenset(
        {ClaimState.RETURNED, ClaimState.APPROVED, ClaimState.REFUSED, ClaimState.WITHDRAWN}
    ),
    ClaimState.RETURNED: frozenset({ClaimState.SUBMITTED, ClaimState.REFUSED, ClaimState.WITHDRAWN}),
    ClaimState.APPROVED: frozenset(),
    ClaimState.REFUSED: frozenset(),
    ClaimState.WITHDRAWN: frozenset(),
}
OPEN_STATES = (ClaimState.DRAFT, ClaimState.SUBMITTED, ClaimState.RETURNED)


class PieceKind(StrEnum):
    """What a piece of evidence is."""

    CREDENTIAL = "credential"
    FILE = "file"
    LINK = "link"
    NOTE = "note"


class Supplier(StrEnum):
    """Who brought the issuer's documents with which a foreign credential was checked."""

    NOBODY = "nobody"
    HOLDER = "holder"
    ASSESSOR = "assessor"
    OURS = "ours"


class TurnKind(StrEnum):
    """What was said about a claim."""

    QUESTION = "question"
    ANSWER = "answer"
    REFUSAL = "refusal"


@attrs.frozen
class OutcomeData:
    """A learning outcome by its place in the achievement's version, from 1, and how many pieces are to show it."""

    num: int
    name: str
    pieces: int
    is_covered: bool


@attrs.frozen
class PieceData:
    """A piece of evidence with what was checked; `checks` are rows of {name, outcome, reason, detail}."""

    uuid: UUID
    claim_uuid: UUID
    kind: PieceKind
    title: str
    text: str
    outcomes: tuple[int, ...]
    file_name: str
    media_type: str
    size: int
    sha256: str
    outcome: ForeignOutcome | None
    summary: ForeignSummary | None
    checks: tuple[dict[str, str], ...]
    supplier: Supplier
    checked_at: datetime | None
    is_submitted: bool
    has_original: bool
    created: datetime


@attrs.frozen
class TurnData:
    """A question, an answer or a refusal, in the words of whoever wrote it."""

    kind: TurnKind
    text: str
    created: datetime


@attrs.frozen
class ClaimData:
    """A person's claim to an achievement by evidence. `keep_until` is when its files are deleted, once decided."""

    uuid: UUID
    user_id: int
    holder_name: str
    achievement: AchievementData
    state: ClaimState
    outcomes: tuple[OutcomeData, ...]
    pieces: tuple[PieceData, ...]
    turns: tuple[TurnData, ...]
    identity: str
    identity_how: str
    supervision: str
    least_identity: str
    least_supervision: str
    reason: str
    appeal: str
    submitted_at: datetime | None
    decided_at: datetime | None
    keep_until: datetime | None
    files_deleted_at: datetime | None
    credential_uuid: UUID | None
    created: datetime
    url: str

    @property
    def is_open(self) -> bool:
        """Whether it may still be decided or withdrawn."""
        return self.state in OPEN_STATES

    @property
    def is_editable(self) -> bool:
        """Whether its holder may add to it."""
        return self.state in (ClaimState.DRAFT, ClaimState.RETURNED)


@attrs.frozen
class AssessorData:
    """Somebody who assesses evidence for a body."""

    body_slug: str
    username: str
    created: datetime


def summary_from(stored: dict[str, Any]) -> ForeignSummary | None:
    """The summary that was stored with a piece; None where there is none."""
    return ForeignSummary(**stored | {"holders": tuple(stored["holders"])}) if stored else None
