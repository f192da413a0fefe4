"""The operator's office: the directory, agreements, offers, credit values, and mails that did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from credit_transfer import api
from credit_transfer.data import AgreementState
from credit_transfer.errors import InstitutionNotFound, OfficeOnly
from credit_transfer.pages.forms import (
    AgreementForm,
    CreditForm,
    InstitutionForm,
    NewAgreementForm,
    NewInstitutionForm,
    OfferForm,
    ReasonForm,
    SignForm,
    add_errors,
)
from credit_transfer.rules import can_run_office
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page, suite_page

View = Callable[..., HttpResponse]


def office_page(view: View) -> View:
    """A page for the operator's people alone."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_run_office(request.user):
            raise OfficeOnly(_("This page is for the operator's staff who run the directory and the agreements."))
        return view(request, *args, **kwargs)

    return login_required(suite_page(wrapped))


@office_page
def office(request: HttpRequest) -> HttpResponse:
    """The directory and the agreements, and how many mails need a person."""
    context = {
        "institutions": api.list_institutions(only_verified=False),
        "agreements": api.list_agreements(),
        "findings": api.reconcile(),
    }
    return render_page(request, "credit_transfer/office.html", context)


@office_page
def new_institution(request: HttpRequest) -> HttpResponse:
    """Enter an institution."""
    form = NewInstitutionForm(request.POST or None)
    made = _done(form, request, lambda data: api.create_institution(actor_id=request.user.pk, **data))
    if made is not None:
        messages.success(request, _("Entered. Verify it before anything can be sent to it."))
        return redirect("credit_transfer:office-institution", uuid=made.uuid)
    return _form_page(request, form, _("New institution"), _("Enter in the directory"))


