"""The learner's pages of the evidence route: begin, add, send, wait, read the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openedx_bridge import api as bridge
from openedx_bridge import dates
from openedx_bridge.web import render_page, suite_page
from paid_certificate import api
from paid_certificate.claim_data import ClaimData, PieceData, TurnKind
from paid_certificate.errors import CertificateError, ClaimInvalid, ClaimNotFound
from paid_certificate.pages.claim_forms import PIECE_FORMS, SubmitForm
from paid_certificate.rules import can_assess
from paid_certificate.services import claim_pieces
from paid_certificate.services.throttle import is_throttled

ADD: dict[str, Callable[..., PieceData]] = {
    "credential": api.add_credential_piece,
    "file": api.add_file_piece,
    "link": api.add_link_piece,
    "note": api.add_note_piece,
}
# Opened by a browser, a download runs nothing and reaches nothing, whatever is in it.
DOWNLOAD_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@login_required
@suite_page
def start(request: HttpRequest, achievement_uuid: UUID) -> HttpResponse:
    """What the evidence route is, and the button that begins a claim; an open claim is opened."""
    if request.method == "POST":
        claim = api.start_claim(request.user.pk, achievement_uuid=achievement_uuid)
        return redirect("paid_certificate:claim", uuid=claim.uuid)
    known = api.find_open_claim(request.user.pk, achievement_uuid=achievement_uuid)
    if known is not None:
        return redirect("paid_certificate:claim", uuid=known.uuid)
    context = {"achievement": api.get_achievement(achievement_uuid), "keep_days": _keep_days()}
    return render_page(request, "paid_certificate/claim_start.html", context)


@login_required
@suite_page
def claim(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's own claim: what is there, what is missing, what was said, and sending it."""
    found = api.get_own_claim(request.user.pk, uuid)
    is_sending = request.method == "POST"
    form = SubmitForm(found, request.POST if is_sending else None, initial={"holder_name": _name(request, found)})
    if is_sending and form.is_valid():
        try:
            api.submit_claim(request.user.pk, uuid, **form.cleaned_data)
        except CertificateError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Sent. You can leave; we will write to you."))
            return redirect("paid_certificate:claim", uuid=uuid)
    context = {
        "claim": found,
        "form": form,
        "talk": [turn for turn in found.turns if turn.kind is not TurnKind.REFUSAL],
        "has_files": any(piece.has_original for piece in found.pieces),
        "zone": dates.zone_of(request.user.pk),
        "keep_days": _keep_days(),
        "credential": api.get_credential(found.credential_uuid) if found.credential_uuid else None,
    }
    status = 400 if form.is_bound and form.errors else 200
    return render_page(request, "paid_certificate/claim.html", context, status=status)


@login_required
@suite_page
def add_piece(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """Add a piece of one kind."""
    if kind not in PIECE_FORMS:
        raise Http404
    found = api.get_own_claim(request.user.pk, uuid)
    is_sent = request.method == "POST"
    form: Any = PIECE_FORMS[kind](found, request.POST if is_sent else None, request.FILES if is_sent else None)
    status = 200
    if is_sent and kind == "credential" and is_throttled(request):
        form.add_error(None, _("Too many checks from here. Wait a minute and try again."))
        status = 429
    elif is_sent and form.is_valid():
        try:
            piece = ADD[kind](request.user.pk, uuid, **form.values())
        except CertificateError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("“{title}” is saved.").format(title=piece.title))
            return redirect("paid_certificate:claim", uuid=uuid)
    if is_sent and status == 200:
        status = 400
    context = {"claim": found, "form": form, "kind": kind, "most_mb": settings.PAID_CERTIFICATE_EVIDENCE_MB}
    return render_page(request, "paid_certificate/claim_add.html", context, status=status)


@login_required
@require_POST
@suite_page
def remove_piece(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take out a piece that was not sent yet."""
    claim_uuid = claim_pieces.piece_row(uuid).claim.uuid
    api.remove_piece(request.user.pk, uuid)
    messages.success(request, _("Removed."))
    return redirect("paid_certificate:claim", uuid=claim_uuid)


@login_required
@require_POST
@suite_page
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End one's own claim."""
    api.withdraw_claim(request.user.pk, uuid)
    messages.success(request, _("Withdrawn. All that you handed in is deleted."))
    return redirect("paid_certificate:claim", uuid=uuid)


@login_required
@suite_page
def original(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was handed in, as a download: for its person and those who assess it."""
    require_reader(request.user, uuid)
    return download(uuid)


def download(piece_uuid: UUID) -> HttpResponse:
    """The bytes of a piece as a file that no browser shows as a page."""
    found = api.get_original(piece_uuid)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.file_name)
    for name, value in DOWNLOAD_HEADERS.items():
        response[name] = value
    return response


def require_reader(user: Any, piece_uuid: UUID) -> None:
    """Raise ClaimNotFound for anybody but the piece's person and, once it was sent, those who may assess it."""
    piece = claim_pieces.piece_row(piece_uuid)
    if piece.claim.user_id == user.pk:
        return
    if piece.submitted_at is None or not can_assess(user, piece.claim.achievement.body.slug):
        raise ClaimNotFound(_("There is no such piece of evidence of yours. Open the claim again from its list."))


def show_errors(form: Any, error: CertificateError) -> None:
    """Put what a service refused where it belongs on the form, or above it."""
    if isinstance(error, ClaimInvalid) and error.fields:
        for name, message in error.fields.items():
            form.add_error(name if name in form.fields else None, message)
    else:
        form.add_error(None, str(error.user_message))


def _keep_days() -> int:
    return int(settings.PAID_CERTIFICATE_EVIDENCE_KEEP_DAYS)


def _name(request: HttpRequest, claim: ClaimData) -> str:
    return claim.holder_name or bridge.get_user(int(request.user.pk or 0)).full_name
