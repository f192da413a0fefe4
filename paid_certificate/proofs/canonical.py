"""From a JSON-LD document to the canonical N-Quads that are signed, refusing whatever would go unsigned.

PyLD silently drops terms that no context defines and references that are not absolute; a signature over the rest would
then vouch for a document that shows more than it covers. So a copy is expanded with a catch-all vocabulary and an odd
base, and if either shows up the document is refused.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from pyld import jsonld
from pyld.context_resolver import ContextResolver

from paid_certificate.proofs.errors import MalformedDocument, UnknownContext, UnsignedContent
from paid_certificate.proofs.rdfc import Quad, canonical_nquads, escape_literal
from paid_certificate.proofs.terms import PINNED_CONTEXTS

__all__ = ["canonicalise", "dataset", "require_signable"]

_UNDEFINED = "urn:undef:"
_BASE_SCHEME = "x-relative:"  # what a relative reference resolves to, even one that brings its own authority
_BASE = f"{_BASE_SCHEME}//base/"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANGUAGE_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*\Z")
_UNENCODABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MAX_DEPTH = 40


class _Processed(threading.local):
    """The pinned contexts as PyLD has worked them out, for each thread: most of the time of a call goes into that.

    PyLD would share one such cache, keyed by address, with everyone else in the process. Only pinned contexts get in,
    so it does not grow.
    """

    def __init__(self) -> None:
        self.contexts: dict[str, Any] = {}


_processed = _Processed()


def canonicalise(document: Mapping[str, Any], *, contexts: Mapping[str, Any] = PINNED_CONTEXTS) -> str:
    """Return the canonical N-Quads of a JSON-LD document.

    Raises UnknownContext, UnsignedContent or MalformedDocument rather than leave anything out, and WorkLimitExceeded
    for documents made to be slow.
    """
    return canonical_nquads(dataset(document, contexts=contexts))


def require_signable(document: Mapping[str, Any], *, contexts: Mapping[str, Any] = PINNED_CONTEXTS) -> None:
    """Raise unless every member of `document` becomes RDF, and with it part of what is signed."""
    given = document.get("@context")
    entries = given if isinstance(given, list) else [given]
    _check_contexts(entries, contexts)
    _check_json({key: value for key, value in document.items() if key != "@context"})
    guarded = dict(document) | {"@context": [{"@vocab": _UNDEFINED}, *entries]}
    for kind, value in _references(_expand(guarded, contexts, _BASE)):
        if value.startswith(_UNDEFINED):
            raise UnsignedContent(f"{value.removeprefix(_UNDEFINED)!r} is not defined by the document's contexts.")
        if value.startswith(_BASE_SCHEME) or not _IRI.match(value):
            raise UnsignedContent(f"The {kind} {value.removeprefix(_BASE)!r} is not an absolute address.")


def dataset(document: Mapping[str, Any], *, contexts: Mapping[str, Any] = PINNED_CONTEXTS) -> list[Quad]:
    """Return the quads of a JSON-LD document; raise as `canonicalise` does."""
    require_signable(document, contexts=contexts)
    graphs = _call(jsonld.to_rdf, document, contexts, "")
    return [
        (_term(triple["subject"]), _term(triple["predicate"]), _term(triple["object"]), _graph(name))
        for name, triples in graphs.items()
        for triple in triples
    ]


def _expand(document: Mapping[str, Any], contexts: Mapping[str, Any], base: str) -> list[Any]:
    return _call(jsonld.expand, document, contexts, base)


def _call(operation: Any, document: Mapping[str, Any], contexts: Mapping[str, Any], base: str) -> Any:
    def load(url: str, options: Any) -> dict[str, Any]:
        loaded = {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "tag": "static"}
        return loaded | {"document": contexts[url]}

    cache = _processed.contexts if contexts is PINNED_CONTEXTS else {}
    options = {"documentLoader": load, "contextResolver": ContextResolver(cache, load), "base": base}
    try:
        return operation(document, options)
    except jsonld.JsonLdError as error:
        raise MalformedDocument(f"Not valid JSON-LD: {error.type or error.code or 'unreadable'}.") from error
    except (TypeError, AttributeError, KeyError, RecursionError) as error:
        raise MalformedDocument("Not valid JSON-LD.") from error


def _check_json(value: Any, depth: int = 0) -> None:
    """Refuse what JSON-LD would drop or reinterpret before its terms are even looked at."""
    if depth > _MAX_DEPTH:
        raise MalformedDocument("The document is nested too deeply.")
    if value is None:
        raise UnsignedContent("An empty value (null) cannot be signed.")
    if isinstance(value, str) and _UNENCODABLE.search(value):
        raise UnsignedContent("A text holds control characters that cannot be signed.")
    if isinstance(value, list):
        for item in value:
            _check_json(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key.startswith(("@", "_:")) or ":" in key:
                raise UnsignedContent(f"The key {key!r} is not a plain term.")
            _check_json(item, depth + 1)


def _check_contexts(entries: list[Any], contexts: Mapping[str, Any]) -> None:
    if not entries or not all(isinstance(entry, str) for entry in entries):
        raise UnknownContext("Only contexts given by their address are read, as one written inline can rename terms.")
    for entry in entries:
        if entry not in contexts:
            raise UnknownContext(f"The context {entry!r} is not known here.")


def _references(node: Any) -> Iterator[tuple[str, str]]:
    """Yield every IRI of an expanded document with what it is: term, type or id."""
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("@id", "@type"):
                yield from (("address" if key == "@id" else "type", item) for item in _strings(value))
            elif not key.startswith("@"):
                yield "term", key
            if key not in ("@id", "@type", "@value"):
                yield from _references(value)


def _strings(value: Any) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _term(term: Mapping[str, Any]) -> str:
    value = term["value"]
    if term["type"] == "IRI":
        return f"<{value}>"
    if term["type"] == "blank node":
        return str(value)
    literal = f'"{escape_literal(value)}"'
    if term["datatype"] == _LANGUAGE_STRING and term.get("language"):
        return f"{literal}@{term['language']}"
    return literal if term["datatype"] == _XSD_STRING else f"{literal}^^<{term['datatype']}>"


def _graph(name: str) -> str:
    if name == "@default":
        return ""
    return name if name.startswith("_:") else f"<{name}>"
