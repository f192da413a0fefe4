"""Give money back: the intent is committed, then the gateway is asked, then the answer is recorded."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from paid_certificate.data import OrderData, OrderState, Purpose
from paid_certificate.errors import DeskOnly, OrderNotFound, OrderStateConflict
from paid_certificate.models import Entitlement, Order, Refund
from paid_certificate.models.audit import record
from paid_certificate.providers.base import get_gateway
from paid_certificate.rules import can_work_desk
from paid_certificate.services.orders import get_order, move_order, order_data, order_event
from paid_certificate.signals.signals import ORDER_REFUNDED


def refund_order(order_uuid: UUID, *, actor_id: int, reason: str, our_fault: bool = False) -> OrderData:
    """Refund a paid order in full, once.

    Before the sitting starts the right is taken back; afterwards money goes back only for our fault; an issued
    credential is never touched by money. Raises DeskOnly or OrderStateConflict.
    """
    if not can_work_desk(get_user_model().objects.get(pk=actor_id)):
        raise DeskOnly(_("Only the operator's finance staff gives money back."))
    refund = _intend(order_uuid, actor_id=actor_id, reason=reason, our_fault=our_fault)
    return finish_refund(refund)


def finish_refund(refund: Refund) -> OrderData:
    """Ask the order's own gateway and record its answer; safe to repeat for one that was left half done."""
    order = get_order(refund.order.uuid)
    reference = get_gateway(order.gateway).refund(order, idempotency_key=refund.idempotency_key)
    with transaction.atomic():
        locked = Refund.objects.select_for_update().select_related("order").get(pk=refund.pk)
        if locked.done_at is None:
            locked.provider_reference, locked.done_at = reference, timezone.now()
            locked.save()
            row = Order.objects.select_for_update().get(pk=locked.order_id)
            move_order(row, OrderState.REFUNDED)
            record("refund_order", actor_id=locked.requested_by_id, object_type="order", object_uuid=row.uuid)
            event = order_event(row)
            transaction.on_commit(lambda: ORDER_REFUNDED.send_event(order=event))
    return get_order(order.uuid)


def _intend(order_uuid: UUID, *, actor_id: int, reason: str, our_fault: bool) -> Refund:
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(uuid=order_uuid).first()
        if order is None:
            raise OrderNotFound(_("There is no such order."))
        standing = Refund.objects.filter(order=order).first()
        if standing is not None:
            return standing
        if order.state != OrderState.PAID:
            raise OrderStateConflict(
                _("Only a paid order can be refunded. This one is {state}.").format(state=order.state)
            )
        if _is_used(order_data(order)) and not our_fault:
            message = _("The sitting has started or the credential is issued. Refund it only if the fault was ours.")
            raise OrderStateConflict(message)
        refund = Refund.objects.create(
            order=order,
            idempotency_key=str(order.uuid),
            amount_minor=order.total_minor,
            reason=reason,
            requested_by_id=actor_id,
        )
        _take_back(order, reason)
        return refund


def _is_used(order: OrderData) -> bool:
    if order.purpose is Purpose.SITTING:
        assert order.registration_uuid is not None
        return exams.get_registration(order.registration_uuid).attempts_used > 0
    from paid_certificate.services.awards import is_issued_for_decision

    assert order.decision_uuid is not None
    return is_issued_for_decision(order.decision_uuid)


def _take_back(order: Order, reason: str) -> None:
    """Reverse the right of a sitting that has not begun; a used right has done its work and stays in the record."""
    entitlement = Entitlement.objects.filter(order=order, reversed_at__isnull=True).first()
    if entitlement is None or _is_used(order_data(order)):
        return
    entitlement.reversed_at = timezone.now()
    entitlement.save(update_fields=["reversed_at"])
    if entitlement.registration_uuid is not None:
        exams.revoke_grant(
            entitlement.registration_uuid, kind="payment", reference=str(entitlement.uuid), reason=reason
        )
