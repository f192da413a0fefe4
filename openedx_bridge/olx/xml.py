"""Parsing XML that comes from outside, and writing a problem's OLX in one canonical form."""

from __future__ import annotations

import hashlib
import re
from html.entities import html5

from lxml import etree

_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_NAMED_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ASIDE_FAMILY = "xblock_asides.v1"
# What stays of <problem>'s own attributes. The rest (attempts, due dates, Studio's Markdown source) belongs to the
# place where the problem stood; with it, copies of one problem would look like different ones.
_KEPT_ATTRIBUTES = ("display_name",)


class XmlError(ValueError):
    """The text is not XML, or it declares entities."""


def parse_xml(content: bytes | str) -> etree._Element:
    """Parse XML without touching network, files or entities. Raises XmlError.

    HTML's named entities (`&nbsp;`), a byte order mark, and text in Windows' or Latin encoding that claims to be UTF-8
    are read as they were meant: old courses hold all of them.
    """
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    if isinstance(content, str):
        data = _DECLARATION.sub(b"", data.removeprefix(b"\xef\xbb\xbf"))
    if not data.startswith(_BYTE_ORDER_MARKS):
        data = _NAMED_ENTITY.sub(_as_character, data.removeprefix(b"\xef\xbb\xbf"))
    try:
        root = _parse(data)
    except etree.XMLSyntaxError as error:
        try:
            root = _parse(_DECLARATION.sub(b"", data).decode("cp1252").encode())
        except (etree.XMLSyntaxError, UnicodeDecodeError):
            raise XmlError(f"not well-formed XML: {error.msg or error}") from error
    document = root.getroottree().docinfo
    entities = document.internalDTD is not None and any(True for _ in document.internalDTD.iterentities())
    if entities or any(True for _ in root.iter(etree.Entity)):
        raise XmlError("not plain XML: it declares or uses entities of its own")
    return root


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    # Not etree.fromstring: the platform puts a stricter one in its place, which raises errors of its own over entities.
    parser.feed(data)
    return parser.close()


def _as_character(match: re.Match[bytes]) -> bytes:
    name = match.group(1).decode()
    if name in _XML_ENTITIES or f"{name};" not in html5:
        return match.group(0)
    return "".join(f"&#{ord(character)};" for character in html5[f"{name};"]).encode()


def canonical_olx(problem: etree._Element) -> str:
    """Write a <problem> as one complete, canonical text (Canonical XML 1.0 without comments).

    Asides and the attributes that belong to the place of the problem are left out.
    """
    copy = _parse(etree.tostring(problem, with_tail=False))
    for name in list(copy.attrib):
        if name not in _KEPT_ATTRIBUTES:
            del copy.attrib[name]
    for aside in copy.xpath("//*[@xblock-family=$family]", family=_ASIDE_FAMILY):
        drop_element(aside)
    return etree.tostring(copy, method="c14n", with_comments=False).decode()


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def drop_element(element: etree._Element) -> None:
    """Remove an element with its content and keep the text that follows it (lxml would take that along)."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + element.tail
        else:
            previous.tail = (previous.tail or "") + element.tail
    parent.remove(element)
