"""From the HTML that CAPA makes to the HTML that a person under examination gets.

Three steps: take out what belongs to the platform's own page (status icons, answer slots, previews), give each input a
name that assistive technology can read, and let through only what is on the allow-list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import nh3
from django.utils.translation import gettext
from lxml import etree, html

from openedx_bridge.capa.answers import MAX_ANSWER_LENGTH
from openedx_bridge.capa.statics import ReferenceKind, iter_references

# Not for people under examination: places for correctness, answers, feedback and live previews, and their scripts.
_PLATFORM_PARTS = (
    "//*[contains(concat(' ', @class, ' '), ' indicator-container ')]"
    "|//*[contains(concat(' ', @class, ' '), ' status ')]"
    "|//*[contains(concat(' ', @class, ' '), ' message ')]"
    "|//*[contains(concat(' ', @class, ' '), ' capa_alert ')]"
    "|//*[contains(concat(' ', @class, ' '), ' script_placeholder ')]"
    "|//*[contains(concat(' ', @class, ' '), ' equation ')]"
    "|//*[contains(concat(' ', @class, ' '), ' solution-span ')]"
    "|//*[contains(concat(' ', @class, ' '), ' grader-status ')]"
    "|//*[contains(concat(' ', @class, ' '), ' cm-editor-exit-message ')]"
    "|//*[contains(concat(' ', @class, ' '), ' external-grader-message ')]"
    "|//*[contains(concat(' ', @class, ' '), ' text-input-dynamath_data ')]"
    "|//*[starts-with(@id, 'answer_')]"
    "|//textarea[contains(@id, '_dynamath')]"
    "|//input[@type='hidden']"
    "|//script|//style|//link"
)
_OWN_CLASSES = {
    "problem": "item",
    "wrapper-problem-response": "item-question",
    "multi-inputs-group": "item-question-inputs",
    "multi-inputs-group-label": "item-question-label",
    "problem-group-label": "item-label",
    "response-fieldset-legend": "item-label",
    "question-description": "item-description",
    "choicegroup": "item-choices",
    "field": "item-choice",
    "trailing_text": "item-unit",
    "inline": "item-inline",
    "clarification": "item-clarification",
}
_TEXT_TAGS = set(
    "a abbr b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure"
    " h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strike strong"
    " sub sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)
_CONTENT_DROPPED = set("audio canvas iframe noscript object script style svg template video".split())
_INPUT_TAGS = {"fieldset", "input", "label", "legend", "option", "select", "textarea"}
_ATTRIBUTES = {
    "*": set("aria-describedby aria-hidden aria-label aria-labelledby class dir id lang role style title".split()),
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"alt", "height", "src", "width"},
    "input": {"autocapitalize", "autocomplete", "checked", "maxlength", "name", "size", "spellcheck", "value"},
    "label": {"for"},
    "ol": {"start", "type"},
    "option": {"selected", "value"},
    "select": {"autocomplete", "name"},
    "td": {"colspan", "rowspan"},
    "textarea": {"autocomplete", "cols", "maxlength", "name", "rows", "spellcheck"},
    "th": {"colspan", "rowspan", "scope"},
}
_STYLE_PROPERTIES = set(
    "border border-collapse font-style font-weight list-style-type max-width padding text-align text-decoration"
    " vertical-align white-space width".split()
)
_VOID_TAGS = "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
_SELF_CLOSED = re.compile(rf"<(?!(?:{_VOID_TAGS})[\s/])([A-Za-z][\w:-]*)((?:\s[^<>]*?)?)/>")
# The engine writes SVG and MathML with prefixes of its own making.
_PREFIX = re.compile(r"<(/?)ns\d+:")
_BLANK_LINES = re.compile(r"\n\s*\n")
_MATH_MARKS = (
    (re.compile(r"\[mathjaxinline\](.*?)\[/mathjaxinline\]", re.DOTALL), r"\\(\1\\)"),
    (re.compile(r"\[mathjax\](.*?)\[/mathjax\]", re.DOTALL), r"\\[\1\\]"),
)
_LABEL_TAGS = set("p label h1 h2 h3 h4 h5 h6 li dt td th legend div span strong".split())
_LABEL_LENGTH = 300


def parse_page(markup: str) -> html.HtmlElement:
    """Parse CAPA's output, which is XML in form (`<span/>`) and HTML in meaning, into one <div>."""
    for pattern, replacement in _MATH_MARKS:
        markup = pattern.sub(replacement, markup)
    markup = _PREFIX.sub(r"<\1", markup)
    markup = _BLANK_LINES.sub("\n", _SELF_CLOSED.sub(r"<\1\2></\1>", markup))
    return html.fragment_fromstring(markup, create_parent="div")


