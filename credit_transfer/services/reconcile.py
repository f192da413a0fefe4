"""Find from the tables alone what a lost message left undone with requests, and repair it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.data import OPEN_STATES, DeliveryState, Finding
from credit_transfer.models import Delivery, TransferRequest
from credit_transfer.models.audit import record
from credit_transfer.services.deliver import UNSENT, deliver, resend
from credit_transfer.services.institutions import current_mailbox
from credit_transfer.services.withdraw import lapse_request
from openedx_bridge.errors import SuiteError

Repair = Callable[[], object]


@attrs.frozen
class Outcome:
    """A finding and what became of it: repaired, or the reason why not."""

    finding: Finding
    repaired: bool
    why_not: str = ""


def reconcile(*, dry_run: bool = True, actor_id: int | None = None) -> list[Outcome]:
    """Find mails that did not go or came back and consents that are over, oldest first; repair unless `dry_run`."""
    outcomes = []
    for finding, repair in [*_mails_not_sent(), *_mails_bounced(), *_consents_over()]:
        if dry_run or repair is None:
            outcomes.append(Outcome(finding, False, "" if repair else _("A person must do this.")))
            continue
        outcomes.append(_repaired(finding, repair, actor_id))
    return outcomes


def _repaired(finding: Finding, repair: Repair, actor_id: int | None) -> Outcome:
    try:
        repair()
    except SuiteError as error:
        return Outcome(finding, False, str(error.user_message))
    except OSError as error:
        return Outcome(finding, False, _("The mail did not go: {error}.").format(error=type(error).__name__))
    record(f"repair_{finding.kind}", actor_id=actor_id, object_type="finding", object_uuid=finding.object_uuid)
    return Outcome(finding, True)


def _mails_not_sent() -> list[tuple[Finding, Repair | None]]:
    stale = timezone.now() - timedelta(minutes=5)
    rows = Delivery.objects.select_related("institution", "request").filter(state__in=UNSENT, modified__lt=stale)
    wanted = [row for row in rows if row.request is None or row.request.state in OPEN_STATES]
    return [
        (
            Finding(
                "mail_not_sent",
                row.uuid,
                row.request.user_id if row.request else None,
                _("A mail to {name} was not sent.").format(name=row.institution.name),
                _("Send it."),
            ),
            partial(deliver, row.uuid),
        )
        for row in wanted
    ]


def _mails_bounced() -> list[tuple[Finding, Repair | None]]:
    """Open requests whose last mail came back."""
    found: list[tuple[Finding, Repair | None]] = []
    rows = TransferRequest.objects.select_related("institution").prefetch_related("deliveries")
    for row in rows.filter(state__in=OPEN_STATES, deliveries__state=DeliveryState.BOUNCED).distinct():
        last = max(row.deliveries.all(), key=lambda delivery: delivery.pk)
        if last.state != DeliveryState.BOUNCED:
            continue
        has_address = current_mailbox(row.institution) is not None
        repair = _("Send it to the next address.") if has_address else _("Add an address of the office first.")
        text = _("The mail to {name} came back.").format(name=row.institution.name)
        finding = Finding("mail_bounced", last.uuid, row.user_id, text, repair)
        found.append((finding, partial(resend, last.uuid, actor_id=None) if has_address else None))
    return found


def _consents_over() -> list[tuple[Finding, Repair | None]]:
    rows = TransferRequest.objects.filter(state__in=OPEN_STATES, consent_until__lte=timezone.now())
    return [
        (
            Finding(
                "consent_over",
                row.uuid,
                row.user_id,
                _("A request was not answered before its consent ended."),
                _("Close it."),
            ),
            partial(lapse_request, row),
        )
        for row in rows
    ]
