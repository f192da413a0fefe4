"""What mastery_exam answers with: frozen records of plain values, and the words that its states have.

Nothing here may import Django, models or services. Datetimes are aware and in UTC; `uuid` values are UUIDs here and
strings in events and JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs


class ExamStatus(StrEnum):
    """Where an exam stands; a withdrawn one keeps its page and its past."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class FeePolicy(StrEnum):
    """When the fee is due: before sitting, only for the credential once mastery is shown, or never."""

    NONE = "none"
    SITTING = "sitting"
    CREDENTIAL = "credential"


class ReleasePolicy(StrEnum):
    """When a candidate sees the result: after people have checked the key, or at once."""

    AFTER_CHECK = "after_check"
    IMMEDIATE = "immediate"


class IdentityPolicy(StrEnum):
    """How the candidate's identity is checked before the start."""

    NONE = "none"
    IN_PERSON = "in_person"


class Supervision(StrEnum):
    """How the sitting is watched."""

    NONE = "none"
    ONLINE = "online"
    ONSITE = "onsite"


class DeliveryRule(StrEnum):
    """How the items of an attempt are chosen.

    `fixed`: one of the parallel forms that publishing froze. `linear_on_the_fly`: a form drawn for the attempt, at the
    pass mark that publishing froze. `classification`: one item after another, until pass or not is clear enough.
    """

    FIXED = "fixed"
    LINEAR_ON_THE_FLY = "linear_on_the_fly"
    CLASSIFICATION = "classification"


class StoppingRule(StrEnum):
    """When a classification test stops: by the posterior, Wald's ratio, its generalised form, or an interval."""

    POSTERIOR = "posterior"
    SPRT = "sprt"
    GLR = "glr"
    INTERVAL = "interval"


class ParameterState(StrEnum):
    """Where an item's difficulty comes from: the judges, too few answers, or enough of them."""

    JUDGED = "judged"
    PROVISIONAL = "provisional"
    CALIBRATED = "calibrated"


class FloorRule(StrEnum):
    """The least that an area asks for: its cut minus one Lord SEM, its cut itself, or nothing."""

    DEFAULT = "default"
    OWN_CUT = "own_cut"
    NONE = "none"


class ItemUse(StrEnum):
    """What an item of a version is for."""

    SCORED = "scored"
    PRACTICE = "practice"
    PILOT = "pilot"


class GrantKind(StrEnum):
    """What an authorisation can wait for."""

    PAYMENT = "payment"
    IDENTITY = "identity"
    APPROVAL = "approval"
    ADJUSTMENTS = "adjustments"


class AreaStanding(StrEnum):
    """How a candidate did in one area, which is all that is told about it."""

    ABOVE = "above"
    NEAR = "near"
    BELOW = "below"


@attrs.frozen
class CompetencyInfo:
    """An area of an exam as everybody may see it; `weight` is its share of the items, `least_marks` its floor.

    Where the number of questions depends on the answers, `num_items` is the least of this area, and a floor that
    `has_minimum` tells of follows the questions that were given: no number of marks can be told before.
    """

    key: str
    title: str
    outcome: str
    weight: Decimal
    num_items: int
    case_url: str
    least_marks: int = 0
    study_links: tuple[tuple[str, str], ...] = ()
    has_minimum: bool = False


@attrs.frozen
class PassMarkRecord:
    """How the pass mark was set, frozen with the version; `judges` are roles, dates are ISO 8601 or empty.

    `cut` is the mean over the forms, in marks; where forms are drawn on the fly, what every one of them aims at, and in
    a classification test that of its whole bank. `standard_error` (of the judges, items fixed) and `generalised_error`
    (judges and items as samples) are the largest of any form, in marks, and None with one judge or none.
    `share_percent` is set where there was no standard setting and a plain share of the marks passes.
    """

    method: str
    judges: tuple[str, ...]
    rounds: int
    cut: Decimal
    standard_error: Decimal | None
    generalised_error: Decimal | None
    held_on: str
    released_on: str
    releases: int
    provisional: bool
    share_percent: int | None = None


