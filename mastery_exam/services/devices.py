"""The one device that may write to an attempt, known by a random token of which only the hash is stored."""

from __future__ import annotations

import hashlib
from hmac import compare_digest

from mastery_exam.models import Attempt


def device_hash(device_token: str) -> str:
    """Return what is stored of a device's token."""
    return hashlib.sha256(device_token.encode()).hexdigest()


def holds_attempt(attempt: Attempt, device_token: str) -> bool:
    """Whether the device is the one that may write."""
    return bool(device_token) and compare_digest(attempt.device_hash, device_hash(device_token))
