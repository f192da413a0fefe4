"""The requirement tree of a programme: parsed, checked and evaluated. Pure: no Django, no database."""

from micromasters_pathway.requirements.evaluate import Evaluation, evaluate
from micromasters_pathway.requirements.tree import (
    AllOf,
    CourseRoute,
    ExamRoute,
    Node,
    NOf,
    Route,
    RulesInvalid,
    Slot,
    iter_slots,
    parse_rules,
    to_json,
)

__all__ = [
    "AllOf",
    "CourseRoute",
    "Evaluation",
    "ExamRoute",
    "NOf",
    "Node",
    "Route",
    "RulesInvalid",
    "Slot",
    "evaluate",
    "iter_slots",
    "parse_rules",
    "to_json",
]
