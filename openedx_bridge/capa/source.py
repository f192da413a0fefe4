"""Reading an item's OLX: safe parsing, and the removal of everything a person under examination must not receive."""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5

from lxml import etree

from openedx_bridge.capa.errors import ItemBrokenError

# Feedback and solutions are removed before the engine sees the item. It keeps some of them in the HTML it makes and
# relies on the problem block to strip them, and an exam never shows feedback with an item.
FEEDBACK_TAGS = tuple(
    "solution solutionset demandhint hintgroup hint hintpart choicehint optionhint stringhint stringequalhint"
    " regexphint correcthint numerichint numericalhint formulahint compoundhint targetedfeedback"
    " targetedfeedbackset".split()
)

_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse_olx(olx: str) -> etree._Element:
    """Parse the OLX of one problem without touching network, files or entities.

    Raises ItemBrokenError when the text is not well-formed XML, declares a document type, or is not a `problem`.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    text = _NAMED_ENTITY.sub(_as_character, _DECLARATION.sub("", olx.lstrip("\ufeff")))
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise ItemBrokenError(f"The item's OLX is not well-formed XML: {error}.") from error
    if root.getroottree().docinfo.doctype:
        raise ItemBrokenError("The item's OLX declares a document type, which could name entities or outside files.")
    if root.tag != "problem":
        raise ItemBrokenError(f"The item's OLX holds <{root.tag}>, not <problem>.")
    return root


@lru_cache(maxsize=512)
def deliverable_olx(olx: str) -> str:
    """Return the OLX as the engine may see it: no comments, hints, feedback, solutions or page scripts.

    The names that authors give to choices are dropped too (the engine then numbers the choices in reading order),
    because a name such as `right` would be written into the page.
    """
    root = parse_olx(olx)
    for element in list(root.iter(*FEEDBACK_TAGS)):
        drop_element(element)
    for script in list(root.iter("script")):
        if is_page_script(script):
            drop_element(script)
    for choice in root.iter("choice"):
        choice.attrib.pop("name", None)
    return etree.tostring(root, encoding="unicode")


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


def is_page_script(script: etree._Element) -> bool:
    """Whether a <script> is meant for the browser (or for Perl) and not for CAPA's Python."""
    kind = (script.get("type") or "").lower()
    return "javascript" in kind or "perl" in kind or "jscript" in kind or bool(script.get("src"))


def has_python(root: etree._Element) -> bool:
    """Whether the item runs Python of its author: in a script or in a custom check."""
    scripts = any(not is_page_script(script) and (script.text or "").strip() for script in root.iter("script"))
    return scripts or next(root.iter("customresponse"), None) is not None


def _as_character(match: re.Match[str]) -> str:
    # HTML's named entities are not XML, yet old courses hold &nbsp; and the like.
    name = match.group(1)
    if name in _XML_ENTITIES or f"{name};" not in html5:
        return match.group(0)
    return "".join(f"&#{ord(character)};" for character in html5[f"{name};"])
