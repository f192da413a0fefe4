"""What a holder does with a credential: share it, take it along, have the name corrected."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from openedx_bridge.web import render_page, suite_page
from paid_certificate import api
from paid_certificate.errors import CorrectionRefused, CredentialNotFound
from paid_certificate.pages.credential_views import own_credential
from paid_certificate.pages.forms import NameCorrectionForm
from paid_certificate.services.sharing import badge_image, wallet_presentation, wallet_protocols
from paid_certificate.services.throttle import is_throttled

IMAGE_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


@login_required
@require_POST
@suite_page
def sharing(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say what others see beside the credential."""
    api.set_sharing(
        request.user.pk,
        credential_uuid=uuid,
        shares_statement="shares_statement" in request.POST,
        links_successor="links_successor" in request.POST,
    )
    messages.success(request, _("Saved. This is what others see from now on."))
    return redirect("paid_certificate:credential", uuid=uuid)


@login_required
@require_POST
@suite_page
def renew(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open the exam to its holder again, and lead there."""
    return redirect(api.open_renewal(request.user.pk, credential_uuid=uuid))


@login_required
@suite_page
def correct_name(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for another name on one's own credential."""
    found = api.get_credential(uuid)
    if found.user_id != request.user.pk:
        raise CredentialNotFound(_("There is no such credential of yours."))
    form = NameCorrectionForm(request.POST or None, initial={"new_name": found.holder_name})
    if request.method == "POST" and form.is_valid():
        try:
            api.ask_name_correction(request.user.pk, credential_uuid=uuid, **form.cleaned_data)
        except CorrectionRefused as error:
            form.add_error(None, str(error.user_message))
        else:
            messages.success(request, _("Sent. We will answer here; until then the credential stays as it is."))
            return redirect("paid_certificate:credential", uuid=uuid)
    context = {"form": form, "title": _("Correct my name"), "button": _("Ask for the correction")}
    return render_page(request, "paid_certificate/form.html", context, status=400 if form.errors else 200)


@login_required
@suite_page
def badge(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """The badge as an image with the signed credential inside."""
    own_credential(request, uuid)
    if kind not in IMAGE_TYPES:
        raise CredentialNotFound(_("A badge comes as badge.png or badge.svg."))
    response = HttpResponse(badge_image(uuid, kind), content_type=IMAGE_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="badge-{uuid}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@csrf_exempt
@suite_page
def wallet(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The interaction URL: protocols for a wallet, the page for a browser, and the credential for the exchange."""
    if request.method == "POST":
        if is_throttled(request):
            return JsonResponse({"detail": "Too many requests."}, status=429)
        return _for_wallets(wallet_presentation(uuid))
    if "json" in request.headers.get("Accept", ""):
        return _for_wallets(wallet_protocols(uuid))
    return redirect("paid_certificate:verification", uuid=uuid)


def _for_wallets(content: dict[str, object]) -> JsonResponse:
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response
