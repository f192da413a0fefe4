"""The registrar's desk: no account, a link from a mail. GET looks; only a POST with a code from the mailbox decides.

Nothing here may be indexed, kept by caches, or told to other sites: the address itself is the key.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from credit_transfer import api
from credit_transfer.data import DeskData, RequestData, RequestState
from credit_transfer.errors import (
    AnswerInvalid,
    CodeInvalid,
    LinkEnded,
    RequestNotFound,
    RequestStateConflict,
    TooManyTries,
)
from credit_transfer.formats import paper_pdf, record_csv
from credit_transfer.pages.forms import AnswerForm, add_errors
from credit_transfer.services.answering import masked
from credit_transfer.services.desk_view import bundle_to_send, matching_agreement, overlaps_of
from credit_transfer.services.institutions import current_mailbox
from credit_transfer.services.links import ended_at, find_link
from credit_transfer.services.package import open_package
from credit_transfer.services.throttle import is_throttled
from credit_transfer.services.transcript import package_sections, receipt_paper, record_fields, transcript_paper
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page
from paid_certificate import api as certificates

View = Callable[..., HttpResponse]


def desk_page(view: View) -> View:
    """What every page of the desk shares: a brake, headers that keep the link secret, and a page for an ended link."""

    @wraps(view)
    @sensitive_variables("token")
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            if is_throttled(request):
                raise TooManyTries(_("Too many calls from here. Wait a minute and try again."))
            response = view(request, token, **kwargs)
        except LinkEnded:
            response = _ended_page(request, token)
        except SuiteError as error:
            context = {"error": error}
            response = render_page(request, "credit_transfer/desk_error.html", context, status=error.status)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Cache-Control"] = "private, no-store"
        # Not "no-referrer": with it a browser sends "Origin: null", and the answer form would be refused.
        response["Referrer-Policy"] = "same-origin"
        return response

    return wrapped


@desk_page
def desk(request: HttpRequest, token: str, request_uuid: UUID | None = None) -> HttpResponse:
    """A request with everything that a registrar needs, the answer form, and the other open requests."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    found = api.open_desk(token, request_uuid=request_uuid)
    if request.method == "POST":
        return _answer(request, token, found)
    return _desk_page(request, token, found, AnswerForm(initial=_initial(found)))


@require_POST
@desk_page
def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new link to the registered address, and say no more than that."""
    api.send_new_link(token)
    return render_page(request, "credit_transfer/link_sent.html", {"institution": find_link(token).institution})


@require_GET
@desk_page
def transcript_pdf(request: HttpRequest, token: str, request_uuid: UUID) -> HttpResponse:
    """The transcript for the file."""
    asked = _looked(token, request_uuid, "transcript.pdf")
    paper = transcript_paper(asked, _verdict(asked), timezone.now())
    return _file(paper_pdf(paper), "application/pdf", f"transcript-{request_uuid}.pdf")


@require_GET
@desk_page
def transcript_csv(request: HttpRequest, token: str, request_uuid: UUID) -> HttpResponse:
    """The transcript as one line of a table."""
    asked = _looked(token, request_uuid, "transcript.csv")
    content = record_csv(record_fields(asked, _verdict(asked), timezone.now()))
    return _file(content, "text/csv; charset=utf-8", f"transcript-{request_uuid}.csv")


@require_GET
@desk_page
def transcript_json(request: HttpRequest, token: str, request_uuid: UUID) -> HttpResponse:
    """The package as it was sent, the signed credential in it."""
    asked = _looked(token, request_uuid, "transcript.json")
    status = {"answer": _verdict(asked), "checked_at": timezone.now().isoformat()}
    content = {"status": status, "package_sha256": asked.package_sha256} | open_package(asked.package)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return _file(text.encode(), "application/json", f"transcript-{request_uuid}.json")


@require_GET
@desk_page
def credential_zip(request: HttpRequest, token: str, request_uuid: UUID) -> HttpResponse:
    """Everything that anybody needs to check the credential without us, in one archive."""
    asked = _looked(token, request_uuid, "credential.zip")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bundle_to_send(asked).items():
            archive.writestr(name, content)
    return _file(buffer.getvalue(), "application/zip", f"credential-{asked.credential_uuid}.zip")


@require_GET
@desk_page
def receipt_pdf(request: HttpRequest, token: str, request_uuid: UUID) -> HttpResponse:
    """The newest answer, for the institution's own file."""
    asked = _looked(token, request_uuid, "receipt.pdf")
    if asked.answer is None:
        raise RequestNotFound(_("There is no receipt yet: this request was not answered."))
    return _file(paper_pdf(receipt_paper(asked, asked.answer)), "application/pdf", f"receipt-{request_uuid}.pdf")


