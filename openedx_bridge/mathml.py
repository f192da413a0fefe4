"""Mathematics that reads well without any script: TeX between \\( \\) or \\[ \\] becomes MathML, on the server.

What cannot be converted stays TeX, in a `<span class="ms-math">`, so that a page's own MathJax can still take it.
"""

from __future__ import annotations

import re

import nh3
from latex2mathml import exceptions
from latex2mathml.converter import convert
from lxml import html

_TEX = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
# Browsers show only text inside these.
_PLAIN_TEXT_TAGS = {"option", "textarea", "title", "script", "style"}
_MATHML_TAGS = {
    "math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "ms", "mspace",
    "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "menclose",
    "mprescripts", "none",
}  # fmt: skip
_MATHML_ATTRIBUTES = {
    "*": {"accent", "accentunder", "columnalign", "depth", "display", "displaystyle", "fence", "form", "height",
          "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation",
          "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width"},
}  # fmt: skip
_LONGEST = 5000
# What the converter raises for TeX that it does not understand; it has no common base.
_NOT_UNDERSTOOD: tuple[type[Exception], ...] = (
    *(value for value in vars(exceptions).values() if isinstance(value, type) and issubclass(value, Exception)),
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
    StopIteration,
)


def render_math(markup: str) -> str:
    """Return clean HTML with its TeX turned into MathML; everything else is as it was."""
    if "\\(" not in markup and "\\[" not in markup:
        return markup
    root = html.fragment_fromstring(markup, create_parent="div")
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in _PLAIN_TEXT_TAGS:
            continue
        children = list(element)
        element.text = _spread(element, 0, element.text)
        for child in children:
            child.tail = _spread(element, element.index(child) + 1, child.tail)
    return (root.text or "") + "".join(html.tostring(child, encoding="unicode") for child in root)


def tex_to_mathml(tex: str, *, block: bool = False) -> str | None:
    """Return the formula as allow-listed MathML, or None where the converter does not know it."""
    if len(tex) > _LONGEST:
        return None
    try:
        markup = convert(tex.strip(), display="block" if block else "inline")
    except _NOT_UNDERSTOOD:
        return None
    if re.search(r"<m[io]>\\", markup):
        return None
    return nh3.clean(markup, tags=_MATHML_TAGS, attributes=_MATHML_ATTRIBUTES)


def _spread(parent: html.HtmlElement, index: int, text: str | None) -> str | None:
    """Insert the formulas of `text` into the parent from `index` on; returns the text that stands before the first."""
    first, last, last_end = text, None, 0
    for match in _TEX.finditer(text or ""):
        inline, block = match.groups()
        node = _formula(inline or block, block=inline is None)
        between = (text or "")[last_end : match.start()]
        if last is None:
            first = between
        else:
            last.tail = between
        parent.insert(index, node)
        index, last, last_end = index + 1, node, match.end()
    if last is not None:
        last.tail = (text or "")[last_end:]
    return first


def _formula(tex: str, *, block: bool) -> html.HtmlElement:
    mathml = tex_to_mathml(tex, block=block)
    if mathml is not None:
        return html.fragment_fromstring(f'<span class="ms-math">{mathml}</span>')
    node = html.Element("span", {"class": "ms-math"})
    node.text = f"\\[{tex}\\]" if block else f"\\({tex}\\)"
    return node
