"""Reading an item's OLX: safe parsing, and the removal of everything a person under examination must not receive."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from openedx_bridge.capa.errors import ItemBrokenError, as_sentence
from openedx_bridge.olx.xml import XmlError, drop_element, parse_xml

# Feedback and solutions are removed before the engine sees the item. It keeps some of them in the HTML it makes and
# relies on the problem block to strip them, and an exam never shows feedback with an item.
FEEDBACK_TAGS = tuple(
    "solution solutionset demandhint hintgroup hint hintpart choicehint optionhint stringhint stringequalhint"
    " regexphint correcthint numerichint numericalhint formulahint compoundhint targetedfeedback"
    " targetedfeedbackset".split()
)


def parse_olx(olx: str) -> etree._Element:
    """Parse the OLX of one problem without touching network, files or entities.

    Raises ItemBrokenError when the text is not well-formed XML, declares entities, or is not a `problem`.
    """
    try:
        root = parse_xml(olx)
    except XmlError as error:
        raise ItemBrokenError(f"The item's OLX is {as_sentence(error)}") from error
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
    for formula in root.iter("math"):
        formula.tail = formula.tail or " "  # the in-tree engine fails on a <math> that nothing follows
    return etree.tostring(root, encoding="unicode")


def is_page_script(script: etree._Element) -> bool:
    """Whether a <script> is meant for the browser (or for Perl) and not for CAPA's Python."""
    kind = (script.get("type") or "").lower()
    return "javascript" in kind or "perl" in kind or "jscript" in kind or bool(script.get("src"))


def has_python(root: etree._Element) -> bool:
    """Whether the item runs Python of its author: in a script or in a custom check."""
    scripts = any(not is_page_script(script) and (script.text or "").strip() for script in root.iter("script"))
    return scripts or next(root.iter("customresponse"), None) is not None
