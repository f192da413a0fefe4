"""Text and numbers as they may stand in a signed document."""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from paid_certificate.proofs.errors import MalformedDocument

__all__ = ["clean_text", "format_datetime", "format_number", "parse_datetime"]

_DATETIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
# Controls (but newline), lone surrogates and noncharacters. RDF canonicalisers disagree on how to escape controls, and
# the others cannot be encoded.
_UNSIGNABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Bidirectional overrides and isolates can make a name read as another one; letters of right-to-left scripts need none.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """Return `text` in NFC without control characters, in any script; line ends become a newline, tabs a space."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return unicodedata.normalize("NFC", _OVERRIDES.sub("", _UNSIGNABLE.sub("", text))).strip()


def format_datetime(moment: datetime) -> str:
    """Return an aware datetime as xsd:dateTime in UTC to the second: 2027-01-09T12:00:00Z."""
    if moment.tzinfo is None:
        raise MalformedDocument("A date in a credential needs a time zone.")
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def parse_datetime(text: object) -> datetime:
    """Return the aware datetime of a full xsd:dateTime with zone; raise MalformedDocument for anything less."""
    match = _DATETIME.match(text) if isinstance(text, str) else None
    if match is None:
        raise MalformedDocument(f"Expected a date and time with a zone, such as 2027-01-09T12:00:00Z, not {text!r}.")
    whole, fraction, zone = match.groups()
    try:
        return datetime.fromisoformat(whole + (fraction or ".0")[:7].ljust(7, "0") + zone.replace("Z", "+00:00"))
    except ValueError as error:
        raise MalformedDocument(f"There is no such date as {text!r}.") from error


def format_number(amount: Decimal) -> int | float:
    """Return `amount` to two places as the JSON number that every JSON-LD processor canonicalises alike.

    A whole number is an int: 3.0 is read back as 3 by JavaScript and would be signed as another literal.
    """
    rounded = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
