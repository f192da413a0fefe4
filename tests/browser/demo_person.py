"""A candidate at the browser: what to answer, and how to put it into the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from mastery_exam.models import Attempt
from mastery_exam.services.delivery import render_attempt_item
from openedx_bridge.capa import InputKind

if TYPE_CHECKING:
    from playwright.sync_api import Page

sys.path.append(str(Path(__file__).resolve().parents[1] / "sandbox"))

from demo_items import demo_items, options

Answers = list[tuple[str, InputKind, list[str]]]


def right_answers(attempt_uuid: UUID) -> list[Answers]:
    """For each item in order: its inputs' names and kinds with the values that are right."""
    attempt = Attempt.objects.get(uuid=attempt_uuid)
    found = []
    for row in attempt.items.select_related("version_item__item_version__item").order_by("position"):
        row.attempt = attempt
        shown = render_attempt_item(row, answers={}, files_url=lambda sha256, name: name).inputs
        item = demo_items()[row.version_item.item_version.item.key]
        found.append([_right(response, field) for response, field in zip(item.responses, shown, strict=True)])
    return found


def _right(response, field) -> tuple[str, InputKind, list[str]]:  # type: ignore[no-untyped-def]
    if field.choices:
        correct = dict(options(response))
        return field.name, field.kind, [value for value, text in field.choices if correct[" ".join(text.split())]]
    return field.name, field.kind, [response.get("answer")]


def fill(page: Page, answers: Answers) -> None:
    """Fill the item that is shown."""
    for name, kind, values in answers:
        if kind in (InputKind.CHOICE, InputKind.CHOICES):
            for value in values:
                page.locator(f'input[name="{name}"][value="{value}"]').check()
        elif kind is InputKind.DROPDOWN:
            page.locator(f'select[name="{name}"]').select_option(values[0])
        else:
            page.locator(f'[name="{name}"]').fill(values[0])
