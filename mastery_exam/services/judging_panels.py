"""Panels of judges: opening one, inviting its judges, opening and closing its rounds. Ratings themselves: `ratings`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import PanelData
from mastery_exam.errors import InvalidInput, PanelNotFound, WrongState
from mastery_exam.models import (
    Bank,
    BankCalibration,
    Exam,
    ExamVersion,
    PanelJudge,
    PanelRound,
    Rating,
    RatingPanel,
    Registration,
)
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import current_panel, final_ratings, find_bank_row
from mastery_exam.services.bank_sittings import shares_right
from openedx_bridge import api as bridge

MOST_ROUNDS = 5
LONGEST_ROLE = 80
# Under so many sittings a share right says little, and might say something of one person.
LEAST_SHOWN = 10


def find_panel(bank_uuid: UUID) -> PanelData | None:
    """Return the bank's newest panel, or None before anybody rated."""
    panel = current_panel(find_bank_row(bank_uuid))
    return panel_data(panel) if panel else None


def list_panels(bank_uuid: UUID) -> tuple[PanelData, ...]:
    """Return the bank's panels, the newest first."""
    return tuple(panel_data(panel) for panel in find_bank_row(bank_uuid).panels.order_by("-num"))


def find_panel_row(bank: Bank, num: int) -> RatingPanel:
    """Return a panel of the bank; raises PanelNotFound."""
    panel = bank.panels.select_related("bank", "calibration").filter(num=num).first()
    if panel is None:
        raise PanelNotFound(_("This bank has no panel %s. Look at its list of panels.") % num)
    return panel


def open_panel(
    bank_uuid: UUID,
    *,
    actor_id: int,
    held_on: date | None = None,
    method: str = RatingPanel.Method.MODIFIED_ANGOFF,
    calibration_num: int | None = None,
    keep_ratings: bool = False,
) -> PanelData:
    """Begin a new standard setting; earlier panels stay as they are and count no longer for new versions.

    A bookmark panel needs a calibration, the newest by default. With `keep_ratings` a modified Angoff panel begins with
    the judges of the panel before and their last ratings, as its first round: for a bank to which items were added.
    Raises InvalidInput, WrongState while a round of the panel before is open.
    """
    if method not in RatingPanel.Method.values:
        raise InvalidInput(_("The method is modified_angoff or bookmark."), fields={"method": _("Choose a method.")})
    if keep_ratings and method == RatingPanel.Method.BOOKMARK:
        message = _("Bookmarks are placed anew: their order changes with the items. Keep ratings with modified Angoff.")
        raise InvalidInput(message, fields={"keep_ratings": message})
    with locked_bank(bank_uuid) as bank:
        last = current_panel(bank)
        if last and (opened := open_round_of(last)):
            raise WrongState(
                _("Close round %(round)s of panel %(panel)s first.") % {"round": opened.num, "panel": last.num}
            )
        panel = new_panel(bank, held_on)
        panel.method, panel.opened_by_id = method, actor_id
        if method == RatingPanel.Method.BOOKMARK:
            panel.calibration = _calibration(bank, calibration_num)
        if keep_ratings and last:
            _keep_ratings(bank, last, panel)
        panel.save()
        kept = {"kept_from": last.num} if keep_ratings and last else {}
        record("open", subject=panel, actor_id=actor_id, method=method, **kept)
    return panel_data(panel)


def new_panel(bank: Bank, held_on: date | None) -> RatingPanel:
    """Write the bank's next panel; the caller holds the bank's lock."""
    last = current_panel(bank)
    return RatingPanel.objects.create(
        bank=bank, num=last.num + 1 if last else 1, held_on=held_on or timezone.now().date()
    )


