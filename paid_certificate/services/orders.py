"""Place, pay and cancel orders. Money never moves and no gateway is called inside a transaction."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from mastery_exam.data import ExamSummary
from paid_certificate.data import (
    ORDER_TRANSITIONS,
    CredentialForm,
    CredentialState,
    OrderData,
    OrderEventData,
    OrderState,
    Purpose,
    RouteKind,
)
from paid_certificate.errors import DeskOnly, NothingToBuy, OrderNotFound, OrderStateConflict, PaymentInvalid
from paid_certificate.models import Credential, FeeRule, Order, Payment
from paid_certificate.models.audit import record
from paid_certificate.money import Money
from paid_certificate.providers.base import get_gateway
from paid_certificate.rules import can_work_desk
from paid_certificate.services.fees import quote_exam
from paid_certificate.signals.signals import ORDER_PAID


def place_order(
    user_id: int,
    *,
    gateway: str,
    idempotency_key: str,
    registration_uuid: UUID | None = None,
    decision_uuid: UUID | None = None,
) -> OrderData:
    """Order a sitting (of a registration) or a credential (for a decision); the same purchase again returns the first.

    Raises NothingToBuy, FeeNotSet, GatewayUnknown. A gateway that has the money already makes the order paid.
    """
    exam, product = _subject(user_id, registration_uuid, decision_uuid)
    quote = quote_exam(user_id, exam)
    chosen = get_gateway("zero" if quote.total.is_zero else gateway)
    if not chosen.accepts(quote.total):
        raise PaymentInvalid(_("{total} cannot be paid this way. Choose another.").format(total=quote.total))
    standing = _standing_order(user_id, product, idempotency_key)
    if standing is None:
        _refuse_if_held(user_id, exam.key, decision_uuid)
        order = Order(
            number=f"{timezone.now():%Y%m%d}-{secrets.token_hex(4).upper()}",
            user_id=user_id,
            exam_key=exam.key,
            exam_title=exam.title,
            purpose=quote.purpose,
            product=product,
            registration_uuid=registration_uuid,
            decision_uuid=decision_uuid,
            state=OrderState.AWAITING_PAYMENT,
            gateway=chosen.identifier,
            currency=quote.total.currency,
            total_minor=quote.total.amount_minor,
            fee_rule=FeeRule.objects.get(uuid=quote.fee_rule_uuid) if quote.fee_rule_uuid else None,
            policy=_policy(exam, quote.refund_rule),
            idempotency_key=idempotency_key,
            held_until=timezone.now() + timedelta(days=quote.hold_days),
        )
        standing = _store(order)
    begun = get_gateway(standing.gateway).begin(order_data(standing))
    if begun.paid and standing.state == OrderState.AWAITING_PAYMENT:
        record_payment(
            standing.uuid, provider_event_id=begun.provider_event_id, amount=standing.total, gateway=standing.gateway
        )
    return get_order(standing.uuid)


def record_payment(
    order_uuid: UUID, *, gateway: str, provider_event_id: str, amount: Money, actor_id: int | None = None
) -> OrderData:
    """Record money that arrived; the order becomes paid once. The same event again changes nothing.

    Another event for a paid order is kept as a duplicate for a person to give back. Raises PaymentInvalid for a wrong
    amount: part of the price is not the price.
    """
    from paid_certificate.tasks import fulfil_order

    with transaction.atomic():
        order = _locked(order_uuid)
        if Payment.objects.filter(gateway=gateway, provider_event_id=provider_event_id).exists():
            return order_data(order)
        if amount != order.total:
            message = _("Order {number} costs {total}, not {amount}. Check which order was meant.")
            raise PaymentInvalid(message.format(number=order.number, total=order.total, amount=amount))
        is_duplicate = order.state in (OrderState.PAID, OrderState.REFUNDED)
        Payment.objects.create(
            order=order,
            gateway=gateway,
            provider_event_id=provider_event_id,
            amount_minor=amount.amount_minor,
            currency=amount.currency,
            is_duplicate=is_duplicate,
            recorded_by_id=actor_id,
        )
        record(
            "record_payment", actor_id=actor_id, object_type="order", object_uuid=order.uuid, event=provider_event_id
        )
        if not is_duplicate:
            move_order(order, OrderState.PAID)
            event = order_event(order)
            transaction.on_commit(lambda: ORDER_PAID.send_event(order=event))
            transaction.on_commit(lambda: fulfil_order.delay(str(order.uuid)))
    return order_data(order)


def mark_invoice_paid(order_uuid: UUID, *, actor_id: int, reference: str) -> OrderData:
    """The operator saw the transfer; `reference` is the bank's, and counts once. Raises DeskOnly, PaymentInvalid."""
    if not can_work_desk(get_user_model().objects.get(pk=actor_id)):
        raise DeskOnly(_("Only the operator's finance staff records payments."))
    if not reference.strip():
        message = _("Write the bank's reference of the transfer, so that it can be found again.")
        raise PaymentInvalid(message, fields={"reference": message})
    order = get_order(order_uuid)
    if order.gateway != "invoice":
        raise PaymentInvalid(_("Order {number} is not paid by invoice.").format(number=order.number))
    return record_payment(
        order_uuid, gateway="invoice", provider_event_id=reference.strip(), amount=order.total, actor_id=actor_id
    )


