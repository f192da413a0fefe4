"""Credentials as RS256 tokens: signed, read back, and refused on any change."""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from proof_samples import (
    AWARD,
    DID,
    KINDS_OF_AWARD,
    NOW,
    REVOCATION_INDEX,
    VAULT,
    documents,
    issuer_document,
    signed_credential,
    wrapped_key,
)

from paid_certificate.proofs.did import VerificationMethodData
from paid_certificate.proofs.errors import KeyUnwrapError, MalformedDocument
from paid_certificate.proofs.jose import (
    RsaSigningKey,
    WrappedRsaKey,
    generate_rsa_key,
    is_compact_token,
    is_token_signed_by,
    jwk_thumbprint,
    open_rsa_key,
    parse_token,
    sign_token,
)
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.verify import CheckName, Reason, Verdict, verify_document


@cache
def wrapped_rsa_key() -> Any:
    return generate_rsa_key(VAULT, DID)


@cache
def rsa_key() -> RsaSigningKey:
    return open_rsa_key(VAULT, DID, wrapped_rsa_key())


def at_hand(**method: Any) -> dict[str, Any]:
    """What is needed to check a token: a DID document with both kinds of key, and the status lists."""
    token_key = VerificationMethodData(public_jwk=wrapped_rsa_key().public_jwk, **method)
    return documents() | {DID: issuer_document(VerificationMethodData(wrapped_key().public_multikey), token_key)}


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("kind", KINDS_OF_AWARD)
def test_token_of_every_kind_is_valid(kind: str) -> None:
    token = sign_token(credential(KINDS_OF_AWARD[kind]), rsa_key())
    result = verify_document(token, at_hand(), NOW)
    assert result.verdict is Verdict.VALID
    assert verify_document(token.encode() + b"\n", at_hand(), NOW).verdict is Verdict.VALID


def test_token_is_read_by_another_library_and_repeats_the_credential() -> None:
    token = sign_token(credential(AWARD), rsa_key())
    key = jwt.PyJWK({**wrapped_rsa_key().public_jwk, "alg": "RS256"})
    payload = jwt.decode(token, key, algorithms=["RS256"], options={"verify_nbf": False})
    assert payload["iss"] == DID
    assert payload["jti"] == payload["id"] == AWARD.credential_url
    assert payload["nbf"] == int(AWARD.valid_from.timestamp())
    assert AWARD.valid_until and payload["exp"] == int(AWARD.valid_until.timestamp())
    assert {key: payload[key] for key in credential(AWARD)} == credential(AWARD)
    assert jwt.get_unverified_header(token)["kid"] == f"{DID}#{jwk_thumbprint(wrapped_rsa_key().public_jwk)}"


def test_token_of_a_wallet_names_its_subject() -> None:
    token = sign_token(credential(KINDS_OF_AWARD["wallet"]), rsa_key())
    payload = jwt.decode(token, options={"verify_signature": False})
    assert payload["sub"] == payload["credentialSubject"]["id"]


def test_thumbprint_is_that_of_rfc_7638() -> None:
    jwk = {
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJE"
        "CPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q"
        "vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6"
        "WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
    }
    assert jwk_thumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_signature_of_rfc_7515_is_accepted() -> None:
    jwk = {
        "kty": "RSA",
        "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-S"
        "Fd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEM"
        "a2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDT"
        "W9gb54h4FRWyuXpoQ",
        "e": "AQAB",
    }
    token = (
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
        "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_"
        "dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN"
        "_IoypGlUPQGe77Rw"
    )
    assert is_token_signed_by(parse_token(token), jwk)
    head, body, signature = token.split(".")
    assert not is_token_signed_by(parse_token(f"{head}.{part({'iss': 'ann'})}.{signature}"), jwk)


def test_token_is_written_in_one_way_only() -> None:
    token = sign_token(credential(AWARD), rsa_key())
    assert is_compact_token(f"\n{token} ")
    for text in (
        "https://a.example.org/credentials/1.json",
        "{}",
        "a.b",
        "a.b.c.d",
        "a b.c.d",
        "",
        f"{token}\n{token}",
    ):
        assert not is_compact_token(text)
    # Three bytes of a signature of 2048 bits leave bits over in its last letter, which some readers do not look at.
    for name in ("Zh", "Zi", "Zg=", "Z g"):
        with pytest.raises(MalformedDocument):
            parse_token(f"{part({'alg': 'RS256'})}.{part({})}.{name}")
    assert parse_token(f"{part({'alg': 'RS256'})}.{part({})}.Zg").signature == b"f"


