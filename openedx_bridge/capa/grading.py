"""Grading an item: answers in, points out, nothing remembered.

A blank input is unanswered and a malformed one malformed. Neither is right or wrong, and neither earns anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import attrs
from django.utils.translation import gettext

from openedx_bridge.capa.answers import MAX_ANSWER_LENGTH, UnreadableAnswerError, read_answer
from openedx_bridge.capa.data import ItemGrade, PartGrade, PartState
from openedx_bridge.capa.engine import Engine, build_problem, find_engine, item_errors, responders
from openedx_bridge.capa.errors import ItemBrokenError, as_sentence
from openedx_bridge.capa.mathematics import UnboundedError, bounded, sample_variables
from openedx_bridge.capa.rendering import choice_mask, problem_id_of
from openedx_bridge.capa.scripts import contained
from openedx_bridge.capa.source import deliverable_olx

_CHOICE_TAGS = {"choicegroup", "radiogroup", "checkboxgroup"}
_MATHEMATICAL = {"numericalresponse", "formularesponse"}
_MAX_CHOICES = 100
_STATES = {"correct": PartState.CORRECT, "partially-correct": PartState.PARTLY_CORRECT}


@attrs.define
class _Submission:
    """What a person sent for one response: by CAPA's ids as CAPA wants it, and the same by lasting names."""

    values: dict[str, str | list[str]] = attrs.Factory(dict)
    responses: dict[str, tuple[str, ...]] = attrs.Factory(dict)
    malformed: dict[str, str] = attrs.Factory(dict)


def grade_item(
    olx: str,
    *,
    seed: int,
    answers: Mapping[str, Any],
    item_key: str,
    files: Mapping[str, bytes] | None = None,
    course_key: str = "",
) -> ItemGrade:
    """Grade a person's answers to an item; the same arguments always give the same grade.

    `answers` maps the names of inputs to a string, or to a list of strings. Input by input, points are CAPA's own,
    except that a wholly correct input earns all its points (CAPA gives one where `points` says more).
    Raises ItemBrokenError, EngineMissingError.
    """
    engine = find_engine()
    problem = build_problem(
        engine,
        deliverable_olx(olx),
        seed=seed,
        problem_id=problem_id_of(item_key),
        files=files or {},
        course_key=course_key,
    )
    return grade_problem(engine, problem, answers)


def check_answers(
    olx: str,
    *,
    seed: int,
    answers: Mapping[str, Any],
    item_key: str,
    files: Mapping[str, bytes] | None = None,
    course_key: str = "",
) -> dict[str, str]:
    """Return, by input name, what is to be written instead of each malformed answer, and nothing about correctness.

    Custom checks are not run for this. Raises ItemBrokenError, EngineMissingError.
    """
    engine = find_engine()
    problem = build_problem(
        engine,
        deliverable_olx(olx),
        seed=seed,
        problem_id=problem_id_of(item_key),
        files=files or {},
        course_key=course_key,
    )
    messages: dict[str, str] = {}
    for responder in responders(problem):
        submission = _read(problem, responder, answers)
        if responder.xml.tag == "formularesponse":
            responder.randomize_variables = partial(sample_variables, seed, at_most=1)
        if responder.xml.tag in _MATHEMATICAL and submission.values and not submission.malformed:
            _score(engine, responder, submission)
        messages.update(submission.malformed)
    return messages


def grade_problem(engine: Engine, problem: Any, answers: Mapping[str, Any]) -> ItemGrade:
    """Grade the answers to a constructed problem."""
    parts: list[PartGrade] = []
    malformed: dict[str, str] = {}
    for responder in responders(problem):
        submission = _read(problem, responder, answers)
        parts.extend(_grade_response(engine, responder, submission))
        malformed.update(submission.malformed)
    return ItemGrade(
        earned=sum((part.earned for part in parts), Decimal(0)),
        possible=sum((part.possible for part in parts), Decimal(0)),
        correct=bool(parts) and all(part.state is PartState.CORRECT for part in parts),
        parts=tuple(parts),
        malformed=malformed,
    )


def _read(problem: Any, responder: Any, answers: Mapping[str, Any]) -> _Submission:
    submission = _Submission()
    for field in responder.inputfields:
        answer_id = field.get("id")
        name = f"input_{answer_id}"
        try:
            values = read_answer(answers, name)
            if field.tag in _CHOICE_TAGS:
                values = tuple(_unmask(problem, name, value) for value in values)
            if len(values) > 1 and field.tag != "checkboxgroup":
                raise UnreadableAnswerError("more than one value for one input")
        except UnreadableAnswerError:
            submission.malformed[name] = _unreadable_message(field.tag)
            continue
        submission.responses[name] = values
        if values:
            # CAPA's choiceresponse compares sets; everything else expects one string.
            submission.values[answer_id] = list(values) if responder.xml.tag == "choiceresponse" else values[0]
    return submission


