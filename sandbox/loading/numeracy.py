"""The demo's adaptive exam: a bank of its own, from the questions in `sandbox/demo/numeracy.json`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from django.db import transaction

from mastery_exam import api
from mastery_exam.data import DeliveryRule
from mastery_exam.errors import ExamNotFound
from sandbox.loading.exams import APPEALS, TERMS, csv_table
from sandbox.loading.plan import ADAPTIVE_EXAM, DEMO, Actors

SETTINGS: dict[str, Any] = {
    "what_passing_shows": "You can work with percentages, ratios and averages without help.",
    "delivery_rule": DeliveryRule.CLASSIFICATION.value,
    "min_items": 8,
    "max_items": 18,
    "minutes": 40,
    "max_attempts": 3,
    "wait_days": 0,
    "release_policy": "immediate",
    "adjustments": ["25 percent more time", "50 percent more time"],
    "rules": "A calculator and paper are allowed. Other people and other pages are not.",
    "appeals": APPEALS,
    "terms_text": TERMS,
    "terms_version": "2026-11",
}
LEAST_OF_EACH_AREA = 2


@cache
def numeracy() -> dict[str, Any]:
    """The file: exam, areas, judges, items. The first of an item's choices is the right one."""
    return json.loads((DEMO / "numeracy.json").read_text(encoding="utf-8"))


@transaction.atomic
def load_numeracy(actors: Actors) -> None:
    """Build the bank and publish the exam where it is missing."""
    try:
        api.get_draft(ADAPTIVE_EXAM)
    except ExamNotFound:
        api.create_exam(
            bank_uuid=_load_bank(actors),
            actor_id=actors.author,
            subject="Mathematics",
            language="en",
            owner_org="Mastery",
            blueprint={area["key"]: LEAST_OF_EACH_AREA for area in numeracy()["areas"]},
            **numeracy()["exam"],
            **SETTINGS,
        )
        api.publish_exam(ADAPTIVE_EXAM, actor_id=actors.author, seed=2026)


def problem_olx(item: dict[str, Any]) -> str:
    """Return an item as the problem editor would write it."""
    because = f"<solution><p>{escape(item.get('because') or item['work'] + ' = ' + item['answer'])}</p></solution>"
    label = f"<label>{escape(item['text'])}</label>"
    if "choices" in item:
        choices = "".join(
            f'<choice correct="{"false" if place else "true"}">{escape(text)}</choice>'
            for place, text in enumerate(item["choices"])
        )
        group = f'<choicegroup type="MultipleChoice" shuffle="true">{choices}</choicegroup>'
        inside = f"<multiplechoiceresponse>{label}{group}{because}</multiplechoiceresponse>"
    else:
        tolerance = '<responseparam type="tolerance" default="0.01"/>'
        inside = (
            f"<numericalresponse answer={quoteattr(item['answer'])}>{label}{tolerance}<formulaequationinput/>{because}"
            "</numericalresponse>"
        )
    return f"<problem display_name={quoteattr(item['title'])}>{inside}</problem>"


def _load_bank(actors: Actors) -> UUID:
    """Items through an export like any other; areas and ratings from the file."""
    title = numeracy()["exam"]["title"]
    bank = api.create_bank(title=title, owner_org="Mastery", actor_id=actors.author)
    with TemporaryDirectory() as folder:
        api.import_items(bank.uuid, source=_write_library(Path(folder)), actor_id=actors.author)
    for area in numeracy()["areas"]:
        api.set_competency(bank.framework_key, actor_id=actors.author, **area)
    items = numeracy()["items"]
    table = csv_table(("item", "competency", "use"), [(item["key"], item["area"], "scored") for item in items])
    api.import_item_table(bank.uuid, source=table, actor_id=actors.author)
    ratings = [
        (item["key"], judge, rating)
        for item in items
        for judge, rating in zip(numeracy()["judges"], item["ratings"], strict=True)
    ]
    api.open_panel(bank.uuid, actor_id=actors.author)
    api.import_ratings(bank.uuid, source=csv_table(("item", "judge", "rating"), ratings), actor_id=actors.author)
    for releaser in (actors.author, actors.operator):
        api.release_panel(bank.uuid, actor_id=releaser)
    return bank.uuid


def _write_library(folder: Path) -> Path:
    """Write the items as a library's export, which is what a bank imports."""
    names = [item["key"] for item in numeracy()["items"]]
    listed = "".join(f"<problem url_name={quoteattr(name)}/>" for name in names)
    head = '<library xblock-family="xblock.v1" display_name="Numbers at Work" org="Mastery" library="NUM-items">'
    (folder / "library.xml").write_text(f"{head}{listed}</library>", encoding="utf-8")
    (folder / "problem").mkdir()
    for item in numeracy()["items"]:
        (folder / "problem" / f"{item['key']}.xml").write_text(problem_olx(item), encoding="utf-8")
    return folder
