"""Mails to offices: rows first, sent by a task after the commit, with how each fared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from credit_transfer.data import DELIVERY_TRANSITIONS, OPEN_STATES, DeliveryData, DeliveryKind, DeliveryState
from credit_transfer.errors import DeliveryNotFound, DeliveryStateConflict
from credit_transfer.models import Delivery, DeskLink, Institution, TransferRequest
from credit_transfer.models.audit import record
from credit_transfer.services.institutions import current_mailbox
from credit_transfer.services.links import issue_link
from credit_transfer.services.request_data import delivery_data
from credit_transfer.services.transitions import move
from openedx_bridge import api as bridge
from openedx_bridge.dates import moment

UNSENT = (DeliveryState.WAITING, DeliveryState.FAILED)


def queue_delivery(institution: Institution, kind: DeliveryKind, *, request: TransferRequest | None = None) -> Delivery:
    """Write the row of a mail to the office's current address; a task sends it after the commit.

    Raises DeliveryStateConflict where every address of the office has bounced.
    """
    from credit_transfer.tasks import deliver_mail

    mailbox = current_mailbox(institution)
    if mailbox is None:
        message = _("Every address of {name} has bounced. Add one to the directory.").format(name=institution.name)
        raise DeliveryStateConflict(message)
    row = Delivery.objects.create(institution=institution, mailbox=mailbox, request=request, kind=kind)
    transaction.on_commit(lambda: deliver_mail.delay(str(row.uuid)))
    return row


def deliver(uuid: UUID) -> None:
    """Send one mail with a link of its own, once; never inside a transaction. Raises what the mail backend raises.

    The link is made here and not by whoever asked for the mail, so that it passes through no queue.
    """
    row = Delivery.objects.select_related("institution", "mailbox", "request").filter(uuid=uuid).first()
    if row is None or row.state not in UNSENT or not _is_wanted(row):
        return
    claimed = Delivery.objects.filter(pk=row.pk, state__in=UNSENT, attempts=row.attempts)
    if not claimed.update(attempts=row.attempts + 1, modified=timezone.now()):
        return
    row.refresh_from_db()
    token, link = issue_link(row.institution, row.mailbox, row.request)
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = _mail(row, token, link)
    try:
        bridge.send_message(row.mailbox.email, subject=subject, text=text)
    except OSError as error:
        link.revoked_at = timezone.now()
        link.save()
        # The error's kind only: a mail server's words may quote the address or the text.
        _move(row, DeliveryState.FAILED, error=type(error).__name__)
        raise
    _move(row, DeliveryState.SENT, sent_at=timezone.now(), error="")


def record_bounce(uuid: UUID, *, actor_id: int | None) -> DeliveryData | None:
    """Record that a mail came back: its address is passed over, its links end, and the next address is tried.

    Returns the mail to the next address, or None where nothing is to be sent or there is no other address.
    """
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(uuid=uuid).first()
        if row is None:
            raise DeliveryNotFound(_("There is no such mail. Look in the list of mails."))
        _move(row, DeliveryState.BOUNCED)
        now = timezone.now()
        row.mailbox.bounced_at = now
        row.mailbox.save()
        DeskLink.objects.filter(mailbox=row.mailbox, revoked_at__isnull=True).update(revoked_at=now)
        record("bounce", actor_id=actor_id, object_type="delivery", object_uuid=row.uuid)
        return _again(row)


def resend(uuid: UUID, *, actor_id: int | None) -> DeliveryData:
    """Mail the office again, at its current address, for whatever this mail was about."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(uuid=uuid).first()
        if row is None:
            raise DeliveryNotFound(_("There is no such mail. Look in the list of mails."))
        again = queue_delivery(row.institution, DeliveryKind(row.kind), request=row.request)
        record("resend", actor_id=actor_id, object_type="delivery", object_uuid=again.uuid)
    return delivery_data(again)


def list_deliveries(*, limit: int = 50) -> list[DeliveryData]:
    """The latest mails, newest first, for the operator."""
    rows = Delivery.objects.select_related("institution", "mailbox", "request").order_by("-created", "-id")
    return [delivery_data(row) for row in rows[:limit]]


def public_url(path: str) -> str:
    """An address for a mail: no request decides its host."""
    return (settings.CREDIT_TRANSFER_PUBLIC_BASE_URL or bridge.lms_root_url()).rstrip("/") + path


def _is_wanted(row: Delivery) -> bool:
    return row.request is None or row.kind == DeliveryKind.LINK or row.request.state in OPEN_STATES


def _again(row: Delivery) -> DeliveryData | None:
    if not _is_wanted(row) or current_mailbox(row.institution) is None:
        return None
    return delivery_data(queue_delivery(row.institution, DeliveryKind(row.kind), request=row.request))


def _mail(row: Delivery, token: str, link: DeskLink) -> tuple[str, str]:
    """Subject and text; plain text only, and whatever a person typed on one line, so that nothing can be smuggled."""
    values: dict[str, Any] = {
        "platform": bridge.platform_name(),
        "institution": row.institution.name,
        "office": row.institution.office_name,
        "link": public_url(reverse("credit_transfer:desk", args=[token])),
        "ends": moment(link.expires_at, "UTC"),
    }
    if row.request is not None and row.kind != DeliveryKind.LINK:
        values["holder"] = _one_line(row.request.holder_name)
        values["title"] = _one_line(row.request.achievement_title)
        values["by"] = moment(row.request.answer_by, "UTC")
        return _request_mail(DeliveryKind(row.kind), values)
    subject = _("Your new link to the requests at {platform}")
    text = _("To {office}, {institution}\n\nHere is the new link that was asked for:\n{link}\n\nIt ends on {ends}.")
    return subject.format(**values), text.format(**values)


def _request_mail(kind: DeliveryKind, values: dict[str, Any]) -> tuple[str, str]:
    subject = _("Request for credit from {platform}")
    if kind is DeliveryKind.REMINDER:
        subject = _("Reminder: a request for credit from {platform} waits for your answer")
    text = _(
        "To {office}, {institution}\n\n"
        "{holder} asks {institution} for credit for “{title}” and has agreed that you see the documents.\n\n"
        "Check it and answer here, without an account, please by {by}:\n{link}\n\n"
        "The link is for your office and shows all open requests to {institution}. It ends on {ends}; the page then "
        "sends you a new one. Your answer needs a code that we mail to this address."
    )
    return subject.format(**values), text.format(**values)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _move(row: Delivery, target: DeliveryState, **values: Any) -> None:
    move(row, target, table=DELIVERY_TRANSITIONS, refusal=DeliveryStateConflict, **values)
