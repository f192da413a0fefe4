"""What a credential says, as plain data frozen at the award.

Everything a signature covers comes from here and from nowhere else, so that a later change of a profile, an achievement
or a course never touches what was signed. Texts are cleaned when a document is built.
"""

import hashlib
import secrets
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import attrs

__all__ = [
    "AchievementData",
    "AddressData",
    "AlignmentData",
    "AreaResult",
    "Assurance",
    "AwardData",
    "CredentialForm",
    "CreditData",
    "EvidenceData",
    "HashedIdentity",
    "IdentityAssurance",
    "IssuerData",
    "ResultData",
    "ScaleScore",
    "StatusEntry",
    "StatusPurpose",
    "SupervisionAssurance",
    "hash_identity",
]


class IdentityAssurance(StrEnum):
    """How sure the issuer is of who sat."""

    NONE = "none"
    CHECKED = "checked"


class SupervisionAssurance(StrEnum):
    """How the sitting was watched."""

    NONE = "none"
    ONLINE = "online"
    ONSITE = "onsite"


class StatusPurpose(StrEnum):
    """What a set bit of a status list means: for good, or for now."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


class CredentialForm(StrEnum):
    """A full credential, or a statement of accomplishment that a later exam upgrades."""

    CREDENTIAL = "credential"
    STATEMENT = "statement"


@attrs.frozen
class Assurance:
    """How identity and sitting were checked; printed on every credential, "not checked" included."""

    identity: IdentityAssurance = IdentityAssurance.NONE
    supervision: SupervisionAssurance = SupervisionAssurance.NONE


@attrs.frozen
class AddressData:
    """Where an issuing body is registered. `country_code` is ISO 3166-1 alpha-2 and required by Annex I."""

    country_code: str
    country: str = ""
    region: str = ""
    locality: str = ""
    street: str = ""
    postal_code: str = ""


@attrs.frozen(cache_hash=True)
class IssuerData:
    """The issuing body as it stood at the award."""

    did: str
    name: str
    url: str
    address: AddressData
    legal_statement: str  # such as "Awarded by X; not a degree of Y"
    email: str = ""
    image_url: str = ""
    accreditation: str = ""  # accreditation status in words; "none" is said too
    awarding_authority: str = ""  # without one no credit is ever `creditsEarned`


@attrs.frozen
class AlignmentData:
    """A published competency, outcome or level that the achievement is aligned to.

    `target_type` is an Open Badges AlignmentTargetType such as `CFItem`, `ceasn:Competency` or `ext:LearningOutcome`.
    """

    name: str
    url: str
    framework: str = ""
    code: str = ""
    description: str = ""
    target_type: str = ""


@attrs.frozen
class CreditData:
    """Credit that the achievement is worth: recommended, or awarded where the issuer has the authority.

    `amount` in `unit` (ECTS, US semester hours, UK CATS...), signed to two places.
    """

    amount: Decimal
    unit: str
    recommender: str
    evidence_url: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    earned: bool = False


@attrs.frozen(cache_hash=True)
class AchievementData:
    """One version of an achievement, with the standard elements of Annex I of 2022/C 243/02."""

    url: str
    name: str
    description: str
    criteria: str  # what had to be shown, Markdown
    version: str = "1"
    language: str = "en"
    achievement_type: str = "MicroCredential"
    human_code: str = ""
    field_of_study: str = ""
    specialization: str = ""
    image_url: str = ""
    tags: tuple[str, ...] = ()
    outcomes: tuple[AlignmentData, ...] = ()
    levels: tuple[AlignmentData, ...] = ()  # EQF, QF-EHEA with its cycle, ISCED, national
    workload: str = ""  # notional, such as "125 hours (5 ECTS)"
    assessment_type: str = ""
    participation: str = ""
    quality_assurance: str = ""
    prerequisites: str = ""
    stackability: str = ""
    further_information: str = ""
    credit: CreditData | None = None


@attrs.frozen
class HashedIdentity:
    """A salted hash by which a holder without a wallet can show that a credential is theirs."""

    identity_type: str
    identity_hash: str
    salt: str


@attrs.frozen
class EvidenceData:
    """What the award rests on: an exam, a course, a programme. `key` is unique in the award and URL-safe."""

    key: str
    name: str
    description: str
    genre: str = ""


@attrs.frozen
class StatusEntry:
    """One bit in one status list."""

    purpose: StatusPurpose
    list_url: str
    index: int


@attrs.frozen
class AwardData:
    """Everything the credential of one holder says. `credential_url` is its id for ever."""

    credential_url: str
    achievement: AchievementData
    issuer: IssuerData
    holder_name: str
    awarded: datetime
    valid_from: datetime
    valid_until: datetime | None = None
    assurance: Assurance = Assurance()
    evidence: tuple[EvidenceData, ...] = ()
    status: tuple[StatusEntry, ...] = ()
    holder_did: str = ""  # of the holder's wallet, if they have one
    holder_identity: HashedIdentity | None = None
    form: CredentialForm = CredentialForm.CREDENTIAL
    demonstration: bool = False  # says so in its name, and carries no credit


@attrs.frozen
class ScaleScore:
    """A score on the exam's reporting scale. `margin` is the standard error of measurement in points either way."""

    value: Decimal
    minimum: Decimal
    maximum: Decimal
    required: Decimal
    margin: Decimal | None = None


@attrs.frozen
class AreaResult:
    """One area of the exam and its band: Above, Near or Below. `key` is unique in the result and URL-safe."""

    key: str
    name: str
    band: str


@attrs.frozen
class ResultData:
    """The result statement of an award: its own document, for the holder and for transfers they consent to."""

    statement_url: str
    award: AwardData
    score: ScaleScore | None = None
    areas: tuple[AreaResult, ...] = ()
    status: tuple[StatusEntry, ...] = ()


def hash_identity(value: str, *, identity_type: str = "emailAddress", salt: str = "") -> HashedIdentity:
    """Return the Open Badges IdentityHash of `value` (SHA-256 over value then salt), salted at random by default."""
    salt = salt or secrets.token_hex(16)
    digest = hashlib.sha256((value + salt).encode()).hexdigest()
    return HashedIdentity(identity_type, f"sha256${digest}", salt)
