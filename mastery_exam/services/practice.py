"""The practice set: public items, checked at once, with no login, no state and no score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from mastery_exam.data import ItemUse, PracticeItem
from mastery_exam.errors import ItemNotFound
from mastery_exam.models import StoredFile, VersionItem
from mastery_exam.services.catalogue import newest_versions
from mastery_exam.services.publish_exam import files_of
from openedx_bridge.capa import ItemGrade, RenderedItem, grade_item, render_item
from openedx_bridge.mathml import render_math

SEEDS = 1000

Answers = Mapping[str, str | Sequence[str]]


def list_practice_items(exam_key: str) -> list[PracticeItem]:
    """Return the practice items of the exam's newest version, in the order of its areas."""
    return [
        PracticeItem(position, row.item_version.item.title, row.competency_key)
        for position, row in enumerate(_rows(exam_key), start=1)
    ]


def render_practice_item(
    exam_key: str, *, position: int, seed: int, files_url: Callable[[str, str], str], answers: Answers | None = None
) -> RenderedItem:
    """Return a practice item as HTML; `files_url` is given a file's SHA-256 and name. Raises ItemNotFound."""
    version = _row(exam_key, position).item_version
    rendered = render_item(
        version.olx,
        seed=seed,
        answers=answers or {},
        files_url=lambda name: files_url(version.files.get(name, "missing"), name),
        item_key=_opaque_key(exam_key, position),
        files=files_of(version),
    )
    return RenderedItem(html=render_math(rendered.html), inputs=rendered.inputs)


def check_practice_item(exam_key: str, *, position: int, seed: int, answers: Answers) -> ItemGrade:
    """Grade a practice item without keeping anything; raises ItemNotFound."""
    version = _row(exam_key, position).item_version
    return grade_item(
        version.olx, seed=seed, answers=answers, files=files_of(version), item_key=_opaque_key(exam_key, position)
    )


def find_practice_file(exam_key: str, *, sha256: str, name: str) -> tuple[bytes, str] | None:
    """Return content and media type of a file that a practice item of the exam shows, or None for any other file."""
    if all(row.item_version.files.get(name) != sha256 for row in _rows(exam_key)):
        return None
    stored = StoredFile.objects.filter(sha256=sha256).first()
    return (bytes(stored.content), stored.media_type) if stored else None


def _rows(exam_key: str) -> list[VersionItem]:
    version = newest_versions().filter(exam__key=exam_key).first()
    if version is None:
        return []
    areas = [area["key"] for area in version.competencies]
    rows = version.items.filter(use=ItemUse.PRACTICE).select_related("item_version__item")
    order = {key: index for index, key in enumerate(areas)}
    return sorted(rows, key=lambda row: (order.get(row.competency_key, len(order)), row.item_version.item.key))


def _row(exam_key: str, position: int) -> VersionItem:
    rows = _rows(exam_key)
    if not 1 <= position <= len(rows):
        raise ItemNotFound(_("There is no such practice question. Choose one from the practice set."))
    return rows[position - 1]


def _opaque_key(exam_key: str, position: int) -> str:
    return f"practice-{exam_key}-{position}"
