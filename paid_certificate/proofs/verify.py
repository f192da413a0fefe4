"""Checking a signed credential, document or token, without asking anybody.

The resolver maps addresses and DIDs to documents already at hand. What is missing from it is reported as not checked,
never as passed, and nothing is fetched.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.data_integrity import is_proof_valid
from paid_certificate.proofs.did import did_key_document, find_verification_method, url_from_did_web
from paid_certificate.proofs.document import as_list, issuer_id, parse_document, types_of
from paid_certificate.proofs.errors import MalformedDocument, MalformedStatusList, ProofsError
from paid_certificate.proofs.jose import (
    JsonWebToken,
    is_compact_token,
    is_token_signed_by,
    parse_token,
    registered_claims,
)
from paid_certificate.proofs.status_list import decode_status_list
from paid_certificate.proofs.terms import CREDENTIALS_V2, PINNED_CONTEXTS
from paid_certificate.proofs.text import format_datetime, parse_datetime
from paid_certificate.proofs.verification import Check, CheckName, Outcome, Reason, Verdict, Verification

__all__ = ["Check", "CheckName", "Outcome", "Reason", "Resolver", "Verdict", "Verification", "verify_document"]

Resolver = Mapping[str, Mapping[str, Any]]
_MAX_PROOFS = 4
_MAX_STATUS_ENTRIES = 8
_LAST_SECOND = 253_402_300_800  # the year 10000, which no datetime reaches


def verify_document(
    document: bytes | str | Mapping[str, Any],
    resolver: Resolver,
    now: datetime,
    *,
    contexts: Mapping[str, Any] = PINNED_CONTEXTS,
) -> Verification:
    """Check a credential with an eddsa-rdfc-2022 proof, or an RS256 token, at the moment `now`.

    Never raises for a bad document: the structure check fails instead.
    """
    token = None
    try:
        if not isinstance(document, bytes | str):
            read = dict(document)
        elif is_compact_token(document):
            token = parse_token(document)
            read = token.payload
        else:
            read = parse_document(document)
        issuer = _require_structure(read)
    except ProofsError as error:
        return Verification((Check(CheckName.STRUCTURE, Outcome.FAILED, Reason.UNREADABLE, str(error)),))
    verifier = _Verifier(issuer, resolver, now, contexts)
    origin = verifier.check_origin(read) if token is None else verifier.check_token(token)
    checks = [Check(CheckName.STRUCTURE, Outcome.PASSED), *origin]
    if all(check.outcome is Outcome.PASSED for check in checks):
        checks += verifier.check_status(read)
    checks.append(verifier.check_validity(read))
    return Verification(tuple(checks), read, issuer)


@attrs.frozen
class _Verifier:
    """Checks documents of one issuer with what is at hand at one moment."""

    issuer: str
    resolver: Resolver
    now: datetime
    contexts: Mapping[str, Any]

    def check_origin(self, document: dict[str, Any]) -> list[Check]:
        """Check key and signature of every proof; the first trouble is reported."""
        proofs = as_list(document.get("proof"))
        if not proofs:
            return [Check(CheckName.PROOF, Outcome.FAILED, Reason.NO_PROOF)]
        for proof in proofs:
            key, multikey = self._check_key(proof)
            if key.outcome is not Outcome.PASSED:
                return [key]
            signature = self._check_proof(document, proof, multikey)
            if signature.outcome is not Outcome.PASSED:
                return [key, signature]
        return [Check(CheckName.KEY, Outcome.PASSED), Check(CheckName.PROOF, Outcome.PASSED)]

    def check_token(self, token: JsonWebToken) -> list[Check]:
        """Check key and signature of a token, and that its claims say what the credential says."""
        key, method = self._check_method(token.header.get("kid"), _time_of(token))
        if key.outcome is not Outcome.PASSED:
            return [key]
        jwk = method.get("publicKeyJwk")
        try:
            signed = isinstance(jwk, dict) and is_token_signed_by(token, jwk)
            claims = registered_claims(token.payload)
        except (ProofsError, KeyError) as error:
            return [key, Check(CheckName.PROOF, Outcome.FAILED, Reason.UNREADABLE, str(error))]
        if not signed:
            return [key, Check(CheckName.PROOF, Outcome.FAILED, Reason.SIGNATURE_WRONG)]
        names = ("iss", "jti", "nbf", "exp", "sub")
        if {name: token.payload[name] for name in names if name in token.payload} != claims:
            return [key, Check(CheckName.PROOF, Outcome.FAILED, Reason.UNSIGNED_CONTENT, "The claims differ.")]
        return [key, Check(CheckName.PROOF, Outcome.PASSED)]

    def check_status(self, document: dict[str, Any]) -> list[Check]:
        """Return one check for revocation and one for suspension; an entry of a kind unknown leaves one unchecked."""
        results = {
            name: Check(name, Outcome.NOT_APPLICABLE, Reason.STATUS_ABSENT)
            for name in (CheckName.REVOCATION, CheckName.SUSPENSION)
        }
        entries = as_list(document.get("credentialStatus"))
        for entry in entries[:_MAX_STATUS_ENTRIES]:
            check = self._check_status_entry(entry)
            if results[check.name].outcome in (Outcome.NOT_APPLICABLE, Outcome.PASSED):
                results[check.name] = check
        if len(entries) > _MAX_STATUS_ENTRIES:
            results[CheckName.REVOCATION] = Check(
                CheckName.REVOCATION, Outcome.NOT_CHECKED, Reason.STATUS_KIND_UNKNOWN, "Too many status entries."
            )
        return list(results.values())

    def check_validity(self, document: Mapping[str, Any]) -> Check:
        """Check that the document has begun and has not ended."""
        starts, ends = document.get("validFrom"), document.get("validUntil")
        if starts is not None and parse_datetime(starts) > self.now:
            return Check(CheckName.VALIDITY, Outcome.FAILED, Reason.NOT_YET_VALID)
        if ends is not None and parse_datetime(ends) <= self.now:
            return Check(CheckName.VALIDITY, Outcome.FAILED, Reason.EXPIRED)
        return Check(CheckName.VALIDITY, Outcome.PASSED)

    def _check_key(self, proof: Mapping[str, Any]) -> tuple[Check, str]:
        """Check that the key may make this proof; return its Multikey text too."""
        key, method = self._check_method(proof.get("verificationMethod"), proof.get("created"))
        if key.outcome is not Outcome.PASSED:
            return key, ""
        multikey = method.get("publicKeyMultibase")
        is_multikey = method.get("type") == "Multikey" and isinstance(multikey, str)
        if not is_multikey or proof.get("proofPurpose") != "assertionMethod":
            return Check(CheckName.KEY, Outcome.FAILED, Reason.KEY_NOT_AUTHORISED, "Not a proof of an assertion."), ""
        return key, str(multikey)

    def _check_method(self, method_id: Any, signed_at: Any) -> tuple[Check, dict[str, Any]]:
        """Check that a key is the issuer's, meant for assertions and not revoked by then; return its entry too."""

        def failed(reason: Reason, detail: str) -> tuple[Check, dict[str, Any]]:
            return Check(CheckName.KEY, Outcome.FAILED, reason, detail), {}

        if not isinstance(method_id, str) or method_id.partition("#")[0] != self.issuer:
            return failed(Reason.KEY_NOT_OF_ISSUER, f"{method_id!r} is not a key of {self.issuer}.")
        try:
            controller = self._controller_document()
            if controller is None:
                missing = f"No document for {self.issuer}."
                return Check(CheckName.KEY, Outcome.NOT_CHECKED, Reason.KEY_NOT_AT_HAND, missing), {}
            method, authorised = find_verification_method(controller, method_id)
            if controller.get("id") != self.issuer or method is None or method.get("controller") != self.issuer:
                return failed(Reason.KEY_NOT_OF_ISSUER, f"The document of {self.issuer} has no key {method_id}.")
            if _is_outlived(method, signed_at):
                return failed(Reason.KEY_REVOKED, f"{method_id} was revoked before this was signed.")
        except ProofsError as error:
            return failed(Reason.KEY_NOT_OF_ISSUER, str(error))
        if not authorised:
            return failed(Reason.KEY_NOT_AUTHORISED, f"{method_id} may not sign credentials.")
        return Check(CheckName.KEY, Outcome.PASSED), method

    def _controller_document(self) -> Mapping[str, Any] | None:
        if self.issuer.startswith("did:key:"):
            return did_key_document(self.issuer)
        if self.issuer in self.resolver or not self.issuer.startswith("did:web:"):
            return self.resolver.get(self.issuer)
        return self.resolver.get(url_from_did_web(self.issuer))

    def _check_proof(self, document: dict[str, Any], proof: Mapping[str, Any], multikey: str) -> Check:
        try:
            if is_proof_valid(document, proof, multikey, contexts=self.contexts):
                return Check(CheckName.PROOF, Outcome.PASSED)
        except ProofsError as error:
            return Check(CheckName.PROOF, Outcome.FAILED, Reason.UNSIGNED_CONTENT, str(error))
        return Check(CheckName.PROOF, Outcome.FAILED, Reason.SIGNATURE_WRONG)

    def _check_status_entry(self, entry: Any) -> Check:
        purpose = entry.get("statusPurpose") if isinstance(entry, dict) else None
        name = CheckName.SUSPENSION if purpose == StatusPurpose.SUSPENSION else CheckName.REVOCATION
        if purpose not in list(StatusPurpose) or "BitstringStatusListEntry" not in types_of(entry):
            return Check(name, Outcome.NOT_CHECKED, Reason.STATUS_KIND_UNKNOWN)
        address = entry.get("statusListCredential")
        status_list = self.resolver.get(address) if isinstance(address, str) else None
        if status_list is None:
            return Check(name, Outcome.NOT_CHECKED, Reason.STATUS_NOT_AT_HAND, f"No document for {address!r}.")
        try:
            is_set = self._read_status(entry, dict(status_list))
        except ProofsError as error:
            return Check(name, Outcome.FAILED, Reason.STATUS_LIST_INVALID, str(error))
        if is_set:
            reason = Reason.REVOKED if name is CheckName.REVOCATION else Reason.SUSPENDED
            return Check(name, Outcome.FAILED, reason)
        return Check(name, Outcome.PASSED)

    def _read_status(self, entry: Mapping[str, Any], status_list: dict[str, Any]) -> bool:
        """Return the entry's bit; raise unless the same issuer signed the list for the same purpose."""
        if _require_structure(status_list) != self.issuer or status_list.get("id") != entry["statusListCredential"]:
            raise MalformedStatusList("The status list is not the issuer's, or not the one the credential names.")
        for check in (*self.check_origin(status_list), self.check_validity(status_list)):
            if check.outcome is not Outcome.PASSED:
                raise MalformedStatusList(f"The status list does not hold: {check.name}, {check.reason}.")
        subject = status_list["credentialSubject"]
        if "BitstringStatusListCredential" not in types_of(status_list) or entry.get("statusSize", 1) != 1:
            raise MalformedStatusList("The document is not a status list of single bits.")
        if not isinstance(subject, dict) or entry["statusPurpose"] not in as_list(subject.get("statusPurpose")):
            raise MalformedStatusList("The status list was made for another purpose.")
        encoded = subject.get("encodedList")
        if "BitstringStatusList" not in types_of(subject) or not isinstance(encoded, str):
            raise MalformedStatusList("The status list holds no list.")
        return decode_status_list(encoded)[_index(entry.get("statusListIndex"))]


