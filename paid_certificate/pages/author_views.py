"""Pages of those who set fees and run issuing bodies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page, suite_page
from paid_certificate import api
from paid_certificate.errors import DeskOnly
from paid_certificate.pages.forms import AchievementForm, BodyForm, FeeForm, MarksForm, NewBodyForm
from paid_certificate.rules import can_run_bodies, can_set_fee


@login_required
@suite_page
def fee(request: HttpRequest, exam_key: str) -> HttpResponse:
    """Set what an exam costs from now on."""
    if not can_set_fee(request.user):
        raise DeskOnly(_("Only the operator's finance staff sets fees. Ask them, and name the exam."))
    exam = exams.find_exam(exam_key)
    quote = api.find_quote(None, exam) if exam else None
    initial = {"hold_days": 20}
    if quote is not None and quote.fee_rule_uuid is not None:
        initial |= {
            "currency": quote.total.currency,
            "amount": quote.total.amount,
            "retake_amount": quote.retake_total.amount,
            "hold_days": quote.hold_days,
            "refund_rule": quote.refund_rule,
        }
    form = FeeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "currency"}
        api.set_fee(exam_key, actor_id=request.user.pk, **data)
        messages.success(request, _("The fee is set. Orders placed before keep theirs."))
        return redirect("paid_certificate:fee", exam_key=exam_key)
    title = _("Fee of {title}").format(title=exam.title if exam else exam_key)
    return _form_page(request, form, title, _("Set the fee"))


@login_required
@suite_page
def bodies(request: HttpRequest) -> HttpResponse:
    """List the issuing bodies and create one."""
    _require_runner(request)
    form = NewBodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            body = api.create_body(actor_id=request.user.pk, **form.cleaned_data)
        except SuiteError as error:
            form.add_error("name", str(error.user_message))
        else:
            return redirect("paid_certificate:author-body", slug=body.slug)
    return _form_page(request, form, _("Issuing bodies"), _("Create"), rows=api.list_all_bodies())


@login_required
@suite_page
def edit_body(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the legal face of a body, and publish it."""
    _require_runner(request)
    body = api.get_body(slug)
    form = BodyForm(request.POST or None, initial=api.body_face(slug))
    if request.method == "POST" and form.is_valid():
        api.update_body(slug, actor_id=request.user.pk, **form.cleaned_data)
        try:
            if "publish" in request.POST:
                api.publish_body(slug, actor_id=request.user.pk)
        except SuiteError as error:
            form.add_error(None, str(error.user_message))
        else:
            messages.success(request, _("Saved."))
            return redirect("paid_certificate:author-body", slug=slug)
    return _form_page(request, form, body.name, _("Save and publish"), body=body, name="publish")


@login_required
@suite_page
def marks(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the logo of a body, and say who signs for it in which term of office."""
    _require_runner(request)
    body = api.get_body(slug)
    form = MarksForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _set_marks(slug, form.cleaned_data, request.user.pk)
        except SuiteError as error:
            form.add_error(None, str(error.user_message))
        else:
            messages.success(request, _("Saved. What was awarded before keeps its own."))
            return redirect("paid_certificate:author-body-marks", slug=slug)
    title = _("Logo and signatories of {name}").format(name=body.name)
    return _form_page(request, form, title, _("Save"), signatories=api.list_signatories(slug))


def _set_marks(slug: str, data: dict[str, Any], actor_id: int) -> None:
    if data["image"]:
        api.set_logo(slug, image=data["image"].read(), actor_id=actor_id)
    if data["name"]:
        names = ("name", "title", "first_day", "last_day")
        api.add_signatory(slug, actor_id=actor_id, **{name: data[name] for name in names})


@login_required
@suite_page
def achievements(request: HttpRequest) -> HttpResponse:
    """List the achievements and create one with its route."""
    _require_runner(request)
    form = AchievementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            names = {name: data[name] for name in ("key", "body_slug", "title")}
            api.create_achievement(**names, actor_id=request.user.pk, routes=[form.way()], **form.version())
        except SuiteError as error:
            form.add_error(None, str(error.user_message))
        else:
            messages.success(request, _("The achievement can be awarded now."))
            return redirect("paid_certificate:author-achievements")
    rows = api.list_achievements()
    return _form_page(request, form, _("Achievements"), _("Create"), achievements=rows)


def _require_runner(request: HttpRequest) -> None:
    if not can_run_bodies(request.user):
        raise DeskOnly(_("Only the operator's staff runs issuing bodies."))


def _form_page(request: HttpRequest, form: Any, title: str, button: str, **extra: Any) -> HttpResponse:
    context = {"form": form, "title": title, "button": button} | extra
    return render_page(request, "paid_certificate/form.html", context, status=400 if form.errors else 200)
