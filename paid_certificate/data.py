"""What paid_certificate answers with: frozen records of plain values."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs

from paid_certificate.money import Money
from paid_certificate.proofs.data import CredentialForm

__all__ = [
    "AchievementData",
    "CorrectionData",
    "CorrectionState",
    "LooksOfDay",
    "SupersedeReason",
    "BodyData",
    "BodyKeyData",
    "BulkCounts",
    "BulkData",
    "BulkOutcome",
    "BulkState",
    "CredentialData",
    "CredentialEventData",
    "CredentialForm",
    "CredentialState",
    "CreditInfo",
    "EntitlementData",
    "Finding",
    "KeyKind",
    "Money",
    "OrderData",
    "OrderEventData",
    "OrderState",
    "Purpose",
    "Quote",
    "QuoteLine",
    "RevocationReason",
    "RouteData",
    "RouteKind",
    "SignatoryData",
]


class Purpose(StrEnum):
    """What is bought: the right to sit, or the credential once mastery is shown."""

    SITTING = "sitting"
    CREDENTIAL = "credential"


class OrderState(StrEnum):
    """Where an order stands."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


# From each state, where an order may go. Money that arrives for a cancelled order makes it paid: it was not wasted.
ORDER_TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    OrderState.AWAITING_PAYMENT: frozenset({OrderState.PAID, OrderState.CANCELLED}),
    OrderState.PAID: frozenset({OrderState.REFUNDED}),
    OrderState.CANCELLED: frozenset({OrderState.PAID}),
    OrderState.REFUNDED: frozenset(),
}


@attrs.frozen
class QuoteLine:
    """One line of a quote or an order."""

    text: str
    amount: Money


@attrs.frozen
class Quote:
    """What somebody would pay, when, and on which terms; `when` is a FeePolicy of the exam."""

    exam_key: str
    purpose: Purpose
    when: str
    lines: tuple[QuoteLine, ...]
    total: Money
    retake_total: Money
    refund_rule: str
    hold_days: int
    fee_rule_uuid: UUID | None


@attrs.frozen
class OrderData:
    """An order as its buyer and the operator see it."""

    uuid: UUID
    number: str
    user_id: int
    exam_key: str
    exam_title: str
    purpose: Purpose
    registration_uuid: UUID | None
    decision_uuid: UUID | None
    state: OrderState
    gateway: str
    total: Money
    policy: dict[str, Any]
    held_until: datetime
    paid_at: datetime | None
    created: datetime
    url: str
    is_duplicate_paid: bool = False


@attrs.frozen
class EntitlementData:
    """A right that was bought, with the policy it was bought under."""

    uuid: UUID
    user_id: int
    exam_key: str
    purpose: Purpose
    registration_uuid: UUID | None
    decision_uuid: UUID | None
    order_uuid: UUID
    policy: dict[str, Any]
    created: datetime
    delivered_at: datetime | None
    reversed_at: datetime | None


@attrs.frozen
class Finding:
    """Something that reconciliation found: what is wrong, for whom, and what its repair does."""

    kind: str
    object_uuid: UUID
    user_id: int | None
    what: str
    repair: str


class RouteKind(StrEnum):
    """What leads to an achievement; its reference is an exam's key, a course key, a programme's key."""

    EXAM = "exam"
    COURSE = "course"
    PROGRAMME = "programme"
    EVIDENCE = "evidence"


class CredentialState(StrEnum):
    """Where an award stands."""

    AWAITING_PAYMENT = "awaiting_payment"
    READY = "ready"
    SIGNING = "signing"
    FAILED = "failed"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


# From each state, where an award may go. What was issued never goes back to not issued.
CREDENTIAL_TRANSITIONS: dict[CredentialState, frozenset[CredentialState]] = {
    CredentialState.AWAITING_PAYMENT: frozenset({CredentialState.READY, CredentialState.CANCELLED}),
    CredentialState.READY: frozenset({CredentialState.SIGNING, CredentialState.CANCELLED}),
    CredentialState.SIGNING: frozenset({CredentialState.ISSUED, CredentialState.FAILED, CredentialState.CANCELLED}),
    CredentialState.FAILED: frozenset({CredentialState.SIGNING, CredentialState.CANCELLED}),
    CredentialState.ISSUED: frozenset(
        {CredentialState.SUSPENDED, CredentialState.REVOKED, CredentialState.SUPERSEDED, CredentialState.EXPIRED}
    ),
    CredentialState.SUSPENDED: frozenset({CredentialState.ISSUED, CredentialState.REVOKED, CredentialState.SUPERSEDED}),
    CredentialState.REVOKED: frozenset(),
    CredentialState.SUPERSEDED: frozenset(),
    CredentialState.EXPIRED: frozenset({CredentialState.REVOKED}),
    CredentialState.CANCELLED: frozenset(),
}


class RevocationReason(StrEnum):
    """Why a credential no longer stands: a closed list, shown to everybody. Never money."""

    RESULT_WITHDRAWN = "result_withdrawn"
    IDENTITY_NOT_CONFIRMED = "identity_not_confirmed"
    ISSUED_IN_ERROR = "issued_in_error"
    REPLACED = "replaced"


class SupersedeReason(StrEnum):
    """Why a credential is replaced; kept in the audit, while strangers read "Replaced"."""

    NAME_CHANGED = "name_changed"
    CORRECTED = "corrected"
    REISSUED = "reissued"
    UPGRADED = "upgraded"
    RENEWED = "renewed"


# The other reasons are those of a new award: an upgrade, a renewal.
REPLACED_BY_HAND = (SupersedeReason.NAME_CHANGED, SupersedeReason.CORRECTED, SupersedeReason.REISSUED)
MAX_VALID_MONTHS = 600


