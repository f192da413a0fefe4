"""Read requests: what a learner sees of their own."""

from __future__ import annotations

import json
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from credit_transfer.data import AnswerData, AnswerKind, DeliveryData, DeliveryKind, DeliveryState, RequestData
from credit_transfer.data import RequestState as State
from credit_transfer.errors import RequestNotFound
from credit_transfer.models import Answer, Delivery, TransferRequest
from credit_transfer.services.institutions import institution_data

SAME = (
    "uuid user_id credential_uuid achievement_title programme_there holder_name student_id_there birth_date "
    "include_statement consent_text consent_version consented_at consent_until answer_by created opened_at "
    "withdrawn_at amend_until package_sha256"
).split()


def get_request(user_id: int, *, request_uuid: UUID) -> RequestData:
    """The learner's own request; raises RequestNotFound for anybody else's."""
    return request_data(own_request_row(user_id, request_uuid))


def list_requests(user_id: int) -> list[RequestData]:
    """The learner's requests, the newest first."""
    return [request_data(row) for row in request_rows().filter(user_id=user_id).order_by("-created", "-id")]


def own_request_row(user_id: int, request_uuid: UUID) -> TransferRequest:
    """The row; raises RequestNotFound for anybody else's."""
    row = request_rows().filter(uuid=request_uuid, user_id=user_id).first()
    if row is None:
        raise RequestNotFound(_("There is no such request of yours. Look in the list of your requests."))
    return row


def request_rows() -> QuerySet[TransferRequest]:
    """Requests with what their records need."""
    related = ("institution__mailboxes", "answers", "deliveries__mailbox")
    return TransferRequest.objects.select_related("institution", "agreement__institution").prefetch_related(*related)


def request_data(row: TransferRequest) -> RequestData:
    """The record of `row`."""
    deliveries = sorted(row.deliveries.all(), key=lambda delivery: delivery.pk)
    return RequestData(
        **{name: getattr(row, name) for name in SAME},
        institution=institution_data(row.institution),
        state=State(row.state),
        delivery=delivery_data(deliveries[-1]) if deliveries else None,
        answers=tuple(answer_data(answer) for answer in row.answers.all()),
        package=json.loads(row.package) if row.package else {},
        url=reverse("credit_transfer:request-status", args=[row.uuid]),
    )


def delivery_data(row: Delivery) -> DeliveryData:
    """The record of `row`."""
    return DeliveryData(
        uuid=row.uuid,
        request_uuid=row.request.uuid if row.request else None,
        institution_uuid=row.institution.uuid,
        email=row.mailbox.email,
        kind=DeliveryKind(row.kind),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        error=row.error,
        created=row.created,
        sent_at=row.sent_at,
    )


def answer_data(row: Answer) -> AnswerData:
    """The record of `row`."""
    same = ("uuid", "num", "course", "credits", "unit", "conditions", "reason", "by_name", "by_role", "created")
    return AnswerData(kind=AnswerKind(row.kind), **{name: getattr(row, name) for name in same})