def invite_judge(bank_uuid: UUID, *, username: str, role: str, actor_id: int) -> PanelJudge:
    """Let a person rate on a page of his own, as the next of this role on the bank's panel.

    Not an author of the bank, who sees everybody's ratings; nor anybody who is registered for one of its exams, who
    would see the questions. Until the first round closes. Raises InvalidInput, WrongState.
    """
    role = " ".join(role.split())
    if not role or len(role) > LONGEST_ROLE:
        message = _("Name the judge's role in at most %s characters, such as “University lecturer”.") % LONGEST_ROLE
        raise InvalidInput(message, fields={"role": message})
    user = bridge.find_user_by_username(username.strip())
    if user is None:
        raise InvalidInput(_("There is nobody with this username."), fields={"judge": _("Check the username.")})
    with locked_bank(bank_uuid) as bank:
        panel = changeable_panel(bank)
        if panel.rounds.filter(closed_at__isnull=False).exists():
            raise WrongState(_("The first round is over. Begin a new panel with this judge."))
        _refuse_judge(bank, panel, user.id)
        judge = PanelJudge.objects.create(
            panel=panel, user_id=user.id, role=role, num=_next_num(panel, role), invited_by_id=actor_id
        )
        record("invite_judge", subject=panel, actor_id=actor_id, judge=judge.label)
    return judge


def remove_judge(bank_uuid: UUID, *, judge_uuid: UUID, actor_id: int) -> None:
    """Take an invitation back; a judge who has rated stays on the record. Raises PanelNotFound, WrongState."""
    with locked_bank(bank_uuid) as bank:
        panel = changeable_panel(bank)
        judge = panel.invited.filter(uuid=judge_uuid).first()
        if judge is None:
            raise PanelNotFound(_("The current panel has no such judge. Load the page again."))
        if panel.ratings.filter(judge_role=judge.label).exists() or judge.bookmarks.exists():
            raise WrongState(_("This judge has rated and stays on the record. Begin a new panel without this judge."))
        record("remove_judge", subject=panel, actor_id=actor_id, judge=judge.label)
        judge.delete()


def open_round(bank_uuid: UUID, *, actor_id: int) -> PanelData:
    """Open the panel's next round: from the second on, judges see the spread of the round before and people's answers.

    Raises WrongState.
    """
    with locked_bank(bank_uuid) as bank:
        panel = changeable_panel(bank)
        if opened := open_round_of(panel):
            raise WrongState(_("Round %s is open. Close it first.") % opened.num)
        last = panel.rounds.aggregate(most=Max("num"))["most"] or 0
        if last >= MOST_ROUNDS:
            raise WrongState(_("A panel has at most %s rounds. Begin a new panel.") % MOST_ROUNDS)
        if not panel.invited.filter(user__isnull=False).exists():
            raise WrongState(_("Invite the judges first."))
        responses = shares_right(bank, least=LEAST_SHOWN) if last else {}
        PanelRound.objects.create(panel=panel, num=last + 1, opened_by_id=actor_id, responses=responses)
        forget_first_release(panel)
        record("open_round", subject=panel, actor_id=actor_id, num=last + 1)
    return panel_data(panel)


def close_round(bank_uuid: UUID, *, actor_id: int) -> PanelData:
    """Close the open round for good: nobody rates in it any more. Raises WrongState."""
    with locked_bank(bank_uuid) as bank:
        panel = current_panel(bank)
        opened = open_round_of(panel) if panel else None
        if panel is None or opened is None:
            raise WrongState(_("No round is open."))
        opened.closed_at, opened.closed_by_id = timezone.now(), actor_id
        opened.save()
        record("close_round", subject=panel, actor_id=actor_id, num=opened.num)
    return panel_data(panel)


@contextmanager
def locked_bank(bank_uuid: UUID) -> Iterator[Bank]:
    """Hold the bank against everybody who rates, and against publishing, which freezes ratings under its exam's lock.

    Exams first, by id, then the bank: whoever takes both takes them so. Raises BankNotFound.
    """
    with transaction.atomic():
        list(Exam.objects.select_for_update().filter(bank_id=find_bank_row(bank_uuid).pk).order_by("pk"))
        yield find_bank_row(bank_uuid, lock=True)


def changeable_panel(bank: Bank) -> RatingPanel:
    """Return the bank's newest panel; raises WrongState when there is none, or it changes no more."""
    panel = current_panel(bank)
    if panel is None:
        raise WrongState(_("There is no panel yet. Begin one first."))
    refuse_change(panel)
    return panel


