"""Banks and their items: creating, listing, mapping items to areas."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from mastery_exam.data import BankData, ImportReport, ItemData
from mastery_exam.errors import CompetencyNotFound, FrameworkNotFound, InvalidInput
from mastery_exam.models import Bank, BankAuthor, Competency, CompetencyFramework, Item, PanelJudge
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import (
    bank_data,
    current_panel,
    final_ratings,
    find_bank_row,
    find_item_row,
    item_data,
    latest_versions,
)
from mastery_exam.services.tables import Row, read_flag, read_table, take_rows

USES = ("scored", "pilot", "practice", "retired")


def create_bank(*, title: str, actor_id: int, owner_org: str = "", framework_key: str | None = None) -> BankData:
    """Create an empty bank whose first author is the actor, with a framework of its own unless one is named.

    Raises InvalidInput, FrameworkNotFound.
    """
    if not title.strip():
        raise InvalidInput(_("Give the bank a title."), fields={"title": _("Write a title.")})
    with transaction.atomic():
        if framework_key is None:
            framework = CompetencyFramework.objects.create(key=f"bank-{uuid.uuid4().hex[:12]}", title=title[:255])
        else:
            found = CompetencyFramework.objects.filter(key=framework_key).first()
            if found is None:
                raise FrameworkNotFound(_("There is no framework with the key “%s”.") % framework_key)
            framework = found
        bank = Bank.objects.create(
            title=title.strip()[:255], owner_org=owner_org[:255], framework=framework, created_by_id=actor_id
        )
        BankAuthor.objects.create(bank=bank, user_id=actor_id)
        record("create", subject=bank, actor_id=actor_id)
    return bank_data(bank)


def get_bank(bank_uuid: UUID) -> BankData:
    """Return the bank; raises BankNotFound."""
    return bank_data(find_bank_row(bank_uuid))


def add_bank_author(bank_uuid: UUID, *, user_id: int, actor_id: int) -> None:
    """Let the user read and change the bank; repeating it changes nothing. Raises InvalidInput for its judges."""
    with transaction.atomic():
        bank = find_bank_row(bank_uuid, lock=True)
        if PanelJudge.objects.filter(panel__bank=bank, user_id=user_id).exists():
            message = _("This person judges the bank's questions, and an author would see everybody's ratings.")
            raise InvalidInput(message, fields={"username": message})
        _row, added = BankAuthor.objects.get_or_create(bank=bank, user_id=user_id)
        if added:
            record("add_author", subject=bank, actor_id=actor_id, user_id=user_id)


def list_items(bank_uuid: UUID) -> list[ItemData]:
    """Return the bank's items at their newest versions, by key, with the current panel's ratings."""
    bank = find_bank_row(bank_uuid)
    ratings = final_ratings(current_panel(bank))
    versions = latest_versions(bank).values()
    rows = [item_data(version, ratings.get(version.item_id, {})) for version in versions]
    return sorted(rows, key=lambda item: item.key)


def set_item(
    item_uuid: UUID,
    *,
    actor_id: int,
    competency_key: str | None = None,
    is_practice: bool | None = None,
    is_pilot: bool | None = None,
    seen_before: bool | None = None,
    retired: bool | None = None,
    enemies: Sequence[str] | None = None,
) -> ItemData:
    """Map an item to an area (an empty key: to none), and say what it is for; None leaves a value as it is.

    A pilot item is tried out in sittings and does not count; it is never in the practice set.
    Published versions keep what they froze. Raises ItemNotFound, CompetencyNotFound, InvalidInput.
    """
    with transaction.atomic():
        item = find_item_row(item_uuid, lock=True)
        if competency_key is not None:
            item.competency = _competency(item.bank.framework, competency_key)
        flags = {"is_practice": is_practice, "is_pilot": is_pilot, "seen_before": seen_before, "retired": retired}
        for name, value in flags.items():
            if value is not None:
                setattr(item, name, value)
        if item.is_practice and item.is_pilot:
            text = _("An item cannot be tried out and be in the practice set, which everybody sees. Choose one.")
            raise InvalidInput(text, fields={"is_pilot": text})
        if enemies is not None:
            item.enemies = _enemies(item, enemies)
        item.save()
        record("set_item", subject=item, actor_id=actor_id)
    ratings = final_ratings(current_panel(item.bank)).get(item.id, {})
    return item_data(latest_versions(item.bank)[item.id], ratings)


def import_item_table(bank_uuid: UUID, *, source: bytes | str, actor_id: int) -> ImportReport:
    """Map many items at once from CSV: item, competency, use (one of USES), seen_before, enemies.

    `enemies` holds keys separated by `;`. Columns that are absent leave their values as they are. All of the file is
    taken in or none of it. Raises ImportRefused with a message per line.
    """
    rows = read_table(source, required=("item",), optional=("competency", "use", "seen_before", "enemies"))
    with transaction.atomic():
        bank = find_bank_row(bank_uuid, lock=True)
        items = {item.key: item for item in bank.items.select_related("competency")}
        areas = {area.key: area for area in bank.framework.competencies.all()}
        changed = take_rows(rows, lambda row: _mapped(row, items, areas))
        for item in changed:
            item.save()
        record("import_item_table", subject=bank, actor_id=actor_id, count=len(changed))
    return ImportReport(updated=tuple(item.key for item in changed))


def _mapped(row: Row, items: dict[str, Item], areas: dict[str, Competency]) -> Item:
    item = items.get(row["item"])
    if item is None:
        raise ValueError(_("The bank has no item “%s”.") % row["item"])
    if area_key := row.get("competency"):
        if area_key not in areas:
            raise ValueError(_("The framework has no area “%s”.") % area_key)
        item.competency = areas[area_key]
    if use := row.get("use"):
        if use not in USES:
            raise ValueError(_("Write scored, pilot, practice or retired, not “%s”.") % use)
        item.is_pilot, item.is_practice, item.retired = use == "pilot", use == "practice", use == "retired"
    if "seen_before" in row:
        item.seen_before = read_flag(row["seen_before"])
    if "enemies" in row:
        item.enemies = [key for key in (part.strip() for part in row["enemies"].split(";")) if key]
        if unknown := [key for key in item.enemies if key not in items]:
            raise ValueError(_("The bank has no item “%s”.") % unknown[0])
    return item


def _competency(framework: CompetencyFramework, key: str) -> Competency | None:
    if not key:
        return None
    found = framework.competencies.filter(key=key).first()
    if found is None:
        raise CompetencyNotFound(_("There is no area with the key “%s”. Add it first.") % key)
    return found


def _enemies(item: Item, keys: Sequence[str]) -> list[str]:
    known = set(item.bank.items.filter(key__in=keys).values_list("key", flat=True))
    if unknown := [key for key in keys if key not in known]:
        raise InvalidInput(_("The bank has no item “%s”.") % unknown[0], fields={"enemies": unknown[0]})
    return sorted(known - {item.key})
