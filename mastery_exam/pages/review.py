"""Ending a sitting: review and submit, or ending one without going back early; one confirmation each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from mastery_exam.data import AttemptData
from mastery_exam.models import Attempt
from mastery_exam.pages.devices import device_token, remember_device
from mastery_exam.pages.runner import open_attempt, runner_config
from mastery_exam.pages.runner_words import runner_words
from mastery_exam.services.catalogue import exam_detail
from mastery_exam.services.ending import submit_attempt
from mastery_exam.services.progress import item_states
from openedx_bridge.dates import clock_time, zone_of
from openedx_bridge.web import render_page, suite_page


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@suite_page
@login_required
def review(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """Show the counts; a POST asks for confirmation, and with it submits."""
    attempt = open_attempt(request, attempt_uuid)
    if attempt is None:
        return redirect("mastery_exam:result", attempt_uuid=attempt_uuid)
    if not attempt.exam_version.can_go_back:
        return redirect("mastery_exam:runner", attempt_uuid=attempt_uuid)
    if request.method == "POST" and request.POST.get("confirmed"):
        ended = submit_attempt(request.user.pk, attempt_uuid=attempt_uuid, device_token=device_token(request))
        messages.success(request, submitted_text(ended, zone_of(request.user.pk)))
        return redirect("mastery_exam:result", attempt_uuid=attempt_uuid)
    items = item_states(attempt)
    context = {
        "attempt": attempt,
        "version": attempt.exam_version,
        "zone": zone_of(request.user.pk),
        "answered": [item["position"] for item in items if item["answered"]],
        "unanswered": [item["position"] for item in items if not item["answered"]],
        "flagged": [item["position"] for item in items if item["flagged"]],
        "config": runner_config(request, attempt),
    }
    template = "mastery_exam/confirm_submit.html" if request.method == "POST" else "mastery_exam/review.html"
    response = render_page(request, template, context)
    remember_device(request, response)
    return response


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@suite_page
@login_required
def end_now(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """Ask once whether to end an exam without going back before it is decided; confirmed, end it."""
    attempt = open_attempt(request, attempt_uuid)
    if attempt is None:
        return redirect("mastery_exam:result", attempt_uuid=attempt_uuid)
    if attempt.exam_version.can_go_back:
        return redirect("mastery_exam:review", attempt_uuid=attempt_uuid)
    if request.method == "POST" and request.POST.get("confirmed"):
        ended = submit_attempt(
            request.user.pk, attempt_uuid=attempt_uuid, device_token=device_token(request), give_up=True
        )
        messages.success(request, submitted_text(ended, zone_of(request.user.pk)))
        return redirect("mastery_exam:result", attempt_uuid=attempt_uuid)
    context = {
        "attempt": attempt,
        "exam": exam_detail(attempt.exam, attempt.exam_version),
        "zone": zone_of(request.user.pk),
        "config": runner_config(request, attempt),
    }
    response = render_page(request, "mastery_exam/confirm_end.html", context)
    remember_device(request, response)
    return response


def submitted_text(attempt: AttemptData, zone: str) -> str:
    """Say that and when the attempt was submitted, only ever after it was."""
    if attempt.state == Attempt.State.CLOSED_BY_TIME or attempt.submitted_at is None:
        return runner_words()["timeUp"]
    values = {"time": clock_time(attempt.submitted_at, zone), "reference": reference_of(attempt.uuid)}
    return _("Submitted %(time)s. Reference number %(reference)s.") % values


def reference_of(attempt_uuid: UUID) -> str:
    """The short reference of an attempt, for people to quote."""
    text = attempt_uuid.hex[:8].upper()
    return f"{text[:4]}-{text[4:]}"
