"""The page that checks a credential in a browser without any server: one file, nothing loaded.

Its script derives the signed statements from the very JSON it shows, by our own terms, and refuses what they do not
define. So what is shown is what is signed; no canonical form that came along is believed.
"""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from paid_certificate.proofs.terms import PINNED_CONTEXTS

__all__ = ["verifier_page"]


def verifier_page(
    *,
    credential: Mapping[str, Any],
    did_document: Mapping[str, Any],
    status_lists: Iterable[Mapping[str, Any]] = (),
) -> str:
    """Return the HTML of a verifier that holds a signed document, its issuer's keys and its status lists."""
    template = files(__package__).joinpath("verifier.html").read_text(encoding="utf-8")
    documents = {document["id"]: document for document in (credential, did_document, *status_lists)}
    bundle = documents | {"credential": credential["id"]}
    return template.replace("/*TERMS*/", _embed(PINNED_CONTEXTS)).replace("/*BUNDLE*/", _embed(bundle))


def _embed(value: Any) -> str:
    """Return JSON that cannot end the script element it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
