"""The demo's exam plan, as `sandbox/demo/exam.json` states it, and the ids of its people."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import attrs
from django.contrib.auth import get_user_model

DEMO = Path(__file__).resolve().parents[1] / "demo"
SITTING_EXAM = "intro-statistics"
CREDENTIAL_EXAM = "intro-statistics-pay-later"
ADAPTIVE_EXAM = "numbers-at-work"
PROGRAMME = "statistics-micromasters"
BODY = "example-institute"


@attrs.frozen
class Actors:
    """Who does what while the demo is loaded, by user id."""

    author: int
    operator: int


def demo_actors() -> Actors:
    """The ids of the people who load the demo; they must have been created."""
    ids = dict(get_user_model().objects.values_list("username", "pk"))
    return Actors(author=ids["author"], operator=ids["operator"])


@cache
def exam_plan() -> dict[str, Any]:
    """The plan: exam, competencies, standard setting, enemies, items."""
    return json.loads((DEMO / "exam.json").read_text(encoding="utf-8"))


def course_key() -> str:
    """The demo course's key."""
    return exam_plan()["exam"]["course_key"]