@office_page
def institution(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One institution: its entry, its addresses, and whether it was verified."""
    found = api.get_institution(uuid)
    values = {name: getattr(found, name) for name in InstitutionForm.base_fields}
    action = request.POST.get("action", "")
    form = InstitutionForm(request.POST if action == "save" else None, initial=values)
    if action and (answer := _institution_action(request, uuid, action, form)) is not None:
        return answer
    context = {"found": found, "form": form, "agreements": api.list_agreements(institution_uuid=uuid)}
    status = 400 if action else 200
    return render_page(request, "credit_transfer/institution.html", context, status=status)


def _institution_action(request: HttpRequest, uuid: UUID, action: str, form: forms.Form) -> HttpResponse | None:
    actor_id, post = request.user.pk, request.POST
    steps: dict[str, Callable[[], Any]] = {
        "add_mailbox": lambda: api.add_mailbox(uuid, email=post.get("email", ""), actor_id=actor_id),
        "verify": lambda: api.verify_institution(uuid, how=post.get("how", ""), actor_id=actor_id),
        "close": lambda: api.close_institution(uuid, actor_id=actor_id),
    }
    if action == "save":
        if _done(form, request, lambda data: api.update_institution(uuid, actor_id=actor_id, **data)) is None:
            return None
    elif action not in steps or not _try(request, steps[action]):
        return None
    messages.success(request, _("Done."))
    return redirect("credit_transfer:office-institution", uuid=uuid)


@office_page
def new_agreement(request: HttpRequest) -> HttpResponse:
    """Draft an agreement."""
    form = NewAgreementForm(request.POST or None, initial={"institution": request.GET.get("institution")})

    def create(data: dict[str, Any]) -> Any:
        sides = {"institution_uuid": UUID(data.pop("institution")), "achievement_uuid": UUID(data.pop("achievement"))}
        return api.create_agreement(actor_id=request.user.pk, **sides, **data)

    made = _done(form, request, create)
    if made is not None:
        messages.success(request, _("Drafted. It counts once both sides have signed."))
        return redirect("credit_transfer:office-agreement", uuid=made.uuid)
    return _form_page(request, form, _("New agreement"), _("Save the draft"))


@office_page
def agreement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One version of an agreement: its terms, signatures, and what can be done with it."""
    found = api.get_agreement(uuid)
    action = request.POST.get("action", "")
    values = {name: getattr(found, name) for name in AgreementForm.base_fields if name != "levels"}
    values["levels"] = "\n".join(f"{scheme} {value}" for scheme, value in found.levels)
    context = {
        "found": found,
        "is_draft": found.state is AgreementState.DRAFT,
        "is_editable": found.state is AgreementState.DRAFT
        and not (found.body_signed_at or found.institution_signed_at),
        "terms": AgreementForm(request.POST if action == "save" else None, initial=values),
        "sign": SignForm(request.POST if action == "sign" else None),
        "why": ReasonForm(request.POST if action in ("suspend", "end") else None),
    }
    if action and (answer := _agreement_action(request, uuid, action, context)) is not None:
        return answer
    return render_page(request, "credit_transfer/agreement.html", context, status=400 if action else 200)


def _agreement_action(request: HttpRequest, uuid: UUID, action: str, context: dict[str, Any]) -> HttpResponse | None:
    actor_id = request.user.pk
    with_form: dict[str, tuple[forms.Form, Callable[[dict[str, Any]], Any]]] = {
        "save": (context["terms"], lambda data: api.update_agreement(uuid, actor_id=actor_id, **data)),
        "sign": (context["sign"], lambda data: api.sign_agreement(uuid, actor_id=actor_id, **data)),
        "suspend": (
            context["why"],
            lambda data: api.suspend_agreement(uuid, reason=data["reason"], actor_id=actor_id),
        ),
        "end": (context["why"], lambda data: api.end_agreement(uuid, actor_id=actor_id, **data)),
    }
    without: dict[str, Callable[[], Any]] = {
        "resume": lambda: api.resume_agreement(uuid, actor_id=actor_id),
        "version": lambda: api.add_agreement_version(uuid, actor_id=actor_id),
    }
    result: Any = None
    if action in with_form:
        form, step = with_form[action]
        result = _done(form, request, step)
    elif action in without:
        result = _try(request, without[action])
    if not result:
        return None
    messages.success(request, _("Done."))
    return redirect("credit_transfer:office-agreement", uuid=result.uuid)


@office_page
def offers(request: HttpRequest) -> HttpResponse:
    """Admission offers: all of them, and a form for a new one."""
    action = request.POST.get("action", "")
    form = OfferForm(request.POST if action == "create" else None)
    steps = {"open": api.open_offer, "close": api.close_offer}
    done = None
    if action == "create":
        done = _done(form, request, lambda data: api.create_offer(actor_id=request.user.pk, **data))
    elif action in steps:
        done = _try(request, lambda: steps[action](_posted_uuid(request), actor_id=request.user.pk))
    if done:
        messages.success(request, _("Done."))
        return redirect("credit_transfer:office-offers")
    context = {"form": form, "offers": api.list_all_offers()}
    return render_page(request, "credit_transfer/office_offers.html", context, status=400 if action else 200)


@office_page
def credit(request: HttpRequest) -> HttpResponse:
    """Credit values: all of them, and a form for a new one."""
    action = request.POST.get("action", "")
    form = CreditForm(request.POST if action == "create" else None)

    def create(data: dict[str, Any]) -> Any:
        achievement_uuid = UUID(data.pop("achievement"))
        return api.create_credit_value(achievement_uuid=achievement_uuid, actor_id=request.user.pk, **data)

    done = None
    if action == "create":
        done = _done(form, request, create)
    elif action == "end":
        done = _try(request, lambda: api.end_credit_value(_posted_uuid(request), actor_id=request.user.pk))
    if done:
        messages.success(request, _("Done."))
        return redirect("credit_transfer:office-credit")
    context = {"form": form, "values": api.list_credit_values()}
    return render_page(request, "credit_transfer/office_credit.html", context, status=400 if action else 200)


@office_page
def mails(request: HttpRequest) -> HttpResponse:
    """Mails to offices, what needs repair, and bounces to record."""
    action = request.POST.get("action", "")
    steps: dict[str, Callable[[], Any]] = {
        "bounced": lambda: (api.record_bounce(_posted_uuid(request), actor_id=request.user.pk), True),
        "resend": lambda: api.resend(_posted_uuid(request), actor_id=request.user.pk),
        "repair": lambda: api.reconcile(dry_run=False, actor_id=request.user.pk) or True,
    }
    if action in steps and _try(request, steps[action]):
        messages.success(request, _("Done."))
        return redirect("credit_transfer:office-mails")
    context = {"deliveries": api.list_deliveries(), "findings": api.reconcile()}
    return render_page(request, "credit_transfer/office_mails.html", context, status=400 if action else 200)


def _done(form: forms.Form, request: HttpRequest, step: Callable[[dict[str, Any]], Any]) -> Any:
    """Do `step` with the form's data; None where the form or the step refuses, with the words in the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return step(dict(form.cleaned_data))
    except SuiteError as error:
        add_errors(form, error)
        return None


def _try(request: HttpRequest, step: Callable[[], Any]) -> Any:
    """Do `step`; a refusal is told on top of the page."""
    try:
        return step()
    except SuiteError as error:
        messages.error(request, str(error.user_message))
        return None


def _posted_uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError as error:
        raise InstitutionNotFound(_("Choose one of the rows on the page.")) from error


def _form_page(request: HttpRequest, form: forms.Form, title: str, button: str) -> HttpResponse:
    context = {"form": form, "title": title, "button": button}
    return render_page(request, "credit_transfer/form.html", context, status=400 if form.errors else 200)