class CorrectionState(StrEnum):
    """Where a holder's wish to have the name corrected stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


class BulkState(StrEnum):
    """Where a bulk issue stands."""

    AWAITING_APPROVAL = "awaiting_approval"
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class BulkOutcome(StrEnum):
    """What became of one decision of a bulk issue."""

    WAITING = "waiting"
    ISSUED = "issued"
    FEE_DUE = "fee_due"
    SKIPPED = "skipped"
    FAILED = "failed"


@attrs.frozen
class BulkCounts:
    """What a bulk issue would do: passes to issue for, those that have a credential, those checked too little."""

    due: int
    already: int
    not_due: int


@attrs.frozen
class BulkData:
    """A bulk issue with its progress: how many decisions have which outcome."""

    uuid: UUID
    exam_key: str
    state: BulkState
    created_by_id: int
    approved_by_id: int | None
    created: datetime
    total: int
    outcomes: dict[str, int]

    @property
    def settled(self) -> int:
        """How many decisions have an outcome."""
        return self.total - self.outcomes.get(BulkOutcome.WAITING, 0)


@attrs.frozen
class SignatoryData:
    """Who signs for a body, from the first day to the last; None while in office."""

    uuid: UUID
    name: str
    title: str
    first_day: date
    last_day: date | None


class KeyKind(StrEnum):
    """What a key of a body signs with: Ed25519 the proofs, RSA the tokens."""

    ED25519 = "Ed25519"
    RSA = "RSA"


@attrs.frozen
class BodyKeyData:
    """A public key of a body and what happened to it; `name` is what stands after # in the DID document."""

    kind: KeyKind
    name: str
    created: datetime
    retired_at: datetime | None
    compromised_at: datetime | None


@attrs.frozen
class CreditInfo:
    """A credit value as recommended: `amount` as text in `unit`, levels as (scheme, value)."""

    amount: str
    unit: str
    levels: tuple[tuple[str, str], ...]
    recommender: str
    evidence_url: str
    valid_from: datetime
    valid_to: datetime | None


@attrs.frozen
class BodyData:
    """An issuing body as everybody may see it."""

    uuid: UUID
    slug: str
    name: str
    legal_name: str
    legal_statement: str
    registration_number: str
    address: str
    country_code: str
    country: str
    website: str
    email: str
    complaints_contact: str
    privacy_contact: str
    refund_terms: str
    accreditation_status: str
    quality_assurance: str
    awarding_authority: str
    did: str
    url: str
    is_published: bool
    missing: tuple[str, ...]


@attrs.frozen
class RouteData:
    """A way to an achievement: the form it leads to, and how it must be checked at least.

    `below_gives_statement`: whoever was checked less gets a statement of accomplishment, and not nothing.
    """

    kind: RouteKind
    reference: str
    form: CredentialForm
    least_identity: str
    least_supervision: str
    below_gives_statement: bool


@attrs.frozen
class AchievementData:
    """One version of an achievement as everybody may see it; `url` is its address for ever."""

    uuid: UUID
    version_uuid: UUID
    version_num: int
    key: str
    title: str
    description: str
    criteria: str
    body: BodyData
    outcomes: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    workload: str
    field_of_study: str
    routes: tuple[tuple[str, str], ...]
    url: str
    ways: tuple[RouteData, ...] = ()
    valid_months: int | None = None


@attrs.frozen
class CredentialData:
    """An award as its holder sees it; the signed documents come from `get_document` and `get_statement`."""

    uuid: UUID
    user_id: int
    holder_name: str
    achievement: AchievementData
    state: CredentialState
    route_kind: str
    decision_uuid: UUID | None
    completion_uuid: UUID | None
    identity: str
    supervision: str
    is_demonstration: bool
    awarded_at: datetime
    issued_at: datetime | None
    valid_until: datetime | None
    ended_at: datetime | None
    ended_reason: str
    failure: str
    url: str
    verify_url: str
    erased_at: datetime | None = None
    successor_uuid: UUID | None = None
    links_successor: bool = False
    shares_statement: bool = False
    signatories: tuple[tuple[str, str], ...] = ()
    form: CredentialForm = CredentialForm.CREDENTIAL
    renewable_from: datetime | None = None

    @property
    def carries_credit(self) -> bool:
        """Whether it may carry credit at all: no statement of accomplishment does, and no demonstration."""
        return self.form is CredentialForm.CREDENTIAL and not self.is_demonstration


@attrs.frozen
class CorrectionData:
    """A holder's wish to have the name corrected, and what became of it."""

    uuid: UUID
    credential: CredentialData
    new_name: str
    why: str
    links_successor: bool
    state: CorrectionState
    answer: str
    created: datetime
    decided_at: datetime | None


@attrs.frozen
class LooksOfDay:
    """How often strangers looked at a credential on one day (UTC)."""

    day: date
    count: int


@attrs.frozen
class CredentialEventData:
    """Event data of a credential."""

    credential_uuid: str = attrs.field(converter=str)
    achievement_uuid: str = attrs.field(converter=str)
    user_id: int = attrs.field(converter=int)


@attrs.frozen
class OrderEventData:
    """Event data of an order; money in minor units, since Avro knows no Decimal."""

    order_uuid: str = attrs.field(converter=str)
    exam_key: str = attrs.field(converter=str)
    user_id: int = attrs.field(converter=int)
    total_minor: int = attrs.field(converter=int)
    currency: str = attrs.field(converter=str)


# The event bus builds its schema from the types themselves, which annotations as text would hide.
attrs.resolve_types(OrderEventData)
attrs.resolve_types(CredentialEventData)
