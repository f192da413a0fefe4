"""Bitstring Status List 1.0 (W3C Recommendation of May 2025): revocation and suspension that strangers can read."""

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.errors import MalformedDocument, MalformedStatusList
from paid_certificate.proofs.multibase import decode_base64url, encode_base64url
from paid_certificate.proofs.terms import CREDENTIALS_V2
from paid_certificate.proofs.text import format_datetime

__all__ = [
    "MINIMUM_BITS",
    "StatusBits",
    "decode_status_list",
    "encode_status_list",
    "status_list_credential",
]

MINIMUM_BITS = 131_072  # 16 KiB, the least that hides a holder in the crowd (section 5.1 of the specification)
_MAX_BYTES = 1 << 21  # of an unpacked foreign list: 16 million entries
_GZIP_READ = 31  # zlib's code for a gzip wrapper with the largest window
# Written with a window of 16 KiB, the size of a list, and tables no larger: setting up zlib's largest ones can take
# longer than packing a list of a few revocations. The header carries no time.
_GZIP_WRITE, _TABLE_SIZE = 30, 6


class StatusBits:
    """A mutable bitstring whose entry 0 is the most significant bit of its first byte."""

    def __init__(self, size: int = MINIMUM_BITS, data: bytes | None = None):
        if size % 8 or size < MINIMUM_BITS:
            raise MalformedStatusList(f"A status list has at least {MINIMUM_BITS} entries, in whole bytes.")
        self.data = bytearray(size // 8) if data is None else bytearray(data)
        if len(self.data) * 8 != size:
            raise MalformedStatusList("The stored status list does not have its stated size.")

    def __len__(self) -> int:
        return len(self.data) * 8

    def __getitem__(self, index: int) -> bool:
        self._require(index)
        return bool(self.data[index >> 3] & (0x80 >> (index & 7)))

    def __setitem__(self, index: int, value: bool) -> None:
        self._require(index)
        if value:
            self.data[index >> 3] |= 0x80 >> (index & 7)
        else:
            self.data[index >> 3] &= ~(0x80 >> (index & 7)) & 0xFF

    def set_all(self, indices: Iterable[int], value: bool = True) -> None:
        """Set every entry of `indices`; raise MalformedStatusList before changing any if one lies outside."""
        indices = list(indices)
        for index in indices:
            self._require(index)
        for index in indices:
            self[index] = value

    def indices(self) -> Iterator[int]:
        """Yield the entries that are set, in order."""
        for position, byte in enumerate(self.data):
            if byte:
                yield from (position * 8 + bit for bit in range(8) if byte & (0x80 >> bit))

    def _require(self, index: int) -> None:
        if not 0 <= index < len(self):
            raise MalformedStatusList(f"The status list has no entry {index}.")


def encode_status_list(bits: StatusBits) -> str:
    """Return the `encodedList` of a bitstring: multibase base64url of its gzip, the same text for the same bits."""
    # A list is runs of zeros with single bits between them. To look for longer repetitions takes up to four times as
    # long, and makes it longer, not shorter.
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP_WRITE, _TABLE_SIZE, zlib.Z_RLE)
    return encode_base64url(packer.compress(bits.data) + packer.flush())


def decode_status_list(encoded: str) -> StatusBits:
    """Return the bits of an `encodedList`; raise MalformedStatusList if it is unreadable, too short or too long."""
    try:
        unpacker = zlib.decompressobj(_GZIP_READ)
        data = unpacker.decompress(decode_base64url(encoded), _MAX_BYTES)
    except (zlib.error, MalformedDocument) as error:
        raise MalformedStatusList("The status list cannot be unpacked.") from error
    if not unpacker.eof or unpacker.unused_data:
        raise MalformedStatusList("The status list is cut off or larger than is read here.")
    return StatusBits(len(data) * 8, data)


def status_list_credential(
    *,
    url: str,
    issuer: str,
    purpose: StatusPurpose,
    encoded_list: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """Return the unsigned BitstringStatusListCredential at `url`, to be signed by the credentials' own issuer.

    With `valid_until` a stale copy stops being an answer; without it a kept copy can be checked for ever, and a reader
    judges its age by `validFrom`.
    """
    until = {"validUntil": format_datetime(valid_until)} if valid_until else {}
    return {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_datetime(valid_from),
        **until,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encoded_list,
        },
    }
