"""Registering: the name on the ID, adjustments before money, the terms, the total."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mastery_exam import panels
from mastery_exam.data import ExamDetail, FeePolicy, RegistrationData
from mastery_exam.errors import InvalidInput, TermsChanged
from mastery_exam.services.catalogue import get_exam
from mastery_exam.services.learner_status import learner_status
from mastery_exam.services.registering import list_registrations, refuse_to_register, register
from openedx_bridge import api as bridge
from openedx_bridge.web import render_page, suite_page

OPEN_STATES = ("registered", "waiting_payment", "ready", "in_progress")


@require_http_methods(["GET", "HEAD", "POST"])
@suite_page
@login_required
def register_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a registration; somebody who has an open one is led to what comes next."""
    exam = get_exam(slug)
    if learner_status(request.user.pk, exam_key=slug).state in OPEN_STATES:
        return redirect(_after(request, next(r for r in list_registrations(request.user.pk) if r.exam_key == slug)))
    refuse_to_register(request.user.pk, exam_key=slug)
    if request.method != "POST":
        return _show(request, exam, {"legal_name": bridge.get_user(request.user.pk).full_name}, {})
    typed = {name: request.POST.get(name, "") for name in ("legal_name", "adjustments", "terms_version", "accept")}
    try:
        registration = _register(request, slug, typed)
    except (InvalidInput, TermsChanged) as error:
        return _show(request, exam, typed, error.fields or {"accept": str(error.user_message)})
    return redirect(_after(request, registration))


def _register(request: HttpRequest, slug: str, typed: dict[str, str]) -> RegistrationData:
    if not typed["accept"]:
        message = _("Accept the terms to register, or ask for help if you cannot.")
        raise InvalidInput(message, fields={"accept": message})
    return register(
        request.user.pk,
        exam_key=slug,
        legal_name=typed["legal_name"],
        adjustments_requested=typed["adjustments"],
        terms_version=typed["terms_version"],
    )


def _after(request: HttpRequest, registration: RegistrationData) -> str:
    """Where to go on: to the payment if an upper app says so, else to My exams."""
    return panels.first("registration.next_url", request=request, registration=registration) or "mastery_exam:my-exams"


def _show(request: HttpRequest, exam: ExamDetail, typed: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    context: dict[str, Any] = {
        "exam": exam,
        "typed": typed,
        "errors": errors,
        "fee": panels.render("register.fee", request=request, exam=exam, user_id=request.user.pk),
        "button": panels.first("register.button", request=request, exam=exam) or _("Register, nothing to pay now"),
        "pays_before": exam.fee_policy == FeePolicy.SITTING,
    }
    return render_page(request, "mastery_exam/register.html", context, status=400 if errors else 200)