def _require_structure(document: dict[str, Any]) -> str:
    """Return the issuer of a document that has the shape of a VC 2.0 credential; raise MalformedDocument otherwise."""
    contexts = as_list(document.get("@context"))
    if not contexts or contexts[0] != CREDENTIALS_V2:
        raise MalformedDocument("The file is not a credential of the W3C data model 2.0.")
    if "VerifiableCredential" not in types_of(document):
        raise MalformedDocument("The file does not say that it is a verifiable credential.")
    subjects = as_list(document.get("credentialSubject"))
    if not subjects or not all(isinstance(subject, dict) for subject in subjects):
        raise MalformedDocument("The credential is about nobody.")
    for member in ("validFrom", "validUntil"):
        if member in document:
            parse_datetime(document[member])
    proofs = as_list(document.get("proof"))
    if len(proofs) > _MAX_PROOFS or not all(isinstance(proof, dict) for proof in proofs):
        raise MalformedDocument("The credential's proofs cannot be read.")
    return issuer_id(document)


def _is_outlived(method: Mapping[str, Any], signed_at: Any) -> bool:
    ends = [parse_datetime(method[member]) for member in ("revoked", "expires") if member in method]
    return bool(ends) and parse_datetime(signed_at) >= min(ends)


def _time_of(token: JsonWebToken) -> Any:
    """Return when a token says it was signed; one that does not say counts as signed when it began to hold."""
    issued = token.payload.get("iat")
    if isinstance(issued, int) and not isinstance(issued, bool) and 0 <= issued < _LAST_SECOND:
        return format_datetime(datetime.fromtimestamp(issued, UTC))
    return token.payload.get("validFrom")


def _index(value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 12:
        raise MalformedStatusList("The credential names no entry of the status list.")
    return int(text)
