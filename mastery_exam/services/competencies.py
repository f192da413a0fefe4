"""Competency frameworks: written here, or imported from CSV or from the CASE JSON that curriculum tools exchange."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mastery_exam.data import CompetencyData, ImportProblem, ImportReport
from mastery_exam.errors import CompetencyNotFound, FrameworkNotFound, ImportRefused, InvalidInput, KeyTaken
from mastery_exam.models import Competency, CompetencyFramework
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import competency_data
from mastery_exam.services.tables import Row, decode, read_table, refuse_problems, take_rows

TITLE_LENGTH = 255
KEY_LENGTH = 100


def create_framework(*, key: str, title: str, actor_id: int, source: str = "") -> str:
    """Create an empty framework and return its key. Raises InvalidInput, and KeyTaken when the key is in use."""
    if not key or slugify(key) != key or len(key) > KEY_LENGTH:
        raise InvalidInput(
            _("The key of a framework has small letters, digits and hyphens only."),
            fields={"key": _("Write small letters, digits and hyphens.")},
        )
    try:
        with transaction.atomic():
            framework = CompetencyFramework.objects.create(key=key, title=title[:TITLE_LENGTH], source=source)
            record("create", subject=framework, actor_id=actor_id)
    except IntegrityError as error:
        raise KeyTaken(_("Another framework has the key “%(key)s”. Choose another.") % {"key": key}) from error
    return framework.key


def list_competencies(framework_key: str) -> list[CompetencyData]:
    """Return the framework's areas in order; raises FrameworkNotFound."""
    return [competency_data(row) for row in _framework(framework_key).competencies.all()]


def set_competency(
    framework_key: str,
    *,
    key: str,
    title: str,
    actor_id: int,
    outcome: str = "",
    case_url: str = "",
    study_links: Sequence[tuple[str, str]] = (),
) -> CompetencyData:
    """Create the area or change it. Published versions keep what they froze. Raises FrameworkNotFound, InvalidInput."""
    wanted = CompetencyData(key, title, outcome, case_url, 0, tuple(study_links))
    try:
        _refuse_wrong(wanted)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    with transaction.atomic():
        framework = _framework(framework_key, lock=True)
        _write(framework, [wanted])
        record("set_competency", subject=framework, actor_id=actor_id, key=key)
        return competency_data(framework.competencies.get(key=key))


def remove_competency(framework_key: str, *, key: str, actor_id: int) -> None:
    """Remove an area that no item has; raises CompetencyNotFound, or InvalidInput while items are mapped to it."""
    with transaction.atomic():
        framework = _framework(framework_key, lock=True)
        competency = framework.competencies.filter(key=key).first()
        if competency is None:
            raise CompetencyNotFound(_("There is no area with the key “%(key)s”.") % {"key": key})
        if competency.items.exists():
            raise InvalidInput(_("Items are mapped to “%(key)s”. Map them to another area first.") % {"key": key})
        competency.delete()
        record("remove_competency", subject=framework, actor_id=actor_id, key=key)


def import_competencies(framework_key: str, *, source: bytes | str, actor_id: int) -> ImportReport:
    """Create or change areas from CSV (key, title, outcome, case_url, study) or a CASE package in JSON.

    `study` holds `title|address` pairs separated by `;`. All of the file is taken in or none of it. Raises
    ImportRefused with a message per line, FrameworkNotFound.
    """
    text = decode(source)
    wanted = _from_case(text) if text.lstrip().startswith("{") else _from_csv(text)
    with transaction.atomic():
        framework = _framework(framework_key, lock=True)
        report = _write(framework, wanted)
        record("import_competencies", subject=framework, actor_id=actor_id, count=len(wanted))
    return report


def _framework(key: str, *, lock: bool = False) -> CompetencyFramework:
    rows = CompetencyFramework.objects.select_for_update() if lock else CompetencyFramework.objects.all()
    framework = rows.filter(key=key).first()
    if framework is None:
        raise FrameworkNotFound(_("There is no framework with the key “%(key)s”.") % {"key": key})
    return framework