def test_token_says_when_it_was_signed_and_is_judged_by_that() -> None:
    late = AWARD.valid_from + timedelta(minutes=30)
    token = sign_token(credential(AWARD), rsa_key(), signed_at=late)
    stolen = at_hand(revoked=AWARD.valid_from + timedelta(minutes=10))
    assert verify_document(token, at_hand(), NOW).verdict is Verdict.VALID
    assert verify_document(token, stolen, NOW).check(CheckName.KEY).reason is Reason.KEY_REVOKED
    before = sign_token(credential(AWARD), rsa_key(), signed_at=AWARD.valid_from + timedelta(minutes=5))
    assert verify_document(before, stolen, NOW).verdict is Verdict.VALID


@pytest.mark.parametrize("issued", [True, "x", None, -1, 10**30, 1.5, [1]])
def test_token_whose_time_cannot_be_read_counts_as_signed_when_it_began(issued: Any) -> None:
    token = _resign(lambda payload: payload.update(iat=issued))
    assert verify_document(token, at_hand(revoked=NOW), NOW).verdict is Verdict.VALID
    assert verify_document(token, at_hand(revoked=AWARD.valid_from), NOW).verdict is Verdict.INVALID


def test_public_key_stored_beside_another_private_key_is_refused() -> None:
    other = generate_rsa_key(VAULT, DID)
    mixed = WrappedRsaKey(other.public_jwk, wrapped_rsa_key().wrapped_private)
    with pytest.raises(KeyUnwrapError):
        open_rsa_key(VAULT, DID, mixed)


def test_status_and_dates_are_read_from_a_token_too() -> None:
    token = sign_token(credential(AWARD), rsa_key())
    revoked = documents(revoked=(REVOCATION_INDEX,)) | {DID: at_hand()[DID]}
    assert verify_document(token, revoked, NOW).verdict is Verdict.REVOKED
    assert verify_document(token, at_hand(), NOW + timedelta(days=9999)).verdict is Verdict.EXPIRED


def _resign(change: Callable[[dict[str, Any]], Any], header: dict[str, Any] | None = None) -> str:
    """Sign a payload whose claims say something else than its credential, or under another header."""
    head, body, _ = sign_token(credential(AWARD), rsa_key()).split(".")
    payload = json.loads(base64.urlsafe_b64decode(body + "=="))
    change(payload)
    fields = json.loads(base64.urlsafe_b64decode(head + "==")) | (header or {})
    signing_input = f"{part(fields)}.{part(payload)}"
    signature = base64.urlsafe_b64encode(rsa_key().sign(signing_input.encode())).rstrip(b"=").decode()
    return f"{signing_input}.{signature}"


@pytest.mark.parametrize("header", [{"alg": "PS256"}, {"alg": "none"}, {"alg": None}, {"crit": ["b64"]}])
def test_token_well_signed_under_a_header_not_read_here_is_refused(header: dict[str, Any]) -> None:
    assert verify_document(_resign(lambda payload: None, header), at_hand(), NOW).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "change",
    [
        lambda payload: payload.update(iss="did:web:other.example.org"),
        lambda payload: payload.update(jti="https://mastery.example.org/other"),
        lambda payload: payload.update(nbf=1),
        lambda payload: payload.update(exp=9_999_999_999),
        lambda payload: payload.update(sub="did:example:1"),
        lambda payload: payload.pop("iss"),
        lambda payload: payload.pop("jti"),
        lambda payload: payload.pop("nbf"),
        lambda payload: payload.pop("exp"),
        lambda payload: payload.update(validUntil="2099-01-01T00:00:00Z"),
        lambda payload: payload.pop("id"),
    ],
)
def test_claims_that_differ_from_the_credential_are_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    assert verify_document(_resign(lambda payload: None), at_hand(), NOW).verdict is Verdict.VALID
    assert verify_document(_resign(change), at_hand(), NOW).verdict is Verdict.INVALID


