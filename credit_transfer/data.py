"""What credit_transfer answers with: frozen records of plain values, and the states of its things."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs

from credit_transfer.articulation import ConditionState
from paid_certificate.data import CreditInfo

__all__ = [
    "AgreementData",
    "AgreementState",
    "AnswerData",
    "AnswerKind",
    "Condition",
    "ConditionState",
    "CreditInfo",
    "CreditValueData",
    "DeliveryData",
    "DeliveryKind",
    "DeliveryState",
    "DeskData",
    "DeskRequest",
    "Finding",
    "InstitutionData",
    "InstitutionState",
    "MailboxData",
    "OfferData",
    "OfferState",
    "Preview",
    "RecognitionData",
    "Recognitions",
    "RequestData",
    "RequestState",
    "TransferAnswerEventData",
    "TransferEventData",
]


class InstitutionState(StrEnum):
    """Only a verified institution receives anything; a closed one keeps its past."""

    DRAFT = "draft"
    VERIFIED = "verified"
    CLOSED = "closed"


INSTITUTION_TRANSITIONS: dict[InstitutionState, frozenset[InstitutionState]] = {
    InstitutionState.DRAFT: frozenset({InstitutionState.VERIFIED, InstitutionState.CLOSED}),
    InstitutionState.VERIFIED: frozenset({InstitutionState.CLOSED}),
    InstitutionState.CLOSED: frozenset({InstitutionState.VERIFIED}),
}


class AgreementState(StrEnum):
    """Only a signed agreement counts; an ended one may still be taught out."""

    DRAFT = "draft"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    ENDED = "ended"


# From each state, where an agreement may go. What was ended is not revived: the sides sign a new version.
AGREEMENT_TRANSITIONS: dict[AgreementState, frozenset[AgreementState]] = {
    AgreementState.DRAFT: frozenset({AgreementState.SIGNED, AgreementState.ENDED}),
    AgreementState.SIGNED: frozenset({AgreementState.SUSPENDED, AgreementState.ENDED}),
    AgreementState.SUSPENDED: frozenset({AgreementState.SIGNED, AgreementState.ENDED}),
    AgreementState.ENDED: frozenset(),
}


class OfferState(StrEnum):
    """Only an open offer is shown."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


OFFER_TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.DRAFT: frozenset({OfferState.OPEN, OfferState.CLOSED}),
    OfferState.OPEN: frozenset({OfferState.CLOSED}),
    OfferState.CLOSED: frozenset(),
}


class RequestState(StrEnum):
    """Where a transfer request stands; how its mail fared is told by its deliveries."""

    SENT = "sent"
    OPENED = "opened"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


# From each state, where a request may go. Consent can be withdrawn after an answer too: the office's access ends.
REQUEST_TRANSITIONS: dict[RequestState, frozenset[RequestState]] = {
    RequestState.SENT: frozenset(
        {RequestState.OPENED, RequestState.ANSWERED, RequestState.WITHDRAWN, RequestState.LAPSED}
    ),
    RequestState.OPENED: frozenset({RequestState.ANSWERED, RequestState.WITHDRAWN, RequestState.LAPSED}),
    RequestState.ANSWERED: frozenset({RequestState.WITHDRAWN}),
    RequestState.WITHDRAWN: frozenset(),
    RequestState.LAPSED: frozenset(),
}
OPEN_STATES = (RequestState.SENT, RequestState.OPENED)
VISIBLE_STATES = (*OPEN_STATES, RequestState.ANSWERED)


class DeliveryKind(StrEnum):
    """What a mail to an office was for."""

    REQUEST = "request"
    LINK = "link"
    REMINDER = "reminder"


class DeliveryState(StrEnum):
    """How a mail to an office fared."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


DELIVERY_TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.SENT, DeliveryState.FAILED}),
    DeliveryState.FAILED: frozenset({DeliveryState.SENT, DeliveryState.FAILED}),
    DeliveryState.SENT: frozenset({DeliveryState.BOUNCED}),
    DeliveryState.BOUNCED: frozenset(),
}


class AnswerKind(StrEnum):
    """What an institution decided."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@attrs.frozen
class MailboxData:
    """An address of an institution's office, in the order in which they are tried."""

    uuid: UUID
    email: str
    rank: int
    bounced_at: datetime | None


