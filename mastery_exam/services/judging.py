"""A judge's side of a panel: his own ratings, while a round is open, and nobody else's.

Everything here takes the judge's user id and finds only panels on which that person sits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data_panels import JudgeItem, JudgePanelData, RatingReceipt, RatingSpread
from mastery_exam.errors import InvalidInput, ItemNotFound, PanelNotFound, WrongState
from mastery_exam.models import Bookmark, JudgeLimits, PanelJudge, PanelRound, Rating, RatingPanel, StoredFile
from mastery_exam.models.audit import record
from mastery_exam.psychometrics import probability
from mastery_exam.services.authoring import current_panel
from mastery_exam.services.judging_panels import locked_bank, open_round_of, refuse_change
from mastery_exam.services.panel_items import (
    PanelItem,
    calibrated,
    find_judges_file,
    panel_items,
    parameters,
    render_for_judge,
)
from mastery_exam.services.ratings import RatingRow, read_probability, write_ratings
from openedx_bridge.capa import RenderedItem

LIMITS = ("least_cut", "most_cut", "least_fail", "most_fail")
PERCENT = Decimal(100)


def list_judge_panels(user_id: int) -> list[JudgePanelData]:
    """Return the panels on which the person sits, the newest first."""
    rows = PanelJudge.objects.filter(user_id=user_id, user__is_active=True).select_related("panel__bank", "limits")
    return [_panel_data(judge) for judge in rows.order_by("-created")]


def get_judge_panel(user_id: int, *, panel_uuid: UUID) -> JudgePanelData:
    """Return a panel as its judge sees it; raises PanelNotFound for everybody else."""
    return _panel_data(find_judge(user_id, panel_uuid))


def list_judge_items(user_id: int, *, panel_uuid: UUID) -> list[JudgeItem]:
    """Return the items that the judge rates, with his own ratings; raises PanelNotFound."""
    judge = find_judge(user_id, panel_uuid)
    own = _own_ratings(judge)
    opened = _open_for(judge)
    return [_item_data(item, own.get(item.version.item_id), opened) for item in panel_items(judge.panel)]


def render_judge_item(
    user_id: int, *, panel_uuid: UUID, item_uuid: UUID, files_url: Callable[[str, str], str]
) -> RenderedItem:
    """Show an item to its judge while a round is open; raises PanelNotFound, ItemNotFound, WrongState."""
    judge = find_judge(user_id, panel_uuid)
    _must_be_open(judge)
    return render_for_judge(judge, _find_item(judge, item_uuid), files_url=files_url)


def judge_file(user_id: int, *, panel_uuid: UUID, sha256: str, name: str) -> StoredFile:
    """Return a file of the panel's items, while a round is open; raises PanelNotFound, ItemNotFound, WrongState."""
    judge = find_judge(user_id, panel_uuid)
    _must_be_open(judge)
    return find_judges_file(judge.panel, sha256=sha256, name=name)


def find_spread(user_id: int, *, panel_uuid: UUID, item_uuid: UUID) -> RatingSpread | None:
    """Return how all judges rated an item in the round before; None in the first round, or where nobody had rated it.

    Raises PanelNotFound, ItemNotFound.
    """
    judge = find_judge(user_id, panel_uuid)
    opened, item = _open_for(judge), _find_item(judge, item_uuid)
    if opened is None or opened.num == 1:
        return None
    last: dict[str, Decimal] = {}
    rows = judge.panel.ratings.filter(item=item.version.item, panel_round__lt=opened.num).order_by("panel_round")
    for row in rows:
        last[row.judge_role] = row.value
    if not last:
        return None
    values = tuple(sorted(float(value * PERCENT) for value in last.values()))
    n, p = opened.responses.get(item.key, (0, None))
    return RatingSpread(values=values, mean=sum(values) / len(values), n=int(n), p=p)


def rate_item(user_id: int, *, panel_uuid: UUID, item_uuid: UUID, percent: str) -> RatingReceipt:
    """Store the judge's rating of an item in the open round, over his own of that round.

    Raises PanelNotFound, ItemNotFound, InvalidInput, and WrongState where no round is open or bookmarks are placed.
    """
    judge = find_judge(user_id, panel_uuid)
    item = _find_item(judge, item_uuid)
    if judge.panel.method == RatingPanel.Method.BOOKMARK:
        raise WrongState(_("This panel places a bookmark and does not rate items one by one."))
    try:
        value = read_probability(percent, percent=True)
    except ValueError as error:
        raise InvalidInput(str(error), fields={"percent": str(error)}) from error
    with locked_bank(judge.panel.bank.uuid):
        opened = _must_be_open(judge)
        row = RatingRow(item.version.item, judge.label, opened.num, value)
        write_ratings(judge.panel.bank.panels.get(pk=judge.panel_id), [row], actor_id=user_id)
    return RatingReceipt(item_uuid, opened.num, _percent(value), timezone.now())


