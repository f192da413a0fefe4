"""Issuers that are not us: one under did:key, one under did:web, with what they sign and how they revoke."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proof_samples import ACHIEVEMENT, AWARD, ISSUER

from paid_certificate.proofs.data import AwardData, HashedIdentity, StatusEntry, StatusPurpose, hash_identity
from paid_certificate.proofs.data_integrity import add_proof
from paid_certificate.proofs.did import VerificationMethodData, did_document
from paid_certificate.proofs.keys import SigningKey, encode_multikey
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.status_list import StatusBits, encode_status_list, status_list_credential

WEB_DID = "did:web:college.example.org"
LIST_URL = "https://college.example.org/status/1"
INDEX = 4_711
LONG_AGO = datetime(2024, 5, 2, 12, 0, tzinfo=UTC)
TITLE = "Applied statistics, two terms"


@attrs.frozen
class Stranger:
    """An issuer with its key."""

    did: str
    key: SigningKey
    multikey: str

    def document(self, **changes: Any) -> dict[str, Any]:
        """Its DID document."""
        return did_document(self.did, [VerificationMethodData(self.multikey)]) | changes

    def award(
        self,
        *,
        name: str = "Test Learner",
        email: str = "learner@example.org",
        revocable: bool = False,
        valid_until: datetime | None = None,
        title: str = TITLE,
    ) -> AwardData:
        """What it awards."""
        identity: HashedIdentity | None = hash_identity(email) if email else None
        status = (StatusEntry(StatusPurpose.REVOCATION, LIST_URL, INDEX),) if revocable else ()
        return attrs.evolve(
            AWARD,
            credential_url="https://college.example.org/credentials/1",
            issuer=attrs.evolve(ISSUER, did=self.did, name="College of Example", url="https://college.example.org/"),
            achievement=attrs.evolve(ACHIEVEMENT, name=title),
            holder_name=name,
            holder_identity=identity,
            awarded=LONG_AGO,
            valid_from=LONG_AGO,
            valid_until=valid_until,
            status=status,
        )

    def signed(self, **award: Any) -> dict[str, Any]:
        """A credential as it left the issuer."""
        return add_proof(credential(self.award(**award)), self.key, LONG_AGO)

    def text(self, **award: Any) -> str:
        """The same as JSON."""
        return json.dumps(self.signed(**award), ensure_ascii=False)

    def expired(self) -> str:
        """One that ended."""
        return self.text(valid_until=LONG_AGO + timedelta(days=30))

    def status_list(self, *revoked: int) -> dict[str, Any]:
        """Its list of revocations."""
        bits = StatusBits()
        bits.set_all(revoked)
        document = status_list_credential(
            url=LIST_URL,
            issuer=self.did,
            purpose=StatusPurpose.REVOCATION,
            encoded_list=encode_status_list(bits),
            valid_from=LONG_AGO,
        )
        return add_proof(document, self.key, LONG_AGO)


def stranger_by_web(did: str = WEB_DID) -> Stranger:
    """An issuer whose key document lies on its own site."""
    private, multikey = _pair()
    return Stranger(did, SigningKey(private, f"{did}#{multikey}"), multikey)


def stranger_by_key() -> Stranger:
    """An issuer that is its key."""
    private, multikey = _pair()
    did = f"did:key:{multikey}"
    return Stranger(did, SigningKey(private, f"{did}#{multikey}"), multikey)


def png_of(width: int, height: int, data: bytes | None = None) -> bytes:
    """A PNG of one colour; with `data`, of whatever is in it."""
    rows = b"".join(b"\0" + bytes(width) for _row in range(height)) if data is None else data
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _pair() -> tuple[bytes, str]:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), encode_multikey(key.public_key().public_bytes_raw())