def _write(framework: CompetencyFramework, wanted: Iterable[CompetencyData]) -> ImportReport:
    held = {row.key: row for row in framework.competencies.all()}
    next_num = max((row.num for row in held.values()), default=0) + 1
    added, updated, unchanged = [], [], []
    for area in wanted:
        values = {
            "title": area.title,
            "outcome": area.outcome,
            "case_url": area.case_url,
            "study_links": [list(link) for link in area.study_links],
        }
        row = held.get(area.key)
        if row is None:
            held[area.key] = Competency.objects.create(framework=framework, key=area.key, num=next_num, **values)
            next_num += 1
            added.append(area.key)
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
            updated.append(area.key)
        else:
            unchanged.append(area.key)
    return ImportReport(tuple(added), tuple(updated), tuple(unchanged))


def _from_csv(text: str) -> list[CompetencyData]:
    rows = read_table(text, required=("key", "title"), optional=("outcome", "case_url", "study"))
    seen: set[str] = set()

    def take(row: Row) -> CompetencyData:
        area = CompetencyData(
            row["key"], row["title"], row.get("outcome", ""), row.get("case_url", ""), 0, _study(row.get("study", ""))
        )
        _refuse_wrong(area)
        if area.key in seen:
            raise ValueError(_("The key “%(key)s” stands in the file twice.") % {"key": area.key})
        seen.add(area.key)
        return area

    return take_rows(rows, take)


def _study(text: str) -> tuple[tuple[str, str], ...]:
    links = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        title, bar, target = part.partition("|")
        if not bar or not title.strip() or not target.strip():
            raise ValueError(_("Write study links as “title|address”, with “;” between them."))
        links.append((title.strip(), target.strip()))
    return tuple(links)


def _refuse_wrong(area: CompetencyData) -> None:
    if not area.key or slugify(area.key) != area.key or len(area.key) > KEY_LENGTH:
        raise ValueError(_("The key of an area has small letters, digits and hyphens only, not “%s”.") % area.key)
    if not area.title or len(area.title) > TITLE_LENGTH:
        raise ValueError(_("Give the area “%s” a title of at most 255 characters.") % area.key)
    if area.case_url and urlsplit(area.case_url).scheme not in ("http", "https"):
        raise ValueError(_("The address of “%s” must begin with https://.") % area.key)


def _from_case(text: str) -> list[CompetencyData]:
    """Read a CFPackage of CASE 1.0 or 1.1: each CFItem is an area; its statement is the outcome."""
    try:
        package = json.loads(text)
    except ValueError as error:
        raise ImportRefused(_("This file is not JSON. Export the framework as a CASE package.")) from error
    items = package.get("CFItems")
    if not isinstance(items, list) or not items:
        raise ImportRefused(_("This file has no CFItems. Export the whole framework as a CASE package."))
    areas: dict[str, CompetencyData] = {}
    problems = []
    for number, item in enumerate(items, start=1):
        try:
            area = _case_area(item)
            _refuse_wrong(area)
            if area.key in areas:
                raise ValueError(_("Two of its items have the code “%s”.") % area.key)
            areas[area.key] = area
        except ValueError as error:
            problems.append(ImportProblem(number, str(error)))
    refuse_problems(problems)
    return list(areas.values())


def _case_area(item: Any) -> CompetencyData:
    if not isinstance(item, dict) or not isinstance(item.get("fullStatement"), str):
        raise ValueError(_("It has no fullStatement."))
    statement = item["fullStatement"].strip()
    code = str(item.get("humanCodingScheme") or item.get("identifier") or "")
    title = str(item.get("abbreviatedStatement") or statement)
    shown = title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"
    return CompetencyData(slugify(code.replace(".", "-"))[:KEY_LENGTH], shown, statement, str(item.get("uri") or ""), 0)
