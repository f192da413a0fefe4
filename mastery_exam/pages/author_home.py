"""The authors' home: their banks and exams, and the forms that begin new ones."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mastery_exam import rules
from mastery_exam.errors import InvalidInput
from mastery_exam.models import Bank
from mastery_exam.pages.actions import author_page, require
from mastery_exam.services.authoring import bank_data, find_bank_row
from mastery_exam.services.banks import create_bank
from mastery_exam.services.edit_exam import create_exam, draft_data
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def author_home(request: HttpRequest) -> HttpResponse:
    """List what the person authors; POST creates a bank or an exam."""
    banks = rules.authored_banks(request.user)
    exams = rules.authored_exams(request.user)
    may_create = rules.can_author(request.user)
    require(may_create or banks.exists() or exams.exists())
    error = None
    if request.method == "POST":
        require(may_create)
        try:
            return _create(request)
        except SuiteError as found:
            error = found
    context = {
        "banks": [bank_data(bank) for bank in banks.select_related("framework")],
        "exams": [draft_data(exam) for exam in exams.select_related("bank")],
        "may_create": may_create,
        "error": error,
        "typed": request.POST if error else {},
    }
    return render_page(request, "mastery_exam/author_home.html", context, status=error.status if error else 200)


def _create(request: HttpRequest) -> HttpResponse:
    if request.POST.get("action") == "bank":
        bank = create_bank(
            title=request.POST.get("title", ""), owner_org=request.POST.get("owner_org", ""), actor_id=request.user.pk
        )
        return redirect("mastery_exam:bank", bank.uuid)
    source = _chosen_bank(request)
    exam = create_exam(
        key=request.POST.get("key", "").strip(),
        title=request.POST.get("title", ""),
        bank_uuid=source.uuid,
        actor_id=request.user.pk,
    )
    return redirect("mastery_exam:author-exam", exam.key)


def _chosen_bank(request: HttpRequest) -> Bank:
    try:
        bank = find_bank_row(UUID(request.POST.get("bank", "")))
    except ValueError as error:
        raise InvalidInput(_("Choose the bank it draws from."), fields={"bank": _("Choose a bank.")}) from error
    require(rules.can_edit_bank(request.user, bank))
    return bank
