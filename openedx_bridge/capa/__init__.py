"""The CapaAdapter: the platform's problem engine as a library of pure functions.

It constructs, shows and grades `problem` OLX outside any course, without a block and without stored state. What it
shows never holds an answer, a hint or a solution.
"""

from __future__ import annotations

from openedx_bridge.capa.data import (
    InputKind,
    ItemGrade,
    ItemInput,
    ItemInspection,
    PartGrade,
    PartState,
    Refusal,
    RenderedItem,
)
from openedx_bridge.capa.errors import CapaError, EngineMissingError, ItemBrokenError
from openedx_bridge.capa.grading import check_answers, grade_item
from openedx_bridge.capa.inspection import inspect_item
from openedx_bridge.capa.rendering import render_item

__all__ = [
    "CapaError",
    "EngineMissingError",
    "InputKind",
    "ItemBrokenError",
    "ItemGrade",
    "ItemInput",
    "ItemInspection",
    "PartGrade",
    "PartState",
    "Refusal",
    "RenderedItem",
    "check_answers",
    "grade_item",
    "inspect_item",
    "render_item",
]
