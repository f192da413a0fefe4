"""What is known of a problem from its OLX alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree

from openedx_bridge.olx.data import OlxProblem
from openedx_bridge.olx.xml import parse_xml, sha256_of

_STATIC_IN_TEXT = re.compile(r"/static/([^\"'<>\s?#()\\]+)")
_ASSET_IN_TEXT = re.compile(r"type@asset\+block[@/]([^\"'<>\s?#()\\]+)|/c4x/[^/]+/[^/]+/asset/([^\"'<>\s?#()\\]+)")


def describe_problem(
    olx: str,
    *,
    key: str,
    title: str,
    path: tuple[str, ...],
    tags: Mapping[str, tuple[str, ...]],
    seen_before: bool,
    where: str,
) -> OlxProblem:
    """Put together the record of a problem whose canonical OLX is given."""
    # A parser of our own: elements of the platform's default one iterate over one tag at most.
    block = parse_xml(olx)
    return OlxProblem(
        key=key,
        title=title,
        olx=olx,
        sha256=sha256_of(olx),
        path=path,
        tags=tags,
        static_names=_static_names(block),
        has_script=next(block.iter("script", "customresponse"), None) is not None,
        seen_before=seen_before,
        where=where,
    )


def _static_names(block: etree._Element) -> tuple[str, ...]:
    """List the files that a problem names, in attributes, text and scripts."""
    names: list[str] = []
    for element in block.iter(etree.Element):
        address = (element.get("src") or element.get("href") or "").strip()
        if address.startswith("/static/"):
            # Only here is it known where a name with spaces ends.
            names.append(re.split(r"[?#]", address.removeprefix("/static/"))[0])
        for text in (element.text, element.tail, *element.attrib.values()):
            found = _STATIC_IN_TEXT.findall(text or "") if text != address else ()
            names.extend(found)
            names.extend(first or second for first, second in _ASSET_IN_TEXT.findall(text or ""))
    return tuple(dict.fromkeys(unquote(name) for name in names))
