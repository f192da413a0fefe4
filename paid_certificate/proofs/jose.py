"""Credentials as JSON Web Tokens (Open Badges 3.0, 8.2): an option beside the embedded proof, signed with RS256.

The payload is the credential itself with the registered claims beside it. Only RS256 is read: the token's header never
chooses the algorithm, and a key inside it is for readers who cannot follow a DID; it is never believed here.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn, Protocol

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from paid_certificate.proofs.document import issuer_id, parse_document
from paid_certificate.proofs.errors import KeyUnwrapError, MalformedDocument, MalformedKey
from paid_certificate.proofs.keys import KeyVault
from paid_certificate.proofs.text import parse_datetime

__all__ = [
    "JsonWebToken",
    "JwtSigner",
    "RsaSigningKey",
    "WrappedRsaKey",
    "generate_rsa_key",
    "is_compact_token",
    "is_token_signed_by",
    "jwk_thumbprint",
    "open_rsa_key",
    "parse_token",
    "registered_claims",
    "sign_token",
    "token_payload",
]

_KEY_BITS = 3072
_LEAST_KEY_BITS = 2048
_MAX_KEY_BITS = 8192  # a larger modulus makes every check slow
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")


class JwtSigner(Protocol):
    """What signs a token: a local RSA key, or a client of a key service."""

    verification_method: str

    @property
    def public_jwk(self) -> Mapping[str, str]:
        """The public key as a JWK."""

    def sign(self, data: bytes) -> bytes:
        """Return the RSASSA-PKCS1-v1_5 signature with SHA-256 over `data`."""


class RsaSigningKey:
    """An opened RSA key that signs as one verification method of one issuer."""

    def __init__(self, private_der: bytes, verification_method: str):
        key = load_der_private_key(private_der, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise MalformedKey("Tokens are signed with an RSA key.")
        self._key = key
        self.public_jwk = _public_jwk(key)
        self.verification_method = verification_method

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), SHA256())

    def __repr__(self) -> str:
        return f"RsaSigningKey({self.verification_method})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A signing key is never pickled; open it again where it is needed.")


@attrs.frozen
class WrappedRsaKey:
    """A new RSA key as it is stored: the public key as a JWK, the private key wrapped."""

    public_jwk: dict[str, str]
    wrapped_private: bytes = attrs.field(repr=False)


@attrs.frozen
class JsonWebToken:
    """A token taken apart, not yet checked."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signing_input: bytes
    signature: bytes


def generate_rsa_key(vault: KeyVault, did: str) -> WrappedRsaKey:
    """Make an RSA key for the tokens of the issuer `did`, its private key wrapped for that issuer only."""
    key = rsa.generate_private_key(65537, _KEY_BITS)
    jwk = _public_jwk(key)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return WrappedRsaKey(jwk, vault.wrap(der, f"{did}#{jwk_thumbprint(jwk)}".encode()))


def open_rsa_key(vault: KeyVault, did: str, wrapped: WrappedRsaKey) -> RsaSigningKey:
    """Return the token-signing key of `did`; raise KeyUnwrapError if the wrapped key is another issuer's."""
    method = f"{did}#{jwk_thumbprint(wrapped.public_jwk)}"
    key = RsaSigningKey(vault.unwrap(wrapped.wrapped_private, method.encode()), method)
    if key.public_jwk != dict(wrapped.public_jwk):
        raise KeyUnwrapError("The private key does not belong to the public key it is stored with.")
    return key


def jwk_thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the SHA-256 thumbprint of an RSA JWK (RFC 7638), by which a DID document names it."""
    members = {name: jwk[name] for name in ("e", "kty", "n")}
    return _encode(hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest())


def sign_token(document: Mapping[str, Any], signer: JwtSigner, *, signed_at: datetime | None = None) -> str:
    """Return an unsigned credential as a compact token; `signed_at` is told in its claim `iat`."""
    if "proof" in document:
        raise MalformedDocument("A credential is signed either with a proof or as a token.")
    header = {"alg": "RS256", "typ": "JWT", "kid": signer.verification_method, "jwk": dict(signer.public_jwk)}
    issued = {"iat": int(signed_at.timestamp())} if signed_at else {}
    parts = [header, dict(document) | registered_claims(document) | issued]
    signing_input = ".".join(_encode(json.dumps(part, ensure_ascii=False).encode()) for part in parts)
    return f"{signing_input}.{_encode(signer.sign(signing_input.encode()))}"


def registered_claims(document: Mapping[str, Any]) -> dict[str, str | int]:
    """Return the claims that must repeat what the credential says: iss, jti, nbf, and exp and sub where it has them."""
    claims: dict[str, str | int] = {
        "iss": issuer_id(dict(document)),
        "jti": document["id"],
        "nbf": int(parse_datetime(document.get("validFrom")).timestamp()),
    }
    if "validUntil" in document:
        claims["exp"] = int(parse_datetime(document["validUntil"]).timestamp())
    subject = document.get("credentialSubject")
    if isinstance(subject, Mapping) and "id" in subject:
        claims["sub"] = subject["id"]
    return claims


def is_compact_token(raw: bytes | str) -> bool:
    """Tell whether `raw` looks like a token and not like a JSON document or an address."""
    text = raw.decode("latin-1") if isinstance(raw, bytes) else raw
    return _COMPACT.fullmatch(text.strip()) is not None


def parse_token(raw: bytes | str) -> JsonWebToken:
    """Take a compact token apart; raise MalformedDocument unless it is an RS256 token over a JSON object."""
    token = _take_apart(raw)
    if token.header.get("alg") != "RS256" or "crit" in token.header:
        raise MalformedDocument("Only tokens signed with RS256 are read.")
    return token


def token_payload(raw: bytes | str) -> dict[str, Any]:
    """Return what a token says, whoever signed it and however; to find out which one it claims to be, and no more."""
    return _take_apart(raw).payload


def is_token_signed_by(token: JsonWebToken, jwk: Mapping[str, Any]) -> bool:
    """Tell whether the RSA key `jwk` signed the token; raise MalformedKey if it is not a usable RSA key."""
    try:
        modulus, exponent = (int.from_bytes(_decode(jwk[name])) for name in ("n", "e"))
        if jwk.get("kty") != "RSA" or not _LEAST_KEY_BITS <= modulus.bit_length() <= _MAX_KEY_BITS:
            raise MalformedKey("The key is not an RSA key of a usable size.")
        key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MalformedKey("The key cannot be read.") from error
    try:
        key.verify(token.signature, token.signing_input, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _take_apart(raw: bytes | str) -> JsonWebToken:
    try:
        text = raw.decode("ascii") if isinstance(raw, bytes) else raw
        head, body, signature = text.strip().split(".")
        return JsonWebToken(
            parse_document(_decode(head)), parse_document(_decode(body)), f"{head}.{body}".encode(), _decode(signature)
        )
    except (ValueError, UnicodeError) as error:
        raise MalformedDocument("The file is not a signed token.") from error


def _public_jwk(key: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": _encode_integer(numbers.n), "e": _encode_integer(numbers.e)}


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _encode_integer(value: int) -> str:
    return _encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _decode(text: str) -> bytes:
    """Return the bytes of unpadded base64url; one text for each, so that no two spellings of a token are good."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedDocument("The token cannot be decoded.") from error
    if _encode(data) != text:
        raise MalformedDocument("The token is not written in plain base64url without padding.")
    return data
