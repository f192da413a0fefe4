"""What the operator's desk shows, and the one reconciliation behind page, command and task."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from openedx_bridge import api as bridge
from openedx_bridge.errors import SuiteError
from paid_certificate.data import CredentialState, Finding, OrderState, RevocationReason
from paid_certificate.models import Credential
from paid_certificate.models.audit import record
from paid_certificate.models.credential import OPEN
from paid_certificate.services.awards import award_for_decision, credential_data
from paid_certificate.services.issue import issue_credential
from paid_certificate.services.next_award import form_of
from paid_certificate.services.orders import list_orders
from paid_certificate.services.reconcile import Repair, find_money_gaps

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
    for finding, repair in [*find_money_gaps(), *_find_award_gaps()]:
        if dry_run or repair is None:
            outcomes.append(Outcome(finding, False, "" if repair else _("A person must do this.")))
            continue
        outcomes.append(_repair(finding, repair, actor_id))
    return outcomes


def desk_context() -> dict[str, Any]:
    """Open invoices, recent credentials, and what reconciliation would do."""
    orders = list_orders(state=OrderState.AWAITING_PAYMENT)
    paid = list_orders(state=OrderState.PAID)[-RECENT:]
    rows = Credential.objects.select_related("achievement_version__achievement__body", "achievement", "successor")
    credentials = [credential_data(row) for row in rows.order_by("-created")[:RECENT]]
    return {
        "orders": [(order, bridge.get_user(order.user_id)) for order in orders],
        "paid": [(order, bridge.get_user(order.user_id)) for order in reversed(paid)],
        "credentials": credentials,
        "reasons": [reason.value for reason in RevocationReason],
        "findings": reconcile(),
        "checked_at": timezone.now(),
    }


def _repair(finding: Finding, repair: Repair, actor_id: int | None) -> Outcome:
    try:
        repair()
    except SuiteError as error:
        return Outcome(finding, False, str(error.user_message))
    record(f"repair_{finding.kind}", actor_id=actor_id, object_type="finding", object_uuid=finding.object_uuid)
    return Outcome(finding, True)


def _find_award_gaps() -> list[tuple[Finding, Repair | None]]:
    return [*_decided_without_credential(), *_not_signed()]


def _decided_without_credential() -> list[tuple[Finding, Repair | None]]:
    """Released passes, of exams that lead to an achievement, for which nothing was awarded."""
    gaps: list[tuple[Finding, Repair | None]] = []
    known = set(Credential.objects.filter(decision_uuid__isnull=False).values_list("decision_uuid", flat=True))
    holders = set(Credential.objects.filter(OPEN).values_list("user_id", "achievement__routes__reference"))
    for decision in exams.iter_released_passes():
        if decision.uuid in known or (decision.user_id, decision.exam_key) in holders:
            continue
        if award_is_due(decision):
            text = _("The pass in “{title}” has no credential.").format(title=decision.exam_title)
            finding = Finding("decided_without_credential", decision.uuid, decision.user_id, text, _("Award it."))
            gaps.append((finding, partial(award_for_decision, decision.uuid)))
    return gaps


def award_is_due(decision: Any) -> bool:
    """Whether the decision's exam leads to an achievement of a published body, in any form, at its checking level."""
    from paid_certificate.models import Route

    route = Route.objects.filter(kind="exam", reference=decision.exam_key).first()
    if route is None or route.achievement.body.published_at is None:
        return False
    return form_of(route, decision.identity, decision.supervision) is not None


def _not_signed() -> list[tuple[Finding, Repair | None]]:
    states = [CredentialState.READY, CredentialState.SIGNING, CredentialState.FAILED]
    stale = timezone.now() - timedelta(minutes=5)
    return [
        (
            Finding(
                "not_signed",
                row.uuid,
                row.user_id,
                _("A credential was not signed. {why}").format(why=row.failure),
                _("Sign it again."),
            ),
            partial(issue_credential, row.uuid),
        )
        for row in Credential.objects.filter(state__in=states, modified__lt=stale)
    ]
