"""One way to write a JSON value, so that a digest or a signature covers exactly one thing (pitfall: joined strings)."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys and no spaces; NaN and infinities are refused with ValueError.

    Keys must be strings and numbers whole: fractions are written as text by the caller, so that no two ways of
    writing a float can differ. Raises TypeError for anything else.
    """
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """The SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"A key must be text, not {key!r}.")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif not isinstance(value, str | bool | int | type(None)):
        raise TypeError(f"{type(value).__name__} has no one way to be written; write it as text.")
