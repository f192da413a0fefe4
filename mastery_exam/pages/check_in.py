"""Check-in: the name for the last time, the rules, identity, the device, a sample question, then the start."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from mastery_exam.errors import InvalidInput
from mastery_exam.models import Attempt, Registration
from mastery_exam.pages.devices import device_token, remember_device
from mastery_exam.pages.sample import check_sample, render_sample
from mastery_exam.services.catalogue import exam_detail
from mastery_exam.services.grants import missing_grants
from mastery_exam.services.registering import change_legal_name, drop_adjustments
from mastery_exam.services.sitting import find_registration_row
from mastery_exam.services.start_codes import check_start_code, needs_start_code
from mastery_exam.services.starting import minutes_of, refuse_start, start_attempt, will_repeat
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page, suite_page


# The start keeps to transactions of its own, done again where the database breaks one off; a request's would forbid it.
@transaction.non_atomic_requests
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@suite_page
@login_required
def check_in(request: HttpRequest, registration_uuid: UUID) -> HttpResponse:
    """Show check-in, or do what its forms ask: fix the name, try the sample, confirm, start."""
    registration = find_registration_row(registration_uuid, user_id=request.user.pk)
    running = registration.attempts.filter(state=Attempt.State.IN_PROGRESS).first()
    if running is not None:
        return redirect("mastery_exam:runner", attempt_uuid=running.uuid)
    if registration.state != Registration.State.OPEN:
        return redirect("mastery_exam:my-exams")
    actions = {
        "name": _fix_name,
        "adjustments": _drop_adjustments,
        "sample": _try_sample,
        "confirm": _confirm,
        "start": _start,
    }
    action = actions.get(request.POST.get("action", "")) if request.method == "POST" else None
    response = action(request, registration) if action else _show(request, registration)
    remember_device(request, response)
    return response


def _fix_name(request: HttpRequest, registration: Registration) -> HttpResponse:
    typed = request.POST.get("legal_name", "")
    try:
        change_legal_name(request.user.pk, registration_uuid=registration.uuid, legal_name=typed)
    except InvalidInput as error:
        return _show(request, registration, errors=error.fields, legal_name=typed)
    messages.success(request, _("Your name was changed."))
    return redirect("mastery_exam:check-in", registration_uuid=registration.uuid)


def _drop_adjustments(request: HttpRequest, registration: Registration) -> HttpResponse:
    drop_adjustments(request.user.pk, registration_uuid=registration.uuid)
    return redirect("mastery_exam:check-in", registration_uuid=registration.uuid)


def _try_sample(request: HttpRequest, registration: Registration) -> HttpResponse:
    answers = {name: request.POST.getlist(name) for name in request.POST}
    return _show(request, registration, answers=answers, malformed=check_sample(answers))


def _confirm(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Ask once more, after everything that could refuse the start has been asked."""
    code = request.POST.get("start_code", "")
    try:
        refuse_start(registration)
        if needs_start_code(registration):
            check_start_code(registration, code)
    except SuiteError as error:
        return _show(request, registration, errors={"start_code": str(error.user_message)}, start_code=code)
    context = {
        "registration": registration,
        "version": registration.exam_version,
        "exam": exam_detail(registration.exam, registration.exam_version),
        "minutes": minutes_of(registration),
        "start_code": code,
    }
    return render_page(request, "mastery_exam/confirm_start.html", context)


def _start(request: HttpRequest, registration: Registration) -> HttpResponse:
    try:
        attempt = start_attempt(
            request.user.pk,
            registration_uuid=registration.uuid,
            start_code=request.POST.get("start_code"),
            device_token=device_token(request),
        )
    except SuiteError as error:
        return _show(request, registration, errors={"start_code": str(error.user_message)})
    return redirect("mastery_exam:runner", attempt_uuid=attempt.uuid)


def _show(
    request: HttpRequest,
    registration: Registration,
    *,
    errors: dict[str, str] | None = None,
    answers: dict[str, Any] | None = None,
    malformed: dict[str, str] | None = None,
    **typed: str,
) -> HttpResponse:
    waiting = _waiting_for(registration)
    context = {
        "registration": registration,
        "version": registration.exam_version,
        "exam": exam_detail(registration.exam, registration.exam_version),
        "authorisation": registration.authorisation,
        "legal_name": typed.get("legal_name", registration.legal_name),
        "start_code": typed.get("start_code", ""),
        "minutes": minutes_of(registration),
        "may_repeat": will_repeat(registration),
        "grace": settings.MASTERY_EXAM_GRACE_SECONDS,
        "waiting": waiting,
        "waits_for_adjustments": "adjustments" in missing_grants(registration.authorisation),
        "needs_code": needs_start_code(registration),
        "sample": render_sample(answers or {}),
        "sample_tried": answers is not None,
        "malformed": malformed or {},
        "errors": errors or {},
    }
    return render_page(request, "mastery_exam/check_in.html", context, status=400 if errors else 200)


def _waiting_for(registration: Registration) -> str:
    """What keeps the person from starting, in a sentence, or nothing."""
    try:
        refuse_start(registration)
    except SuiteError as refusal:
        return str(refusal.user_message)
    if needs_start_code(registration) and not registration.start_codes.filter(live=1).exists():
        return _("Waiting for the invigilator to let you in.")
    return ""
