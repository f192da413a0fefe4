"""Find from the tables alone what a lost message left undone with money and rights, and repair it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import CredentialState, Finding, OrderState, Purpose
from paid_certificate.models import Credential, Entitlement, Order, Payment, Refund
from paid_certificate.services.fulfil import fulfil
from paid_certificate.services.refunds import finish_refund

Repair = Callable[[], object]
NO_CREDENTIAL = "paid_for_no_credential"


def find_money_gaps() -> list[tuple[Finding, Repair | None]]:
    """What is wrong, oldest first, each with its repair; None where only a person can repair it."""
    return [
        *_paid_without_right(),
        *_rights_not_delivered(),
        *_paid_for_no_credential(),
        *_refunds_half_done(),
        *_duplicate_payments(),
    ]


def _paid_without_right() -> list[tuple[Finding, Repair | None]]:
    orders = Order.objects.filter(state=OrderState.PAID, entitlement__isnull=True)
    return [
        (
            Finding(
                "paid_without_right",
                order.uuid,
                order.user_id,
                _("Order {number} is paid and gave no right.").format(number=order.number),
                _("Give the right and hand it to the exam."),
            ),
            partial(fulfil, order.uuid),
        )
        for order in orders
    ]


def _rights_not_delivered() -> list[tuple[Finding, Repair | None]]:
    rights = Entitlement.objects.select_related("order").filter(delivered_at__isnull=True, reversed_at__isnull=True)
    return [
        (
            Finding(
                "right_not_delivered",
                right.uuid,
                right.user_id,
                _("The right of order {number} did not reach the exam.").format(number=right.order.number),
                _("Hand it to the exam."),
            ),
            partial(fulfil, right.order.uuid),
        )
        for right in rights
    ]


def _paid_for_no_credential() -> list[tuple[Finding, Repair | None]]:
    """Money for a credential that nobody will get: the result was withdrawn, or another credential stands already."""
    rights = Entitlement.objects.select_related("order").filter(
        purpose=Purpose.CREDENTIAL, delivered_at__isnull=False, reversed_at__isnull=True, order__total_minor__gt=0
    )
    made = Credential.objects.exclude(state=CredentialState.CANCELLED).filter(decision_uuid=OuterRef("decision_uuid"))
    return [
        (
            Finding(
                NO_CREDENTIAL,
                right.order.uuid,
                right.user_id,
                _("Order {number} is paid and brought no credential: it was withdrawn, or another stands.").format(
                    number=right.order.number
                ),
                _("Give the money back, under “Paid orders”."),
            ),
            None,
        )
        for right in rights.filter(~Exists(made), order__state=OrderState.PAID)
    ]


def _refunds_half_done() -> list[tuple[Finding, Repair | None]]:
    stale = timezone.now() - timedelta(minutes=5)
    return [
        (
            Finding(
                "refund_half_done",
                refund.order.uuid,
                refund.order.user_id,
                _("The refund of order {number} was begun and not finished.").format(number=refund.order.number),
                _("Ask the gateway again with the same key, and record its answer."),
            ),
            partial(finish_refund, refund),
        )
        for refund in Refund.objects.select_related("order").filter(done_at__isnull=True, created__lt=stale)
    ]


def _duplicate_payments() -> list[tuple[Finding, Repair | None]]:
    return [
        (
            Finding(
                "paid_twice",
                payment.order.uuid,
                payment.order.user_id,
                _("Order {number} was paid twice.").format(number=payment.order.number),
                _("Give the second payment back by hand: {reference}.").format(reference=payment.provider_event_id),
            ),
            None,
        )
        for payment in Payment.objects.select_related("order").filter(is_duplicate=True)
    ]
