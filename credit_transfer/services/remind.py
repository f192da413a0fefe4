"""Remind offices whose time to answer runs out: one mail per office, not one per request."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.data import OPEN_STATES, DeliveryKind, DeliveryState, Finding
from credit_transfer.models import Delivery, TransferRequest
from credit_transfer.services.deliver import queue_delivery
from credit_transfer.services.institutions import current_mailbox


def remind_offices(*, dry_run: bool = True, now: datetime | None = None) -> list[Finding]:
    """Each office with a request that is due soon, or was, and that got no mail lately; mailed unless `dry_run`."""
    now = now or timezone.now()
    window = timedelta(days=settings.CREDIT_TRANSFER_REMIND_DAYS)
    rows = TransferRequest.objects.select_related("institution")
    due = rows.filter(state__in=OPEN_STATES, consent_until__gt=now, answer_by__lte=now + window).order_by("answer_by")
    reminded, found = set(), []
    for row in due:
        institution = row.institution
        if institution.pk in reminded or _was_mailed(institution.pk, now - window):
            continue
        if current_mailbox(institution) is None:
            continue
        reminded.add(institution.pk)
        text = _("{name} has a request to answer by {day}.")
        what = text.format(name=institution.name, day=row.answer_by.date().isoformat())
        found.append(Finding("due_soon", row.uuid, row.user_id, what, _("Remind the office.")))
        if not dry_run:
            with transaction.atomic():
                queue_delivery(institution, DeliveryKind.REMINDER, request=row)
    return found


def _was_mailed(institution_pk: int, since: datetime) -> bool:
    alive = [DeliveryState.WAITING, DeliveryState.FAILED, DeliveryState.SENT]
    kinds = [DeliveryKind.REMINDER, DeliveryKind.REQUEST]
    mails = Delivery.objects.filter(institution_id=institution_pk, kind__in=kinds, state__in=alive)
    return mails.filter(created__gt=since).exists()
