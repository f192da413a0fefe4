"""One record as CSV (RFC 4180) that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

# A cell that begins so is taken for a formula by spreadsheet programs (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def record_csv(fields: Sequence[tuple[str, str]]) -> bytes:
    """Return a header line of the names and one line of the values, as UTF-8 with a byte order mark for Excel."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([name for name, _value in fields])
    writer.writerow([harmless(value) for _name, value in fields])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def harmless(value: str) -> str:
    """The value with an apostrophe before anything that would be read as a formula, and without NUL."""
    value = value.replace("\x00", "")
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA_STARTS) else value