def _unmask(problem: Any, name: str, value: str) -> str:
    # Every choice of the source counts, also one that an answer pool leaves out: after a change of key the pool may be
    # drawn differently, and the answer given at the time must still find its choice.
    for index in range(_MAX_CHOICES):
        if choice_mask(problem.problem_id, problem.seed, name, f"choice_{index}") == value:
            return f"choice_{index}"
    raise UnreadableAnswerError("not a choice of this input")


def _grade_response(engine: Engine, responder: Any, submission: _Submission) -> list[PartGrade]:
    correct_map = None
    if submission.values and not submission.malformed:
        correct_map = _score(engine, responder, submission)
    if submission.malformed:
        undecided = PartState.MALFORMED
    else:
        undecided = PartState.UNANSWERED
    return [_grade_part(responder, answer_id, submission, correct_map, undecided) for answer_id in responder.answer_ids]


def _grade_part(
    responder: Any, answer_id: str, submission: _Submission, correct_map: Any, undecided: PartState
) -> PartGrade:
    name = f"input_{answer_id}"
    possible = Decimal(responder.maxpoints[answer_id])
    response = submission.responses.get(name, ())
    if correct_map is None:
        return PartGrade(name, undecided, Decimal(0), possible, response)
    correctness = correct_map.get_correctness(answer_id)
    state = _STATES.get(correctness, PartState.INCORRECT)
    if not response and state is not PartState.CORRECT:
        state = PartState.UNANSWERED
    earned = _points(correct_map.get_property(answer_id, "npoints"), state, possible)
    return PartGrade(name, state, earned, possible, response)


def _points(npoints: Any, state: PartState, possible: Decimal) -> Decimal:
    if npoints is not None:
        return min(max(Decimal(str(npoints)), Decimal(0)), possible)
    if state is PartState.CORRECT:
        return possible
    return possible / 2 if state is PartState.PARTLY_CORRECT else Decimal(0)


def _score(engine: Engine, responder: Any, submission: _Submission) -> Any:
    """Return CAPA's correct map, or None after noting in the submission what is malformed.

    Only `get_score` is called: CAPA's `evaluate_answers` would also look for hints to show.
    """
    tag = responder.xml.tag
    given: dict[str, Any] = dict(submission.values)
    if tag == "customresponse":
        given = dict.fromkeys(responder.answer_ids, "") | given
    try:
        if tag in _MATHEMATICAL:
            given = {name: bounded(expression) for name, expression in given.items()}
        with contained(responder.capa_block.course_key):
            return responder.get_score(given)
    except UnboundedError:
        pass
    except engine.responsetypes.StudentInputError as error:
        if tag in _MATHEMATICAL and not _accepts_numbers(responder):
            raise ItemBrokenError(f"The item's own key cannot be evaluated: {as_sentence(error)}") from error
    except Exception as error:
        if tag != "customresponse":
            raise ItemBrokenError(f"The problem engine cannot grade this item: {as_sentence(error)}") from error
        # An author's check fails on answers that it did not expect; the platform, too, then asks for another answer.
    for answer_id in submission.values:
        submission.malformed[f"input_{answer_id}"] = _malformed_message(tag)
    return None


def _accepts_numbers(responder: Any) -> bool:
    """Whether the response can grade a plain number, so that what failed was the person's answer and not the key."""
    try:
        with item_errors():
            responder.get_score({responder.answer_id: "1"})
    except ItemBrokenError:
        return False
    return True


def _malformed_message(tag: str) -> str:
    if tag == "numericalresponse":
        return gettext("Write a number, such as 3.5, 2/3 or 1.2e-4, with a point for decimals and no unit.")
    if tag == "formularesponse":
        return gettext("Write a formula, such as 2*x + 1, using only the variables that the question names.")
    return gettext("This answer could not be read. Check how the question asks you to write it.")


def _unreadable_message(tag: str) -> str:
    if tag in _CHOICE_TAGS:
        return gettext("Choose from the answers shown.")
    return gettext("Write one answer of at most %(count)s characters.") % {"count": MAX_ANSWER_LENGTH}
