"""Standard setting: judges' ratings, kept as a record, and the two people who release the cut."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

import attrs
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import ImportReport, PanelData
from mastery_exam.errors import InvalidInput, WrongState
from mastery_exam.models import Bank, Item, Rating, RatingPanel
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import current_panel, find_bank_row
from mastery_exam.services.tables import Row, read_table, take_rows

MOST_ROUNDS = 5


@attrs.frozen
class RatingRow:
    """One judge's rating of one item in one round."""

    item: Item
    judge_role: str
    panel_round: int
    value: Decimal


def find_panel(bank_uuid: UUID) -> PanelData | None:
    """Return the bank's newest panel, or None before anybody rated."""
    panel = current_panel(find_bank_row(bank_uuid))
    return panel_data(panel) if panel else None


def open_panel(bank_uuid: UUID, *, actor_id: int, held_on: date | None = None) -> PanelData:
    """Begin a new standard setting; earlier panels stay as they are and count no longer for new versions."""
    with transaction.atomic():
        bank = find_bank_row(bank_uuid, lock=True)
        panel = _new_panel(bank, held_on)
        record("open", subject=panel, actor_id=actor_id)
    return panel_data(panel)


def record_rating(
    bank_uuid: UUID,
    *,
    item_key: str,
    judge_role: str,
    value: Decimal | str,
    actor_id: int,
    panel_round: int = 1,
) -> None:
    """Write one rating, or correct it while the panel is not released. Raises InvalidInput, WrongState."""
    with transaction.atomic():
        bank = find_bank_row(bank_uuid, lock=True)
        items = {item.key: item for item in bank.items.filter(key=item_key)}
        try:
            row = _checked(items, item_key, judge_role, str(panel_round), str(value))
        except ValueError as error:
            raise InvalidInput(str(error), fields={"rating": str(error)}) from error
        _write(bank, [row], actor_id)


def import_ratings(bank_uuid: UUID, *, source: bytes | str, actor_id: int) -> ImportReport:
    """Write ratings from CSV: item, judge, rating, round (1 where absent). All of the file is taken in or none of it.

    Raises ImportRefused with a message per line, WrongState when the panel is released.
    """
    rows = read_table(source, required=("item", "judge", "rating"), optional=("round",))
    with transaction.atomic():
        bank = find_bank_row(bank_uuid, lock=True)
        items = {item.key: item for item in bank.items.all()}
        seen: set[tuple[str, str, int]] = set()

        def take(row: Row) -> RatingRow:
            rating = _checked(items, row["item"], row["judge"], row.get("round") or "1", row["rating"])
            place = (rating.item.key, rating.judge_role, rating.panel_round)
            if place in seen:
                raise ValueError(_("This judge rates the item “%s” twice in one round.") % rating.item.key)
            seen.add(place)
            return rating

        ratings = take_rows(rows, take)
        _write(bank, ratings, actor_id)
    return ImportReport(added=tuple(dict.fromkeys(rating.item.key for rating in ratings)))


def release_panel(bank_uuid: UUID, *, actor_id: int) -> PanelData:
    """Release the cut as one of the two people that it needs; the second makes it firm. Raises WrongState."""
    with transaction.atomic():
        bank = find_bank_row(bank_uuid, lock=True)
        panel = current_panel(bank)
        if panel is None or not panel.judges:
            raise WrongState(_("There are no ratings to release yet. Import the judges' ratings first."))
        if panel.released_at:
            raise WrongState(_("This pass mark is released already."))
        if panel.released_by_first_id == actor_id:
            raise WrongState(_("You have released it already. A second person must release it too."))
        if panel.released_by_first_id is None:
            panel.released_by_first_id = actor_id
        else:
            panel.released_by_second_id = actor_id
            panel.released_at = timezone.now()
        panel.save()
        record("release", subject=panel, actor_id=actor_id)
    return panel_data(panel)


def panel_data(panel: RatingPanel) -> PanelData:
    """Return a panel as data."""
    rounds = panel.ratings.aggregate(most=Max("panel_round"))["most"] or 0
    people = [panel.released_by_first_id, panel.released_by_second_id]
    return PanelData(
        uuid=panel.uuid,
        num=panel.num,
        method=panel.method,
        judges=tuple(panel.judges),
        rounds=rounds,
        held_on=panel.held_on,
        releases=sum(person is not None for person in people),
        released_at=panel.released_at,
    )


def _new_panel(bank: Bank, held_on: date | None) -> RatingPanel:
    last = current_panel(bank)
    return RatingPanel.objects.create(
        bank=bank, num=last.num + 1 if last else 1, held_on=held_on or timezone.now().date()
    )


def _write(bank: Bank, rows: list[RatingRow], actor_id: int) -> None:
    panel = current_panel(bank) or _new_panel(bank, None)
    if panel.released_at:
        raise WrongState(_("These ratings are released. Begin a new panel to rate again."))
    Rating.objects.bulk_create(
        [
            Rating(panel=panel, item=r.item, panel_round=r.panel_round, judge_role=r.judge_role, value=r.value)
            for r in rows
        ],
        update_conflicts=True,
        update_fields=["value", "modified"],
        unique_fields=_conflict_target(),
    )
    panel.judges = sorted({*panel.judges, *(row.judge_role for row in rows)})
    # Whoever released it first released other ratings.
    panel.released_by_first = None
    panel.save()
    record("rate", subject=panel, actor_id=actor_id, count=len(rows))


def _conflict_target() -> list[str] | None:
    """Return the columns that make a rating unique, which MySQL and MariaDB find by themselves and do not take."""
    if not connection.features.supports_update_conflicts_with_target:
        return None
    return ["panel", "item", "panel_round", "judge_role"]


def _checked(items: dict[str, Item], item_key: str, judge: str, panel_round: str, rating: str) -> RatingRow:
    item = items.get(item_key)
    if item is None:
        raise ValueError(_("The bank has no item “%s”.") % item_key)
    judge = " ".join(judge.split())
    if not judge or len(judge) > 100:
        raise ValueError(_("Name the judge's role in at most 100 characters."))
    if not panel_round.isascii() or not panel_round.isdigit() or not 1 <= int(panel_round) <= MOST_ROUNDS:
        raise ValueError(_("The round is a whole number from 1 to %s.") % MOST_ROUNDS)
    return RatingRow(item, judge, int(panel_round), _probability(rating))


def _probability(text: str) -> Decimal:
    message = _("A rating is a probability from 0 to 1, with at most four decimals, not “%s”.") % text
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(message) from error
    if not value.is_finite() or not 0 <= value <= 1 or value != value.quantize(Decimal("0.0001")):
        raise ValueError(message)
    return value
