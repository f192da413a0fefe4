"""Answer a stranger: what stands, what was checked, and what was not. Nothing is ever fetched from elsewhere."""

from __future__ import annotations

import json
import re
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs
from django.utils import timezone

from paid_certificate.data import CredentialData, CredentialState
from paid_certificate.errors import CertificateError, CredentialNotFound
from paid_certificate.models import Credential
from paid_certificate.proofs.document import parse_document
from paid_certificate.proofs.errors import ProofsError
from paid_certificate.proofs.jose import is_compact_token, token_payload
from paid_certificate.proofs.verify import Verification, verify_document
from paid_certificate.services.addresses import base_url, body_did, credential_url, statement_url, status_list_url
from paid_certificate.services.awards import credential_data, credential_row, get_credential
from paid_certificate.services.bodies import did_document_of
from paid_certificate.services.status import signed_status_list

MAX_BYTES = 1_000_000
UUID_IN_TEXT = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Answer(StrEnum):
    """The one line of the verification page."""

    VALID = "valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    REPLACED = "replaced"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    UNREADABLE = "unreadable"


@attrs.frozen
class Verified:
    """The answer with what is behind it; `credential` only of one issued here, unaltered and not erased."""

    answer: Answer
    credential: CredentialData | None
    checks: Verification | None
    checked_at: datetime
    from_file: bool = False
    is_erased: bool = False
    successor: CredentialData | None = None


def verify_issued(uuid: UUID) -> Verified:
    """Check a credential of ours by its uuid: our record, and the signature on the stored document."""
    row = credential_row(uuid)
    now = timezone.now()
    if row.state == CredentialState.CANCELLED:
        return Verified(Answer.NOT_OURS, None, None, now)
    if row.issued_at is None:
        return Verified(Answer.NOT_YET, None, None, now)
    if row.erased_at is not None:
        return Verified(_answer(row, now), None, None, now, is_erased=True)
    checks = verify_document(row.document, resolver_for(row), now)
    answer = _answer(row, now)
    if answer is Answer.VALID and not _is_ours(checks):
        return Verified(Answer.ALTERED, None, checks, now)  # what is stored here is not what was signed
    return Verified(answer, credential_data(row), checks, now, successor=_successor(row))


def verify_text(text: str) -> Verified:
    """Check what somebody pasted or uploaded: an address of ours, or a credential as JSON or as a token."""
    text = text.strip()
    if not text or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return Verified(Answer.UNREADABLE, None, None, timezone.now(), from_file=True)
    if text.startswith("{") or is_compact_token(text):
        return _verify_file(text)
    found = UUID_IN_TEXT.search(text)
    is_ours = found is not None and (text.startswith(base_url()) or UUID_IN_TEXT.fullmatch(text) is not None)
    if found is None or not is_ours:
        answer = Answer.NOT_OURS if "://" in text or found else Answer.UNREADABLE
        return Verified(answer, None, None, timezone.now())
    try:
        return verify_issued(UUID(found.group()))
    except CredentialNotFound:
        return Verified(Answer.NOT_OURS, None, None, timezone.now())


def resolver_for(row: Credential) -> dict[str, dict[str, Any]]:
    """The documents that a check of `row` needs, by address or DID: the issuer's and the status lists."""
    slug = row.achievement_version.achievement.body.slug
    resolver: dict[str, dict[str, Any]] = {body_did(slug): did_document_of(slug)}
    for entry in row.status_entries.select_related("status_list"):
        found = entry.status_list
        url = status_list_url(slug, found.purpose, found.num)
        resolver[url] = json.loads(signed_status_list(slug, found.purpose, found.num))
    return resolver


def _verify_file(text: str) -> Verified:
    now = timezone.now()
    try:
        # Who a token says it is decides which keys it is checked with, and nothing more.
        document = token_payload(text) if is_compact_token(text) else parse_document(text)
    except ProofsError:
        return Verified(Answer.UNREADABLE, None, None, now, from_file=True)
    row = _row_of(document)
    if row is None:
        return Verified(Answer.NOT_OURS, None, None, now, from_file=True)
    checks = verify_document(text, resolver_for(row), now)
    if not _is_ours(checks):
        return Verified(Answer.ALTERED, None, checks, now, from_file=True)
    if row.erased_at is not None:
        return Verified(_answer(row, now), None, checks, now, from_file=True, is_erased=True)
    known = credential_data(row)
    return Verified(_answer(row, now), known, checks, now, from_file=True, successor=_successor(row))


def _is_ours(checks: Verification) -> bool:
    """Whether a key that may sign for the issuer signed exactly this."""
    origin = {check.name.value: check.outcome.value for check in checks.checks}
    return all(origin.get(name) == "passed" for name in ("structure", "key", "proof"))


def _row_of(document: dict[str, Any]) -> Credential | None:
    """The row whose credential or result statement the document says it is, whatever else is true of it."""
    address = str(document.get("id", ""))
    found = UUID_IN_TEXT.search(address)
    if found is None or address not in (credential_url(UUID(found.group())), statement_url(UUID(found.group()))):
        return None
    try:
        row = credential_row(UUID(found.group()))
    except CertificateError:
        return None
    return row if row.issued_at is not None else None


def _successor(row: Credential) -> CredentialData | None:
    """What replaced `row`, where the holder agreed that strangers are led to it: a link tells of a new name."""
    if row.successor is None or not row.links_successor:
        return None
    found = get_credential(row.successor.uuid)
    return found if found.issued_at is not None and found.erased_at is None else None


def _answer(row: Credential, now: datetime) -> Answer:
    by_state = {
        CredentialState.REVOKED: Answer.REVOKED,
        CredentialState.SUSPENDED: Answer.SUSPENDED,
        CredentialState.SUPERSEDED: Answer.REPLACED,
        CredentialState.EXPIRED: Answer.EXPIRED,
    }
    answer = by_state.get(CredentialState(row.state))
    if answer is not None:
        return answer
    return Answer.EXPIRED if row.valid_until is not None and row.valid_until <= now else Answer.VALID
