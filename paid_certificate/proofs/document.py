"""Reading documents that came from outside: bounded in size, depth and number of values, and unambiguous."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from paid_certificate.proofs.errors import MalformedDocument

__all__ = ["MAX_BYTES", "as_list", "issuer_id", "parse_document", "types_of"]

MAX_BYTES = 1 << 20  # a badge with its image embedded stays below this
_MAX_VALUES = 4_000  # JSON values; expansion costs about 0.2 ms for each
_MAX_DEPTH = 40


def parse_document(raw: bytes | str, *, max_values: int = _MAX_VALUES) -> dict[str, Any]:
    """Return the JSON object in `raw`; raise MalformedDocument for anything larger, deeper or ambiguous.

    A key written twice is refused: readers differ in which one they show.
    """
    if len(raw) > MAX_BYTES:
        raise MalformedDocument(f"The file is larger than {MAX_BYTES // 1024} KB.")
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedDocument("The file is not JSON.") from error
    if not isinstance(value, dict):
        raise MalformedDocument("The file is JSON, but not a document.")
    _require_bounded(value, max_values)
    return value


def as_list(value: Any) -> list[Any]:
    """Return a JSON-LD value as the list it stands for: absent is empty, and a single value is a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def types_of(document: Any) -> set[str]:
    """Return the types a node states."""
    return {item for item in as_list(document.get("type")) if isinstance(item, str)}


def issuer_id(document: dict[str, Any]) -> str:
    """Return the issuer's address, given as text or as the id of a profile; raise MalformedDocument if it has none."""
    issuer = document.get("issuer")
    address = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(address, str) or not address:
        raise MalformedDocument("The document does not say who issued it.")
    return address


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = list(pairs)
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedDocument("The file holds the same key twice in one object.")
    return result


def _refuse_constant(text: str) -> NoReturn:
    raise MalformedDocument(f"{text} is not a JSON number.")


def _require_bounded(value: Any, max_values: int) -> None:
    level, count = [value], 0
    for _ in range(_MAX_DEPTH):
        count += len(level)
        if count > max_values:
            raise MalformedDocument("The file holds more values than are read here.")
        level = [child for item in level if isinstance(item, dict | list) for child in _children(item)]
        if not level:
            return
    raise MalformedDocument("The file is nested too deeply.")


def _children(item: Any) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item
