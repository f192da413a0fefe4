"""The assessors' pages: what waits, one claim with what was checked, the decision, and who assesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from openedx_bridge import api as bridge
from openedx_bridge import dates
from openedx_bridge.web import render_page, suite_page
from paid_certificate import api
from paid_certificate.claim_data import ClaimData, ClaimState
from paid_certificate.errors import CertificateError, ClaimNotFound, DeskOnly
from paid_certificate.pages.claim_forms import (
    ApproveForm,
    AssessorForm,
    ManyFilesField,
    RefuseForm,
    ReturnForm,
    read,
)
from paid_certificate.pages.claim_views import show_errors
from paid_certificate.rules import assessed_bodies, can_assess, can_run_bodies
from paid_certificate.services.throttle import is_throttled


@login_required
@suite_page
def desk(request: HttpRequest) -> HttpResponse:
    """The claims that wait, the one sent first on top; to those who run bodies also who assesses."""
    bodies = assessed_bodies(request.user)
    is_runner = can_run_bodies(request.user)
    if not bodies and not is_runner:
        raise DeskOnly(_("This page is for people who assess evidence. Ask whoever runs the body to add you."))
    rows = [(body.slug, body.name) for body in api.list_all_bodies()] if is_runner else []
    form = AssessorForm(rows, request.POST if request.method == "POST" else None)
    if request.method == "POST" and is_runner:
        done = _change_assessors(request, form)
        if done is not None:
            messages.success(request, done)
            return redirect("paid_certificate:evidence-desk")
    context = {
        "claims": api.list_open_claims(body_slugs=bodies, without_user=request.user.pk),
        "zone": dates.zone_of(request.user.pk),
        "form": form,
        "is_runner": is_runner,
        "assessors": [(name, api.list_assessors(slug)) for slug, name in rows],
    }
    status = 400 if form.is_bound and form.errors else 200
    return render_page(request, "paid_certificate/evidence_desk.html", context, status=status)


@login_required
@suite_page
def desk_claim(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One claim to whoever may assess it, with the forms of the decision."""
    found = assessed_claim(request.user, uuid)
    forms_ = {
        "approve": ApproveForm(found, initial={"identity": "none", "supervision": "none"}, prefix="approve"),
        "return": ReturnForm(prefix="return"),
        "refuse": RefuseForm(initial={"appeal": found.achievement.body.complaints_contact}, prefix="refuse"),
        "check": CheckForm(prefix="check"),
    }
    status = 200
    if request.method == "POST":
        action = request.POST.get("action", "")
        done, form = _act(request, found, action)
        if done:
            messages.success(request, done)
            return redirect("paid_certificate:evidence-desk-claim", uuid=uuid)
        forms_[action], status = form, 400
    context = {
        "claim": found,
        "person": bridge.get_user(found.user_id),
        "zone": dates.zone_of(request.user.pk),
        "forms": forms_,
        "form": next((form for form in forms_.values() if form.is_bound), None),
        "is_waiting": found.state is ClaimState.SUBMITTED,
    }
    return render_page(request, "paid_certificate/evidence_desk_claim.html", context, status=status)


class CheckForm(forms.Form):
    """The issuer's documents as the assessor fetched them."""

    support = ManyFilesField(required=False)


def assessed_claim(user: Any, uuid: UUID) -> ClaimData:
    """The claim if the person may assess it and it was sent; raises ClaimNotFound. Nobody sees their own here."""
    found = api.get_claim(uuid)
    is_theirs_to_see = found.submitted_at is not None and found.state is not ClaimState.WITHDRAWN
    if not is_theirs_to_see or found.user_id == user.pk or not can_assess(user, found.achievement.body.slug):
        raise ClaimNotFound(_("There is no such claim for you to assess. Your own is listed under “My exams”."))
    return found


def _act(request: HttpRequest, claim: ClaimData, action: str) -> tuple[str, Any]:
    """Do what was asked; the words of success, or the form with what is wrong."""
    if action not in ACTIONS:
        raise ClaimNotFound(_("Choose one of the actions on the page."))
    form, perform = ACTIONS[action](request, claim)
    if form.is_valid():
        try:
            return perform(), form
        except CertificateError as error:
            show_errors(form, error)
    return "", form


def _approve(request: HttpRequest, claim: ClaimData) -> tuple[Any, Callable[[], str]]:
    form = ApproveForm(claim, request.POST, prefix="approve")

    def perform() -> str:
        api.approve_claim(claim.uuid, actor_id=_actor(request), **({"covered": []} | form.cleaned_data))
        return _("Approved. The credential is being signed.")

    return form, perform


def _return(request: HttpRequest, claim: ClaimData) -> tuple[Any, Callable[[], str]]:
    form = ReturnForm(request.POST, prefix="return")

    def perform() -> str:
        api.return_claim(claim.uuid, actor_id=_actor(request), **form.cleaned_data)
        return _("Asked. The claim comes back when the person has answered.")

    return form, perform


def _refuse(request: HttpRequest, claim: ClaimData) -> tuple[Any, Callable[[], str]]:
    form = RefuseForm(request.POST, prefix="refuse")

    def perform() -> str:
        api.refuse_claim(claim.uuid, actor_id=_actor(request), **form.cleaned_data)
        return _("Refused. The person reads why, and how to appeal.")

    return form, perform


def _check(request: HttpRequest, claim: ClaimData) -> tuple[Any, Callable[[], str]]:
    form = CheckForm(request.POST, request.FILES, prefix="check")

    def perform() -> str:
        if is_throttled(request):
            raise DeskOnly(_("Too many checks from here. Wait a minute and try again."))
        known = {str(piece.uuid): piece for piece in claim.pieces}
        piece = known.get(request.POST.get("piece", ""))
        if piece is None:
            raise ClaimNotFound(_("Choose one of the pieces on the page."))
        support = [read(each) for each in form.cleaned_data["support"]]
        api.recheck_credential(piece.uuid, support=support, actor_id=_actor(request))
        return _("Checked again with the documents that you chose.")

    return form, perform


ACTIONS = {"approve": _approve, "return": _return, "refuse": _refuse, "check": _check}


def _change_assessors(request: HttpRequest, form: AssessorForm) -> str | None:
    """Add or remove an assessor and say so; None where the form says what is wrong."""
    if not form.is_valid():
        return None
    slug, username = form.cleaned_data["body_slug"], form.cleaned_data["username"]
    if "remove" in request.POST:
        api.remove_assessor(slug, username=username, actor_id=_actor(request))
        return _("{username} assesses no more for this body.").format(username=username)
    try:
        api.add_assessor(slug, username=username, actor_id=_actor(request))
    except CertificateError as error:
        show_errors(form, error)
        return None
    return _("{username} may assess evidence from now on.").format(username=username)


def _actor(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
