"""What the operator's desk shows, and the one reconciliation behind page, command and task."""

from __future__ import annotations

from typing import Any

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_bridge import api as bridge
from openedx_bridge.errors import SuiteError
from paid_certificate.data import Finding, OrderState, RevocationReason
from paid_certificate.models import Credential
from paid_certificate.models.audit import record
from paid_certificate.services.award_gaps import find_award_gaps
from paid_certificate.services.awards import credential_data
from paid_certificate.services.bulk_issue import find_bulk_gaps
from paid_certificate.services.claim_keep import find_claim_gaps
from paid_certificate.services.orders import list_orders
from paid_certificate.services.reconcile import NO_CREDENTIAL, Repair, find_money_gaps

RECENT = 50


@attrs.frozen
class Outcome:
    """A finding and what became of it: repaired, or the reason why not."""

    finding: Finding
    repaired: bool
    why_not: str = ""


def reconcile(*, dry_run: bool = True, actor_id: int | None = None) -> list[Outcome]:
    """Find what is missing between money, rights, decisions and credentials, and repair it unless `dry_run`."""
    outcomes = []
    for finding, repair in [*find_money_gaps(), *find_award_gaps(), *find_bulk_gaps(), *find_claim_gaps()]:
        if dry_run or repair is None:
            outcomes.append(Outcome(finding, False, "" if repair else _("A person must do this.")))
            continue
        outcomes.append(_repair(finding, repair, actor_id))
    return outcomes


def desk_context() -> dict[str, Any]:
    """Open invoices, recent credentials, and what reconciliation would do."""
    orders = list_orders(state=OrderState.AWAITING_PAYMENT)
    findings = reconcile()
    to_give_back = {entry.finding.object_uuid for entry in findings if entry.finding.kind == NO_CREDENTIAL}
    every_paid = list_orders(state=OrderState.PAID)
    paid = [order for order in every_paid[:-RECENT] if order.uuid in to_give_back] + every_paid[-RECENT:]
    paid.sort(key=lambda order: order.uuid in to_give_back)
    rows = Credential.objects.select_related("achievement_version__achievement__body", "achievement", "successor")
    credentials = [credential_data(row) for row in rows.order_by("-created")[:RECENT]]
    return {
        "orders": [(order, bridge.get_user(order.user_id)) for order in orders],
        "paid": [(order, bridge.get_user(order.user_id)) for order in reversed(paid)],
        "credentials": credentials,
        "reasons": [reason.value for reason in RevocationReason],
        "findings": findings,
        "checked_at": timezone.now(),
    }


def _repair(finding: Finding, repair: Repair, actor_id: int | None) -> Outcome:
    try:
        repair()
    except SuiteError as error:
        return Outcome(finding, False, str(error.user_message))
    record(f"repair_{finding.kind}", actor_id=actor_id, object_type="finding", object_uuid=finding.object_uuid)
    return Outcome(finding, True)
