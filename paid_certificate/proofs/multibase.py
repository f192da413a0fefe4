"""Multibase text for keys, proof values and status lists: base58btc (`z`) and base64url without padding (`u`)."""

import base64
import binascii

from paid_certificate.proofs.errors import MalformedDocument

__all__ = ["decode_base58btc", "decode_base64url", "encode_base58btc", "encode_base64url"]

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {character: value for value, character in enumerate(_ALPHABET)}
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_MAX_BASE58 = 256  # characters: decoding is quadratic, and no key or signature here is longer


def encode_base58btc(data: bytes) -> str:
    """Return `z` followed by `data` in base58btc (the Bitcoin alphabet); leading zero bytes become `1`."""
    number = int.from_bytes(data, "big")
    pieces: list[str] = []
    while number:
        number, chunk = divmod(number, 58**10)  # one long division yields ten characters
        for _ in range(5):
            chunk, pair = divmod(chunk, 3364)
            pieces.append(_PAIRS[pair])
    pieces.reverse()
    leading = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * leading + "".join(pieces).lstrip("1")


def decode_base58btc(text: str) -> bytes:
    """Return the bytes of a `z` multibase string; raise MalformedDocument for anything else."""
    if not text.startswith("z") or len(text) > _MAX_BASE58:
        raise MalformedDocument("Expected a base58btc multibase value that starts with z.")
    digits = text[1:]
    number = 0
    for character in digits:
        if character not in _DIGITS:
            raise MalformedDocument("A base58btc value holds a character outside its alphabet.")
        number = number * 58 + _DIGITS[character]
    leading = len(digits) - len(digits.lstrip("1"))
    return b"\0" * leading + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_base64url(data: bytes) -> str:
    """Return `u` followed by `data` in base64url without padding."""
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes:
    """Return the bytes of a `u` multibase string; raise MalformedDocument for anything else."""
    if not text.startswith("u") or "=" in text:
        raise MalformedDocument("Expected an unpadded base64url multibase value that starts with u.")
    try:
        return base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedDocument("A base64url value cannot be decoded.") from error