def refuse_change(panel: RatingPanel) -> None:
    """Raise WrongState when the panel's ratings are released or stand behind a published version."""
    if panel.released_at:
        raise WrongState(_("These ratings are released. Begin a new panel to rate again."))
    if is_frozen(panel):
        raise WrongState(_("A published version uses these ratings, so they stay. Begin a new panel to rate again."))


def is_frozen(panel: RatingPanel) -> bool:
    """Whether a published version took its pass mark from the panel."""
    return versions_of(panel).exists()


def versions_of(panel: RatingPanel) -> QuerySet[ExamVersion]:
    """Return the published versions that took their pass mark from the panel."""
    return ExamVersion.objects.filter(exam__bank_id=panel.bank_id, pass_mark_record__panel=panel.num)


def open_round_of(panel: RatingPanel) -> PanelRound | None:
    """Return the round in which the panel's judges rate now, if any."""
    return panel.rounds.filter(closed_at__isnull=True).first()


def forget_first_release(panel: RatingPanel) -> None:
    """Undo the first person's release, because that person released other ratings; the second has not come yet."""
    panel.released_by_first = None
    panel.first_released_at = None
    panel.released_record = {}
    panel.save()


def panel_data(panel: RatingPanel) -> PanelData:
    """Return a panel as data."""
    rounds = panel.ratings.aggregate(most=Max("panel_round"))["most"] or 0
    people = [panel.released_by_first_id, panel.released_by_second_id]
    opened = open_round_of(panel)
    return PanelData(
        uuid=panel.uuid,
        num=panel.num,
        method=panel.method,
        judges=tuple(panel.judges),
        rounds=rounds,
        held_on=panel.held_on,
        releases=sum(person is not None for person in people),
        released_at=panel.released_at,
        open_round=opened.num if opened else None,
        is_frozen=is_frozen(panel),
    )


def _calibration(bank: Bank, num: int | None) -> BankCalibration:
    rows = bank.calibrations.order_by("-num")
    found = (rows.filter(num=num) if num is not None else rows).first()
    if found is None:
        message = _("A bookmark panel needs a calibration of this bank. Calibrate it first, or choose modified Angoff.")
        raise InvalidInput(message, fields={"calibration_num": message})
    return found


def _keep_ratings(bank: Bank, last: RatingPanel, panel: RatingPanel) -> None:
    """Copy the last ratings and the judges who gave them; who may judge no longer is left out, ratings and all."""
    left_out = set()
    for judge in last.invited.all():
        try:
            if judge.user_id is None:
                raise InvalidInput("")
            _refuse_judge(bank, panel, judge.user_id)
        except InvalidInput:
            left_out.add(judge.label)
            continue
        PanelJudge.objects.create(
            panel=panel, user_id=judge.user_id, role=judge.role, num=judge.num, invited_by_id=judge.invited_by_id
        )
    panel.judges = [label for label in last.judges if label not in left_out]
    Rating.objects.bulk_create(
        Rating(panel=panel, item_id=item_id, panel_round=1, judge_role=label, value=value)
        for item_id, ratings in final_ratings(last).items()
        for label, value in ratings.items()
        if label not in left_out
    )


def _refuse_judge(bank: Bank, panel: RatingPanel, user_id: int) -> None:
    message = ""
    if bank.author_rows.filter(user_id=user_id).exists():
        message = _("An author of the bank sees everybody's ratings and cannot judge. Invite somebody else.")
    elif panel.invited.filter(user_id=user_id).exists():
        message = _("This person is a judge of this panel already.")
    elif Registration.objects.filter(user_id=user_id, exam__bank=bank).exists():
        message = _("This person is registered for an exam that draws from this bank. Invite somebody else.")
    if message:
        raise InvalidInput(message, fields={"judge": message})


def _next_num(panel: RatingPanel, role: str) -> int:
    """Return the role's next free number; labels that came with imported ratings are taken as well."""
    taken = set(Rating.objects.filter(panel=panel).values_list("judge_role", flat=True))
    num = (panel.invited.filter(role=role).aggregate(most=Max("num"))["most"] or 0) + 1
    while f"{role} {num}" in taken:
        num += 1
    return num
