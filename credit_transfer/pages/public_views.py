"""Where does it count: for everybody, and with conditions met and unmet for whoever is signed in."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from credit_transfer import api
from credit_transfer.data import Recognitions
from credit_transfer.errors import AgreementNotFound
from openedx_bridge.dates import zone_of
from openedx_bridge.web import render_page, suite_page
from paid_certificate import api as certificates
from paid_certificate.data import CredentialState


@suite_page
def where(request: HttpRequest, achievement_uuid: UUID) -> HttpResponse:
    """Where an achievement counts."""
    user_id = request.user.pk if request.user.is_authenticated else None
    return _where(request, api.list_recognitions(achievement_uuid=achievement_uuid, user_id=user_id))


@suite_page
def where_exam(request: HttpRequest) -> HttpResponse:
    """Where what an exam leads to counts: `?exam=<key>`."""
    user_id = request.user.pk if request.user.is_authenticated else None
    found = api.list_recognitions(exam_key=request.GET.get("exam", ""), user_id=user_id)
    if not found.title:
        raise AgreementNotFound(_("There is no such exam. Open this page from an exam or from a credential."))
    return _where(request, found)


def _where(request: HttpRequest, found: Recognitions) -> HttpResponse:
    user_id = request.user.pk if request.user.is_authenticated else None
    credential, asked = None, []
    if user_id and found.achievement_uuid:
        credential = certificates.find_credential(user_id, achievement_uuid=found.achievement_uuid)
    if user_id and credential:
        asked = [entry for entry in api.list_requests(user_id) if entry.credential_uuid == credential.uuid]
    may_send = credential is not None and credential.state is CredentialState.ISSUED and credential.carries_credit
    context = {
        "found": found,
        "credential": credential if may_send else None,
        "asked": asked,
        "directory": api.list_institutions(),
        "zone": zone_of(user_id),
    }
    return render_page(request, "credit_transfer/where.html", context)
