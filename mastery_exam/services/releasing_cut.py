"""Releasing a panel's cut: two people, and a record of exactly what they released."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import PanelData
from mastery_exam.data_panels import RoundSummary
from mastery_exam.errors import WrongState
from mastery_exam.models import RatingPanel
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import current_panel
from mastery_exam.services.judging_panels import locked_bank, open_round_of, panel_data
from mastery_exam.services.panel_summary import summary_of


def release_panel(bank_uuid: UUID, *, actor_id: int) -> PanelData:
    """Release the cut as one of the two people that it needs; the second makes it firm.

    What is released is stored with the first release; a rating or a round that comes between undoes that release.
    Raises WrongState: also for one of the panel's judges, and while a round is open.
    """
    with locked_bank(bank_uuid) as bank:
        panel = current_panel(bank)
        if panel is None or not panel.judges:
            raise WrongState(_("There are no ratings to release yet. Import the judges' ratings first."))
        _refuse(panel, actor_id)
        now = timezone.now()
        if panel.released_by_first_id is None:
            panel.released_by_first_id, panel.first_released_at = actor_id, now
            panel.released_record = released_record(panel)
        else:
            panel.released_by_second_id, panel.released_at = actor_id, now
        panel.save()
        record("release", subject=panel, actor_id=actor_id, **panel.released_record)
    return panel_data(panel)


def released_record(panel: RatingPanel) -> dict[str, Any]:
    """Return what a person who releases the panel's cut releases, as JSON; numbers are text, so that none changes.

    Raises WrongState while no judge has rated every item, for then there is no cut.
    """
    last = panel.ratings.order_by("-panel_round").values_list("panel_round", flat=True).first() or 0
    found = summary_of(panel, last)
    if found is None:
        raise WrongState(_("No judge has rated every item yet, so there is no cut to release."))
    if found.unfinished:
        names = ", ".join(found.unfinished)
        raise WrongState(_("Not every judge has rated every item. Missing: %s.") % names)
    return _as_json(panel, found)


def _as_json(panel: RatingPanel, found: RoundSummary) -> dict[str, Any]:
    numbers = {
        "cut": found.cut, "percent": found.percent, "sd": found.sd, "se": found.se,
        "se_generalised": found.se_generalised, "icc": found.icc,
    }  # fmt: skip
    return {
        "method": panel.method,
        "items": found.n_items,
        "rounds": found.num,
        "judges": [judge.label for judge in found.judges],
        "held_on": panel.held_on.isoformat() if panel.held_on else "",
        **{name: None if value is None else f"{value:.4f}" for name, value in numbers.items()},
    }


def _refuse(panel: RatingPanel, actor_id: int) -> None:
    if panel.released_at:
        raise WrongState(_("This pass mark is released already."))
    if panel.released_by_first_id == actor_id:
        raise WrongState(_("You have released it already. A second person must release it too."))
    if opened := open_round_of(panel):
        raise WrongState(_("Round %s is open. Close it first.") % opened.num)
    if panel.invited.filter(user_id=actor_id).exists():
        raise WrongState(_("You are one of its judges. Two other people must release it."))