def strip_platform_parts(root: html.HtmlElement, problem_id: str) -> None:
    """Remove what belongs to the platform's page, and every id and class that is not ours."""
    for element in root.xpath(_PLATFORM_PARTS):
        if element.getparent() is not None:
            element.drop_tree()
    for element in root.iter(etree.Element):
        if problem_id not in element.get("id", ""):
            element.attrib.pop("id", None)
        own = [_OWN_CLASSES[name] for name in element.get("class", "").split() if name in _OWN_CLASSES]
        element.attrib.pop("class", None)
        if own:
            element.set("class", " ".join(own))
    for unit in root.xpath("//span[@class='item-unit'][not(normalize-space())]"):
        unit.drop_tree()


def form_controls(root: html.HtmlElement, problem_id: str) -> list[html.HtmlElement]:
    """Return the item's own inputs in reading order; radio buttons and checkboxes one by one."""
    controls = root.iter("input", "select", "textarea")
    return [control for control in controls if problem_id in control.get("name", "")]


def name_inputs(root: html.HtmlElement, problem_id: str, labels: Mapping[str, str]) -> None:
    """Give each input a lasting name, an accessible name and no memory.

    `labels` maps an input's name to the label that CAPA found for it. Where there is none, the nearest text before the
    input names it, as a person who sees the page would take it.
    """
    for control in form_controls(root, problem_id):
        control.set("name", control.get("name").removesuffix("[]"))
        if control.get("type") in ("radio", "checkbox"):
            continue
        control.set("autocomplete", "off")
        if control.tag != "select":
            control.set("spellcheck", "false")
            control.set("autocapitalize", "off")
            control.set("maxlength", str(MAX_ANSWER_LENGTH))
        if not root.xpath("//label[@for=$id][normalize-space()]", id=control.get("id")):
            _label(root, control, control.get("name"), labels)
    for group in root.iter("fieldset"):
        member = next((c for c in form_controls(group, problem_id)), None)
        if member is not None and not group.xpath("./legend[normalize-space()]"):
            _label(root, group, member.get("name"), labels)
    known = {element.get("id") for element in root.iter(etree.Element) if element.get("id")}
    for element in root.xpath("//*[@aria-describedby or @aria-labelledby]"):
        for attribute in ("aria-describedby", "aria-labelledby"):
            _keep_known(element, attribute, known)


def _keep_known(element: html.HtmlElement, attribute: str, known: set[str]) -> None:
    kept = [name for name in element.get(attribute, "").split() if name in known]
    element.attrib.pop(attribute, None)
    if kept:
        element.set(attribute, " ".join(kept))


def _label(root: html.HtmlElement, element: html.HtmlElement, name: str, labels: Mapping[str, str]) -> None:
    if labels.get(name):
        element.set("aria-label", labels[name])
        return
    text = _text_before(root, element)
    if text is None:
        group = next(iter(element.xpath("ancestor::*[@class='item-question'][@aria-label]")), None)
        element.set("aria-label", gettext("Your answer") if group is None else group.get("aria-label"))
        return
    if not text.get("id"):
        text.set("id", f"stem_{name}")
    element.set("aria-labelledby", text.get("id"))


def _text_before(root: html.HtmlElement, element: html.HtmlElement) -> html.HtmlElement | None:
    candidates = element.xpath("preceding::*|ancestor::*[self::p or self::td or self::li]")
    for candidate in reversed(candidates):
        if candidate.tag in ("input", "select", "textarea"):
            return None  # the text before belongs to another input
        if candidate.tag not in _LABEL_TAGS or candidate.xpath("ancestor-or-self::fieldset|.//fieldset"):
            continue
        if candidate.tag != "div" or not candidate.xpath(".//*[self::p or self::div or self::table or self::input]"):
            text = " ".join(candidate.text_content().split())
            if 1 < len(text) <= _LABEL_LENGTH and candidate is not root:
                return candidate
    return None


def drop_other_controls(root: html.HtmlElement, problem_id: str) -> None:
    """Remove controls that an author wrote as HTML: nothing would save what a person does with them."""
    own = set(form_controls(root, problem_id))
    for control in list(root.iter("input", "select", "textarea", "button")):
        if control not in own:
            control.drop_tree()


def rewrite_references(root: html.HtmlElement, files_url: Callable[[str], str]) -> None:
    """Point references to files at `files_url`, keep links to other sites, and drop every other reference."""
    for reference in list(iter_references(root)):
        if reference.kind is ReferenceKind.FILE:
            reference.element.set(reference.attribute, files_url(reference.name))
        elif reference.kind is ReferenceKind.ELSEWHERE or (
            reference.kind is ReferenceKind.OUTSIDE and reference.element.tag != "a"
        ):
            del reference.element.attrib[reference.attribute]


def to_clean_html(root: html.HtmlElement) -> str:
    """Serialise what the allow-list lets through."""
    return nh3.clean(
        html.tostring(root, encoding="unicode"),
        tags=_TEXT_TAGS | _INPUT_TAGS,
        clean_content_tags=_CONTENT_DROPPED,
        attributes=_ATTRIBUTES,
        tag_attribute_values={"input": {"type": {"text", "radio", "checkbox"}}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "data"},
        filter_style_properties=_STYLE_PROPERTIES,
    )
