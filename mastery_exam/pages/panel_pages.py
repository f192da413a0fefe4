"""The facilitator's pages: the panels of a bank, and the workbench of one of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mastery_exam import rules
from mastery_exam.errors import InvalidInput, WrongState
from mastery_exam.models import Bank, RatingPanel
from mastery_exam.pages.actions import Action, author_page, perform, require, table_source
from mastery_exam.pages.panel_view import panel_view
from mastery_exam.services.authoring import current_panel, find_bank_row
from mastery_exam.services.calibrating import find_calibration
from mastery_exam.services.judging_panels import (
    close_round,
    find_panel_row,
    invite_judge,
    list_panels,
    open_panel,
    open_round,
    remove_judge,
)
from mastery_exam.services.panel_report import get_panel_report
from mastery_exam.services.ratings import import_ratings
from mastery_exam.services.releasing_cut import release_panel
from openedx_bridge.dates import zone_of
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def panels_page(request: HttpRequest, bank_uuid: UUID) -> HttpResponse:
    """List the bank's panels; POST begins a new one and leads to it."""
    bank = _own_bank(request, bank_uuid)
    error: SuiteError | None = None
    if request.method == "POST":
        error = perform(request, {"open-panel": _open_panel}, bank)
        newest = current_panel(bank)
        if error is None and newest is not None:
            return redirect("mastery_exam:panel", bank.uuid, newest.num)
    context = {
        "bank": bank,
        "panels": list_panels(bank.uuid),
        "calibration": find_calibration(bank.uuid),
        "methods": RatingPanel.Method.choices,
        "today": date.today(),
        "error": error,
        "typed": request.POST if error else {},
    }
    return render_page(request, "mastery_exam/panels.html", context, status=error.status if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def panel_page(request: HttpRequest, bank_uuid: UUID, num: int) -> HttpResponse:
    """Show the workbench of one panel; POST does one of the ACTIONS, on the newest panel only."""
    bank = _own_bank(request, bank_uuid)
    panel = find_panel_row(bank, num)
    newest = current_panel(bank)
    is_newest = newest is not None and newest.pk == panel.pk
    error: SuiteError | None = None
    if request.method == "POST":
        if not is_newest:
            raise WrongState(_("A newer panel has begun. This one stays as it is."))
        error = perform(request, ACTIONS, bank)
        if error is None:
            return redirect(request.path)
    found = get_panel_report(bank.uuid, num=num)
    context: dict[str, Any] = {
        "bank": bank,
        "is_newest": is_newest,
        "may_change": is_newest and not found.panel.released_at and not found.panel.is_frozen,
        "judges_address": request.build_absolute_uri(f"/mastery/judging/{found.panel.uuid}/"),
        "zone": zone_of(request.user.pk),
        "error": error,
        "typed": request.POST if error else {},
        **panel_view(found),
    }
    return render_page(request, "mastery_exam/panel.html", context, status=error.status if error else 200)


def _own_bank(request: HttpRequest, bank_uuid: UUID) -> Bank:
    bank = find_bank_row(bank_uuid)
    require(rules.can_edit_bank(request.user, bank))
    return bank


def _open_panel(request: HttpRequest, bank: Bank) -> str:
    text = request.POST.get("held_on", "").strip()
    try:
        held_on = date.fromisoformat(text) if text else None
    except ValueError as wrong:
        message = _("Write the date as year-month-day, such as 2026-11-22.")
        raise InvalidInput(message, fields={"held_on": message}) from wrong
    method = request.POST.get("method") or RatingPanel.Method.MODIFIED_ANGOFF
    keep = request.POST.get("keep_ratings") == "on"
    panel = open_panel(bank.uuid, actor_id=request.user.pk, held_on=held_on, method=method, keep_ratings=keep)
    if keep:
        return _("Panel %s has begun with the ratings of the one before. Its judges rate what is new.") % panel.num
    return _("Panel %s has begun. Invite its judges, or import their ratings.") % panel.num


def _invite(request: HttpRequest, bank: Bank) -> str:
    judge = invite_judge(
        bank.uuid,
        username=request.POST.get("judge", ""),
        role=request.POST.get("role", ""),
        actor_id=request.user.pk,
    )
    return _("“%s” is a judge of this panel. Send the address of the judges' page.") % judge.label


def _remove(request: HttpRequest, bank: Bank) -> str:
    try:
        judge = UUID(request.POST.get("judge_uuid", ""))
    except ValueError as wrong:
        raise InvalidInput(_("This form is not known any more. Load the page again and repeat.")) from wrong
    remove_judge(bank.uuid, judge_uuid=judge, actor_id=request.user.pk)
    return _("The invitation is taken back.")


def _open_round(request: HttpRequest, bank: Bank) -> str:
    return _("Round %s is open.") % open_round(bank.uuid, actor_id=request.user.pk).open_round


def _close_round(request: HttpRequest, bank: Bank) -> str:
    close_round(bank.uuid, actor_id=request.user.pk)
    return _("The round is closed.")


def _import(request: HttpRequest, bank: Bank) -> str:
    n = len(import_ratings(bank.uuid, source=table_source(request), actor_id=request.user.pk).added)
    return ngettext("Ratings of %s item are saved.", "Ratings of %s items are saved.", n) % n


def _release(request: HttpRequest, bank: Bank) -> str:
    if release_panel(bank.uuid, actor_id=request.user.pk).released_at:
        return _("The pass mark is released by two people.")
    return _("You have released the pass mark. A second person must release it too.")


ACTIONS: dict[str, Action[Bank]] = {
    "invite": _invite,
    "remove-judge": _remove,
    "open-round": _open_round,
    "close-round": _close_round,
    "ratings": _import,
    "release": _release,
}
