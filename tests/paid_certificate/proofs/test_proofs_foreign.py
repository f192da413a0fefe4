"""Credentials of strangers: what is found, what is said about them, and what hostile files cost."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from strangers import INDEX, LIST_URL, LONG_AGO, Stranger, png_of, stranger_by_key, stranger_by_web

from paid_certificate.proofs.baking import bake_png, bake_svg
from paid_certificate.proofs.data_integrity import add_proof
from paid_certificate.proofs.errors import MalformedDocument, ProofsError
from paid_certificate.proofs.foreign import (
    ForeignOutcome,
    check_foreign,
    credential_text,
    read_claimed,
    summarise,
    support_document,
)
from paid_certificate.proofs.keys import SigningKey, encode_multikey

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def by_key() -> Stranger:
    return stranger_by_key()


@pytest.fixture(scope="module")
def by_web() -> Stranger:
    return stranger_by_web()


def outcome(text: str, *support: dict[str, Any], ours: dict[str, Any] | None = None) -> ForeignOutcome:
    return check_foreign(text, support, NOW, ours=ours).outcome


def altered(text: str, change: Callable[[dict[str, Any]], Any]) -> str:
    document = json.loads(text)
    change(document)
    return json.dumps(document)


def test_credential_under_did_key_needs_nothing_else(by_key: Stranger) -> None:
    assert outcome(by_key.text()) is ForeignOutcome.VALID


def test_credential_under_did_web_needs_the_issuers_document(by_web: Stranger) -> None:
    assert outcome(by_web.text()) is ForeignOutcome.KEY_NOT_SUPPLIED
    assert outcome(by_web.text(), by_web.document()) is ForeignOutcome.VALID


def test_document_of_another_issuer_is_no_help(by_web: Stranger) -> None:
    other = stranger_by_web("did:web:other.example.org")
    assert outcome(by_web.text(), other.document()) is ForeignOutcome.KEY_NOT_SUPPLIED
    # Somebody else's key under the right name: the method that signed is not in it.
    assert outcome(by_web.text(), stranger_by_web().document()) is ForeignOutcome.KEY_NOT_ACCEPTED


def test_document_with_the_key_taken_back_is_not_accepted(by_web: Stranger) -> None:
    assert outcome(by_web.text(), by_web.document(assertionMethod=[])) is ForeignOutcome.KEY_NOT_ACCEPTED


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["credentialSubject"]["achievement"].update(name="Doctor of everything"),
        lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
        lambda d: d["credentialSubject"]["identifier"][0].update(identityHash="Somebody Else"),
        lambda d: d["proof"][0].update(proofValue="z" + "1" * 64),
        lambda d: d["proof"][0].update(proofValue="not a signature"),
    ],
)
def test_what_was_changed_after_signing_is_altered(by_key: Stranger, change: Callable[[dict[str, Any]], Any]) -> None:
    assert outcome(altered(by_key.text(), change)) is ForeignOutcome.ALTERED


def test_what_the_signature_cannot_cover_is_neither_valid_nor_altered(by_key: Stranger) -> None:
    more = altered(by_key.text(), lambda d: d["credentialSubject"].update(degree="PhD"))
    assert outcome(more) is ForeignOutcome.NOT_COVERED


def test_what_is_not_read_here_is_nobodys_fault(by_key: Stranger) -> None:
    changes: list[Callable[[dict[str, Any]], Any]] = [
        lambda d: d["@context"].append("https://www.w3.org/ns/credentials/examples/v2"),
        lambda d: d["proof"][0].update(cryptosuite="eddsa-jcs-2022"),
        lambda d: d.update({"@context": ["https://www.w3.org/2018/credentials/v1"]}),
    ]
    for change in changes:
        assert outcome(altered(by_key.text(), change)) is ForeignOutcome.NOT_READ_HERE
    assert outcome(altered(by_key.text(), lambda d: d.pop("proof"))) is ForeignOutcome.NOT_SIGNED


def test_expired_and_early_credentials_say_so(by_key: Stranger) -> None:
    assert outcome(by_key.expired()) is ForeignOutcome.EXPIRED
    early = check_foreign(by_key.text(), [], LONG_AGO - timedelta(days=1)).outcome
    assert early is ForeignOutcome.NOT_YET_VALID


def test_status_is_read_from_a_supplied_list_of_the_same_issuer(by_key: Stranger) -> None:
    text = by_key.text(revocable=True)
    assert outcome(text) is ForeignOutcome.STATUS_NOT_CHECKED
    assert outcome(text, by_key.status_list(INDEX + 1)) is ForeignOutcome.VALID
    assert outcome(text, by_key.status_list(INDEX)) is ForeignOutcome.REVOKED
    forged = stranger_by_key().status_list()
    assert outcome(text, forged) is ForeignOutcome.STATUS_NOT_CHECKED


def test_an_altered_credential_is_never_called_revoked_or_expired(by_key: Stranger) -> None:
    worse = altered(by_key.text(revocable=True), lambda d: d.update(validUntil="2025-01-01T00:00:00Z"))
    assert outcome(worse, by_key.status_list(INDEX)) is ForeignOutcome.ALTERED


def test_our_own_documents_count_before_what_somebody_brings(by_web: Stranger) -> None:
    forger = stranger_by_web()
    assert outcome(forger.text(), forger.document()) is ForeignOutcome.VALID
    ours = {by_web.did: by_web.document()}
    assert outcome(forger.text(), forger.document(), ours=ours) is ForeignOutcome.KEY_NOT_ACCEPTED


def test_summary_says_what_the_file_says_of_itself(by_web: Stranger) -> None:
    found = summarise(by_web.signed(), "learner@example.org")
    assert found.issuer_id == "did:web:college.example.org"
    assert found.issuer_name == "College of Example"
    assert found.title == "Applied statistics, two terms"
    assert found.holders == ("Test Learner",)
    assert found.key_url == "https://college.example.org/.well-known/did.json"
    assert found.is_about_email is True
    assert summarise(by_web.signed(), "other@example.org").is_about_email is False
    assert summarise(by_web.signed(email=""), "learner@example.org").is_about_email is None


@pytest.mark.parametrize(
    "document",
    [
        {
            "issuer": 5,
            "credentialSubject": [None, "x", {"identifier": [{"type": "IdentityObject"}], "achievement": []}],
        },
        {
            "issuer": {"id": ["x"], "name": {"@value": "x"}},
            "credentialSubject": {"achievement": {"name": 7}},
            "name": [],
        },
        {"credentialSubject": {"identifier": {"type": "IdentityObject", "identityHash": 3, "salt": {}}}},
        {"issuer": "did:web:", "validFrom": {"x": 1}},
    ],
)
def test_summary_of_nonsense_is_empty_and_never_raises(document: dict[str, Any]) -> None:
    found = summarise(document, "learner@example.org")
    assert (found.title, found.holders, found.is_about_email, found.key_url) == ("", (), None, "")


def test_summary_is_short_and_without_controls_or_overrides() -> None:
    name = "A\u202egnp.exe\x00" + "x" * 1000
    found = summarise({"issuer": {"id": "did:key:z", "name": name}}, "")
    assert "\u202e" not in found.issuer_name
    assert "\x00" not in found.issuer_name
    assert len(found.issuer_name) == 255


def test_credential_is_found_in_every_kind_of_file(by_key: Stranger) -> None:
    text = by_key.text()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'
    for raw in (text.encode(), b"\xef\xbb\xbf" + text.encode(), bake_png(png_of(4, 4), text), bake_svg(svg, text)):
        assert json.loads(credential_text(raw)) == json.loads(text)


@pytest.mark.parametrize(
    "raw",
    [
        b"PK\x03\x04 a zip",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n cut off",
        png_of(2, 2),
        b"\xff\xfe\x00",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
        b"[" * 100_000,
        b"{" + b" " * (1 << 20) + b"}",
        json.dumps({"a": [[[[[[1]]]]]] * 1000}).encode(),
        b'{"a":1,"a":2}',
    ],
)
def test_file_without_a_credential_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(ProofsError) as refused:
        read_claimed(credential_text(raw))
    assert str(refused.value).endswith(".")


def test_badge_whose_credential_bursts_is_refused() -> None:
    import zlib

    bomb = zlib.compress(b"{" + b" " * (64 << 20) + b"}", 9)
    chunk = b"openbadgecredential\0\x01\0\0\0" + bomb
    plain = png_of(2, 2)
    body = len(chunk).to_bytes(4) + b"iTXt" + chunk + zlib.crc32(b"iTXt" + chunk).to_bytes(4)
    started = time.monotonic()
    with pytest.raises(ProofsError, match="too large"):
        credential_text(plain[:-12] + body + plain[-12:])
    assert time.monotonic() - started < 2


def test_document_deeper_than_anything_signed_is_refused() -> None:
    deep = '{"a":' * 60 + "1" + "}" * 60
    with pytest.raises(MalformedDocument, match="deeply"):
        read_claimed(deep)


def test_the_largest_document_is_checked_in_bounded_time(by_key: Stranger) -> None:
    """As many values as are read and two good signatures: the most work that a file can ask for."""
    document = json.loads(by_key.text())
    document.pop("proof")
    document["credentialSubject"]["achievement"]["tag"] = [f"tag {number}" for number in range(1_200)]
    signed = add_proof(document, by_key.key, LONG_AGO)
    signed["proof"] = signed["proof"] * 2
    started = time.monotonic()
    assert outcome(json.dumps(signed)) is ForeignOutcome.VALID
    assert time.monotonic() - started < 15
    signed["proof"] = signed["proof"][:1] * 3
    with pytest.raises(MalformedDocument, match="more signatures"):
        outcome(json.dumps(signed))
    signed["credentialSubject"]["achievement"]["tag"] *= 2
    with pytest.raises(MalformedDocument, match="more values"):
        outcome(json.dumps(signed))


def test_issuers_documents_are_held_to_a_smaller_size() -> None:
    with pytest.raises(MalformedDocument, match="more values"):
        support_document(json.dumps({"id": "did:web:x.example.org", "verificationMethod": [{}] * 1_001}))
    with pytest.raises(MalformedDocument, match="id is missing"):
        support_document(b"{}")


def test_published_w3c_credential_is_signed_by_a_key_that_is_not_its_issuers(shared: Path) -> None:
    """Its issuer is an https address and its key a did:key: nobody says that they belong together."""
    folder = shared / "data" / "credentials" / "testvectors" / "w3c-vc-di-eddsa" / "eddsa-rdfc-2022"
    if not folder.is_dir():
        pytest.skip("skipped: published test vectors not present")
    text = (folder / "signedDataInt.json").read_text()
    assert outcome(text) is ForeignOutcome.KEY_NOT_ACCEPTED


def test_published_1edtech_badge_is_valid_with_its_issuers_document(shared: Path) -> None:
    page = shared / "data" / "credentials" / "testvectors" / "1edtech-ob3" / "impl" / "linked-data-proof-ob.html"
    if not page.is_file():
        pytest.skip("skipped: published test vectors not present")
    text = html.unescape(page.read_text())
    private = bytes.fromhex(re.findall(r"Private key \(hex\):\s*<code\s*>([0-9a-f]+)</code", text)[0])
    found = re.search(r'title="Credential">(.*?)</pre', text, re.DOTALL)
    assert found is not None
    unsigned = json.loads(found[1])
    issuer, multikey = unsigned["issuer"]["id"], encode_multikey(private[32:])
    signed = add_proof(unsigned, SigningKey(private[:32], f"{issuer}#{multikey}"), LONG_AGO)
    method = {"id": f"{issuer}#{multikey}", "type": "Multikey", "controller": issuer, "publicKeyMultibase": multikey}
    document = {"id": issuer, "verificationMethod": [method], "assertionMethod": [method["id"]]}
    assert outcome(json.dumps(signed)) is ForeignOutcome.KEY_NOT_SUPPLIED
    assert outcome(json.dumps(signed), document) is ForeignOutcome.VALID
    assert outcome(json.dumps(signed | {"name": "Another"}), document) is ForeignOutcome.ALTERED


def test_status_list_at_another_address_is_not_the_one_that_is_named(by_key: Stranger) -> None:
    text = by_key.text(revocable=True)
    moved = by_key.status_list() | {"id": LIST_URL + "0"}
    assert outcome(text, moved) is ForeignOutcome.STATUS_NOT_CHECKED