def place_bookmark(user_id: int, *, panel_uuid: UUID, place: int) -> JudgePanelData:
    """Store the judge's bookmark: the first `place` items, the easiest first, are mastered by a borderline person.

    The chance of each item at the bookmark's ability becomes this judge's rating of it. Raises PanelNotFound,
    InvalidInput, WrongState.
    """
    judge = find_judge(user_id, panel_uuid)
    calibration = judge.panel.calibration
    if calibration is None or judge.panel.method != RatingPanel.Method.BOOKMARK:
        raise WrongState(_("This panel rates items one by one and places no bookmark."))
    items = panel_items(judge.panel)
    if not 1 <= place <= len(items):
        message = _("A bookmark stands after one of the questions, from 1 to %s.") % len(items)
        raise InvalidInput(message, fields={"place": message})
    with locked_bank(judge.panel.bank.uuid):
        opened = _must_be_open(judge)
        Bookmark.objects.update_or_create(judge=judge, panel_round=opened.num, defaults={"place": place})
        known = calibrated(calibration)
        chances = probability(items[place - 1].location or 0.0, parameters([known[i.version.item_id] for i in items]))
        rows = [
            RatingRow(item.version.item, judge.label, opened.num, Decimal(str(round(float(chance), 4))))
            for item, chance in zip(items, chances.ravel(), strict=True)
        ]
        write_ratings(judge.panel.bank.panels.get(pk=judge.panel_id), rows, actor_id=user_id)
        record("bookmark", subject=judge.panel, actor_id=user_id, round=opened.num, place=place)
    return _panel_data(find_judge(user_id, panel_uuid))


def set_limits(user_id: int, *, panel_uuid: UUID, limits: Mapping[str, str]) -> JudgePanelData:
    """Store what Hofstee asks of the judge, in percent: least_cut, most_cut, least_fail, most_fail.

    Raises PanelNotFound, InvalidInput, WrongState.
    """
    judge = find_judge(user_id, panel_uuid)
    values = _read_limits(limits)
    with locked_bank(judge.panel.bank.uuid):
        opened = _must_be_open(judge)
        refuse_change(judge.panel)
        JudgeLimits.objects.update_or_create(judge=judge, defaults=values)
        record(
            "limits", subject=judge.panel, actor_id=user_id, round=opened.num,
            **{name: str(value) for name, value in values.items()},
        )  # fmt: skip
    return _panel_data(find_judge(user_id, panel_uuid))


def find_judge(user_id: int, panel_uuid: UUID) -> PanelJudge:
    """Return the person's seat on the panel; raises PanelNotFound, whether there is no panel or no seat."""
    rows = PanelJudge.objects.filter(panel__uuid=panel_uuid, user_id=user_id, user__is_active=True)
    judge = rows.select_related("panel__bank", "panel__calibration", "limits").first()
    if judge is None:
        raise PanelNotFound(_("There is no such panel, or you are not one of its judges. Ask whoever invited you."))
    return judge


def _find_item(judge: PanelJudge, item_uuid: UUID) -> PanelItem:
    found = next((item for item in panel_items(judge.panel) if item.version.item.uuid == item_uuid), None)
    if found is None:
        raise ItemNotFound(_("This panel does not rate that question. Choose one from its list."))
    return found


def _open_for(judge: PanelJudge) -> PanelRound | None:
    """Return the round in which the judge may rate: only the bank's newest panel takes ratings."""
    newest = current_panel(judge.panel.bank)
    if newest is None or newest.pk != judge.panel_id or newest.released_at:
        return None
    return open_round_of(judge.panel)


def _must_be_open(judge: PanelJudge) -> PanelRound:
    opened = _open_for(judge)
    if opened is None:
        raise WrongState(_("No round is open now. Whoever invited you opens and closes the rounds."))
    return opened


def _own_ratings(judge: PanelJudge) -> dict[int, Rating]:
    rows = judge.panel.ratings.filter(judge_role=judge.label).order_by("panel_round")
    return {row.item_id: row for row in rows}


def _item_data(item: PanelItem, rating: Rating | None, opened: PanelRound | None) -> JudgeItem:
    area = item.version.item.competency
    return JudgeItem(
        uuid=item.version.item.uuid,
        position=item.position,
        title=item.version.item.title,
        area_title=area.title if area else "",
        percent=_percent(rating.value) if rating else None,
        rated_now=bool(rating and opened and rating.panel_round == opened.num),
    )


def _percent(value: Decimal) -> Decimal:
    """Return a probability in percent without needless zeros, as it was typed."""
    percent = value * PERCENT
    return percent.quantize(Decimal(1)) if percent == percent.to_integral_value() else percent.normalize()


def _panel_data(judge: PanelJudge) -> JudgePanelData:
    panel, opened = judge.panel, _open_for(judge)
    items = panel_items(panel)
    rated = {pk for pk, row in _own_ratings(judge).items() if opened is None or row.panel_round == opened.num}
    last = judge.bookmarks.order_by("-panel_round").first()
    limits = getattr(judge, "limits", None)
    return JudgePanelData(
        uuid=panel.uuid,
        title=panel.bank.title,
        num=panel.num,
        method=panel.method,
        label=judge.label,
        open_round=opened.num if opened else None,
        rated=sum(item.version.item_id in rated for item in items),
        n_items=len(items),
        held_on=panel.held_on,
        bookmark=last.place if last else None,
        limits={name: getattr(limits, name) for name in LIMITS} if limits else None,
    )


def _read_limits(sent: Mapping[str, str]) -> dict[str, Decimal]:
    values, errors = {}, {}
    for name in LIMITS:
        try:
            values[name] = Decimal(str(sent.get(name, "")).strip().replace(",", "."))
            is_percent = values[name].is_finite() and 0 <= values[name] <= PERCENT
        except InvalidOperation:
            is_percent = False
        if not is_percent or values[name] != values[name].quantize(Decimal("0.01")):
            errors[name] = _("Write a percentage from 0 to 100, with at most two decimals.")
    for low, high in (("least_cut", "most_cut"), ("least_fail", "most_fail")):
        if not errors and values[low] >= values[high]:
            errors[low] = _("The least acceptable value must lie under the largest.")
    if errors:
        raise InvalidInput(_("The limits were not saved. Each field says what to change."), fields=errors)
    return values
