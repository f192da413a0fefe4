"""What the app's door hands out: frozen records of programmes, progress and completion."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs


class ProgrammeStatus(StrEnum):
    """A draft is seen by its authors only; a closed programme takes nobody in and keeps its members."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class SlotState(StrEnum):
    """Where a member stands with one slot."""

    DONE = "done"
    PENDING = "pending"
    OPEN = "open"
    WITHDRAWN = "withdrawn"


@attrs.frozen
class ProgrammeData:
    """A programme as the public sees it; `rules` is the tree of the newest version as JSON, None before the first."""

    uuid: UUID
    key: str
    title: str
    summary: str
    organisation: str
    completion_gives: str
    status: ProgrammeStatus
    version_num: int | None
    rules: dict[str, Any] | None
    url: str


@attrs.frozen
class RouteInfo:
    """One way to fill a slot: its title, where to go, what checking it needs, and whether this learner has done it."""

    kind: str
    reference: str
    title: str
    url: str
    least_text: str
    satisfied: bool
    note: str = ""


@attrs.frozen
class SlotProgress:
    """One slot for one learner; `met_by` is the title of the exam or course that filled it."""

    key: str
    title: str
    state: SlotState
    routes: tuple[RouteInfo, ...]
    met_by: str = ""
    met_at: datetime | None = None


@attrs.frozen
class ProgressData:
    """How far a learner is; `user_id` None and an empty history for a visitor. `next_step` is (label, url) or None."""

    programme: ProgrammeData
    version_num: int
    is_member: bool
    joined_at: datetime | None
    done: int
    needed: int
    slots: tuple[SlotProgress, ...]
    completion_uuid: UUID | None
    completed_at: datetime | None
    next_step: tuple[str, str] | None


@attrs.frozen
class CompletionData:
    """A completed programme with the facts it rested on, as they were then."""

    uuid: UUID
    programme_key: str
    programme_title: str
    version_num: int
    user_id: int
    completed_at: datetime
    withdrawn_at: datetime | None
    identity: str
    supervision: str
    is_demonstration: bool
    snapshot: list[dict[str, Any]]


@attrs.frozen
class RequirementEventData:
    """Sent when a slot was filled for a member."""

    membership_uuid: str
    programme_key: str
    slot_key: str
    user_id: int


@attrs.frozen
class CompletionEventData:
    """Sent when a programme was completed, or when a completion no longer stands."""

    completion_uuid: str
    programme_key: str
    user_id: int


# The event bus builds its schema from the types themselves, which annotations as text would hide.
attrs.resolve_types(RequirementEventData)
attrs.resolve_types(CompletionEventData)
