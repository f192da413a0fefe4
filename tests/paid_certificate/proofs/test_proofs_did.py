"""did:web addresses and DID documents, in which every public key ever used stays."""

from __future__ import annotations

import pytest
from proof_samples import DID, NOW, VAULT, wrapped_key

from paid_certificate.proofs.did import (
    VerificationMethodData,
    did_document,
    did_key_document,
    did_web_from_url,
    find_verification_method,
    url_from_did_web,
)
from paid_certificate.proofs.errors import MalformedKey
from paid_certificate.proofs.keys import generate_key


@pytest.mark.parametrize(
    ("base", "did", "document"),
    [
        ("https://example.org", "did:web:example.org", "https://example.org/.well-known/did.json"),
        ("https://example.org/", "did:web:example.org", "https://example.org/.well-known/did.json"),
        ("https://Example.org/a/b/", "did:web:example.org:a:b", "https://example.org/a/b/did.json"),
        ("https://example.org:8443/a", "did:web:example.org%3A8443:a", "https://example.org:8443/a/did.json"),
        ("http://127.0.0.1:8000/a", "did:web:127.0.0.1%3A8000:a", "http://127.0.0.1:8000/a/did.json"),
        ("http://localhost/a", "did:web:localhost:a", "http://localhost/a/did.json"),
        (
            "https://bücher.example.org/a",
            "did:web:xn--bcher-kva.example.org:a",
            "https://xn--bcher-kva.example.org/a/did.json",
        ),
    ],
)
def test_did_web_of_an_address_leads_back_to_its_document(base: str, did: str, document: str) -> None:
    assert did_web_from_url(base) == did
    assert url_from_did_web(did) == document


@pytest.mark.parametrize(
    "base",
    [
        "http://example.org",
        "ftp://example.org",
        "https://",
        "https://192.0.2.1/a",
        "https://user@example.org/",
        "https://example.org/?a=b",
        "https://example.org/#a",
        "https://example.org/a b",
        "https://example.org/a:b",
        "https://example.org/a%2Fb",
    ],
)
def test_did_web_of_an_unfit_address_is_refused(base: str) -> None:
    with pytest.raises(MalformedKey):
        did_web_from_url(base)


@pytest.mark.parametrize(
    "did", ["did:key:z6Mk", "did:web:", "did:web:example.org:", "did:web:example.org%2Fa", "xdid:web:a"]
)
def test_url_of_something_else_than_a_did_web_is_refused(did: str) -> None:
    with pytest.raises(MalformedKey):
        url_from_did_web(did)


def test_did_document_keeps_rotated_revoked_and_withdrawn_keys() -> None:
    rotated, revoked, withdrawn, current = (generate_key(VAULT, DID).public_multikey for _ in range(4))
    document = did_document(
        DID,
        [
            VerificationMethodData(rotated),
            VerificationMethodData(revoked, revoked=NOW),
            VerificationMethodData(withdrawn, revoked=NOW, withdrawn=True),
            VerificationMethodData(current),
        ],
        also_known_as=["https://example.org/"],
    )
    assert [method["publicKeyMultibase"] for method in document["verificationMethod"]] == [
        rotated,
        revoked,
        withdrawn,
        current,
    ]
    assert document["assertionMethod"] == [f"{DID}#{key}" for key in (rotated, revoked, current)]
    assert [method.get("revoked") for method in document["verificationMethod"]] == [
        None,
        "2026-01-09T12:00:00Z",
        "2026-01-09T12:00:00Z",
        None,
    ]
    assert all(method["controller"] == DID for method in document["verificationMethod"])
    assert document["alsoKnownAs"] == ["https://example.org/"]


def test_find_verification_method_reads_relative_and_embedded_entries() -> None:
    multikey = wrapped_key().public_multikey
    method = {"id": "#key-1", "type": "Multikey", "controller": DID, "publicKeyMultibase": multikey}
    relative = {"id": DID, "verificationMethod": [method], "assertionMethod": "#key-1"}
    assert find_verification_method(relative, f"{DID}#key-1") == (method, True)
    embedded = {"id": DID, "assertionMethod": [method]}
    assert find_verification_method(embedded, f"{DID}#key-1") == (method, True)
    unlisted = {"id": DID, "verificationMethod": method, "assertionMethod": []}
    assert find_verification_method(unlisted, f"{DID}#key-1") == (method, False)
    assert find_verification_method(relative, f"{DID}#key-2") == (None, False)
    assert find_verification_method({"id": 5, "verificationMethod": [method]}, f"{DID}#key-1") == (None, False)


def test_did_key_document_holds_the_key_it_is_made_of() -> None:
    multikey = wrapped_key().public_multikey
    document = did_key_document(f"did:key:{multikey}")
    assert find_verification_method(document, f"did:key:{multikey}#{multikey}")[1]
    with pytest.raises(MalformedKey):
        did_key_document("did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv")
