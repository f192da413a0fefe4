"""The runner's page, the files of its items, and review. The items themselves come through REST, one at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from mastery_exam.errors import AttemptNotFound
from mastery_exam.models import Attempt
from mastery_exam.pages.devices import device_token, remember_device
from mastery_exam.pages.runner_words import runner_words
from mastery_exam.services.delivery import find_attempt_file
from mastery_exam.services.devices import holds_attempt
from mastery_exam.services.ending import close_if_due
from mastery_exam.services.progress import attempt_state
from mastery_exam.services.sitting import find_attempt_row
from openedx_bridge.dates import clock_time, zone_of
from openedx_bridge.web import render_page, suite_page


@never_cache
@ensure_csrf_cookie
@require_safe
@suite_page
@login_required
def runner(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """Show the runner while the attempt is in progress; afterwards lead to the result, which shows no item."""
    attempt = open_attempt(request, attempt_uuid)
    if attempt is None:
        return redirect("mastery_exam:result", attempt_uuid=attempt_uuid)
    context = {
        "attempt": attempt,
        "version": attempt.exam_version,
        "config": runner_config(request, attempt),
    }
    template = "mastery_exam/runner.html" if attempt.exam_version.can_go_back else "mastery_exam/runner_one_way.html"
    response = render_page(request, template, context)
    remember_device(request, response)
    return response


@never_cache
@require_safe
@login_required
def attempt_file(request: HttpRequest, attempt_uuid: UUID, sha256: str, name: str) -> HttpResponse:
    """Serve a file of the items that the attempt shows, to its person, during the sitting only; 404 otherwise."""
    try:
        attempt = find_attempt_row(attempt_uuid, user_id=request.user.pk)
        close_if_due(attempt_uuid)
        attempt.refresh_from_db(fields=["state"])
        if attempt.state != Attempt.State.IN_PROGRESS:
            return HttpResponse(status=404)
        shown = attempt.items.filter(settled_at=None)
        files = list(shown.values_list("version_item__item_version__files", flat=True))
        stored = find_attempt_file(files, sha256=sha256, name=name)
    except AttemptNotFound:
        return HttpResponse(status=404)
    response = HttpResponse(bytes(stored.content), content_type=stored.media_type)
    # An SVG is a document: opened by itself it may run nothing and load nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def open_attempt(request: HttpRequest, attempt_uuid: UUID) -> Attempt | None:
    """Return the person's attempt while it is in progress, or None with a message once it has ended."""
    find_attempt_row(attempt_uuid, user_id=request.user.pk)
    if close_if_due(attempt_uuid):
        messages.warning(request, runner_words()["timeUp"])
    attempt = find_attempt_row(attempt_uuid, user_id=request.user.pk)
    return attempt if attempt.state == Attempt.State.IN_PROGRESS else None


def runner_config(request: HttpRequest, attempt: Attempt) -> dict[str, Any]:
    """What the script needs: where things are, the state, and every sentence it may have to say."""
    zone = zone_of(request.user.pk)
    return {
        "attempt": str(attempt.uuid),
        "csrfCookie": settings.CSRF_COOKIE_NAME,
        "csrfToken": get_token(request),
        "api": reverse("mastery_exam:api-attempt", args=[attempt.uuid]),
        "reviewUrl": reverse("mastery_exam:review", args=[attempt.uuid]),
        "endedUrl": reverse("mastery_exam:result", args=[attempt.uuid]) + "?ended=1",
        "zone": zone,
        "zoneName": zone.rsplit("/", 1)[-1].replace("_", " "),
        "acceptsUntil": clock_time(attempt.accepts_until, zone),
        "state": attempt_state(attempt, is_writer=holds_attempt(attempt, device_token(request))),
        "words": runner_words(can_go_back=attempt.exam_version.can_go_back),
    }
