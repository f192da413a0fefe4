"""A key-management service for the tests: it keeps the secrets and gives away tickets."""

from __future__ import annotations

import secrets

from paid_certificate.proofs.errors import KeyUnwrapError

KEPT: dict[bytes, tuple[bytes, bytes]] = {}


class KeyService:
    """Wraps by remembering; without it nothing that the database holds is of any use."""

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        ticket = secrets.token_bytes(16)
        KEPT[ticket] = (secret, context)
        return ticket

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        secret, known = KEPT.get(wrapped, (b"", b""))
        if not secret or known != context:
            raise KeyUnwrapError("The key service knows no such key.")
        return secret


def key_service() -> KeyService:
    """What the setting names."""
    return KeyService()
