"""What a registrar's link opens. Looking changes nothing but the log and the time of the first look."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.data import OPEN_STATES, VISIBLE_STATES, DeskData, DeskRequest, RequestState
from credit_transfer.errors import RequestNotFound
from credit_transfer.models import DeskAccess, DeskLink, Institution, TransferRequest
from credit_transfer.services.institutions import institution_data
from credit_transfer.services.links import read_link
from credit_transfer.services.request_data import request_data, request_rows


def open_desk(token: str, *, request_uuid: UUID | None = None, what: str = "view") -> DeskData:
    """One request of the link's institution in full (the link's own, or `request_uuid`), and the other open ones.

    `what` is noted in the access log. Raises LinkInvalid, LinkEnded, or RequestNotFound for a request that the
    institution may not see: another's, a withdrawn one, or one whose consent is over.
    """
    link = read_link(token)
    row = _chosen(link, request_uuid)
    if row is not None:
        _note_opened(row)
    DeskAccess.objects.create(link=link, request=row, what=what)
    others = visible_rows(link.institution).filter(state__in=OPEN_STATES)
    if row is not None:
        others = others.exclude(pk=row.pk)
    return DeskData(
        institution=institution_data(link.institution),
        link_ends=link.expires_at,
        request=request_data(row) if row is not None else None,
        others=tuple(_in_list(other) for other in others),
        draft=row.draft if row is not None else {},
    )


def visible_rows(institution: Institution) -> models.QuerySet[TransferRequest]:
    """The requests that an institution may see now: while consent lasts, open or answered."""
    rows = request_rows().filter(institution=institution, state__in=VISIBLE_STATES)
    return rows.filter(consent_until__gt=timezone.now())


def visible_row(link: DeskLink, request_uuid: UUID) -> TransferRequest:
    """The row of a request that the link's institution may see; raises RequestNotFound."""
    row = visible_rows(link.institution).filter(uuid=request_uuid).first()
    if row is None:
        raise RequestNotFound(_("This request is no longer open to you: it was withdrawn, or its time is over."))
    return row


def _chosen(link: DeskLink, request_uuid: UUID | None) -> TransferRequest | None:
    if request_uuid is not None:
        return visible_row(link, request_uuid)
    rows = visible_rows(link.institution)
    own = rows.filter(pk=link.request.pk).first() if link.request is not None else None
    return own or rows.filter(state__in=OPEN_STATES).first()


def _note_opened(row: TransferRequest) -> None:
    """The first look, by a person or a scanner: it uses nothing up, and the learner reads when it was."""
    opened = {"opened_at": timezone.now(), "state": RequestState.OPENED, "modified": timezone.now()}
    TransferRequest.objects.filter(pk=row.pk, state=RequestState.SENT).update(**opened)
    row.refresh_from_db(fields=["opened_at", "state"])


def _in_list(row: TransferRequest) -> DeskRequest:
    state = RequestState(row.state)
    return DeskRequest(row.uuid, row.holder_name, row.achievement_title, state, row.answer_by, row.created)
