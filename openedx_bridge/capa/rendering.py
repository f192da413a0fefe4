"""Rendering an item for a person: the engine makes the page once, the person's answers are filled in afterwards.

Answers never pass through the engine's rendering: it substitutes `$name` in the finished page with the values of the
item's script, so that an answer such as `$answer` would be shown the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from lxml import html

from openedx_bridge.capa import page
from openedx_bridge.capa.answers import answer_values
from openedx_bridge.capa.data import InputKind, ItemInput, RenderedItem
from openedx_bridge.capa.engine import Engine, build_problem, find_engine, item_errors, responders
from openedx_bridge.capa.source import deliverable_olx

_KIND_BY_RESPONSE = {"numericalresponse": InputKind.NUMBER, "formularesponse": InputKind.FORMULA}
_KIND_BY_TYPE = {"radio": InputKind.CHOICE, "checkbox": InputKind.CHOICES}
_KIND_BY_TAG = {"select": InputKind.DROPDOWN, "textarea": InputKind.LONG_TEXT}


def problem_id_of(item_key: str) -> str:
    """Return the opaque name that all inputs of the item carry; the same for the same `item_key`."""
    return "i" + hashlib.sha256(item_key.encode()).hexdigest()[:16]


def choice_mask(problem_id: str, seed: int, input_name: str, choice: str) -> str:
    """Return the value that stands in the page for a choice.

    The engine's own names number the choices as the author wrote them, which gives the key away where they are
    shuffled.
    """
    secret = f"{problem_id}|{seed}|{input_name}|{choice}"
    return "c" + hashlib.sha256(secret.encode()).hexdigest()[:10]


def render_item(
    olx: str,
    *,
    seed: int,
    answers: Mapping[str, Any],
    files_url: Callable[[str], str],
    item_key: str,
    files: Mapping[str, bytes] | None = None,
    course_key: str = "",
) -> RenderedItem:
    """Render an item with a person's answers, and nothing that tells what is right.

    `files_url` turns the name of a file into its URL; `item_key` and `seed` must be those of grading; `files` is needed
    by items with scripts. Raises ItemBrokenError, EngineMissingError.
    """
    engine = find_engine()
    problem_id = problem_id_of(item_key)
    problem = build_problem(
        engine, deliverable_olx(olx), seed=seed, problem_id=problem_id, files=files or {}, course_key=course_key
    )
    root = render_problem(engine, problem)
    inputs = read_inputs(root, problem)
    page.drop_other_controls(root, problem_id)
    page.rewrite_references(root, files_url)
    _fill_in(root, problem_id, answers)
    return RenderedItem(html=page.to_clean_html(root), inputs=inputs)


def render_problem(engine: Engine, problem: Any) -> html.HtmlElement:
    """Render a constructed problem without answers into a scrubbed page, its references as the author wrote them."""
    with item_errors():
        root = page.parse_page(problem.get_html())
    page.strip_platform_parts(root, problem.problem_id)
    labels = {f"input_{name}": _plain(data.get("label")) for name, data in problem.problem_data.items()}
    page.name_inputs(root, problem.problem_id, labels)
    for control in page.form_controls(root, problem.problem_id):
        name = control.get("name")
        if control.get("type") in _KIND_BY_TYPE:
            _mask_choice(root, control, choice_mask(problem.problem_id, problem.seed, name, control.get("value")))
        elif control.tag == "select":
            _blank_first_option(control)
    return root


def read_inputs(root: html.HtmlElement, problem: Any) -> tuple[ItemInput, ...]:
    """List the inputs of a scrubbed page in reading order."""
    response_of = {f"input_{name}": r.xml.tag for r in responders(problem) for name in r.answer_ids}
    found: dict[str, ItemInput] = {}
    for control in page.form_controls(root, problem.problem_id):
        name = control.get("name")
        kind = _KIND_BY_TYPE.get(control.get("type")) or _KIND_BY_TAG.get(control.tag)
        choices = found[name].choices if name in found else ()
        if control.get("type") in _KIND_BY_TYPE:
            choices += ((control.get("value"), _label_text(root, control)),)
        elif control.tag == "select":
            choices = tuple((option.get("value"), _text(option)) for option in control if option.get("value"))
        found[name] = ItemInput(
            name=name,
            kind=kind or _KIND_BY_RESPONSE.get(response_of.get(name, ""), InputKind.TEXT),
            label=_accessible_name(root, control),
            choices=choices,
        )
    return tuple(found.values())


def _mask_choice(root: html.HtmlElement, control: html.HtmlElement, mask: str) -> None:
    # The engine writes its own name of the choice into the ids as well.
    for label in root.xpath("//label[@for=$id]", id=control.get("id")):
        label.attrib.pop("id", None)
        label.set("for", f"{control.get('name')}_{mask}")
    control.set("id", f"{control.get('name')}_{mask}")
    control.set("value", mask)
    control.attrib.pop("checked", None)


def _accessible_name(root: html.HtmlElement, control: html.HtmlElement) -> str:
    group = next(control.iterancestors("fieldset"), None)
    named = control if group is None else group
    if named.get("aria-label"):
        return named.get("aria-label")
    if named.get("aria-labelledby"):
        return " ".join(_text(root.get_element_by_id(name)) for name in named.get("aria-labelledby").split())
    if group is not None:
        return " ".join(_text(legend) for legend in group.xpath("./legend"))
    return _label_text(root, control)


def _label_text(root: html.HtmlElement, control: html.HtmlElement) -> str:
    return " ".join(_text(label) for label in root.xpath("//label[@for=$id]", id=control.get("id")))


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _plain(label: Any) -> str:
    text = str(label or "").strip()
    return _text(html.fromstring(f"<span>{text}</span>")) if text else ""


def _blank_first_option(select: html.HtmlElement) -> None:
    for option in select.iter("option"):
        option.attrib.pop("selected", None)
        if (option.get("value") or "").endswith("_dummy_default"):
            option.set("value", "")


def _fill_in(root: html.HtmlElement, problem_id: str, answers: Mapping[str, Any]) -> None:
    for control in page.form_controls(root, problem_id):
        values = answer_values(answers, control.get("name"))
        if control.get("type") in _KIND_BY_TYPE:
            if control.get("value") in values:
                control.set("checked", "checked")
        elif control.tag == "select":
            for option in control.iter("option"):
                if option.get("value") and option.get("value") in values:
                    option.set("selected", "selected")
        elif control.tag == "textarea":
            control.text = values[0] if values else ""
        else:
            control.set("value", values[0] if values else "")