def tampered_tokens() -> dict[str, str]:
    head, body, signature = sign_token(credential(AWARD), rsa_key()).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    payload = json.loads(base64.urlsafe_b64decode(body + "=="))
    return {
        "another name": f"{head}.{part(payload | {'name': 'Master'})}.{signature}",
        "another signature": f"{head}.{body}.{'A' * len(signature)}",
        "no signature": f"{head}.{body}.",
        "algorithm none": f"{part(header | {'alg': 'none'})}.{body}.",
        "algorithm HS256": f"{part(header | {'alg': 'HS256'})}.{body}.{signature}",
        "algorithm PS256": f"{part(header | {'alg': 'PS256'})}.{body}.{signature}",
        "critical extension": f"{part(header | {'crit': ['b64']})}.{body}.{signature}",
        "key inside": f"{part({'alg': 'RS256', 'jwk': wrapped_rsa_key().public_jwk})}.{body}.{signature}",
        "key of another": f"{part(header | {'kid': 'did:web:other.example.org#key'})}.{body}.{signature}",
        "key for proofs": f"{part(header | {'kid': f'{DID}#{wrapped_key().public_multikey}'})}.{body}.{signature}",
        "padded": f"{head}=.{body}.{signature}",
        "not JSON": f"{head}.AAAA.{signature}",
    }


@pytest.mark.parametrize("name", tampered_tokens())
def test_tampered_token_is_refused(name: str) -> None:
    assert verify_document(tampered_tokens()[name], at_hand(), NOW).verdict is Verdict.INVALID


def test_token_of_a_revoked_key_is_refused_from_its_date_on() -> None:
    token = sign_token(credential(AWARD), rsa_key())
    assert verify_document(token, at_hand(revoked=NOW), NOW).verdict is Verdict.VALID
    refused = verify_document(token, at_hand(revoked=AWARD.valid_from), NOW)
    assert refused.check(CheckName.KEY).reason is Reason.KEY_REVOKED
    assert verify_document(token, at_hand(withdrawn=True), NOW).verdict is Verdict.INVALID


@pytest.mark.parametrize(("bits", "verdict"), [(1024, Verdict.INVALID), (2048, Verdict.VALID)])
def test_rsa_key_that_is_too_short_is_refused_though_it_signed(bits: int, verdict: Verdict) -> None:
    key = rsa.generate_private_key(65537, bits)
    numbers = key.public_key().public_numbers()
    modulus = base64.urlsafe_b64encode(numbers.n.to_bytes(bits // 8)).rstrip(b"=").decode()
    jwk = {"kty": "RSA", "e": "AQAB", "n": modulus}
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    token = sign_token(credential(AWARD), RsaSigningKey(der, f"{DID}#{jwk_thumbprint(jwk)}"))
    methods = [VerificationMethodData(wrapped_key().public_multikey), VerificationMethodData(public_jwk=jwk)]
    resolver = documents() | {DID: issuer_document(*methods)}
    assert verify_document(token, resolver, NOW).verdict is verdict


def test_rsa_key_that_is_too_long_is_refused_unread() -> None:
    resolver = at_hand()
    resolver[DID]["verificationMethod"][1]["publicKeyJwk"] = {"kty": "RSA", "e": "AQAB", "n": "_" * 4096}
    result = verify_document(sign_token(credential(AWARD), rsa_key()), resolver, NOW)
    assert result.check(CheckName.PROOF).reason is Reason.UNREADABLE


def test_document_with_a_proof_is_not_made_a_token() -> None:
    with pytest.raises(MalformedDocument):
        sign_token(signed_credential(), rsa_key())


def test_rsa_key_is_wrapped_for_its_issuer_and_never_shown() -> None:
    with pytest.raises(KeyUnwrapError):
        open_rsa_key(VAULT, "did:web:other.example.org", wrapped_rsa_key())
    assert "wrapped_private" not in repr(wrapped_rsa_key())
    assert set(wrapped_rsa_key().public_jwk) == {"kty", "n", "e"}
    with pytest.raises(TypeError):
        pickle.dumps(rsa_key())
