"""A course or library that somebody brings: into the host, into a bank, into a demonstration exam.

Real exports are large and messy, so each step takes what it can and names what it left out. Nobody has set a standard
for such an exam: it is a demonstration, its credential says so, and it carries no credit.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
from django.db import transaction
from django.utils.text import slugify
from opaque_keys.edx.keys import CourseKey

from mastery_exam import api as exams
from mastery_exam.errors import ExamNotFound, PublishRefused
from openedx_bridge.backend import get_backend
from openedx_bridge.olx import CourseIdentity, ExportKind, read_export
from paid_certificate import api as credentials
from sandbox.loading.plan import BODY, Actors
from sandbox.studio.imports import ImportOutcome, find_root, import_archive, import_folder

NOT_IN_A_KEY = re.compile(r"[^\w.-]+")


@attrs.frozen
class LeftOutLine:
    """Something that was left out: where it is, and why."""

    where: str
    reason: str


@attrs.frozen
class Brought:
    """What became of an export; `exam_key` is empty when nothing in it could be delivered."""

    title: str
    course_key: str
    blocks: int
    problems: int
    deliverable: int
    exam_key: str
    questions: int
    left_out: tuple[LeftOutLine, ...]


def bring(path: Path, *, actors: Actors) -> Brought:
    """Import an OLX folder or archive of a course or a library; raises OlxError when it is neither.

    Bringing it again updates the course and the bank, and publishes a new version if any item changed.
    """
    with read_export(path) as export:
        identity, kind = export.identity, export.kind
        total = len(export.problems)
    title = identity.title or path.name
    left_out: list[LeftOutLine] = []
    key, blocks = "", 0
    if kind is ExportKind.COURSE:
        outcome = _bring_course(path, identity, actors)
        key, blocks = str(outcome.course.key), outcome.blocks
        left_out += [LeftOutLine(line.where, line.reason) for line in outcome.left_out]
    exam_key = _exam_key(identity, path)
    bank, changed, report = _bring_items(exam_key, title, path, actors)
    left_out += report
    items = exams.list_items(bank)
    refused = [item for item in items if item.refusals]
    left_out += [LeftOutLine(item.key, f"{line.message} {line.remedy}") for item in refused for line in item.refusals]
    questions, refusals = _publish(bank, exam_key, title, changed, actors, course_key=key)
    unique = tuple(dict.fromkeys(left_out + refusals))
    return Brought(
        title, key, blocks, total, len(items) - len(refused), exam_key if questions else "", questions, unique
    )


def _bring_course(path: Path, identity: CourseIdentity, actors: Actors) -> ImportOutcome:
    key = CourseKey.from_string(
        f"course-v1:{_part(identity.org, 'Org')}+{_part(identity.number, 'Course')}+{_part(identity.run, 'run')}"
    )
    if path.is_dir():
        outcome = import_folder(find_root(path), into=key)
    else:
        with path.open("rb") as file:
            outcome = import_archive(file, into=key)
    get_backend().add_course_staff(actors.author, str(key))
    return outcome


def _part(text: str, default: str) -> str:
    return NOT_IN_A_KEY.sub("_", text).strip("_")[:60] or default


def _exam_key(identity: CourseIdentity, path: Path) -> str:
    name = slugify(f"{identity.org} {identity.number} {identity.run}") or slugify(path.stem)
    return f"demonstration-{name or 'course'}"[:100].rstrip("-")


def _bring_items(key: str, title: str, path: Path, actors: Actors) -> tuple[UUID, bool, list[LeftOutLine]]:
    """Fill the exam's bank, new or known; whether any item is new or different."""
    try:
        bank = exams.get_draft(key).bank_uuid
    except ExamNotFound:
        bank = exams.create_bank(title=title[:255], actor_id=actors.author).uuid
    report = exams.import_items(bank, source=path, actor_id=actors.author)
    left_out = [LeftOutLine(line.name, line.message) for line in report.left_out]
    return bank, bool(report.added or report.updated), left_out


def _publish(
    bank: UUID, key: str, title: str, changed: bool, actors: Actors, **about: Any
) -> tuple[int, list[LeftOutLine]]:
    """Publish unless nothing has changed since; the questions of a form, or 0 with what stood in the way."""
    if not changed:
        try:
            return exams.get_exam(key).questions, []
        except ExamNotFound:
            pass
    draft = {"course_key": about["course_key"]} if about.get("course_key") else {}
    try:
        exam = exams.publish_demonstration(bank, key=key, title=title[:255], actor_id=actors.author, **draft)
    except PublishRefused as error:
        return 0, [LeftOutLine(line.item_key or key, f"{line.message} {line.remedy}") for line in error.refusals]
    _add_achievement(key, title, actors)
    return exam.questions, []


@transaction.atomic
def _add_achievement(key: str, title: str, actors: Actors) -> None:
    if credentials.find_achievement(exam_key=key) is not None:
        return
    achievement = credentials.create_achievement(
        key=key,
        body_slug=BODY,
        title=f"Demonstration: {title}"[:255],
        actor_id=actors.operator,
        description="A demonstration of an exam made of imported questions. It says nothing about its holder.",
        criteria="Sixty percent of the marks. Nobody has set a standard for this exam.",
    )
    credentials.add_route(achievement.uuid, kind="exam", reference=key, actor_id=actors.operator)
