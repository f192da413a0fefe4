"""Small exports, banks and exams for the tests of the author's side."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

from mastery_exam import api
from mastery_exam.data import BankData

TERMS = {"terms_text": "Be honest.", "terms_version": "2026-11"}
READY = {"what_passing_shows": "Can add and multiply.", "minutes": 60, **TERMS}
JUDGES = ("Lecturer", "Teacher", "Practitioner")


def choice(question: str, *, right: str = "yes", extra: str = "") -> str:
    """A single-choice problem."""
    return (
        f'<problem display_name="{question}"><multiplechoiceresponse><p>{question}</p>{extra}<choicegroup>'
        f'<choice correct="true">{right}</choice><choice correct="false">no</choice>'
        "</choicegroup></multiplechoiceresponse></problem>"
    )


def write_library(folder: Path, problems: dict[str, str], *, files: dict[str, bytes] | None = None) -> Path:
    """A library's export: url_name -> OLX, and its static files."""
    (folder / "problem").mkdir(parents=True, exist_ok=True)
    (folder / "static").mkdir(exist_ok=True)
    names = "".join(f'<problem url_name="{name}"/>' for name in problems)
    (folder / "library.xml").write_text(
        f'<library xblock-family="xblock.v1" org="Org" library="L1" display_name="Small">{names}</library>'
    )
    for name, olx in problems.items():
        (folder / "problem" / f"{name}.xml").write_text(olx)
    for name, content in (files or {}).items():
        (folder / "static" / name).write_bytes(content)
    return folder


def archive(folder: Path) -> io.BytesIO:
    """The folder as Studio would export it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.add(folder, arcname="library")
    buffer.seek(0)
    buffer.name = "library.tar.gz"
    return buffer


def keys(per_area: int = 4) -> dict[str, list[str]]:
    """The keys of a small bank's scored items, by area."""
    return {area: [f"{area}_{n}" for n in range(1, per_area + 1)] for area in ("adding", "times")}


def build_bank(
    folder: Path, actor_id: int, *, per_area: int = 4, judges: tuple[str, ...] = JUDGES, practice: int = 1
) -> BankData:
    """A bank of two areas whose items are mapped and rated .6 by every judge, with a practice item in the first."""
    bank = api.create_bank(title="Arithmetic", owner_org="Org", actor_id=actor_id)
    names = [key for members in keys(per_area).values() for key in members]
    extra = [f"practice_{n}" for n in range(1, practice + 1)]
    folder = write_library(folder / "export", {key: choice(f"Question {key}") for key in [*names, *extra]})
    api.import_items(bank.uuid, source=folder, actor_id=actor_id)
    for area in keys():
        api.set_competency(bank.framework_key, key=area, title=area.title(), outcome=f"{area}!", actor_id=actor_id)
    rows = [f"{key},{area},scored" for area, members in keys(per_area).items() for key in members]
    rows += [f"{key},adding,practice" for key in extra]
    api.import_item_table(bank.uuid, source="item,competency,use\n" + "\n".join(rows), actor_id=actor_id)
    if judges:
        rate(bank, actor_id, {key: "0.6" for key in names}, judges=judges)
    return bank


def rate(bank: BankData, actor_id: int, ratings: dict[str, str], *, judges: tuple[str, ...] = JUDGES) -> None:
    """Every judge gives each item this rating."""
    rows = [f"{key},{judge},{value}" for key, value in ratings.items() for judge in judges]
    api.import_ratings(bank.uuid, source="item,judge,rating\n" + "\n".join(rows), actor_id=actor_id)


def build_exam(bank: BankData, actor_id: int, key: str = "arithmetic", **draft: Any) -> str:
    """A draft that can be published: two forms of two questions on each area."""
    settings = {**READY, "blueprint": {"adding": 2, "times": 2}, "n_forms": 2, **draft}
    api.create_exam(key=key, title="Arithmetic", bank_uuid=bank.uuid, actor_id=actor_id, **settings)
    return key
