"""Showing and judging the items of an attempt through the bridge's CAPA adapter, from what the version froze."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from mastery_exam.errors import AttemptNotFound
from mastery_exam.models import AttemptItem, ItemVersion, StoredFile
from openedx_bridge import capa
from openedx_bridge.mathml import render_math


def item_key(item: AttemptItem) -> str:
    """Return the opaque key under which the item is shown and graded in its attempt."""
    return f"{item.attempt.uuid}:{item.position}"


def render_attempt_item(
    item: AttemptItem, *, answers: Mapping[str, Any], files_url: Callable[[str, str], str]
) -> capa.RenderedItem:
    """Render the item with the person's answers and readable mathematics; `files_url` takes a file's hash and name."""
    version = _version_of(item)

    def url_of(name: str) -> str:
        return files_url(version.files[name], name) if name in version.files else ""

    rendered = capa.render_item(
        version.olx,
        seed=item.seed,
        answers=answers,
        files_url=url_of,
        item_key=item_key(item),
        files=_script_files(version),
    )
    return capa.RenderedItem(html=render_math(rendered.html), inputs=rendered.inputs)


def check_stored_answers(item: AttemptItem, answers: Mapping[str, Any]) -> dict[str, str]:
    """Say which inputs cannot be read as answers: input name -> what to write. Never right or wrong."""
    version = _version_of(item)
    found = capa.check_answers(
        version.olx, seed=item.seed, answers=answers, item_key=item_key(item), files=_script_files(version)
    )
    return dict(found)


def grade_stored_answers(item: AttemptItem, answers: Mapping[str, Any]) -> capa.ItemGrade:
    """Grade the item from stored answers; the same answers always give the same grade."""
    version = _version_of(item)
    return capa.grade_item(
        version.olx, seed=item.seed, answers=answers, item_key=item_key(item), files=_script_files(version)
    )


def find_attempt_file(item_files: list[Mapping[str, str]], *, sha256: str, name: str) -> StoredFile:
    """Return a file that one of the attempt's items names; raises AttemptNotFound for any other."""
    if not any(files.get(name) == sha256 for files in item_files):
        raise AttemptNotFound(_("This try has no such file."))
    stored = StoredFile.objects.filter(sha256=sha256).first()
    if stored is None:
        raise AttemptNotFound(_("This try has no such file."))
    return stored


def _version_of(item: AttemptItem) -> ItemVersion:
    return item.version_item.item_version


def _script_files(version: ItemVersion) -> dict[str, bytes]:
    """Load what a script may read; pictures are for the browser and stay where they are."""
    if not version.files or "<script" not in version.olx:
        return {}
    rows = StoredFile.objects.filter(sha256__in=version.files.values()).exclude(media_type__startswith="image/")
    contents = {row.sha256: bytes(row.content) for row in rows}
    return {name: contents[sha256] for name, sha256 in version.files.items() if sha256 in contents}
