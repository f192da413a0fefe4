"""The operator's desk for credentials: wishes to correct a name, and replacing what was issued."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from openedx_bridge.web import render_page, suite_page
from paid_certificate import api
from paid_certificate.data import CorrectionState
from paid_certificate.errors import CertificateError, CredentialNotFound, DeskOnly
from paid_certificate.rules import can_run_bodies


@login_required
@suite_page
def credential_desk(request: HttpRequest) -> HttpResponse:
    """What waits for the people who issue."""
    if not can_run_bodies(request.user):
        raise DeskOnly(_("This page is for the operator's staff who issue credentials."))
    error: CertificateError | None = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request))
            return redirect("paid_certificate:credential-desk")
        except CertificateError as refused:
            error = refused
    context = {"error": error, "corrections": api.list_corrections(state=CorrectionState.OPEN)}
    return render_page(request, "paid_certificate/credential_desk.html", context, status=error.status if error else 200)


def _act(request: HttpRequest) -> str:
    """Do what was asked and say so; raises CredentialNotFound for an action that is not on the page."""
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise CredentialNotFound(_("Choose one of the actions on the page."))
    return action(request)


def _approve_correction(request: HttpRequest) -> str:
    api.approve_name_correction(_uuid(request), actor_id=request.user.pk)
    return _("Approved. The credential with the new name is being signed.")


def _refuse_correction(request: HttpRequest) -> str:
    api.refuse_name_correction(_uuid(request), actor_id=request.user.pk, answer=request.POST.get("answer", ""))
    return _("Refused. The holder reads why.")


def _uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError as error:
        raise CredentialNotFound(_("Choose one of the rows on the page.")) from error


ACTIONS: dict[str, Callable[[HttpRequest], str]] = {
    "approve_correction": _approve_correction,
    "refuse_correction": _refuse_correction,
}
