"""Ed25519 signing keys: generation, Multikey text, and private keys encrypted at rest.

A private key leaves this module only wrapped by a `KeyVault`; `SigningKey` shows no secret in its repr and cannot be
pickled, so that logs, tracebacks and task queues hold none.
"""

import hashlib
import os
from typing import NoReturn, Protocol

import attrs
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from paid_certificate.proofs.errors import KeyUnwrapError, MalformedDocument, MalformedKey
from paid_certificate.proofs.multibase import decode_base58btc, encode_base58btc

__all__ = [
    "KeyVault",
    "LocalKeyVault",
    "Signer",
    "SigningKey",
    "WrappedKey",
    "decode_multikey",
    "encode_multikey",
    "generate_key",
    "is_signature_valid",
    "open_key",
]

_ED25519_PREFIX = b"\xed\x01"  # multicodec ed25519-pub, as an unsigned varint
_WRAP_VERSION = b"\x01"
_KEY_ID_SIZE = 8
_NONCE_SIZE = 12
_LEAST_SECRET = 32  # bytes


class Signer(Protocol):
    """What signs: a local key, or a client of a key service."""

    verification_method: str

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over `data`."""


class KeyVault(Protocol):
    """Encrypts private keys at rest. Shaped like a key-management service, which may replace the local one."""

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        """Return `secret` encrypted; only the same `context` opens it."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the secret; raise KeyUnwrapError if key, context or bytes do not fit."""


class LocalKeyVault:
    """AES-256-GCM under keys derived from secrets in the settings.

    The first secret wraps; every secret may unwrap, so that a secret is rotated by putting the new one in front.
    Layout: version (1 byte), id of the wrapping key (8), nonce (12), ciphertext with tag.
    """

    def __init__(self, *secrets: bytes):
        if not secrets or any(len(secret) < _LEAST_SECRET for secret in secrets):
            raise MalformedKey(f"The key that encrypts signing keys must hold at least {_LEAST_SECRET} bytes.")
        derived = [_derive_wrapping_key(secret) for secret in secrets]
        self._primary = _key_id(derived[0])
        self._ciphers = {_key_id(key): AESGCM(key) for key in derived}

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        nonce = os.urandom(_NONCE_SIZE)
        header = _WRAP_VERSION + self._primary
        return header + nonce + self._ciphers[self._primary].encrypt(nonce, secret, header + context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        header, rest = wrapped[: 1 + _KEY_ID_SIZE], wrapped[1 + _KEY_ID_SIZE :]
        cipher = self._ciphers.get(header[1:])
        if header[:1] != _WRAP_VERSION or cipher is None:
            raise KeyUnwrapError("No configured key opens this signing key; restore the one that wrapped it.")
        try:
            return cipher.decrypt(rest[:_NONCE_SIZE], rest[_NONCE_SIZE:], header + context)
        except (InvalidTag, ValueError) as error:
            raise KeyUnwrapError("The wrapped signing key was altered or belongs to another issuer.") from error


@attrs.frozen
class WrappedKey:
    """A new key pair as it is stored: the public key as Multikey text, the private key wrapped."""

    public_multikey: str
    wrapped_private: bytes = attrs.field(repr=False)


class SigningKey:
    """An opened Ed25519 key that signs as one verification method of one issuer."""

    def __init__(self, private_bytes: bytes, verification_method: str):
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(private_bytes)
        except ValueError as error:
            raise MalformedKey("An Ed25519 private key has exactly 32 bytes.") from error
        self.verification_method = verification_method

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    def __repr__(self) -> str:
        return f"SigningKey({self.verification_method})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A signing key is never pickled; open it again where it is needed.")


def generate_key(vault: KeyVault, did: str) -> WrappedKey:
    """Make an Ed25519 key pair for the issuer `did`, its private key wrapped for that issuer only."""
    key = Ed25519PrivateKey.generate()
    multikey = encode_multikey(key.public_key().public_bytes_raw())
    return WrappedKey(multikey, vault.wrap(key.private_bytes_raw(), _wrap_context(did, multikey)))


def open_key(vault: KeyVault, did: str, wrapped: WrappedKey) -> SigningKey:
    """Return the signing key of `did`; raise KeyUnwrapError if the wrapped key is another issuer's."""
    private = vault.unwrap(wrapped.wrapped_private, _wrap_context(did, wrapped.public_multikey))
    key = SigningKey(private, f"{did}#{wrapped.public_multikey}")
    if encode_multikey(key._key.public_key().public_bytes_raw()) != wrapped.public_multikey:
        raise KeyUnwrapError("The private key does not belong to the public key it is stored with.")
    return key


def encode_multikey(public_key: bytes) -> str:
    """Return a 32-byte Ed25519 public key as Multikey text (W3C Controlled Identifiers 1.0, 2.2.2): `z6Mk...`."""
    if len(public_key) != 32:
        raise MalformedKey("An Ed25519 public key has exactly 32 bytes.")
    return encode_base58btc(_ED25519_PREFIX + public_key)


def decode_multikey(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 Multikey; raise MalformedKey for another kind of key."""
    try:
        data = decode_base58btc(text)
    except MalformedDocument as error:
        raise MalformedKey(str(error)) from error
    if len(data) != 34 or not data.startswith(_ED25519_PREFIX):
        raise MalformedKey("Not an Ed25519 Multikey.")
    return data[2:]


def is_signature_valid(multikey: str, signature: bytes, data: bytes) -> bool:
    """Tell whether `signature` over `data` was made with the private half of `multikey`."""
    try:
        Ed25519PublicKey.from_public_bytes(decode_multikey(multikey)).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _wrap_context(did: str, multikey: str) -> bytes:
    return f"{did}#{multikey}".encode()


def _derive_wrapping_key(secret: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"paid_certificate signing key wrap v1").derive(secret)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"id" + key).digest()[:_KEY_ID_SIZE]