@attrs.frozen
class InstitutionData:
    """An institution of the directory; `mailboxes` are for the operator, never on public pages."""

    uuid: UUID
    name: str
    country_code: str
    website: str
    office_name: str
    appeals_contact: str
    needs_student_id: bool
    needs_birth_date: bool
    answers_within_days: int
    state: InstitutionState
    verified_at: datetime | None
    mailboxes: tuple[MailboxData, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Whether the operator has checked that it is what it says."""
        return self.state is InstitutionState.VERIFIED


@attrs.frozen
class CreditValueData:
    """A recommendation of credit for an achievement, and what it rests on."""

    uuid: UUID
    achievement_uuid: UUID
    amount: Decimal
    unit: str
    levels: tuple[tuple[str, str], ...]
    isced_f: str
    hours: int | None
    recommender: str
    evidence: str
    evidence_url: str
    valid_from: datetime
    valid_to: datetime | None


@attrs.frozen
class AgreementData:
    """One version of an articulation agreement; `gives` says in one line what the institution grants."""

    uuid: UUID
    series_uuid: UUID
    num: int
    institution: InstitutionData
    achievement_uuid: UUID
    achievement_version_uuids: tuple[UUID, ...]
    achievement_title: str
    body_name: str
    equivalent_course: str
    credits: Decimal | None
    unit: str
    levels: tuple[tuple[str, str], ...]
    least_identity: str
    least_supervision: str
    least_score: int | None
    cap: str
    residency: str
    conditions: str
    valid_from: datetime
    valid_to: datetime | None
    teach_out_until: datetime | None
    state: AgreementState
    body_signed_by: str
    body_signed_at: datetime | None
    institution_signed_by: str
    institution_signed_at: datetime | None
    reason: str
    ended_at: datetime | None
    gives: str


@attrs.frozen
class OfferData:
    """An admission offer on a programme: eligible to apply, not admission. `is_past` once its deadline is over."""

    uuid: UUID
    institution: InstitutionData
    programme_key: str
    programme_title: str
    degree: str
    standard_months: int
    reduced_months: int
    credits_waived: Decimal
    unit: str
    intake: str
    deadline: datetime
    time_zone: str
    fee: str
    conditions: str
    state: OfferState
    is_past: bool


@attrs.frozen
class Condition:
    """One condition of an agreement in words, and whether a person meets it."""

    code: str
    text: str
    state: ConditionState


@attrs.frozen
class RecognitionData:
    """What one institution has agreed to give, on which conditions."""

    institution: InstitutionData
    gives: str
    conditions: tuple[Condition, ...]
    valid_until: datetime | None
    agreement_uuid: UUID
    is_teach_out: bool = False


@attrs.frozen
class Recognitions:
    """Where an achievement counts: agreed, recommended, admission offers; never mixed."""

    achievement_uuid: UUID | None
    title: str
    agreed: tuple[RecognitionData, ...]
    recommended: tuple[CreditInfo, ...]
    offers: tuple[OfferData, ...]


@attrs.frozen
class Preview:
    """Exactly what a request would send: always, only with a second consent, and what the learner adds."""

    credential_uuid: UUID
    institution: InstitutionData
    always: tuple[tuple[str, str], ...]
    with_statement: tuple[tuple[str, str], ...]
    package: dict[str, Any]
    consent_text: str
    consent_version: str
    consent_until: datetime
    answer_by: datetime
    agreement: AgreementData | None
    overlaps: tuple[str, ...]


@attrs.frozen
class AnswerData:
    """An institution's answer; a later number amends an earlier one."""

    uuid: UUID
    num: int
    kind: AnswerKind
    course: str
    credits: Decimal | None
    unit: str
    conditions: str
    reason: str
    by_name: str
    by_role: str
    created: datetime


@attrs.frozen
class DeliveryData:
    """One mail to an office."""

    uuid: UUID
    request_uuid: UUID | None
    institution_uuid: UUID
    email: str
    kind: DeliveryKind
    state: DeliveryState
    attempts: int
    error: str
    created: datetime
    sent_at: datetime | None


@attrs.frozen
class RequestData:
    """A transfer request as its learner sees it."""

    uuid: UUID
    user_id: int
    credential_uuid: UUID
    achievement_title: str
    institution: InstitutionData
    programme_there: str
    holder_name: str
    student_id_there: str
    birth_date: date | None
    include_statement: bool
    consent_text: str
    consent_version: str
    consented_at: datetime
    consent_until: datetime
    answer_by: datetime
    state: RequestState
    created: datetime
    opened_at: datetime | None
    withdrawn_at: datetime | None
    amend_until: datetime | None
    delivery: DeliveryData | None
    answers: tuple[AnswerData, ...]
    package: dict[str, Any]
    package_sha256: str
    url: str

    @property
    def answer(self) -> AnswerData | None:
        """The answer that counts: the newest."""
        return self.answers[-1] if self.answers else None


@attrs.frozen
class DeskRequest:
    """A request in the list of other requests on the desk."""

    uuid: UUID
    holder_name: str
    achievement_title: str
    state: RequestState
    answer_by: datetime
    created: datetime


@attrs.frozen
class DeskData:
    """What a registrar's link opens: one request in full, and the institution's other open ones."""

    institution: InstitutionData
    link_ends: datetime
    request: RequestData | None
    others: tuple[DeskRequest, ...]
    draft: dict[str, Any]


@attrs.frozen
class Finding:
    """Something that reconciliation found: what is wrong, for whom, and what its repair does."""

    kind: str
    object_uuid: UUID
    user_id: int | None
    what: str
    repair: str


@attrs.frozen
class TransferEventData:
    """Event data of a request."""

    request_uuid: str = attrs.field(converter=str)
    institution_uuid: str = attrs.field(converter=str)
    user_id: int = attrs.field(converter=int)


@attrs.frozen
class TransferAnswerEventData:
    """Event data of an answer: `kind` is full, partial or none, `num` counts amendments from 1."""

    request_uuid: str = attrs.field(converter=str)
    institution_uuid: str = attrs.field(converter=str)
    user_id: int = attrs.field(converter=int)
    kind: str = attrs.field(converter=str)
    num: int = attrs.field(converter=int)


# The event bus builds its schema from the types themselves, which annotations as text would hide.
attrs.resolve_types(TransferEventData)
attrs.resolve_types(TransferAnswerEventData)
