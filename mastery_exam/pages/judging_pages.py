"""A judge's pages: his panels, the questions of one, and rating one question. Nothing of any other judge by name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mastery_exam.data_panels import JudgePanelData
from mastery_exam.errors import InvalidInput, ItemNotFound
from mastery_exam.models import RatingPanel
from mastery_exam.pages.actions import Action, author_page, perform
from mastery_exam.pages.panel_view import spread_plot
from mastery_exam.services.judging import (
    LIMITS,
    find_spread,
    get_judge_panel,
    judge_file,
    list_judge_items,
    list_judge_panels,
    place_bookmark,
    rate_item,
    render_judge_item,
    set_limits,
)
from mastery_exam.templatetags.mastery_exam_forms import percent
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page


@never_cache
@require_safe
@author_page
def judging_home(request: HttpRequest) -> HttpResponse:
    """List the panels on which the person sits."""
    return render_page(request, "mastery_exam/judging_home.html", {"panels": list_judge_panels(request.user.pk)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def judging_panel(request: HttpRequest, panel_uuid: UUID) -> HttpResponse:
    """Show the judge's questions and how far he is; POST saves the limits or places the bookmark."""
    panel = get_judge_panel(request.user.pk, panel_uuid=panel_uuid)
    error: SuiteError | None = None
    if request.method == "POST":
        error = perform(request, ACTIONS, panel)
        if error is None:
            return redirect(request.path)
    items = list_judge_items(request.user.pk, panel_uuid=panel_uuid)
    limits: dict[str, Any] = dict(panel.limits or {})
    context = {
        "panel": panel,
        "items": items,
        "is_bookmark": panel.method == RatingPanel.Method.BOOKMARK,
        "following": next((item for item in items if not item.rated_now), None),
        "limits": {name: request.POST.get(name, "") for name in LIMITS} if error else limits,
        "error": error,
    }
    return render_page(request, "mastery_exam/judging_panel.html", context, status=error.status if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def judging_item(request: HttpRequest, panel_uuid: UUID, position: int) -> HttpResponse:
    """Show one question; a posted rating is saved and leads to the next question."""
    user_id = request.user.pk
    panel = get_judge_panel(user_id, panel_uuid=panel_uuid)
    items = list_judge_items(user_id, panel_uuid=panel_uuid)
    if not 1 <= position <= len(items):
        raise ItemNotFound(_("This panel does not rate that question. Choose one from its list."))
    item = items[position - 1]
    is_bookmark = panel.method == RatingPanel.Method.BOOKMARK
    next_url = reverse("mastery_exam:judging-panel", args=[panel_uuid])
    if position < len(items) and not is_bookmark:
        next_url = reverse("mastery_exam:judging-item", args=[panel_uuid, position + 1])
    error: SuiteError | None = None
    if request.method == "POST":
        try:
            _save(request, panel, position, item.uuid)
            return redirect(next_url)
        except SuiteError as found:
            error = found
    rendered = render_judge_item(
        user_id,
        panel_uuid=panel_uuid,
        item_uuid=item.uuid,
        files_url=lambda sha256, name: reverse("mastery_exam:judging-file", args=[panel_uuid, sha256, name]),
    )
    spread = find_spread(user_id, panel_uuid=panel_uuid, item_uuid=item.uuid)
    context = {
        "panel": panel,
        "item": item,
        "n_items": len(items),
        "rendered": rendered,
        "is_bookmark": is_bookmark,
        "spread": spread,
        "spread_plot": spread_plot(spread) if spread else "",
        "share": percent(spread.p) if spread else "",
        "typed": request.POST.get("percent") if error else None,
        "error": error,
        "following": position + 1 if position < len(items) else None,
        "previous": position - 1 if position > 1 else None,
        "next_url": next_url,
        "save_url": reverse("mastery_exam:api-judge-rating", args=[panel_uuid, item.uuid]),
    }
    return render_page(request, "mastery_exam/judging_item.html", context, status=error.status if error else 200)


@never_cache
@require_safe
@author_page
def judging_file(request: HttpRequest, panel_uuid: UUID, sha256: str, name: str) -> HttpResponse:
    """Give a file that a question of the judge's panel shows, while a round is open."""
    stored = judge_file(request.user.pk, panel_uuid=panel_uuid, sha256=sha256, name=name)
    response = HttpResponse(bytes(stored.content), content_type=stored.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    # An SVG may hold a script; opened by itself it must not run as a page of this site.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _save(request: HttpRequest, panel: JudgePanelData, position: int, item_uuid: UUID) -> None:
    if panel.method == RatingPanel.Method.BOOKMARK:
        place_bookmark(request.user.pk, panel_uuid=panel.uuid, place=position)
    else:
        rate_item(request.user.pk, panel_uuid=panel.uuid, item_uuid=item_uuid, percent=request.POST.get("percent", ""))


def _save_limits(request: HttpRequest, panel: JudgePanelData) -> str:
    set_limits(request.user.pk, panel_uuid=panel.uuid, limits={name: request.POST.get(name, "") for name in LIMITS})
    return _("Your limits are saved.")


def _place(request: HttpRequest, panel: JudgePanelData) -> str:
    text = request.POST.get("place", "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        message = _("Write the number of the last question that such a person masters.")
        raise InvalidInput(message, fields={"place": message})
    place_bookmark(request.user.pk, panel_uuid=panel.uuid, place=int(text))
    return _("Your bookmark stands after question %s.") % int(text)


ACTIONS: dict[str, Action[JudgePanelData]] = {"limits": _save_limits, "bookmark": _place}
