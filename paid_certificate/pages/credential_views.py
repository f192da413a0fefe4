"""The holder's own pages: the credential, its documents, and what others see."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_bridge.web import render_page, suite_page
from paid_certificate import api, panels
from paid_certificate.data import CredentialData, CredentialState
from paid_certificate.errors import CredentialNotFound
from paid_certificate.formats.certificate_pdf import certificate_pdf
from paid_certificate.pages.public_views import open_text
from paid_certificate.rules import can_work_desk
from paid_certificate.services.corrections import list_corrections
from paid_certificate.services.export import bundle_of
from paid_certificate.services.issue import unsigned_note
from paid_certificate.services.sharing import linkedin_url, list_looks

DOCUMENT_TYPE = "application/vc+ld+json"
JWT_TYPE = "application/jwt"  # RFC 7519, 10.3.1


@login_required
@suite_page
def credential(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The credential to its holder: status, preview, sharing, what others see."""
    found = own_credential(request, uuid)
    order = api.find_order(found.user_id, decision_uuid=found.decision_uuid) if found.decision_uuid else None
    context = {
        "credential": found,
        "order": order,
        "note": unsigned_note(found.state),
        "is_valid": found.state is CredentialState.ISSUED and not is_over(found),
        "is_over": is_over(found),
        "renewal": api.find_renewal(uuid) if found.user_id == request.user.pk else "",
        "is_signed": found.issued_at is not None,
        "has_statement": bool(api.get_statement(uuid)),
        "has_token": found.erased_at is None and bool(api.get_token(uuid)),
        "has_statement_token": bool(api.get_statement_token(uuid)),
        "is_holder": found.user_id == request.user.pk,
        "linkedin_url": linkedin_url(found),
        "looks": list_looks(uuid),
        "corrections": list_corrections(credential_uuid=uuid),
        "successor": api.get_credential(found.successor_uuid) if found.successor_uuid else None,
        "below": panels.render("credential.below", request=request, credential=found),
    }
    response = render_page(request, "paid_certificate/credential.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@suite_page
def document(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The signed credential at its own id: made to be shown, for whoever has the address."""
    text = api.get_document(uuid)
    if not text:
        raise CredentialNotFound(_("This credential is not signed yet. Its holder sees when it is."))
    return open_text(text, DOCUMENT_TYPE)


@suite_page
def token(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The credential as a token, shown like the signed credential itself."""
    text = api.get_token(uuid)
    if not text:
        raise CredentialNotFound(_("This credential was not signed as a token. Use the signed file in its place."))
    return open_text(text, JWT_TYPE)


@suite_page
def statement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The result statement with score and areas: for the holder, and for whoever the holder lets see it."""
    return _shared_or_own(request, uuid, api.get_statement, DOCUMENT_TYPE)


@suite_page
def statement_token(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The result statement as a token, for the same people."""
    return _shared_or_own(request, uuid, api.get_statement_token, JWT_TYPE)


def _shared_or_own(
    request: HttpRequest, uuid: UUID, get_text: Callable[[UUID], str], content_type: str
) -> HttpResponse:
    if not api.get_credential(uuid).shares_statement:
        return _own_statement(request, uuid, get_text, content_type)
    return _statement(uuid, get_text, content_type)


@login_required
def _own_statement(
    request: HttpRequest, uuid: UUID, get_text: Callable[[UUID], str], content_type: str
) -> HttpResponse:
    if api.get_credential(uuid).user_id != request.user.pk:
        raise CredentialNotFound(_("There is no such result statement of yours."))
    return _statement(uuid, get_text, content_type)


def _statement(uuid: UUID, get_text: Callable[[UUID], str], content_type: str) -> HttpResponse:
    text = get_text(uuid)
    if not text:
        raise CredentialNotFound(_("There is no result statement for this credential."))
    return open_text(text, content_type)


@login_required
@suite_page
def certificate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The certificate as a PDF for print."""
    found = own_credential(request, uuid)
    if found.issued_at is None:
        raise CredentialNotFound(_("This credential is not signed yet. Its page says when it is."))
    response = HttpResponse(certificate_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{uuid}.pdf"'
    return response


@login_required
@suite_page
def bundle(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Everything that anybody needs to check the credential without us, in one archive."""
    is_holder = own_credential(request, uuid).user_id == request.user.pk
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bundle_of(uuid, with_statement=is_holder).items():
            archive.writestr(name, content)
    response = HttpResponse(buffer.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="credential-{uuid}.zip"'
    return response


def is_over(credential: CredentialData) -> bool:
    """Whether its time has run out, marked yet or not."""
    if credential.state is CredentialState.ISSUED:
        return credential.valid_until is not None and credential.valid_until <= timezone.now()
    return credential.state is CredentialState.EXPIRED


def own_credential(request: HttpRequest, uuid: UUID) -> CredentialData:
    """The credential if it is the caller's, or the desk's to look at."""
    found = api.get_credential(uuid)
    if found.user_id != request.user.pk and not can_work_desk(request.user):
        raise CredentialNotFound(_("There is no such credential of yours. To check one, use the verification page."))
    return found
