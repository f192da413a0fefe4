"""Checking somebody else's credential with whatever its holder brought along, and saying what came of it.

What is signed is the RDF, and what people are shown is JSON: so a file is bounded in size and in work, and what it says
about itself is kept apart from what was checked. Nothing is fetched.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Any

import attrs

from paid_certificate.proofs.baking import unbake
from paid_certificate.proofs.data_integrity import CRYPTOSUITE
from paid_certificate.proofs.did import url_from_did_web
from paid_certificate.proofs.document import MAX_BYTES, as_list, issuer_id, parse_document, types_of
from paid_certificate.proofs.errors import MalformedDocument, ProofsError
from paid_certificate.proofs.jose import is_compact_token, parse_token
from paid_certificate.proofs.multibase import decode_base58btc
from paid_certificate.proofs.terms import PINNED_CONTEXTS
from paid_certificate.proofs.text import clean_text
from paid_certificate.proofs.verification import CheckName, Outcome, Reason, Verification
from paid_certificate.proofs.verify import Resolver, verify_document

__all__ = [
    "MAX_SUPPORT",
    "ForeignCheck",
    "ForeignOutcome",
    "ForeignSummary",
    "check_foreign",
    "credential_text",
    "read_claimed",
    "summarise",
    "support_document",
]

MAX_SUPPORT = 5  # an issuer's document and four status lists; each costs a check of its own
_MAX_VALUES = 1_500  # JSON values of the credential itself: ten times a rich badge, and two seconds of work
_MAX_PROOFS = 2
_MAX_SUPPORT_VALUES = 1_000  # JSON values: a status list holds twenty, a DID document with fifty old keys 300
_MAX_TEXT = 255
_MAX_HOLDERS = 5


class ForeignOutcome(StrEnum):
    """What the check found, in one word; none of them is a verdict on the person."""

    VALID = "valid"
    STATUS_NOT_CHECKED = "status_not_checked"
    KEY_NOT_SUPPLIED = "key_not_supplied"
    KEY_NOT_ACCEPTED = "key_not_accepted"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    NOT_SIGNED = "not_signed"
    NOT_COVERED = "not_covered"
    NOT_READ_HERE = "not_read_here"
    ALTERED = "altered"


@attrs.frozen
class ForeignSummary:
    """What a credential says about itself; whoever made it chose these words, and the key alone is checked.

    `key_url` is where a did:web keeps its document, for a person to compare; `is_about_email` whether the credential
    names the e-mail address it was compared with, None where it names none.
    """

    issuer_id: str
    issuer_name: str
    title: str
    holders: tuple[str, ...]
    valid_from: str
    valid_until: str
    key_url: str
    is_about_email: bool | None


@attrs.frozen
class ForeignCheck:
    """What came of a check."""

    outcome: ForeignOutcome
    verification: Verification


def credential_text(raw: bytes) -> str:
    """Return the credential in a file: JSON, a compact token, or a PNG or SVG with one baked in.

    Raises MalformedDocument or UnbakedImage, with a sentence for people, if there is none in it.
    """
    if raw.startswith(b"\x89PNG\r\n") or raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return unbake(raw)
    if len(raw) > MAX_BYTES:
        raise MalformedDocument(f"The file is larger than {MAX_BYTES // 1024} KB.")
    try:
        return raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise MalformedDocument("The file is neither JSON nor an image with a credential in it.") from error


def support_document(raw: bytes | str) -> dict[str, Any]:
    """Return an issuer's document or a status list that somebody brought; raise MalformedDocument if it is none."""
    document = parse_document(raw, max_values=_MAX_SUPPORT_VALUES)
    if not isinstance(document.get("id"), str):
        raise MalformedDocument("The document does not say which one it is: its id is missing.")
    return document


def read_claimed(text: str) -> dict[str, Any]:
    """Return what a credential says, whoever signed it; raise MalformedDocument if it is no JSON document.

    Each signature costs a canonicalisation, so both the values and the signatures are few.
    """
    if is_compact_token(text):
        return parse_token(text).payload
    document = parse_document(text, max_values=_MAX_VALUES)
    if len(as_list(document.get("proof"))) > _MAX_PROOFS:
        raise MalformedDocument("The file holds more signatures than are read here.")
    return document


def check_foreign(
    text: str, support: Iterable[Mapping[str, Any]], now: datetime, *, ours: Resolver | None = None
) -> ForeignCheck:
    """Check a credential with the documents brought along; documents in `ours` count before those of the same id.

    Raises MalformedDocument if `text` is no JSON document at all.
    """
    document = read_claimed(text)
    resolver = {str(entry["id"]): entry for entry in support} | dict(ours or {})
    verification = verify_document(text, resolver, now)
    return ForeignCheck(_outcome(document, verification), verification)