@attrs.frozen
class ExamSummary:
    """A published or withdrawn exam in one card: no item, no answer, nothing of any person.

    `questions` is the most that a sitting has, `pilot_questions` of them unscored; `least_questions` is lower where the
    number depends on the answers; `length_text` says it in words. `marks_needed` is None where no number of marks
    decides.
    """

    uuid: UUID
    key: str
    title: str
    subject: str
    language: str
    summary: str
    body_org: str
    minutes: int
    questions: int
    marks_needed: int | None
    pass_mark_text: str
    delivery: str
    is_demonstration: bool
    version_num: int
    version_uuid: UUID
    fee_policy: str
    url: str
    competencies: tuple[CompetencyInfo, ...]
    identity_policy: str
    supervision: str
    max_attempts: int
    wait_days: int
    status: str
    published_at: datetime
    is_provisional: bool = False
    course_key: str | None = None
    registration_opens_at: datetime | None = None
    successor_key: str | None = None
    delivery_rule: str = DeliveryRule.FIXED
    least_questions: int = 0
    pilot_questions: int = 0
    length_text: str = ""


@attrs.frozen
class ExamDetail(ExamSummary):
    """Everything that the exam's page tells before anybody registers."""

    what_passing_shows: str = ""
    can_go_back: bool = True
    pass_mark: PassMarkRecord | None = None
    adjustments: tuple[str, ...] = ()
    rules: str = ""
    appeals: str = ""
    terms_text: str = ""
    terms_version: str = ""
    release_policy: str = ReleasePolicy.AFTER_CHECK
    release_hours: int = 0
    num_forms: int = 1
    num_practice: int = 0


@attrs.frozen
class Refusal:
    """One thing that stands in the way of publishing: which item, what, and what to do about it."""

    item_key: str | None
    code: str
    message: str
    remedy: str


@attrs.frozen
class Readiness:
    """What stands in the way of publishing, and what does not but should be known; each with its remedy."""

    refusals: tuple[Refusal, ...]
    notes: tuple[Refusal, ...]


@attrs.frozen
class FormPreview:
    """A form as it would be drawn or was frozen; `areas` counts its items per area key."""

    num: int
    marks_needed: int
    sum_of_ratings: Decimal | None
    areas: tuple[tuple[str, int], ...]


@attrs.frozen
class ImportProblem:
    """One line of a file, or one problem of an export, that was not taken in, and why."""

    line: int
    message: str
    name: str = ""


@attrs.frozen
class ImportReport:
    """What an import did, by item key; `left_out` says why."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    left_out: tuple[ImportProblem, ...] = ()
    undeliverable: tuple[str, ...] = ()


@attrs.frozen
class CompetencyData:
    """An area of a framework."""

    key: str
    title: str
    outcome: str
    case_url: str
    num: int
    study_links: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class BankData:
    """A bank as its authors see it."""

    uuid: UUID
    title: str
    owner_org: str
    source_kind: str
    source_key: str
    framework_key: str
    num_items: int
    num_undeliverable: int


@attrs.frozen
class PanelData:
    """A standard setting as its authors see it; `releases` counts who released its cut, of the two people needed.

    `open_round` is the round in which the invited judges rate now; `is_frozen` where a published version uses it.
    """

    uuid: UUID
    num: int
    method: str
    judges: tuple[str, ...]
    rounds: int
    held_on: date | None
    releases: int
    released_at: datetime | None
    open_round: int | None = None
    is_frozen: bool = False


@attrs.frozen
class ItemData:
    """An item of a bank with what its authors need to decide; never for learners."""

    uuid: UUID
    key: str
    title: str
    competency_key: str | None
    is_practice: bool
    is_pilot: bool
    seen_before: bool
    retired: bool
    version_num: int
    response_types: tuple[str, ...]
    parts: int
    refusals: tuple[Refusal, ...]
    rating: Decimal | None
    judges: int


@attrs.frozen
class DraftData:
    """An exam as its authors see it, in any state; `settings` are those of its next version."""

    uuid: UUID
    key: str
    title: str
    subject: str
    language: str
    summary: str
    owner_org: str
    course_key: str | None
    bank_uuid: UUID
    status: str
    is_demonstration: bool
    registration_opens_at: datetime | None
    settings: dict[str, Any]


@attrs.frozen
class PracticeItem:
    """A practice item's place in the practice set; its HTML comes from `render_practice_item`."""

    position: int
    title: str
    competency_key: str | None


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