def cancel_order(user_id: int, *, order_uuid: UUID) -> OrderData:
    """Cancel one's own unpaid order; nothing that was paid for is touched."""
    with transaction.atomic():
        order = _locked(order_uuid)
        if order.user_id != user_id:
            raise OrderNotFound(_("There is no such order of yours."))
        move_order(order, OrderState.CANCELLED)
        record("cancel_order", actor_id=user_id, object_type="order", object_uuid=order.uuid)
    return order_data(order)


def drop_unpaid_order(decision_uuid: UUID) -> None:
    """Cancel what is not paid for a decision's credential, now that it would bring nothing. Within a transaction.

    Money that is on its way makes the order paid all the same; reconciliation then asks to give it back.
    """
    waiting = Order.objects.select_for_update().filter(product=_product(None, decision_uuid))
    for order in waiting.filter(state=OrderState.AWAITING_PAYMENT):
        move_order(order, OrderState.CANCELLED)
        record("cancel_order", actor_id=None, object_type="order", object_uuid=order.uuid)


def get_order(order_uuid: UUID) -> OrderData:
    """The order; raises OrderNotFound."""
    order = Order.objects.prefetch_related("payments").filter(uuid=order_uuid).first()
    if order is None:
        raise OrderNotFound(_("There is no such order."))
    return order_data(order)


def list_orders(user_id: int | None = None, *, state: OrderState | None = None) -> list[OrderData]:
    """Orders of one person, or of everybody, oldest first."""
    orders = Order.objects.prefetch_related("payments")
    if user_id is not None:
        orders = orders.filter(user_id=user_id)
    if state is not None:
        orders = orders.filter(state=state)
    return [order_data(order) for order in orders]


def find_order(
    user_id: int, *, registration_uuid: UUID | None = None, decision_uuid: UUID | None = None
) -> OrderData | None:
    """The standing order for a registration's sitting or a decision's credential, or None."""
    product = _product(registration_uuid, decision_uuid)
    order = Order.objects.filter(user_id=user_id, product=product, live=1).first()
    return order_data(order) if order else None


def payment_instructions(order: OrderData) -> str:
    """What the buyer must still do, in the gateway's words; empty when nothing."""
    if order.state is not OrderState.AWAITING_PAYMENT:
        return ""
    return get_gateway(order.gateway).begin(order).instructions


def move_order(order: Order, target: OrderState) -> None:
    """Move a locked order to `target`; raises OrderStateConflict for a step that the table does not allow."""
    state = OrderState(order.state)
    if target not in ORDER_TRANSITIONS[state]:
        message = _("Order {number} is {state} and cannot become {target}. Reload the page to see where it stands.")
        raise OrderStateConflict(message.format(number=order.number, state=state.value, target=target.value))
    order.state = target
    if target is OrderState.PAID:
        order.paid_at = timezone.now()
    order.save()


def order_event(order: Order) -> OrderEventData:
    """Event data of `order`."""
    return OrderEventData(order.uuid, order.exam_key, order.user_id, order.total_minor, order.currency)


