"""What the authors' use cases share: finding what they change, and turning rows into data objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from mastery_exam.data import BankData, CompetencyData, ItemData, Refusal
from mastery_exam.errors import BankNotFound, ExamNotFound, ItemNotFound
from mastery_exam.models import Bank, Competency, Exam, Item, ItemVersion, Rating, RatingPanel
from openedx_bridge import api as bridge
from openedx_bridge.refusals import InvalidKey


def find_bank_row(bank_uuid: UUID, *, lock: bool = False) -> Bank:
    """Return the bank, locked for the transaction if asked; raises BankNotFound."""
    rows = Bank.objects.select_for_update() if lock else Bank.objects.select_related("framework")
    bank = rows.filter(uuid=bank_uuid).first()
    if bank is None:
        raise BankNotFound(_("There is no such bank. Look for it in your list of banks."))
    return bank


def find_exam_row(key: str, *, lock: bool = False) -> Exam:
    """Return the exam in any state, locked for the transaction if asked; raises ExamNotFound."""
    rows = Exam.objects.select_for_update() if lock else Exam.objects.select_related("bank", "bank__framework")
    exam = rows.filter(key=key).first()
    if exam is None:
        raise ExamNotFound(_("There is no exam with the key “%(key)s”.") % {"key": key})
    return exam


def find_item_row(item_uuid: UUID, *, lock: bool = False) -> Item:
    """Return the item, locked for the transaction if asked; raises ItemNotFound."""
    rows = Item.objects.select_for_update() if lock else Item.objects.select_related("bank")
    item = rows.filter(uuid=item_uuid).first()
    if item is None:
        raise ItemNotFound(_("There is no such item. It may stand in another bank."))
    return item


def latest_versions(bank: Bank) -> dict[int, ItemVersion]:
    """Return the newest version of each item of the bank, by the item's id, with the item loaded."""
    rows = ItemVersion.objects.filter(item__bank=bank, num=F("item__latest_num"))
    return {version.item_id: version for version in rows.select_related("item", "item__competency")}


def current_panel(bank: Bank) -> RatingPanel | None:
    """Return the bank's newest panel of judges."""
    return RatingPanel.objects.filter(bank=bank).order_by("-num").first()


def final_ratings(panel: RatingPanel | None) -> dict[int, dict[str, Decimal]]:
    """Return each item's ratings by judge, each judge's last round counting: item id -> role -> probability."""
    ratings: dict[int, dict[str, Decimal]] = defaultdict(dict)
    if panel is not None:
        for row in Rating.objects.filter(panel=panel).order_by("panel_round"):
            ratings[row.item_id][row.judge_role] = row.value
    return ratings


def mean_rating(ratings: Iterable[Decimal]) -> Decimal | None:
    """Return the mean of an item's ratings, or None without any."""
    values = list(ratings)
    return sum(values, Decimal(0)) / len(values) if values else None


def refusals_of(version: ItemVersion) -> tuple[Refusal, ...]:
    """Return what stands in the way of delivering an item version, as it was found when it was taken in."""
    return tuple(Refusal(version.item.key, r["code"], r["message"], r["remedy"]) for r in version.refusals)


def study_address(target: str) -> str:
    """Return where a study link leads: an address as it is, a usage key as the place of its unit; else empty."""
    if target.startswith(("https://", "http://", "/")):
        return target
    try:
        return bridge.unit_url(target)
    except InvalidKey:
        return ""


def study_links_of(stored: Iterable[list[str]]) -> tuple[tuple[str, str], ...]:
    """Return stored study links as (title, address), without those that lead nowhere."""
    links = ((title, study_address(target)) for title, target in stored)
    return tuple((title, address) for title, address in links if address)


def competency_data(competency: Competency) -> CompetencyData:
    """Return an area as data."""
    return CompetencyData(
        key=competency.key,
        title=competency.title,
        outcome=competency.outcome,
        case_url=competency.case_url,
        num=competency.num,
        study_links=tuple((title, target) for title, target in competency.study_links),
    )


def bank_data(bank: Bank) -> BankData:
    """Return a bank as data, with counts of its items."""
    versions = latest_versions(bank)
    return BankData(
        uuid=bank.uuid,
        title=bank.title,
        owner_org=bank.owner_org,
        source_kind=bank.source_kind,
        source_key=bank.source_key,
        framework_key=bank.framework.key,
        num_items=len(versions),
        num_undeliverable=sum(bool(version.refusals) for version in versions.values()),
    )


def item_data(version: ItemVersion, ratings: dict[str, Decimal]) -> ItemData:
    """Return an item at its newest version as data, with the judges' ratings of it."""
    item = version.item
    return ItemData(
        uuid=item.uuid,
        key=item.key,
        title=item.title,
        competency_key=item.competency.key if item.competency else None,
        is_practice=item.is_practice,
        is_pilot=item.is_pilot,
        seen_before=item.seen_before,
        retired=item.retired,
        version_num=version.num,
        response_types=tuple(version.response_types),
        parts=version.parts,
        refusals=refusals_of(version),
        rating=mean_rating(ratings.values()),
        judges=len(ratings),
    )
