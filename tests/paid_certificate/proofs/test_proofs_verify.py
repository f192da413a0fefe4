"""Verification without asking anybody: each check, each verdict, and foreign input within limits."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest
from document_mutations import MUTATIONS, mutate
from hypothesis import given, settings
from hypothesis import strategies as st
from proof_samples import (
    AWARD,
    DID,
    KINDS_OF_AWARD,
    NOW,
    REVOCATION_INDEX,
    REVOCATION_LIST,
    SUSPENSION_INDEX,
    SUSPENSION_LIST,
    VAULT,
    documents,
    issuer_document,
    signed,
    signed_credential,
    signed_list,
    signed_statement,
    signing_key,
    wrapped_key,
)

from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.data_integrity import add_proof
from paid_certificate.proofs.did import VerificationMethodData, did_document
from paid_certificate.proofs.document import parse_document
from paid_certificate.proofs.errors import MalformedDocument
from paid_certificate.proofs.keys import generate_key, open_key
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.verify import CheckName, Outcome, Reason, Verdict, verify_document


def reason_of(document: Any, resolver: dict[str, Any], name: CheckName, **options: Any) -> Reason:
    return verify_document(document, resolver, options.pop("now", NOW), **options).check(name).reason


@pytest.mark.parametrize("kind", KINDS_OF_AWARD)
def test_credential_of_every_kind_is_valid(kind: str) -> None:
    result = verify_document(json.dumps(signed_credential(KINDS_OF_AWARD[kind])), documents(), NOW)
    assert result.verdict is Verdict.VALID
    assert result.issuer == DID


def test_result_statement_is_valid() -> None:
    assert verify_document(signed_statement(), documents(), NOW).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("revoked", "suspended", "verdict"),
    [
        ((), (), Verdict.VALID),
        ((REVOCATION_INDEX,), (), Verdict.REVOKED),
        ((), (SUSPENSION_INDEX,), Verdict.SUSPENDED),
        ((REVOCATION_INDEX,), (SUSPENSION_INDEX,), Verdict.REVOKED),
        ((SUSPENSION_INDEX, 0, 47), (REVOCATION_INDEX, 0, 47), Verdict.VALID),
    ],
)
def test_status_is_read_from_the_list_of_its_purpose(revoked: Any, suspended: Any, verdict: Verdict) -> None:
    assert verify_document(signed_credential(), documents(revoked, suspended), NOW).verdict is verdict


def test_credential_is_valid_between_its_dates_only() -> None:
    document, resolver = signed_credential(), documents()
    assert verify_document(document, resolver, AWARD.valid_from - timedelta(seconds=1)).verdict is Verdict.NOT_YET_VALID
    assert AWARD.valid_until
    assert verify_document(document, resolver, AWARD.valid_until - timedelta(seconds=1)).verdict is Verdict.VALID
    assert verify_document(document, resolver, AWARD.valid_until).verdict is Verdict.EXPIRED


def test_revocation_is_told_before_expiry() -> None:
    resolver = documents(revoked=(REVOCATION_INDEX,))
    assert verify_document(signed_credential(), resolver, NOW + timedelta(days=9999)).verdict is Verdict.REVOKED


def test_what_is_not_at_hand_is_not_checked() -> None:
    document = signed_credential()
    unknown = verify_document(document, {}, NOW)
    assert unknown.verdict is Verdict.UNDETERMINED
    assert unknown.check(CheckName.KEY) == attrs.evolve(
        unknown.check(CheckName.KEY), outcome=Outcome.NOT_CHECKED, reason=Reason.KEY_NOT_AT_HAND
    )
    assert unknown.check(CheckName.REVOCATION).outcome is Outcome.NOT_CHECKED
    no_lists = verify_document(document, {DID: issuer_document()}, NOW)
    assert no_lists.verdict is Verdict.UNDETERMINED
    assert no_lists.check(CheckName.PROOF).outcome is Outcome.PASSED
    assert no_lists.check(CheckName.SUSPENSION).reason is Reason.STATUS_NOT_AT_HAND


def test_credential_without_status_needs_none() -> None:
    result = verify_document(signed_credential(KINDS_OF_AWARD["no status, no expiry"]), documents(), NOW)
    assert result.check(CheckName.REVOCATION).outcome is Outcome.NOT_APPLICABLE


def test_did_document_is_found_by_its_address_too() -> None:
    resolver = documents()
    resolver["https://mastery.example.org/credentials/bodies/statistics/did.json"] = resolver.pop(DID)
    assert verify_document(signed_credential(), resolver, NOW).verdict is Verdict.VALID


def test_did_key_credential_is_checked_with_the_key_it_names() -> None:
    multikey = wrapped_key().public_multikey
    did = f"did:key:{multikey}"
    document = credential(attrs.evolve(AWARD, status=(), issuer=attrs.evolve(AWARD.issuer, did=did)))
    private = VAULT.unwrap(wrapped_key().wrapped_private, f"{DID}#{multikey}".encode())
    key = type(signing_key())(private, f"{did}#{multikey}")
    assert verify_document(add_proof(document, key, NOW), {}, NOW).verdict is Verdict.VALID
    other = generate_key(VAULT, DID).public_multikey
    forged = json.loads(json.dumps(add_proof(document, key, NOW)).replace(multikey, other))
    assert verify_document(forged, {}, NOW).verdict is Verdict.INVALID


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize("make", [signed_credential, signed_statement], ids=["credential", "result statement"])
def test_mutated_document_is_refused(make: Callable[[], dict[str, Any]], name: str) -> None:
    assert verify_document(mutate(make(), name), documents(), NOW).verdict is Verdict.INVALID


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_text_changed_anywhere_is_refused(data: st.DataObject) -> None:
    document = signed_credential()
    paths = [path for path, value in leaves(document) if isinstance(value, str)]
    path = data.draw(st.sampled_from(paths))
    changed = copy.deepcopy(document)
    node: Any = changed
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = data.draw(st.text(max_size=30).filter(lambda text: text != node[path[-1]]))
    assert verify_document(changed, documents(), NOW).verdict is not Verdict.VALID


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for key, item in enumerate(value) for leaf in leaves(item, (*path, key))]
    return [(path, value)]


def test_key_of_another_issuer_is_refused() -> None:
    other = "did:web:other.example.org"
    wrapped = generate_key(VAULT, other)
    forged = add_proof(credential(AWARD), open_key(VAULT, other, wrapped), NOW)
    resolver = documents() | {other: did_document(other, [VerificationMethodData(wrapped.public_multikey)])}
    assert reason_of(forged, resolver, CheckName.KEY) is Reason.KEY_NOT_OF_ISSUER


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda did: did.update(id="did:web:other.example.org"), Reason.KEY_NOT_OF_ISSUER),
        (lambda did: did.update(verificationMethod=[]), Reason.KEY_NOT_OF_ISSUER),
        (lambda did: did["verificationMethod"][0].update(controller="did:web:other"), Reason.KEY_NOT_OF_ISSUER),
        (lambda did: did.update(assertionMethod=[]), Reason.KEY_NOT_AUTHORISED),
        (lambda did: did["verificationMethod"][0].update(type="JsonWebKey"), Reason.KEY_NOT_AUTHORISED),
        (lambda did: did["verificationMethod"][0].update(publicKeyMultibase=None), Reason.KEY_NOT_AUTHORISED),
        (lambda did: did["verificationMethod"][0].update(revoked="2026-01-09T12:00:00Z"), Reason.KEY_REVOKED),
        (lambda did: did["verificationMethod"][0].update(expires="2026-01-09T11:00:00Z"), Reason.KEY_REVOKED),
        (lambda did: did["verificationMethod"][0].update(revoked="some day"), Reason.KEY_NOT_OF_ISSUER),
    ],
)
def test_key_that_may_not_sign_is_refused(change: Callable[[Any], Any], reason: Reason) -> None:
    resolver = documents()
    change(resolver[DID])
    result = verify_document(signed_credential(), resolver, NOW)
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckName.KEY).reason is reason


def test_compromised_key_keeps_what_it_signed_before() -> None:
    resolver = documents() | {DID: issuer_document(VerificationMethodData(wrapped_key().public_multikey, NOW))}
    for address in (REVOCATION_LIST, SUSPENSION_LIST):
        resolver[address] = add_proof(
            {k: v for k, v in resolver[address].items() if k != "proof"}, signing_key(), EARLIER
        )
    before, after = signed(credential(AWARD), EARLIER), signed(credential(AWARD), NOW)
    assert verify_document(before, resolver, NOW).verdict is Verdict.VALID
    assert verify_document(after, resolver, NOW).verdict is Verdict.INVALID


EARLIER = NOW - timedelta(seconds=1)


def test_rotated_key_keeps_all_that_it_signed() -> None:
    new = generate_key(VAULT, DID).public_multikey
    methods = [VerificationMethodData(wrapped_key().public_multikey), VerificationMethodData(new)]
    assert (
        verify_document(signed_credential(), documents() | {DID: issuer_document(*methods)}, NOW).verdict
        is Verdict.VALID
    )


def forged_lists() -> dict[str, dict[str, Any]]:
    """Status lists that must not be believed, by what is wrong with them."""
    other_issuer = "did:web:other.example.org"
    honest = signed_list(StatusPurpose.REVOCATION)
    subject = honest["credentialSubject"]
    tampered = copy.deepcopy(honest)
    tampered["credentialSubject"]["encodedList"] = signed_list(StatusPurpose.REVOCATION, (1,))["credentialSubject"][
        "encodedList"
    ]
    return {
        "tampered": tampered,
        "unsigned": {key: value for key, value in honest.items() if key != "proof"},
        "of another issuer": signed_list(StatusPurpose.REVOCATION, issuer=other_issuer),
        "of another address": signed_list(StatusPurpose.REVOCATION, id=REVOCATION_LIST + "0"),
        "of another purpose": signed_list(
            StatusPurpose.REVOCATION, credentialSubject=subject | {"statusPurpose": "suspension"}
        ),
        "expired": signed_list(StatusPurpose.REVOCATION, validUntil="2026-01-09T12:00:00Z"),
        "not yet valid": signed_list(StatusPurpose.REVOCATION, validFrom="2026-01-09T12:00:01Z"),
        "not a list": signed_credential(attrs.evolve(AWARD, credential_url=REVOCATION_LIST)),
        "without its type": signed_list(StatusPurpose.REVOCATION, type=["VerifiableCredential"]),
        "unreadable": signed_list(StatusPurpose.REVOCATION, credentialSubject=subject | {"encodedList": "uAAAA"}),
    }


@pytest.mark.parametrize("name", forged_lists())
def test_status_list_that_does_not_hold_is_not_believed(name: str) -> None:
    result = verify_document(signed_credential(), documents() | {REVOCATION_LIST: forged_lists()[name]}, NOW)
    assert result.check(CheckName.REVOCATION).reason is Reason.STATUS_LIST_INVALID
    assert result.verdict is Verdict.UNDETERMINED


@pytest.mark.parametrize("index", ["-1", "1.5", "", "٣", "131072", "9" * 40, True, None])
def test_status_index_that_is_none_is_refused(index: Any) -> None:
    document = credential(AWARD)
    document["credentialStatus"][0]["statusListIndex"] = index
    if index is None:
        del document["credentialStatus"][0]["statusListIndex"]
    assert reason_of(signed(document), documents(), CheckName.REVOCATION) is Reason.STATUS_LIST_INVALID


def test_status_of_an_unknown_kind_is_not_checked() -> None:
    document = credential(KINDS_OF_AWARD["one status list"])
    document["credentialStatus"]["statusPurpose"] = "message"
    result = verify_document(signed(document), documents(), NOW)
    assert result.check(CheckName.REVOCATION).reason is Reason.STATUS_KIND_UNKNOWN
    assert result.verdict is Verdict.UNDETERMINED


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"5",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"type": ["VerifiableCredential"]}',
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        json.dumps({"a": list(range(5000))}).encode(),
        b'{"a": "' + b"x" * (1 << 20) + b'"}',
    ],
    ids=lambda text: text[:20].decode("latin-1"),
)
def test_file_that_is_no_credential_fails_the_structure_check(text: bytes) -> None:
    result = verify_document(text, {}, NOW)
    assert result.check(CheckName.STRUCTURE).reason is Reason.UNREADABLE
    assert result.verdict is Verdict.INVALID
    assert result.document is None


def test_key_written_twice_is_refused_though_the_last_one_is_signed() -> None:
    text = json.dumps(signed_credential())
    assert verify_document(text, documents(), NOW).verdict is Verdict.VALID
    assert verify_document('{"name": "Master of statistics",' + text[1:], documents(), NOW).verdict is Verdict.INVALID


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "type",
                        "proof",
                        "@context",
                        "issuer",
                        "name",
                        "credentialSubject",
                        "validFrom",
                        "credentialStatus",
                    ]
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=20,
    )
)
def test_no_document_makes_the_verifier_raise(value: Any) -> None:
    base = signed_credential()
    for document in (value, base | value if isinstance(value, dict) else base):
        assert verify_document(json.dumps(document), documents(), NOW).verdict in Verdict


def test_largest_document_that_is_read_takes_seconds_not_minutes() -> None:
    document = credential(AWARD)
    document["credentialSubject"]["achievement"]["alignment"] = [
        {"type": ["Alignment"], "targetName": f"Outcome {number}", "targetUrl": f"https://example.org/{number}"}
        for number in range(680)
    ]
    text = json.dumps(signed(document))
    started = time.process_time()
    assert verify_document(text, documents(), NOW).verdict is Verdict.VALID
    assert time.process_time() - started < 20


def test_document_of_many_alike_parts_is_refused_in_time() -> None:
    document = credential(AWARD)
    document["credentialSubject"]["achievement"]["alignment"] = [{"type": ["Alignment"]} for _ in range(12)]
    started = time.process_time()
    result = verify_document(json.dumps(document | {"proof": signed_credential()["proof"]}), documents(), NOW)
    assert result.verdict is Verdict.INVALID
    assert time.process_time() - started < 20


def test_parse_document_reads_a_byte_order_mark() -> None:
    assert parse_document(b"\xef\xbb\xbf{}") == {}
    with pytest.raises(MalformedDocument):
        parse_document(b"\xef\xbb\xbf[]")