def order_data(order: Order) -> OrderData:
    """The record of `order`."""
    return OrderData(
        uuid=order.uuid,
        number=order.number,
        user_id=order.user_id,
        exam_key=order.exam_key,
        exam_title=order.exam_title,
        purpose=Purpose(order.purpose),
        registration_uuid=order.registration_uuid,
        decision_uuid=order.decision_uuid,
        state=OrderState(order.state),
        gateway=order.gateway,
        total=order.total,
        policy=order.policy,
        held_until=order.held_until,
        paid_at=order.paid_at,
        created=order.created,
        url=reverse("paid_certificate:order", args=[order.uuid]),
        is_duplicate_paid=any(payment.is_duplicate for payment in order.payments.all()),
    )


def _subject(user_id: int, registration_uuid: UUID | None, decision_uuid: UUID | None) -> tuple[ExamSummary, str]:
    """The exam that is bought for, and the product's name; refuses what is not this person's to buy."""
    if (registration_uuid is None) == (decision_uuid is None):
        raise NothingToBuy(_("Say which registration or which result you want to pay for."))
    if registration_uuid is not None:
        registration = exams.get_registration(registration_uuid)
        if registration.user_id != user_id or registration.state != "open":
            raise NothingToBuy(_("This registration is not open. Look in My exams for the one that is."))
        if registration.fee_policy != "sitting":
            raise NothingToBuy(_("There is nothing to pay before this exam."))
        exam_key = registration.exam_key
    else:
        assert decision_uuid is not None
        decision = exams.get_decision(decision_uuid)
        if decision.user_id != user_id or decision.state != "released" or not decision.passed:
            raise NothingToBuy(_("A credential can be bought for your own released pass. Look in My exams."))
        exam_key = decision.exam_key
    exam = exams.get_exam(exam_key)
    if decision_uuid is not None and exam.fee_policy != "credential":
        raise NothingToBuy(_("There is nothing to pay for this credential."))
    if decision_uuid is not None and Credential.objects.filter(decision_uuid=decision_uuid, form="statement").exists():
        raise NothingToBuy(_("There is nothing to pay: this result gives a statement of accomplishment."))
    return exam, _product(registration_uuid, decision_uuid)


def _refuse_if_held(user_id: int, exam_key: str, decision_uuid: UUID | None) -> None:
    """Refuse money for a credential that stands already, unless the one of this very result still waits for it."""
    if decision_uuid is None:
        return
    held = Credential.objects.filter(
        user_id=user_id, achievement__routes__kind=RouteKind.EXAM, achievement__routes__reference=exam_key
    )
    waits = held.filter(decision_uuid=decision_uuid, state=CredentialState.AWAITING_PAYMENT).exists()
    if not waits and held.filter(live=1, form=CredentialForm.CREDENTIAL).exists():
        raise NothingToBuy(_("There is nothing to pay: you hold this credential already. Look in My exams."))


def _product(registration_uuid: UUID | None, decision_uuid: UUID | None) -> str:
    return f"sitting:{registration_uuid}" if registration_uuid else f"credential:{decision_uuid}"


def _policy(exam: ExamSummary, refund_rule: str) -> dict[str, object]:
    """The terms as bought: what later changes of the exam cannot take away."""
    return {
        "fee_policy": exam.fee_policy,
        "refund_rule": refund_rule,
        "version_num": exam.version_num,
        "max_attempts": exam.max_attempts,
        "wait_days": exam.wait_days,
        "attempts": 1,
    }


def _standing_order(user_id: int, product: str, idempotency_key: str) -> Order | None:
    orders = Order.objects.filter(user_id=user_id)
    return orders.filter(product=product, live=1).first() or orders.filter(idempotency_key=idempotency_key).first()


def _store(order: Order) -> Order:
    """Insert `order`, or return the one that a second click has just placed; the constraint decides."""
    try:
        with transaction.atomic():
            order.save()
            record("place_order", actor_id=order.user_id, object_type="order", object_uuid=order.uuid)
    except IntegrityError:
        standing = _standing_order(order.user_id, order.product, order.idempotency_key)
        if standing is None:
            raise
        return standing
    return order


def _locked(order_uuid: UUID) -> Order:
    order = Order.objects.select_for_update().filter(uuid=order_uuid).first()
    if order is None:
        raise OrderNotFound(_("There is no such order."))
    return order