def _answer(request: HttpRequest, token: str, found: DeskData) -> HttpResponse:
    """Mail a code and keep the draft, or store the answer."""
    asked = found.request
    if asked is None:
        raise RequestNotFound(_("There is no request to answer here."))
    if "send_code" in request.POST:
        address = api.request_code(token, request_uuid=asked.uuid, draft=request.POST.dict())
        text = _("Draft saved. A code is on its way to {address}. Type it below and send your answer.")
        messages.info(request, text.format(address=address))
        return redirect("credit_transfer:desk-request", token=token, request_uuid=asked.uuid)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            api.answer_request(token, request_uuid=asked.uuid, **form.cleaned_data)
        except (AnswerInvalid, CodeInvalid, RequestStateConflict) as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your answer is sent. The learner reads it in your words."))
            return redirect("credit_transfer:desk-request", token=token, request_uuid=asked.uuid)
    return _desk_page(request, token, found, form, status=400)


def _desk_page(
    request: HttpRequest, token: str, found: DeskData, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"found": found, "token": token, "form": form, "asked": found.request}
    if found.request is not None:
        context |= _request_context(token, found.request)
    return render_page(request, "credit_transfer/desk.html", context, status=status)


def _request_context(token: str, asked: RequestData) -> dict[str, Any]:
    checked = certificates.verify_issued(asked.credential_uuid)
    matched = matching_agreement(asked)
    mailbox = current_mailbox(find_link(token).institution)
    is_answered = asked.state is RequestState.ANSWERED
    return {
        "verdict": str(checked.answer),
        "checked": checked,
        "sections": package_sections(asked.package)[:-1],
        "agreement": matched[0] if matched else None,
        "conditions": matched[1] if matched else (),
        "overlaps": overlaps_of(asked.uuid),
        "address": masked(mailbox.email) if mailbox else "",
        "may_amend": is_answered and asked.amend_until is not None and timezone.now() < asked.amend_until,
        "may_answer": not is_answered,
        "verify_url": asked.package["award"]["verify_url"],
    }


def _initial(found: DeskData) -> dict[str, Any]:
    """The draft that was saved with the last code, else the answer to amend, else what the agreement gives."""
    if found.draft or found.request is None:
        return found.draft
    answer = found.request.answer
    if answer is not None:
        return {name: getattr(answer, name) for name in AnswerForm.base_fields if name != "code"}
    matched = matching_agreement(found.request)
    if matched is None:
        return {}
    given = matched[0]
    return {"course": given.equivalent_course, "credits": given.credits, "unit": given.unit}


def _looked(token: str, request_uuid: UUID, what: str) -> RequestData:
    found = api.open_desk(token, request_uuid=request_uuid, what=what).request
    if found is None:
        raise RequestNotFound(_("There is no such request for your institution."))
    return found


def _verdict(asked: RequestData) -> str:
    return str(certificates.verify_issued(asked.credential_uuid).answer)


def _ended_page(request: HttpRequest, token: str) -> HttpResponse:
    link = find_link(token)
    mailbox = current_mailbox(link.institution)
    context = {
        "token": token,
        "ended": ended_at(link),
        "institution": link.institution,
        "address": masked(mailbox.email) if mailbox else "",
    }
    return render_page(request, "credit_transfer/link_ended.html", context, status=LinkEnded.status)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
