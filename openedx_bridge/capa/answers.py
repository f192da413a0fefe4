"""Reading what a person sent for an input, whatever shape it came in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MAX_ANSWER_LENGTH = 2000
MAX_ANSWER_VALUES = 100

# XML allows no control characters besides tab and line ends; no keyboard sends them either.
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class UnreadableAnswerError(ValueError):
    """What was sent for an input is not text, a number or a list of them, or is too long."""


def answer_values(answers: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the values sent for an input, without blanks; unreadable ones count as none.

    `answers` maps input names to a string, a number or a list of them; `name[]` is accepted for `name`.
    """
    try:
        return read_answer(answers, name)
    except UnreadableAnswerError:
        return ()


def read_answer(answers: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the values sent for an input, without blanks. Raises UnreadableAnswerError."""
    sent = answers.get(name, answers.get(f"{name}[]"))
    values = list(sent) if isinstance(sent, list | tuple) else [sent]
    if len(values) > MAX_ANSWER_VALUES:
        raise UnreadableAnswerError(f"more than {MAX_ANSWER_VALUES} values")
    texts = [_text(value) for value in values]
    return tuple(text for text in texts if text.strip())


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnreadableAnswerError(f"a value of type {type(value).__name__}")
    text = _CONTROL_CHARACTERS.sub("", str(value))
    if len(text) > MAX_ANSWER_LENGTH:
        raise UnreadableAnswerError(f"longer than {MAX_ANSWER_LENGTH} characters")
    return text
