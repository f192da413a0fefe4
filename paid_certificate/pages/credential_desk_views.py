"""The operator's desk for credentials: wishes to correct a name, issuing in bulk and its undoing, and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from openedx_bridge.web import render_page, suite_page
from paid_certificate import api
from paid_certificate.data import BulkState, CorrectionState
from paid_certificate.errors import BodyRefused, CertificateError, CredentialNotFound, DeskOnly
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
    context = {
        "error": error,
        "corrections": api.list_corrections(state=CorrectionState.OPEN),
        "runs": api.list_bulk_issues(),
        "exams": [exam for exam in exams.list_exams() if api.find_achievement(exam_key=exam.key)],
        "bodies": [(body, api.list_keys(body.slug)) for body in api.list_bodies()],
    }
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


def _count_bulk(request: HttpRequest) -> str:
    counts = api.count_bulk_issue(request.POST.get("exam_key", ""))
    return _("Dry run: {due} to issue, {already} have it already, {not_due} were checked too little.").format(
        due=counts.due, already=counts.already, not_due=counts.not_due
    )


def _start_bulk(request: HttpRequest) -> str:
    run = api.start_bulk_issue(request.POST.get("exam_key", ""), actor_id=request.user.pk)
    if run.state is BulkState.AWAITING_APPROVAL:
        return _("{n} credentials wait for a second person's approval.").format(n=run.total)
    return _("Issuing {n} credentials. You can leave this page.").format(n=run.total)


def _approve_bulk(request: HttpRequest) -> str:
    run = api.approve_bulk_issue(_uuid(request), actor_id=request.user.pk)
    return _("Approved. Issuing {n} credentials.").format(n=run.total)


def _resume_bulk(request: HttpRequest) -> str:
    api.resume_bulk_issue(_uuid(request))
    return _("Going on where it stopped.")


def _undo_bulk(request: HttpRequest) -> str:
    count = api.undo_bulk_issue(_uuid(request), actor_id=request.user.pk)
    return _("Undone: {n} credentials are revoked as issued in error.").format(n=count)


def _rotate_key(request: HttpRequest) -> str:
    api.rotate_key(request.POST.get("slug", ""), actor_id=request.user.pk)
    return _("A new key signs from now on. What the old one signed stays good.")


def _compromise_key(request: HttpRequest) -> str:
    at = parse_datetime(request.POST.get("at", "")[:32])
    if at is None:
        raise BodyRefused(_("Say since when, as in 2027-01-09T12:00."), fields={"at": _("Write date and time, UTC.")})
    count = api.compromise_key(
        request.POST.get("slug", ""),
        name=request.POST.get("name", ""),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        actor_id=request.user.pk,
    )
    return _("The key is declared stolen. Replaced: {n} credentials.").format(n=count)


def _uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError as error:
        raise CredentialNotFound(_("Choose one of the rows on the page.")) from error


ACTIONS: dict[str, Callable[[HttpRequest], str]] = {
    "approve_correction": _approve_correction,
    "refuse_correction": _refuse_correction,
    "count_bulk": _count_bulk,
    "start_bulk": _start_bulk,
    "approve_bulk": _approve_bulk,
    "resume_bulk": _resume_bulk,
    "undo_bulk": _undo_bulk,
    "rotate_key": _rotate_key,
    "compromise_key": _compromise_key,
}
