"""The demo course's items as its tests read them: straight from the committed OLX, with none of the suite's code."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import attrs
from lxml import etree

DEMO = Path(__file__).resolve().parents[2] / "sandbox" / "demo"
COURSE = DEMO / "course"
LIBRARY = DEMO / "library"
RESPONSE_TYPES = (
    "multiplechoiceresponse",
    "choiceresponse",
    "optionresponse",
    "numericalresponse",
    "stringresponse",
    "formularesponse",
)


@attrs.frozen
class DemoItem:
    """One problem file: `folder` is the export it lies in, `plan` its entry in exam.json."""

    url_name: str
    folder: Path
    olx: str
    plan: dict[str, Any]

    @property
    def root(self) -> etree._Element:
        """The parsed <problem>."""
        # A parser of its own: the platform replaces the default one, whose elements iterate over one tag at most.
        return etree.fromstring(self.olx, etree.XMLParser())

    @property
    def responses(self) -> list[etree._Element]:
        """The response elements in reading order."""
        return list(self.root.iter(*RESPONSE_TYPES))

    @property
    def files(self) -> dict[str, bytes]:
        """The static files that the item refers to, by name."""
        names = re.findall(r"/static/([\w.-]+)", self.olx)
        return {name: (self.folder / "static" / name).read_bytes() for name in names}


@cache
def exam_plan() -> dict[str, Any]:
    """The parsed exam.json."""
    return json.loads((DEMO / "exam.json").read_text(encoding="utf-8"))


@cache
def demo_items() -> dict[str, DemoItem]:
    """Every item of the exam plan by its url_name; scored items are read from the library, practice from the course."""
    items = {}
    for plan in exam_plan()["items"]:
        folder = LIBRARY if plan["use"] == "scored" else COURSE
        olx = (folder / "problem" / f"{plan['url_name']}.xml").read_text(encoding="utf-8")
        items[plan["url_name"]] = DemoItem(url_name=plan["url_name"], folder=folder, olx=olx, plan=plan)
    return items


def scored_items() -> list[DemoItem]:
    """The items that count."""
    return [item for item in demo_items().values() if item.plan["use"] == "scored"]


def final_rating(item: DemoItem) -> float:
    """The mean of the judges' ratings in the last round, a probability."""
    last = [rounds[-1] for rounds in item.plan["ratings"].values()]
    return sum(last) / len(last)


def options(response: etree._Element) -> list[tuple[str, bool]]:
    """The choices of a response as (text, whether correct), without their feedback."""
    found = []
    for choice in response.iter("choice", "option"):
        words = [choice.text or "", *(child.tail or "" for child in choice)]
        found.append((" ".join("".join(words).split()), choice.get("correct", "").lower() == "true"))
    return found
