"""Status lists: one bit per credential, read alike by readers that share no code with ours."""

from __future__ import annotations

import base64
import gzip
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proof_samples import DID, NOW, REVOCATION_LIST

from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.errors import MalformedStatusList
from paid_certificate.proofs.multibase import encode_base64url
from paid_certificate.proofs.status_list import (
    MINIMUM_BITS,
    StatusBits,
    decode_status_list,
    encode_status_list,
    status_list_credential,
)


def independent_reading(encoded: str) -> set[int]:
    """Read a list as the specification says, through binary text instead of bit arithmetic."""
    assert encoded[0] == "u"
    packed = base64.urlsafe_b64decode(encoded[1:] + "==")
    bits = "".join(format(byte, "08b") for byte in gzip.decompress(packed))
    return {index for index, bit in enumerate(bits) if bit == "1"}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 10_000))
def test_independent_reader_sees_exactly_the_revoked_indices(seed: int, count: int) -> None:
    revoked = set(random.Random(seed).sample(range(MINIMUM_BITS), count))
    bits = StatusBits()
    bits.set_all(revoked)
    encoded = encode_status_list(bits)
    assert independent_reading(encoded) == revoked
    assert set(decode_status_list(encoded).indices()) == revoked


@pytest.mark.parametrize("index", [0, 1, 7, 8, 5, 47, 94_567, MINIMUM_BITS - 1])
def test_revoking_one_entry_revokes_no_other(index: int) -> None:
    bits = StatusBits()
    bits[index] = True
    assert independent_reading(encode_status_list(bits)) == {index}
    bits[index] = False
    assert independent_reading(encode_status_list(bits)) == set()


def test_first_entry_is_the_most_significant_bit() -> None:
    bits = StatusBits()
    bits[0] = True
    assert bits.data[0] == 0b1000_0000
    assert len(bits.data) == 16 * 1024


def test_same_bits_give_the_same_text_at_any_time() -> None:
    bits = StatusBits()
    bits.set_all(range(0, 10_000, 7))
    packed = base64.urlsafe_b64decode(encode_status_list(bits)[1:] + "==")
    assert packed[:2] == b"\x1f\x8b"
    assert packed[4:8] == b"\0\0\0\0", "the gzip header carries no time"
    assert encode_status_list(bits) == encode_status_list(StatusBits(data=bytes(bits.data)))


@pytest.mark.parametrize("size", [0, 8, MINIMUM_BITS - 8, MINIMUM_BITS + 1])
def test_list_that_does_not_hide_its_entries_is_refused(size: int) -> None:
    with pytest.raises(MalformedStatusList):
        StatusBits(size)


@pytest.mark.parametrize("index", [-1, MINIMUM_BITS])
def test_index_outside_the_list_changes_nothing(index: int) -> None:
    bits = StatusBits()
    with pytest.raises(MalformedStatusList):
        bits.set_all([3, index])
    assert list(bits.indices()) == []
    with pytest.raises(MalformedStatusList):
        bits[index]


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "zabc",
        "uAAAA",
        encode_base64url(gzip.compress(b"\0" * 100)),
        encode_base64url(gzip.compress(b"\0" * 16_384)[:-6]),
        encode_base64url(gzip.compress(b"\0" * 16_384) + b"more"),
        encode_base64url(zlib.compress(b"\0" * 16_384)),
        encode_base64url(gzip.compress(b"\0" * (5 << 20))),
    ],
    ids=["empty", "nothing", "base58", "not gzip", "too short", "cut off", "trailing", "zlib", "bomb"],
)
def test_unreadable_list_is_refused(encoded: str) -> None:
    with pytest.raises(MalformedStatusList):
        decode_status_list(encoded)


def test_status_list_credential_names_its_purpose_and_issuer() -> None:
    document = status_list_credential(
        url=REVOCATION_LIST,
        issuer=DID,
        purpose=StatusPurpose.REVOCATION,
        encoded_list=encode_status_list(StatusBits()),
        valid_from=NOW,
        valid_until=NOW,
    )
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["issuer"] == DID
    assert document["credentialSubject"]["statusPurpose"] == "revocation"
    assert document["validUntil"] == "2026-01-09T12:00:00Z"
