"""What the CapaAdapter answers with: frozen records of plain values. Nothing here imports Django or the platform."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

import attrs


class InputKind(StrEnum):
    """How a person fills an input in."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    FORMULA = "formula"
    CHOICE = "choice"
    CHOICES = "choices"
    DROPDOWN = "dropdown"


class PartState(StrEnum):
    """How one input was judged. An unanswered or malformed input is neither right nor wrong; it earns nothing."""

    CORRECT = "correct"
    PARTLY_CORRECT = "partly_correct"
    INCORRECT = "incorrect"
    UNANSWERED = "unanswered"
    MALFORMED = "malformed"


@attrs.frozen
class Refusal:
    """Why an item cannot be delivered by this installation, and what its author or the operator can do."""

    code: str
    message: str
    remedy: str


@attrs.frozen
class ItemInspection:
    """What publishing must know of an item.

    `static_files` are the names as the item refers to them, without `/static/`; `text` is the question in plain words;
    `max_points` is the sum over the parts, zero where the item could not be constructed.
    """

    refusals: tuple[Refusal, ...]
    response_types: tuple[str, ...] = ()
    parts: int = 0
    max_points: Decimal = Decimal(0)
    static_files: tuple[str, ...] = ()
    text: str = ""
    has_script: bool = False

    @property
    def is_deliverable(self) -> bool:
        """Whether nothing was refused."""
        return not self.refusals


@attrs.frozen
class ItemInput:
    """One input of a rendered item: `name` is its HTML name and its key in the answers; choices are (value, text)."""

    name: str
    kind: InputKind
    label: str
    choices: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class RenderedItem:
    """An item as a person sees it: allow-listed HTML, and the inputs found in it in reading order."""

    html: str
    inputs: tuple[ItemInput, ...]


@attrs.frozen
class PartGrade:
    """The judgement of one input. `response` holds the answer by its lasting names (`choice_0`), for item analysis."""

    input: str
    state: PartState
    earned: Decimal
    possible: Decimal
    response: tuple[str, ...] = ()


@attrs.frozen
class ItemGrade:
    """The judgement of an item; `correct` only when every part is; `malformed` says per input what to write instead."""

    earned: Decimal
    possible: Decimal
    correct: bool
    parts: tuple[PartGrade, ...]
    malformed: Mapping[str, str]
