"""Buying a sitting and buying a credential: one order, one payment, one right."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from mastery_sittings import decided, registered, sat

from mastery_exam import api as exams
from paid_certificate import api
from paid_certificate.data import ORDER_TRANSITIONS, Money, OrderState
from paid_certificate.errors import (
    DeskOnly,
    FeeNotSet,
    NothingToBuy,
    OrderNotFound,
    OrderStateConflict,
    PaymentInvalid,
)
from paid_certificate.models import Entitlement, Order, Payment
from paid_certificate.services.orders import move_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def run_on_commit(django_capture_on_commit_callbacks):
    """Run what is scheduled on commit, as the real thing would."""
    with django_capture_on_commit_callbacks(execute=True):
        yield


def place(user: User, registration, key: str = "key-1"):
    return api.place_order(user.pk, registration_uuid=registration.uuid, gateway="invoice", idempotency_key=key)


def test_place_order_invoice_awaits_payment_and_gives_no_right(paid_exam, learner: User) -> None:
    registration = registered(learner, paid_exam)
    order = place(learner, registration)
    assert order.state is OrderState.AWAITING_PAYMENT
    assert order.total == Money(4000, "EUR")
    assert "DE00" in api.payment_instructions(order)
    assert exams.get_registration(registration.uuid).missing_grants == ("payment",)
    assert not api.list_entitlements(learner.pk)


def test_place_order_twice_is_one_order(paid_exam, learner: User) -> None:
    registration = registered(learner, paid_exam)
    assert place(learner, registration, "a").uuid == place(learner, registration, "b").uuid
    assert Order.objects.count() == 1


def test_mark_invoice_paid_gives_the_right_once(
    paid_exam, learner: User, operator: User, django_capture_on_commit_callbacks
) -> None:
    registration = registered(learner, paid_exam)
    order = place(learner, registration)
    with django_capture_on_commit_callbacks(execute=True):
        api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")
        api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")
    api.fulfil(order.uuid)
    assert api.get_order(order.uuid).state is OrderState.PAID
    assert exams.get_registration(registration.uuid).missing_grants == ()
    (right,) = api.list_entitlements(learner.pk)
    assert right.delivered_at is not None
    assert right.policy["refund_rule"] == "Full refund before the start."
    assert Payment.objects.count() == 1


def test_mark_invoice_paid_second_transfer_is_kept_as_duplicate(paid_exam, learner: User, operator: User) -> None:
    order = place(learner, registered(learner, paid_exam))
    api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")
    api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-2")
    assert api.get_order(order.uuid).is_duplicate_paid
    assert [outcome.finding.kind for outcome in api.reconcile() if outcome.finding.kind == "paid_twice"]


def test_record_payment_of_part_of_the_price_is_refused(paid_exam, learner: User) -> None:
    order = place(learner, registered(learner, paid_exam))
    with pytest.raises(PaymentInvalid, match="costs EUR 40"):
        api.record_payment(order.uuid, gateway="invoice", provider_event_id="x", amount=Money(100, "EUR"))


def test_mark_invoice_paid_by_the_buyer_is_refused(paid_exam, learner: User) -> None:
    order = place(learner, registered(learner, paid_exam))
    with pytest.raises(DeskOnly):
        api.mark_invoice_paid(order.uuid, actor_id=learner.pk, reference="BANK-1")


def test_place_order_for_somebody_elses_registration_is_refused(paid_exam, learner: User, other_learner: User) -> None:
    registration = registered(learner, paid_exam)
    with pytest.raises(NothingToBuy):
        place(other_learner, registration)


def test_place_order_without_a_fee_says_so(make_exam, learner: User) -> None:
    exam = make_exam("unpriced", fee_policy="sitting", required_grants=["payment"])
    with pytest.raises(FeeNotSet):
        place(learner, registered(learner, exam))


def test_place_order_another_try_costs_the_retake_fee(
    paid_exam, learner: User, operator: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order = place(learner, registered(learner, paid_exam))
        api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")
    decided(learner, paid_exam, right=0)
    again = place(learner, registered(learner, paid_exam), "key-2")
    assert again.uuid != order.uuid
    assert again.total == Money(2000, "EUR")


def test_cancel_order_leaves_another_paid_right_alone(
    paid_exam, credential_exam, pass_exam, learner: User, operator: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        paid = place(learner, registered(learner, paid_exam))
        api.mark_invoice_paid(paid.uuid, actor_id=operator.pk, reference="BANK-1")
    decision = pass_exam(learner, credential_exam)
    other = api.place_order(learner.pk, decision_uuid=decision.uuid, gateway="invoice", idempotency_key="k2")
    api.cancel_order(learner.pk, order_uuid=other.uuid)
    assert len(api.list_entitlements(learner.pk)) == 1


def test_cancel_order_of_somebody_else_is_not_found(paid_exam, learner: User, other_learner: User) -> None:
    order = place(learner, registered(learner, paid_exam))
    with pytest.raises(OrderNotFound):
        api.cancel_order(other_learner.pk, order_uuid=order.uuid)


def test_refund_order_before_the_start_takes_the_right_back(
    paid_exam, learner: User, operator: User, django_capture_on_commit_callbacks
) -> None:
    registration = registered(learner, paid_exam)
    with django_capture_on_commit_callbacks(execute=True):
        order = place(learner, registration)
        api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")
    api.refund_order(order.uuid, actor_id=operator.pk, reason="asked for")
    api.refund_order(order.uuid, actor_id=operator.pk, reason="asked for")
    assert api.get_order(order.uuid).state is OrderState.REFUNDED
    assert exams.get_registration(registration.uuid).missing_grants == ("payment",)


def test_refund_order_after_the_start_only_for_our_fault(
    paid_exam, learner: User, operator: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order = place(learner, registered(learner, paid_exam))
        api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")
    sat(learner, paid_exam, right=0)
    with pytest.raises(OrderStateConflict, match="fault"):
        api.refund_order(order.uuid, actor_id=operator.pk, reason="asked for")
    api.refund_order(order.uuid, actor_id=operator.pk, reason="power cut", our_fault=True)
    assert Entitlement.objects.get().reversed_at is None


def test_reconcile_paid_without_right_is_found_and_repaired(paid_exam, learner: User, operator: User) -> None:
    registration = registered(learner, paid_exam)
    order = place(learner, registration)
    api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")
    Entitlement.objects.all().delete()
    assert [outcome.finding.kind for outcome in api.reconcile()] == ["paid_without_right"]
    assert all(outcome.repaired for outcome in api.reconcile(dry_run=False, actor_id=operator.pk))
    assert exams.get_registration(registration.uuid).missing_grants == ()
    assert api.reconcile() == []


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("target", list(OrderState))
def test_move_order_only_along_the_table(paid_exam, learner: User, state: OrderState, target: OrderState) -> None:
    place(learner, registered(learner, paid_exam))
    row = Order.objects.get()
    row.state = state
    row.save()
    if target in ORDER_TRANSITIONS[state]:
        move_order(row, target)
        assert Order.objects.get().state == target
    else:
        with pytest.raises(OrderStateConflict):
            move_order(row, target)
