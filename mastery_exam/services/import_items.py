"""Taking items into a bank from an OLX export or a content library; each is tried here before it is taken in."""

from __future__ import annotations

import hashlib
import mimetypes
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO
from uuid import UUID

import attrs
from django.db import transaction
from django.utils.translation import gettext as _

from mastery_exam.data import ImportProblem, ImportReport
from mastery_exam.models import Bank, Competency, Item, ItemVersion, StoredFile
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import find_bank_row, latest_versions
from openedx_bridge import api as bridge
from openedx_bridge.capa import Refusal, inspect_item
from openedx_bridge.olx import Limits, OlxExport, read_export, sha256_of

LONGEST_KEY = 255
# A file is one value in one row, and databases take rows of 16 MB as they are usually set up.
LARGEST_FILE = 10 * 1024 * 1024


@attrs.frozen
class Incoming:
    """A problem on its way into a bank, with the files that it names."""

    key: str
    title: str
    olx: str
    files: Mapping[str, bytes]
    place: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    seen_before: bool = False


@attrs.define
class Outcome:
    """What became of the problems so far, by item key."""

    added: list[str] = attrs.field(factory=list)
    updated: list[str] = attrs.field(factory=list)
    unchanged: list[str] = attrs.field(factory=list)
    undeliverable: list[str] = attrs.field(factory=list)
    left_out: list[ImportProblem] = attrs.field(factory=list)

    def report(self) -> ImportReport:
        """Return it as data."""
        return ImportReport(
            tuple(self.added),
            tuple(self.updated),
            tuple(self.unchanged),
            tuple(self.left_out),
            tuple(self.undeliverable),
        )


def import_items(
    bank_uuid: UUID, *, source: str | Path | IO[bytes], actor_id: int, limits: Limits | None = None
) -> ImportReport:
    """Take the problems of an OLX folder or archive into the bank; a changed one becomes a new version of its item.

    Items that this installation cannot deliver are taken in as well and carry the reason. What the export holds that
    is no item is named in `left_out`. It is safe to repeat. Raises BankNotFound, and OlxError when it cannot be read.
    """
    bank = find_bank_row(bank_uuid)
    with read_export(source, limits=limits) as export:
        outcome = Outcome(left_out=[ImportProblem(0, entry.reason, entry.where) for entry in export.left_out])
        _take_in(bank, _from_export(export), outcome)
        source_key = export.identity.key
    return _finish(bank, outcome, actor_id, Bank.Source.OLX, source_key)


def import_library(bank_uuid: UUID, *, library_key: str, actor_id: int, collection: str | None = None) -> ImportReport:
    """Take the published problems of a content library, or of one of its collections, into the bank.

    The caller has asked `can_view_library`. Raises BankNotFound, LibraryNotFound, InvalidKey.
    """
    bank = find_bank_row(bank_uuid)
    bridge.get_library(library_key)
    outcome = Outcome()
    _take_in(bank, _from_library(library_key, collection), outcome)
    return _finish(bank, outcome, actor_id, Bank.Source.LIBRARY, library_key)


def store_file(name: str, content: bytes) -> str:
    """Keep a file under its SHA-256, once, and return that."""
    sha256 = hashlib.sha256(content).hexdigest()
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"content": content, "size": len(content), "media_type": media_type}
    )
    return sha256


def _from_export(export: OlxExport) -> Iterator[Incoming]:
    for problem in export.problems:
        files, _missing = export.files_for(problem)
        yield Incoming(
            key=problem.key,
            title=problem.title,
            olx=problem.olx,
            files=files,
            place=problem.path,
            labels=tuple(value for values in problem.tags.values() for value in values),
            seen_before=problem.seen_before,
        )


def _from_library(library_key: str, collection: str | None) -> Iterator[Incoming]:
    for problem in bridge.iter_library_problems(library_key, collection=collection):
        key = problem.usage_key.rsplit("@", 1)[-1].rsplit(":", 1)[-1]
        yield Incoming(key, problem.display_name, problem.olx, problem.files, labels=problem.tags)


def _take_in(bank: Bank, problems: Iterable[Incoming], outcome: Outcome) -> None:
    areas = {name.casefold(): area for area in bank.framework.competencies.all() for name in (area.key, area.title)}
    known = {version.item.key: version for version in latest_versions(bank).values()}
    names = {_folded(key): key for key in known}
    for problem in problems:
        if len(problem.key) > LONGEST_KEY:
            outcome.left_out.append(ImportProblem(0, _("Its name is longer than 255 characters."), problem.key[:60]))
        elif names.setdefault(_folded(problem.key), problem.key) != problem.key:
            message = _("Its name differs from that of another item in capitals or accents only.")
            outcome.left_out.append(ImportProblem(0, message, problem.key))
        else:
            _take_one(bank, problem, known.get(problem.key), areas, outcome)


def _folded(key: str) -> str:
    """Return a key as MySQL compares it, without case and accents, so that no database mixes two items up."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", key.casefold()) if not unicodedata.combining(sign))


def _take_one(
    bank: Bank, problem: Incoming, held: ItemVersion | None, areas: Mapping[str, Competency], outcome: Outcome
) -> None:
    sha256 = sha256_of(problem.olx)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in problem.files.items()}
    if held and held.olx_sha256 == sha256 and held.files == digests:
        outcome.unchanged.append(problem.key)
        if held.refusals:
            outcome.undeliverable.append(problem.key)
        return
    inspection = inspect_item(problem.olx, files=problem.files)
    refusals = [attrs.asdict(refusal) for refusal in (*inspection.refusals, *_large_files(problem))]
    with transaction.atomic():
        Bank.objects.select_for_update().get(pk=bank.pk)
        item, is_new = Item.objects.get_or_create(bank=bank, key=problem.key)
        item.title = problem.title[:255]
        item.place = list(problem.place)
        item.seen_before = item.seen_before or problem.seen_before
        if is_new:
            item.competency = next((areas[t.casefold()] for t in problem.labels if t.casefold() in areas), None)
        item.latest_num += 1
        item.save()
        for name, content in problem.files.items():
            if len(content) <= LARGEST_FILE:
                store_file(name, content)
        ItemVersion.objects.create(
            item=item,
            num=item.latest_num,
            olx=problem.olx,
            olx_sha256=sha256,
            files=digests,
            response_types=list(inspection.response_types),
            parts=inspection.parts,
            max_points=inspection.max_points,
            refusals=refusals,
        )
    (outcome.added if is_new else outcome.updated).append(problem.key)
    if refusals:
        outcome.undeliverable.append(problem.key)


def _large_files(problem: Incoming) -> list[Refusal]:
    return [
        Refusal(
            "file_too_large",
            _("Its file %(name)s is larger than %(limit)s MB.") % {"name": name, "limit": LARGEST_FILE // 1024**2},
            _("Make the file smaller, upload it to the course or library, and import the item again."),
        )
        for name, content in problem.files.items()
        if len(content) > LARGEST_FILE
    ]


def _finish(bank: Bank, outcome: Outcome, actor_id: int, kind: Bank.Source, source_key: str) -> ImportReport:
    Bank.objects.filter(pk=bank.pk).update(source_kind=kind, source_key=source_key[:255])
    record(
        "import_items",
        subject=bank,
        actor_id=actor_id,
        source=source_key,
        added=len(outcome.added),
        updated=len(outcome.updated),
        left_out=len(outcome.left_out),
    )
    return outcome.report()
