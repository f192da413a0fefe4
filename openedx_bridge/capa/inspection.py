"""Whether this installation can deliver an item, tried by constructing, rendering and grading it with several seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from lxml import etree, html

from openedx_bridge.capa.answers import MAX_ANSWER_LENGTH
from openedx_bridge.capa.data import ItemInspection, PartState, Refusal
from openedx_bridge.capa.engine import Engine, build_problem, find_engine, responders
from openedx_bridge.capa.errors import ItemBrokenError
from openedx_bridge.capa.grading import grade_problem
from openedx_bridge.capa.keys import key_answers
from openedx_bridge.capa.rendering import problem_id_of, render_problem
from openedx_bridge.capa.scripts import can_run_scripts
from openedx_bridge.capa.source import deliverable_olx, has_python, is_page_script, parse_olx
from openedx_bridge.capa.statics import ReferenceKind, iter_references

SUPPORTED_RESPONSES = frozenset(
    "choiceresponse customresponse formularesponse multiplechoiceresponse numericalresponse optionresponse"
    " stringresponse truefalseresponse".split()
)
EXTERNAL_RESPONSES = frozenset({"coderesponse", "externalresponse"})
_OTHER_RESPONSES = frozenset(
    "annotationresponse choicetextresponse imageresponse javascriptresponse schematicresponse symbolicresponse".split()
)
_OTHER_INPUTS = frozenset(
    "annotationinput chemicalequationinput checkboxtextgroup crystallography designprotein2dinput"
    " drag_and_drop_input editageneinput filesubmission imageinput javascriptinput jsinput matlabinput"
    " radiotextgroup schematic vsepr_input".split()
)
_INPUTS = _OTHER_INPUTS | set(
    "checkboxgroup choicegroup formulaequationinput optioninput radiogroup textbox textline".split()
)
_EMBEDDING_TAGS = frozenset("applet audio button canvas embed form frame iframe map math object svg video".split())
_INSPECTION_KEY = "openedx_bridge.capa.inspection"


def inspect_item(
    olx: str, *, files: Mapping[str, bytes], seeds: Sequence[int] = (1, 2, 3), course_key: str = ""
) -> ItemInspection:
    """Say what an item consists of and everything for which it cannot be delivered here; never raises over its content.

    `files` holds the bytes of the files that the item may refer to, by name. Raises EngineMissingError.
    """
    engine = find_engine()
    try:
        root = parse_olx(olx)
    except ItemBrokenError as error:
        return ItemInspection(refusals=(_broken(error),), text="")
    responses = [e.tag for e in root.iter(*SUPPORTED_RESPONSES, *EXTERNAL_RESPONSES, *_OTHER_RESPONSES)]
    refusals: dict[str, Refusal] = {}
    _note(refusals, _structure_refusals(root, responses))
    trial = _Trial()
    has_script = has_python(root)
    if has_script and not can_run_scripts(engine, course_key):
        _note(refusals, [_script_refusal()])
    varies = has_script or bool(root.xpath("//choicegroup[@shuffle or @answer-pool]"))
    if not refusals:
        for seed in seeds if varies else seeds[:1]:
            _note(refusals, trial.run(engine, olx, seed, files, course_key))
    return ItemInspection(
        refusals=tuple(refusals.values()),
        response_types=tuple(dict.fromkeys(responses)),
        parts=trial.parts,
        max_points=trial.max_points,
        static_files=tuple(trial.static_files or _names_in_source(root)),
        text=trial.text or _text_in_source(olx),
        has_script=has_script,
    )


class _Trial:
    """What was seen while an item was tried with one seed after another."""

    def __init__(self) -> None:
        self.parts = 0
        self.max_points = Decimal(0)
        self.static_files: dict[str, None] = {}
        self.text = ""

    def run(
        self, engine: Engine, olx: str, seed: int, files: Mapping[str, bytes], course_key: str
    ) -> Iterator[Refusal]:
        """Construct, render and grade with one seed; yield what stands in the way."""
        try:
            problem = build_problem(
                engine,
                deliverable_olx(olx),
                seed=seed,
                problem_id=problem_id_of(_INSPECTION_KEY),
                files=files,
                course_key=course_key,
            )
            rendered = render_problem(engine, problem)
            yield from self._page_refusals(rendered, files)
            grade = grade_problem(engine, problem, {})
            self.parts = len(grade.parts)
            self.max_points = grade.possible
            yield from _key_refusals(engine, problem)
        except ItemBrokenError as error:
            yield _broken(error)
            return
        self.text = self.text or _stem(rendered)
        if not self.parts or not self.max_points:
            yield _no_response_refusal()

    def _page_refusals(self, rendered: html.HtmlElement, files: Mapping[str, bytes]) -> Iterator[Refusal]:
        for reference in iter_references(rendered):
            if reference.kind is ReferenceKind.FILE:
                self.static_files[reference.name] = None
                if reference.name not in files:
                    yield _missing_file_refusal(reference.name)
            elif reference.element.tag != "a" and reference.kind is ReferenceKind.OUTSIDE:
                yield _outside_refusal(reference.name)
            elif reference.element.tag != "a" and reference.kind is ReferenceKind.ELSEWHERE:
                yield _missing_file_refusal(reference.name)
        yield from _image_refusals(rendered)
        yield from _embedding_refusals(rendered)


def _note(refusals: dict[str, Refusal], more: Iterator[Refusal] | list[Refusal]) -> None:
    for refusal in more:
        refusals.setdefault(f"{refusal.code}|{refusal.message}", refusal)


def _structure_refusals(root: etree._Element, responses: list[str]) -> Iterator[Refusal]:
    asked = [next(response.iter(*_INPUTS), None) for response in root.iter(*SUPPORTED_RESPONSES)]
    if not responses or None in asked:
        yield _no_response_refusal()
    for tag in dict.fromkeys(responses):
        if tag in EXTERNAL_RESPONSES:
            yield Refusal(
                "external_grader",
                gettext("It is graded by an external grader (%(tag)s), which an exam cannot wait for.") % {"tag": tag},
                gettext("Replace it by a question that Open edX grades itself."),
            )
        elif tag not in SUPPORTED_RESPONSES:
            yield Refusal(
                "unsupported_response",
                gettext("It asks for an answer of a kind that exams cannot take: %(tag)s.") % {"tag": tag},
                gettext("Ask with a choice, a dropdown, a number, a formula or a text instead."),
            )
    for tag in dict.fromkeys(e.tag for e in root.iter(*_OTHER_INPUTS)):
        if not set(responses) - SUPPORTED_RESPONSES:
            yield Refusal(
                "unsupported_input",
                gettext("It uses an input that exams cannot show: %(tag)s.") % {"tag": tag},
                gettext("Use a choice, a dropdown or a text field, which everyone can use with a keyboard."),
            )
    if any(is_page_script(script) for script in root.iter("script")) or root.xpath("//textline[@hidden]"):
        yield Refusal(
            "page_script",
            gettext("It needs a script of its own in the page."),
            gettext("Ask the question with text, images and the standard inputs."),
        )
    for include in root.iter("include"):
        yield _missing_file_refusal(include.get("file") or "include")


def _key_refusals(engine: Engine, problem: Any) -> Iterator[Refusal]:
    """Yield a refusal for each response that has no key, or that does not accept its own."""
    for responder in responders(problem):
        answers = key_answers(problem, responder)
        if answers is None:
            continue
        grade = grade_problem(engine, problem, answers)
        states = {p.state for p in grade.parts if p.input.removeprefix("input_") in responder.answer_ids}
        if not answers or states != {PartState.CORRECT}:
            yield Refusal(
                "key_not_accepted",
                gettext("Question %(number)s has no answer that would be graded as correct.")
                % {"number": responder.id.rsplit("_", 1)[1]},
                gettext("Mark a correct answer, and check that it is written as a person would have to write it."),
            )


def _image_refusals(rendered: html.HtmlElement) -> Iterator[Refusal]:
    for image in rendered.iter("img"):
        decorative = image.get("role") in ("presentation", "none")
        if not decorative and not (image.get("alt") or "").strip():
            yield Refusal(
                "image_without_text",
                gettext("The image %(name)s has no alternative text.") % {"name": _short(image.get("src") or "")},
                gettext('Describe it in its alt attribute, or mark it role="presentation" if it only decorates.'),
            )


def _embedding_refusals(rendered: html.HtmlElement) -> Iterator[Refusal]:
    for element in rendered.iter(etree.Element):
        foreign = element.tag == "input" and element.get("type") in ("button", "submit", "image", "file")
        if element.tag in _EMBEDDING_TAGS or foreign:
            yield Refusal(
                "embedded_content",
                gettext("It embeds something that exams do not show: %(tag)s.") % {"tag": element.tag},
                gettext("Use text, images and mathematics between \\( and \\); put other media beside the exam."),
            )


def _broken(error: ItemBrokenError) -> Refusal:
    return Refusal(
        "broken",
        str(error.user_message),
        gettext("Open the problem in Studio, correct it until its preview works, and import it again."),
    )


def _no_response_refusal() -> Refusal:
    return Refusal(
        "no_response",
        gettext("It asks nothing that could be graded."),
        gettext("Add a question with an input and a correct answer."),
    )


def _script_refusal() -> Refusal:
    return Refusal(
        "script_without_sandbox",
        gettext("It runs a Python script, and no Python sandbox works on this installation."),
        gettext("Have the operator configure the platform's Python sandbox (CODE_JAIL), or ask without a script."),
    )


def _missing_file_refusal(name: str) -> Refusal:
    return Refusal(
        "file_missing",
        gettext("It uses the file %(name)s, which is not among its files.") % {"name": _short(name)},
        gettext("Upload the file to the course or library, and import the item again."),
    )


def _outside_refusal(address: str) -> Refusal:
    return Refusal(
        "outside_file",
        gettext("It loads %(name)s from another website, which can change or fail during an exam.")
        % {"name": _short(address)},
        gettext("Upload the file to the course or library, and refer to it as /static/name."),
    )


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}..."


def _stem(rendered: html.HtmlElement) -> str:
    pieces = rendered.xpath(".//text()[not(ancestor::select or ancestor::*[@class='item-choice'])]")
    return re.sub(r"\s+([.,;:?!)])", r"\1", " ".join(" ".join(pieces).split()))


def _text_in_source(olx: str) -> str:
    root = parse_olx(deliverable_olx(olx))
    pieces = root.xpath(".//text()[not(ancestor::script or ancestor::answer or ancestor::choice or ancestor::option)]")
    return " ".join(" ".join(pieces).split())[:MAX_ANSWER_LENGTH]


def _names_in_source(root: etree._Element) -> Iterator[str]:
    return iter(dict.fromkeys(r.name for r in iter_references(root) if r.kind is ReferenceKind.FILE))
