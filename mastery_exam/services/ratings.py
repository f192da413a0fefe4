"""Standard setting: judges' ratings, kept as a record. Panels and their rounds: `judging_panels`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from uuid import UUID

import attrs
from django.db import connection
from django.utils.translation import gettext as _

from mastery_exam.data import ImportReport
from mastery_exam.errors import InvalidInput, WrongState
from mastery_exam.models import Item, Rating, RatingPanel
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import current_panel
from mastery_exam.services.judging_panels import (
    MOST_ROUNDS,
    forget_first_release,
    locked_bank,
    new_panel,
    refuse_change,
)
from mastery_exam.services.tables import Row, read_table, take_rows


@attrs.frozen
class RatingRow:
    """One judge's rating of one item in one round."""

    item: Item
    judge_role: str
    panel_round: int
    value: Decimal


def record_rating(
    bank_uuid: UUID,
    *,
    item_key: str,
    judge_role: str,
    value: Decimal | str,
    actor_id: int,
    panel_round: int = 1,
) -> None:
    """Write one rating of a judge who has no page of his own, or correct it while the panel may change.

    Raises InvalidInput, WrongState.
    """
    with locked_bank(bank_uuid) as bank:
        panel = current_panel(bank) or new_panel(bank, None)
        items = {item.key: item for item in bank.items.filter(key=item_key)}
        try:
            row = _checked(panel, items, item_key, judge_role, str(panel_round), str(value))
        except ValueError as error:
            raise InvalidInput(str(error), fields={"rating": str(error)}) from error
        write_ratings(panel, [row], actor_id=actor_id)


def import_ratings(bank_uuid: UUID, *, source: bytes | str, actor_id: int) -> ImportReport:
    """Write ratings from CSV: item, judge, rating, round (1 where absent). All of the file is taken in or none of it.

    They land in the bank's newest panel, beside those of judges who rate on pages of their own; these judges' own
    ratings, and closed rounds, cannot be imported. Raises ImportRefused with a message per line, WrongState when the
    panel may not change.
    """
    rows = read_table(source, required=("item", "judge", "rating"), optional=("round",))
    with locked_bank(bank_uuid) as bank:
        panel = current_panel(bank) or new_panel(bank, None)
        refuse_change(panel)
        _refuse_method(panel)
        items = {item.key: item for item in bank.items.all()}
        invited, closed = _invited(panel), _closed_rounds(panel)
        seen: set[tuple[str, str, int]] = set()

        def take(row: Row) -> RatingRow:
            rating = _read(items, row["item"], row["judge"], row.get("round") or "1", row["rating"])
            _refuse_place(rating, invited, closed)
            place = (rating.item.key, rating.judge_role, rating.panel_round)
            if place in seen:
                raise ValueError(_("This judge rates the item “%s” twice in one round.") % rating.item.key)
            seen.add(place)
            return rating

        ratings = take_rows(rows, take)
        write_ratings(panel, ratings, actor_id=actor_id)
    return ImportReport(added=tuple(dict.fromkeys(rating.item.key for rating in ratings)))


def write_ratings(panel: RatingPanel, rows: Sequence[RatingRow], *, actor_id: int) -> None:
    """Store ratings over those of the same judge, item and round; the caller holds the bank's lock.

    Raises WrongState when the panel may not change.
    """
    refuse_change(panel)
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
    forget_first_release(panel)
    what = {"count": len(rows)}
    if len(rows) == 1:
        what |= {"item": rows[0].item.key, "round": rows[0].panel_round, "rating": str(rows[0].value)}  # type: ignore[dict-item]
    record("rate", subject=panel, actor_id=actor_id, **what)


def read_probability(text: str, *, percent: bool = False) -> Decimal:
    """Return a rating as a probability of four decimals, from one or from a percentage; a decimal comma is understood.

    Raises ValueError with what to write instead.
    """
    message = (
        _("A rating is a percentage from 0 to 100, with at most two decimals, not “%s”.")
        if percent
        else _("A rating is a probability from 0 to 1, with at most four decimals, not “%s”.")
    ) % text
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(message) from error
    if not value.is_finite() or not 0 <= value <= (100 if percent else 1):
        raise ValueError(message)
    share = value.scaleb(-2) if percent else value
    if share != share.quantize(Decimal("0.0001")):
        raise ValueError(message)
    return share.quantize(Decimal("0.0001"))


def _checked(
    panel: RatingPanel, items: dict[str, Item], item_key: str, judge: str, panel_round: str, rating: str
) -> RatingRow:
    _refuse_method(panel)
    row = _read(items, item_key, judge, panel_round, rating)
    _refuse_place(row, _invited(panel), _closed_rounds(panel))
    return row


def _read(items: dict[str, Item], item_key: str, judge: str, panel_round: str, rating: str) -> RatingRow:
    item = items.get(item_key)
    if item is None:
        raise ValueError(_("The bank has no item “%s”.") % item_key)
    judge = " ".join(judge.split())
    if not judge or len(judge) > 100:
        raise ValueError(_("Name the judge's role in at most 100 characters."))
    if not panel_round.isascii() or not panel_round.isdigit() or not 1 <= int(panel_round) <= MOST_ROUNDS:
        raise ValueError(_("The round is a whole number from 1 to %s.") % MOST_ROUNDS)
    return RatingRow(item, judge, int(panel_round), read_probability(rating))


def _refuse_place(row: RatingRow, invited: Iterable[str], closed: Iterable[int]) -> None:
    if row.judge_role in invited:
        raise ValueError(_("“%s” rates on a page of his or her own; nobody else can.") % row.judge_role)
    if row.panel_round in closed:
        raise ValueError(_("Round %s is closed.") % row.panel_round)


def _refuse_method(panel: RatingPanel) -> None:
    if panel.method == RatingPanel.Method.BOOKMARK:
        raise WrongState(_("This panel's judges place bookmarks. Begin a modified Angoff panel to import ratings."))


def _invited(panel: RatingPanel) -> set[str]:
    return {judge.label for judge in panel.invited.all()}


def _closed_rounds(panel: RatingPanel) -> set[int]:
    return set(panel.rounds.filter(closed_at__isnull=False).values_list("num", flat=True))


def _conflict_target() -> list[str] | None:
    """Return the columns that make a rating unique, which MySQL and MariaDB find by themselves and do not take."""
    if not connection.features.supports_update_conflicts_with_target:
        return None
    return ["panel", "item", "panel_round", "judge_role"]
