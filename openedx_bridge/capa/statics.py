"""The ways in which a problem's HTML refers to files, and what each means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import unquote

import attrs
from lxml import etree

_ASSET_PATTERNS = (
    re.compile(r"^/?static/(?P<name>[^?#]+)"),
    re.compile(r"^/?(?:assets/courseware/[^?#]*?)?asset-v1:[^?#]+?type@asset\+block[@/](?P<name>[^?#]+)"),
    re.compile(r"^/?c4x/[^/]+/[^/]+/asset/(?P<name>[^?#]+)"),
    re.compile(r"^/?assets/[^?#]*?/(?P<name>[^/?#]+)"),
)
_INLINE_IMAGE = re.compile(r"^data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_REFERRING_ATTRIBUTES = ("src", "href")


class ReferenceKind(StrEnum):
    """Where a reference leads."""

    FILE = "file"
    INLINE = "inline"
    OUTSIDE = "outside"
    ELSEWHERE = "elsewhere"


@attrs.frozen
class Reference:
    """One `src` or `href`; `name` is the file's name for a FILE, and the whole reference otherwise."""

    element: etree._Element
    attribute: str
    kind: ReferenceKind
    name: str


def iter_references(root: etree._Element) -> Iterator[Reference]:
    """Yield every reference to a file or page below `root`; fragments of the page itself are left out."""
    for element in root.iter(etree.Element):
        for attribute in _REFERRING_ATTRIBUTES:
            value = (element.get(attribute) or "").strip()
            if value and not value.startswith("#"):
                yield Reference(element, attribute, *classify(value))


def classify(value: str) -> tuple[ReferenceKind, str]:
    """Say what a `src` or `href` leads to.

    Files of a course are written as `/static/NAME`, in older and rendered forms as `asset-v1:...@NAME` or `/c4x/...`.
    """
    for pattern in _ASSET_PATTERNS:
        match = pattern.match(value)
        if match:
            return ReferenceKind.FILE, unquote(match["name"])
    if _INLINE_IMAGE.match(value):
        return ReferenceKind.INLINE, value
    if re.match(r"^(?:https?:)?//", value, re.IGNORECASE):
        return ReferenceKind.OUTSIDE, value
    return ReferenceKind.ELSEWHERE, value
