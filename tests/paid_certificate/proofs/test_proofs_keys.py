"""Signing keys: Multikey text, encryption at rest, and nothing that shows a secret."""

from __future__ import annotations

import logging
import pickle
import traceback

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from proof_samples import DID, VAULT, signing_key, wrapped_key

from paid_certificate.proofs.errors import KeyUnwrapError, MalformedDocument, MalformedKey
from paid_certificate.proofs.keys import (
    LocalKeyVault,
    SigningKey,
    decode_multikey,
    encode_multikey,
    generate_key,
    is_signature_valid,
    open_key,
)
from paid_certificate.proofs.multibase import decode_base58btc, decode_base64url, encode_base58btc, encode_base64url

SECRET = b"0123456789abcdef0123456789abcdef"


@given(st.binary(max_size=80))
def test_base58btc_round_trip_keeps_leading_zeros(data: bytes) -> None:
    assert decode_base58btc(encode_base58btc(data)) == data


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", "z"), (b"\0\0", "z11"), (b"Hello World!", "z2NEpo7TZRRrLZSi2U"), (b"\0\0\x28\x7f\xb4\xcd", "z11233QC4")],
)
def test_base58btc_known_values_are_given(data: bytes, text: str) -> None:
    assert encode_base58btc(data) == text


@given(st.binary(max_size=80))
def test_base64url_round_trip_has_no_padding(data: bytes) -> None:
    text = encode_base64url(data)
    assert decode_base64url(text) == data
    assert "=" not in text


@pytest.mark.parametrize("text", ["", "x", "z0", "zI", "z" + "1" * 400])
def test_base58btc_foreign_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedDocument):
        decode_base58btc(text)


@pytest.mark.parametrize("text", ["", "zAAAA", "uA", "uAAA=", "uA!AA", "uA AA"])
def test_base64url_foreign_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedDocument):
        decode_base64url(text)


def test_multikey_of_new_key_starts_with_the_ed25519_prefix() -> None:
    multikey = wrapped_key().public_multikey
    assert multikey.startswith("z6Mk")
    assert encode_multikey(decode_multikey(multikey)) == multikey


@pytest.mark.parametrize("text", ["", "z6Mk", "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv", "u7QE"])
def test_multikey_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(MalformedKey):
        decode_multikey(text)


def test_signature_changed_in_one_bit_is_refused() -> None:
    signature = signing_key().sign(b"data")
    assert is_signature_valid(wrapped_key().public_multikey, signature, b"data")
    changed = bytes([signature[0] ^ 1]) + signature[1:]
    assert not is_signature_valid(wrapped_key().public_multikey, changed, b"data")
    assert not is_signature_valid(wrapped_key().public_multikey, signature, b"Data")


def test_wrapped_key_opens_only_for_its_issuer() -> None:
    wrapped = generate_key(VAULT, DID)
    assert open_key(VAULT, DID, wrapped).verification_method == f"{DID}#{wrapped.public_multikey}"
    with pytest.raises(KeyUnwrapError):
        open_key(VAULT, "did:web:other.example.org", wrapped)
    with pytest.raises(KeyUnwrapError):
        open_key(VAULT, DID, attrs.evolve(wrapped, public_multikey=generate_key(VAULT, DID).public_multikey))


@given(st.integers(min_value=0), st.integers(1, 255))
def test_wrapped_key_changed_in_any_byte_is_refused(position: int, change: int) -> None:
    wrapped = bytearray(wrapped_key().wrapped_private)
    wrapped[position % len(wrapped)] ^= change
    with pytest.raises(KeyUnwrapError):
        open_key(VAULT, DID, attrs.evolve(wrapped_key(), wrapped_private=bytes(wrapped)))


def test_vault_without_the_wrapping_key_is_told_what_to_restore() -> None:
    with pytest.raises(KeyUnwrapError, match="restore"):
        open_key(LocalKeyVault(SECRET), DID, wrapped_key())


def test_vault_with_a_new_key_in_front_opens_what_the_old_one_wrapped() -> None:
    wrapped = generate_key(LocalKeyVault(SECRET), DID)
    rotated = LocalKeyVault(b"another secret of at least 32 bytes!", SECRET)
    assert open_key(rotated, DID, wrapped)
    with pytest.raises(KeyUnwrapError):
        open_key(LocalKeyVault(SECRET), DID, generate_key(rotated, DID))


def test_vault_with_a_short_secret_is_refused() -> None:
    with pytest.raises(MalformedKey):
        LocalKeyVault(b"short")


def test_wrapping_twice_gives_different_bytes() -> None:
    vault = LocalKeyVault(SECRET)
    assert vault.wrap(b"secret", b"context") != vault.wrap(b"secret", b"context")


def test_secret_bytes_appear_in_no_repr_log_traceback_or_stored_form(caplog: pytest.LogCaptureFixture) -> None:
    secret = bytes(range(32))
    key = SigningKey(secret, f"{DID}#key")
    wrapped = VAULT.wrap(secret, b"context")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").info("signing with %r %s", key, key)
    try:
        open_key(LocalKeyVault(SECRET), DID, wrapped_key())
    except KeyUnwrapError:
        shown = traceback.format_exc()
    for text in (caplog.text, shown, repr(key), repr(wrapped_key())):
        assert secret.hex() not in text
        assert repr(secret)[2:12] not in text
        assert repr(wrapped_key().wrapped_private)[2:20] not in text
    assert secret not in wrapped


def test_signing_key_is_never_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(signing_key())