def summarise(document: Mapping[str, Any], email: str) -> ForeignSummary:
    """Return what a credential says about itself, in short texts without control characters."""
    issuer = document.get("issuer")
    subjects = [entry for entry in as_list(document.get("credentialSubject")) if isinstance(entry, dict)]
    achievements = [entry.get("achievement") for entry in subjects]
    titles = [entry.get("name") for entry in achievements if isinstance(entry, dict)]
    identities = [entry for subject in subjects for entry in _identities(subject)]
    address = _issuer_address(dict(document))
    return ForeignSummary(
        issuer_id=_short(address),
        issuer_name=_short(issuer.get("name") if isinstance(issuer, dict) else ""),
        title=_short(next((title for title in (*titles, document.get("name")) if isinstance(title, str)), "")),
        holders=tuple(_short(entry["identityHash"]) for entry in identities if entry.get("hashed") is not True)[
            :_MAX_HOLDERS
        ],
        valid_from=_short(document.get("validFrom")),
        valid_until=_short(document.get("validUntil")),
        key_url=_short(_key_url(address)),
        is_about_email=_is_about(identities, email),
    )


def _outcome(document: Mapping[str, Any], verification: Verification) -> ForeignOutcome:
    """The one word for the checks; the signature comes first, since nothing else of a doubtful document counts."""
    reasons = {check.name: check.reason for check in verification.checks if check.outcome is not Outcome.PASSED}
    if CheckName.STRUCTURE in reasons:
        return ForeignOutcome.NOT_READ_HERE
    if reasons.get(CheckName.KEY) is Reason.KEY_NOT_AT_HAND:
        return ForeignOutcome.KEY_NOT_SUPPLIED
    if CheckName.KEY in reasons:
        return ForeignOutcome.KEY_NOT_ACCEPTED
    if CheckName.PROOF in reasons:
        return _unproved(document, reasons[CheckName.PROOF])
    for name, reason, outcome in _ENDINGS:
        if reasons.get(name) is reason:
            return outcome
    not_checked = any(check.outcome in (Outcome.FAILED, Outcome.NOT_CHECKED) for check in verification.checks)
    return ForeignOutcome.STATUS_NOT_CHECKED if not_checked else ForeignOutcome.VALID


_ENDINGS = (
    (CheckName.REVOCATION, Reason.REVOKED, ForeignOutcome.REVOKED),
    (CheckName.SUSPENSION, Reason.SUSPENDED, ForeignOutcome.SUSPENDED),
    (CheckName.VALIDITY, Reason.NOT_YET_VALID, ForeignOutcome.NOT_YET_VALID),
    (CheckName.VALIDITY, Reason.EXPIRED, ForeignOutcome.EXPIRED),
)


def _unproved(document: Mapping[str, Any], reason: Reason) -> ForeignOutcome:
    """Tell apart what was altered from what is only of a kind that is not read here: that is nobody's fault."""
    if reason is Reason.NO_PROOF:
        return ForeignOutcome.NOT_SIGNED
    proofs = [proof for proof in as_list(document.get("proof")) if isinstance(proof, dict)]
    if reason is Reason.SIGNATURE_WRONG or not proofs:
        return ForeignOutcome.ALTERED
    if any(proof.get("cryptosuite") != CRYPTOSUITE for proof in proofs):
        return ForeignOutcome.NOT_READ_HERE
    if any(not isinstance(entry, str) or entry not in PINNED_CONTEXTS for entry in as_list(document.get("@context"))):
        return ForeignOutcome.NOT_READ_HERE
    return ForeignOutcome.NOT_COVERED if all(_has_signature(proof) for proof in proofs) else ForeignOutcome.ALTERED


def _has_signature(proof: Mapping[str, Any]) -> bool:
    try:
        return len(decode_base58btc(str(proof.get("proofValue")))) == 64
    except ProofsError:
        return False


def _identities(subject: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = [entry for entry in as_list(subject.get("identifier")) if isinstance(entry, dict)]
    return [entry for entry in entries if "IdentityObject" in types_of(entry) and _is_text(entry.get("identityHash"))]


def _is_about(identities: list[dict[str, Any]], email: str) -> bool | None:
    """Whether one of the e-mail addresses is `email`, hashed (Open Badges 3.0, IdentityHash) or in clear."""
    named = [entry for entry in identities if entry.get("identityType") == "emailAddress"]
    if not named or not email:
        return None
    return any(_names(entry, spelling) for entry in named for spelling in {email, email.lower()})


def _names(entry: Mapping[str, Any], email: str) -> bool:
    if entry.get("hashed") is not True:
        return str(entry["identityHash"]).lower() == email.lower()
    salt = entry.get("salt")
    if salt is not None and not _is_text(salt):
        return False
    digest = hashlib.sha256((email + (salt or "")).encode()).hexdigest()
    return compare_digest(f"sha256${digest}".encode(), str(entry["identityHash"]).lower().encode())


def _issuer_address(document: dict[str, Any]) -> str:
    try:
        return issuer_id(document)
    except ProofsError:
        return ""


def _key_url(address: str) -> str:
    if not address.startswith("did:web:"):
        return address if address.startswith("https://") else ""
    try:
        return url_from_did_web(address)
    except ProofsError:
        return ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _short(value: Any) -> str:
    return " ".join(clean_text(value).split())[:_MAX_TEXT] if isinstance(value, str) else ""
