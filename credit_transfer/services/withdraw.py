"""A learner takes a consent back, a consent runs out, a person is forgotten: the institution's access ends."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from credit_transfer.data import REQUEST_TRANSITIONS, VISIBLE_STATES, RequestData, RequestState, TransferEventData
from credit_transfer.errors import RequestStateConflict
from credit_transfer.models import Answer, TransferRequest
from credit_transfer.models.audit import record
from credit_transfer.services.request_data import own_request_row, request_data
from credit_transfer.services.transitions import move
from credit_transfer.signals.signals import TRANSFER_WITHDRAWN


def withdraw_request(user_id: int, *, request_uuid: UUID) -> RequestData:
    """End the request and the institution's access to what was sent; an answer that was given stays readable."""
    with transaction.atomic():
        row = own_request_row(user_id, request_uuid)
        TransferRequest.objects.select_for_update().get(pk=row.pk)
        row.refresh_from_db()
        _withdraw(row, actor_id=user_id)
    return request_data(row)


def lapse_request(row: TransferRequest) -> None:
    """Close a request whose consent is over and that nobody answered."""
    with transaction.atomic():
        move(row, RequestState.LAPSED, table=REQUEST_TRANSITIONS, refusal=RequestStateConflict)
        record("lapse_request", actor_id=None, object_type="request", object_uuid=row.uuid)


def retire_person(user_id: int) -> None:
    """Forget a person: open requests end, and names, numbers, documents and the answers' words go. Safe to repeat."""
    with transaction.atomic():
        rows = TransferRequest.objects.select_for_update().filter(user_id=user_id)
        for row in rows:
            if row.state in VISIBLE_STATES:
                _withdraw(row, actor_id=None)
        Answer.objects.filter(request__user_id=user_id).update(course="", conditions="", reason="")
        rows.update(
            holder_name="",
            student_id_there="",
            birth_date=None,
            programme_there="",
            package="",
            consent_text="",
            draft={},
            modified=timezone.now(),
        )


def _withdraw(row: TransferRequest, *, actor_id: int | None) -> None:
    values = {"withdrawn_at": timezone.now(), "draft": {}}
    move(row, RequestState.WITHDRAWN, table=REQUEST_TRANSITIONS, refusal=RequestStateConflict, **values)
    record("withdraw_request", actor_id=actor_id, object_type="request", object_uuid=row.uuid)
    event = TransferEventData(row.uuid, row.institution.uuid, row.user_id)
    transaction.on_commit(lambda: TRANSFER_WITHDRAWN.send_event(transfer=event))
