"""The learner's pages: ask an institution, follow the request, withdraw it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from credit_transfer import api
from credit_transfer.data import OPEN_STATES, DeliveryState, Preview, RequestState
from credit_transfer.errors import ConsentMissing, RequestInvalid, RequestRefused
from credit_transfer.pages.forms import AskForm, add_errors
from credit_transfer.services.send_request import sendable_credential
from credit_transfer.services.transcript import package_sections
from openedx_bridge.dates import zone_of
from openedx_bridge.web import render_page, suite_page


@login_required
@suite_page
def ask(request: HttpRequest, credential_uuid: UUID) -> HttpResponse:
    """Choose an institution (`?institution=`), read exactly what is sent, consent, send."""
    user_id = request.user.pk
    credential = sendable_credential(user_id, credential_uuid)
    chosen = _uuid(request.POST.get("institution") or request.GET.get("institution"))
    context: dict[str, Any] = {"credential": credential, "zone": zone_of(user_id)}
    if chosen is None:
        context |= {"directory": api.list_institutions()}
        return _private(render_page(request, "credit_transfer/choose.html", context))
    preview = api.preview_package(user_id, credential_uuid=credential_uuid, institution_uuid=chosen)
    form = AskForm(request.POST or None, preview=preview)
    if request.method == "POST" and form.is_valid():
        try:
            sent = api.send_request(
                user_id, credential_uuid=credential_uuid, institution_uuid=chosen, **form.request_values()
            )
        except (ConsentMissing, RequestInvalid, RequestRefused) as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Sent to {name}.").format(name=preview.institution.name))
            return redirect(sent.url)
    context |= {
        "preview": preview,
        "sections": package_sections(preview.package),
        "form": form,
        "standing": _standing(user_id, preview),
    }
    status = 400 if form.errors else 200
    return _private(render_page(request, "credit_transfer/ask.html", context, status=status))


@login_required
@suite_page
def requests(request: HttpRequest) -> HttpResponse:
    """The person's own requests."""
    context = {"requests": api.list_requests(request.user.pk), "zone": zone_of(request.user.pk)}
    return _private(render_page(request, "credit_transfer/requests.html", context))


@login_required
@suite_page
def status(request: HttpRequest, request_uuid: UUID) -> HttpResponse:
    """Where a request stands: sent, opened, answered in their words; and the way to withdraw."""
    user_id = request.user.pk
    if request.method == "POST" and "withdraw" in request.POST:
        api.withdraw_request(user_id, request_uuid=request_uuid)
        messages.success(request, _("Withdrawn. The institution can no longer see it here."))
        return redirect("credit_transfer:request-status", request_uuid=request_uuid)
    found = api.get_request(user_id, request_uuid=request_uuid)
    context = {
        "asked": found,
        "zone": zone_of(user_id),
        "is_open": found.state in OPEN_STATES,
        "may_withdraw": found.state in (*OPEN_STATES, RequestState.ANSWERED),
        "bounced": found.delivery is not None and found.delivery.state is DeliveryState.BOUNCED,
        "unsent": found.delivery is None or found.delivery.sent_at is None,
        "sections": package_sections(found.package) if found.package else (),
    }
    return _private(render_page(request, "credit_transfer/status.html", context))


def _standing(user_id: int, preview: Preview) -> Any:
    """The open request to the same institution for the same credential, which stands in the way of another."""
    for entry in api.list_requests(user_id):
        same = entry.credential_uuid == preview.credential_uuid and entry.institution.uuid == preview.institution.uuid
        if same and entry.state in OPEN_STATES:
            return entry
    return None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
