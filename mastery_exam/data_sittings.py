"""A person's way through an exam, from the registration to the decision, and what events tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import attrs

from mastery_exam.data_words import Supervision


@attrs.frozen
class RegistrationData:
    """A person's registration for an exam, and what their authorisation still waits for."""

    uuid: UUID
    user_id: int
    exam_key: str
    exam_title: str
    version_num: int
    legal_name: str
    state: str
    fee_policy: str
    missing_grants: tuple[str, ...]
    attempts_allowed: int
    attempts_used: int
    authorisation_uuid: UUID | None
    adjustments_requested: str = ""
    adjustments_answer: str = ""
    extra_time_percent: int = 0
    created: datetime | None = None


@attrs.frozen
class AttemptData:
    """An attempt as its candidate and its exam's people may see it."""

    uuid: UUID
    registration_uuid: UUID
    exam_key: str
    exam_title: str
    version_num: int
    user_id: int
    form_num: int | None
    questions: int
    state: str
    started_at: datetime
    ends_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    num: int = 1
    accepts_until: datetime | None = None
    identity: str = "none"
    supervision: str = Supervision.NONE
    our_fault: bool = False


@attrs.frozen
class AnswerReceipt:
    """What the server has stored: at what time, and what in it cannot be read as an answer (never right or wrong).

    `malformed` maps an input's name to what to write instead.
    """

    position: int
    client_seq: int
    saved_at: datetime
    ends_at: datetime
    malformed: Mapping[str, str]


@attrs.frozen
class SettledItem:
    """Where an attempt goes on after an item that nobody comes back to; never whether its answer was right.

    `position` is that of the open item, None once the attempt is `finished`.
    """

    position: int | None
    finished: bool


@attrs.frozen
class ReplayReport:
    """Whether an attempt's record, drawn, graded and decided again, gives the same; `differences` are sentences."""

    attempt_uuid: UUID
    delivery_rule: str
    same_items: bool
    same_decision: bool
    differences: tuple[str, ...]


@attrs.frozen
class ReviewData:
    """A person's request that a person look at a decision again, and the answer; `deadline` is for the answer."""

    uuid: UUID
    decision_uuid: UUID
    user_id: int
    text: str
    deadline: datetime
    state: str
    answer: str
    created: datetime


@attrs.frozen
class AreaResult:
    """An area of a decision; never a count."""

    key: str
    title: str
    standing: str


@attrs.frozen
class DecisionData:
    """A decision: pass or not, on the reporting scale, with how identity and sitting were checked."""

    uuid: UUID
    attempt_uuid: UUID
    registration_uuid: UUID
    exam_key: str
    exam_title: str
    version_num: int
    user_id: int
    legal_name: str
    passed: bool
    scaled_score: int | None
    uncertainty_points: int | None
    areas: tuple[AreaResult, ...]
    missed_floors: tuple[str, ...]
    identity: str
    supervision: str
    is_demonstration: bool
    sat_at: datetime
    decided_at: datetime
    released_at: datetime | None
    state: str
    num: int = 1
    release_due_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""


@attrs.frozen
class LearnerStatus:
    """Where a person stands with an exam, and the one next step."""

    state: str
    next_step: str
    next_url: str
    deadline: datetime | None


@attrs.frozen
class Finding:
    """Something that reconciliation found: what is wrong, for whom, and what its repair does."""

    kind: str
    object_uuid: UUID
    user_id: int | None
    what: str
    repair: str


@attrs.frozen
class AttemptEventData:
    """Event data of an attempt."""

    attempt_uuid: str = attrs.field(converter=str)
    exam_key: str = attrs.field(converter=str)
    user_id: int = attrs.field(converter=int)


@attrs.frozen
class DecisionEventData:
    """Event data of a decision."""

    decision_uuid: str = attrs.field(converter=str)
    exam_key: str = attrs.field(converter=str)
    user_id: int = attrs.field(converter=int)
    passed: bool = attrs.field(converter=bool)


# The event bus builds its schema from the types themselves, which annotations as text would hide.
attrs.resolve_types(AttemptEventData)
attrs.resolve_types(DecisionEventData)
