"""The answers that an item itself holds to be right: used to try the item, and never sent anywhere."""

from __future__ import annotations

from typing import Any

from openedx_bridge.capa.rendering import choice_mask


def key_answers(problem: Any, responder: Any) -> dict[str, str | list[str]] | None:
    """Return answers by input name that should earn all points of a response.

    An empty result means that the item names no right answer; None means that the right answer cannot be told from the
    item, as with custom checks, regular expressions and open intervals.
    """
    tag = responder.xml.tag
    if tag in ("choiceresponse", "multiplechoiceresponse", "truefalseresponse"):
        return _choice_key(problem, responder)
    if tag == "optionresponse":
        return {f"input_{name}": value for name, value in responder.get_answers().items() if value}
    name = f"input_{responder.answer_ids[0]}"
    if tag == "stringresponse":
        return None if responder.regexp else {name: responder.correct_answer[0]}
    if tag == "formularesponse":
        return {name: responder.correct_answer}
    if tag == "numericalresponse":
        return {name: _inside(responder.answer_range) if responder.range_tolerance else responder.correct_answer}
    return None


def _choice_key(problem: Any, responder: Any) -> dict[str, str | list[str]]:
    name = f"input_{responder.answer_id}"
    correct = sorted(responder.correct_choices)
    if not correct:
        return {}
    masks = [choice_mask(problem.problem_id, problem.seed, name, choice) for choice in correct]
    several = responder.inputfields[0].tag == "checkboxgroup"
    return {name: masks if several else masks[0]}


def _inside(interval: list[str]) -> str:
    return f"(({interval[0]})+({interval[1]}))/2"
