"""A bank's page: taking items in, its areas, mapping items to them, and the judges' ratings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from mastery_exam import rules
from mastery_exam.data import ImportReport, ItemData
from mastery_exam.errors import InvalidInput
from mastery_exam.models import Bank
from mastery_exam.pages.actions import Action, author_page, perform, require, table_source, uploaded
from mastery_exam.services import banks, competencies, judging_panels, ratings
from mastery_exam.services.authoring import find_bank_row
from mastery_exam.services.import_items import import_items, import_library
from openedx_bridge import api as bridge
from openedx_bridge.web import render_page

ITEMS_PER_PAGE = 50
USE_FLAGS = {"pilot": "is_pilot", "practice": "is_practice", "retired": "retired"}


@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def bank_page(request: HttpRequest, bank_uuid: UUID) -> HttpResponse:
    """Show the bank to its authors; POST does one of the ACTIONS."""
    bank = find_bank_row(bank_uuid)
    require(rules.can_edit_bank(request.user, bank))
    error = None
    if request.method == "POST":
        error = perform(request, ACTIONS, bank)
        if error is None:
            return redirect(request.get_full_path())
    context = {
        "bank": banks.get_bank(bank.uuid),
        "areas": competencies.list_competencies(bank.framework.key),
        "items": items_shown(request, bank),
        "may_edit_items": True,
        "panel": judging_panels.find_panel(bank.uuid),
        "left_out": request.session.pop(_left_out_key(bank), []),
        "exams": bank.exams.all(),
        "error": error,
        "typed": request.POST if error else {},
    }
    return render_page(request, "mastery_exam/bank.html", context, status=error.status if error else 200)


def items_shown(request: HttpRequest, bank: Bank) -> Page[ItemData]:
    """Return the page of the bank's items that the query string asks for."""
    return Paginator(banks.list_items(bank.uuid), ITEMS_PER_PAGE).get_page(request.GET.get("items"))


def save_items(request: HttpRequest, bank: Bank) -> str:
    """Save the rows of the items table that were on the page, those that differ."""
    shown = set(request.POST.getlist("item"))
    held = [item for item in banks.list_items(bank.uuid) if str(item.uuid) in shown]
    changed = [item for item in held if _save_item(request, item)]
    return ngettext("%s item was changed.", "%s items were changed.", len(changed)) % len(changed)


def _save_item(request: HttpRequest, item: ItemData) -> bool:
    prefix = f"{item.uuid}-"
    use = request.POST.get(f"{prefix}use", "")
    if use not in banks.USES:
        raise InvalidInput(_("Say whether “%s” is scored, tried out, practice or retired.") % item.key)
    wanted: dict[str, Any] = {
        "competency_key": request.POST.get(f"{prefix}area", ""),
        **{flag: name == use for name, flag in USE_FLAGS.items()},
        "seen_before": f"{prefix}seen" in request.POST,
    }
    now = {name: getattr(item, name) for name in wanted} | {"competency_key": item.competency_key or ""}
    if wanted == now:
        return False
    banks.set_item(item.uuid, actor_id=request.user.pk, **wanted)
    return True


def _import_export(request: HttpRequest, bank: Bank) -> str:
    report = import_items(bank.uuid, source=uploaded(request), actor_id=request.user.pk)
    return _reported(request, bank, report)


def _import_library(request: HttpRequest, bank: Bank) -> str:
    key = request.POST.get("library_key", "").strip()
    if not bridge.can_view_library(request.user, library_key=key):
        raise InvalidInput(_("There is no content library “%s” that you may see.") % key)
    collection = request.POST.get("collection", "").strip() or None
    return _reported(
        request, bank, import_library(bank.uuid, library_key=key, actor_id=request.user.pk, collection=collection)
    )


def _reported(request: HttpRequest, bank: Bank, report: ImportReport) -> str:
    request.session[_left_out_key(bank)] = [[entry.name, entry.message] for entry in report.left_out[:200]]
    return _(
        "%(added)s items added, %(updated)s changed, %(unchanged)s as before, %(left_out)s left out. "
        "%(undeliverable)s cannot be delivered here; each says why."
    ) % {
        "added": len(report.added),
        "updated": len(report.updated),
        "unchanged": len(report.unchanged),
        "left_out": len(report.left_out),
        "undeliverable": len(report.undeliverable),
    }


def _left_out_key(bank: Bank) -> str:
    return f"mastery_exam.left_out.{bank.uuid}"


def _add_area(request: HttpRequest, bank: Bank) -> str:
    area = competencies.set_competency(
        bank.framework.key,
        key=request.POST.get("key", "").strip(),
        title=request.POST.get("title", "").strip(),
        outcome=request.POST.get("outcome", "").strip(),
        actor_id=request.user.pk,
    )
    return _("The area “%s” is saved.") % area.title


def _remove_area(request: HttpRequest, bank: Bank) -> str:
    competencies.remove_competency(bank.framework.key, key=request.POST.get("key", ""), actor_id=request.user.pk)
    return _("The area is removed.")


def _import_areas(request: HttpRequest, bank: Bank) -> str:
    report = competencies.import_competencies(
        bank.framework.key, source=table_source(request), actor_id=request.user.pk
    )
    return _("%(added)s areas added, %(updated)s changed.") % {
        "added": len(report.added),
        "updated": len(report.updated),
    }


def _map_items(request: HttpRequest, bank: Bank) -> str:
    report = banks.import_item_table(bank.uuid, source=table_source(request), actor_id=request.user.pk)
    return ngettext("%s item is mapped.", "%s items are mapped.", len(report.updated)) % len(report.updated)


def _import_ratings(request: HttpRequest, bank: Bank) -> str:
    report = ratings.import_ratings(bank.uuid, source=table_source(request), actor_id=request.user.pk)
    return ngettext("Ratings of %s item are saved.", "Ratings of %s items are saved.", len(report.added)) % len(
        report.added
    )


def _add_author(request: HttpRequest, bank: Bank) -> str:
    user = bridge.find_user_by_username(request.POST.get("username", "").strip())
    if user is None:
        raise InvalidInput(_("There is nobody with this username."), fields={"username": _("Check the username.")})
    banks.add_bank_author(bank.uuid, user_id=user.id, actor_id=request.user.pk)
    return _("%s may now read and change this bank.") % user.username


ACTIONS: dict[str, Action[Bank]] = {
    "import": _import_export,
    "import-library": _import_library,
    "area": _add_area,
    "remove-area": _remove_area,
    "import-areas": _import_areas,
    "items": save_items,
    "map-items": _map_items,
    "ratings": _import_ratings,
    "author": _add_author,
}
