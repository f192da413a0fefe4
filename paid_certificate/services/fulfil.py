"""Turn paid orders into rights and hand these over; from the tables alone, so that it can be repeated at any time."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from paid_certificate.data import EntitlementData, OrderState, Purpose
from paid_certificate.errors import OrderNotFound, OrderStateConflict
from paid_certificate.models import Entitlement, Order
from paid_certificate.models.audit import record


def fulfil(order_uuid: UUID) -> EntitlementData:
    """Give the right that `order_uuid` paid for, once, and deliver it. Raises OrderStateConflict if unpaid."""
    entitlement = _entitle(order_uuid)
    if entitlement.delivered_at is None and entitlement.reversed_at is None:
        _deliver(entitlement)
        Entitlement.objects.filter(pk=entitlement.pk, delivered_at__isnull=True).update(delivered_at=timezone.now())
        entitlement.refresh_from_db()
    return entitlement_data(entitlement)


def list_entitlements(user_id: int) -> list[EntitlementData]:
    """The person's rights, oldest first."""
    query = Entitlement.objects.select_related("order").filter(user_id=user_id).order_by("created", "id")
    return [entitlement_data(entitlement) for entitlement in query]


def has_paid_credential(user_id: int, *, decision_uuid: UUID) -> bool:
    """Whether the credential for this decision was paid and not given back."""
    return (user_id, decision_uuid) in paid_credentials([decision_uuid])


def paid_credentials(decision_uuids: Iterable[UUID]) -> set[tuple[int, UUID]]:
    """Who paid the credential for which of the decisions, and did not get it back: user id and decision."""
    rights = Entitlement.objects.filter(decision_uuid__in=list(decision_uuids), reversed_at__isnull=True)
    return {
        (right.user_id, right.decision_uuid)
        for right in rights.filter(purpose=Purpose.CREDENTIAL)
        if right.decision_uuid is not None
    }


def entitlement_data(entitlement: Entitlement) -> EntitlementData:
    """The record of `entitlement`."""
    return EntitlementData(
        uuid=entitlement.uuid,
        user_id=entitlement.user_id,
        exam_key=entitlement.exam_key,
        purpose=Purpose(entitlement.purpose),
        registration_uuid=entitlement.registration_uuid,
        decision_uuid=entitlement.decision_uuid,
        order_uuid=entitlement.order.uuid,
        policy=entitlement.policy,
        created=entitlement.created,
        delivered_at=entitlement.delivered_at,
        reversed_at=entitlement.reversed_at,
    )


def _entitle(order_uuid: UUID) -> Entitlement:
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(uuid=order_uuid).first()
        if order is None:
            raise OrderNotFound(_("There is no such order."))
        standing = Entitlement.objects.select_related("order").filter(order=order).first()
        if standing is not None:
            return standing
        if order.state != OrderState.PAID:
            raise OrderStateConflict(_("Order {number} is not paid.").format(number=order.number))
        entitlement = Entitlement.objects.create(
            order=order,
            user_id=order.user_id,
            exam_key=order.exam_key,
            purpose=order.purpose,
            registration_uuid=order.registration_uuid,
            decision_uuid=order.decision_uuid,
            policy=order.policy,
        )
        record("entitle", actor_id=None, object_type="entitlement", object_uuid=entitlement.uuid, order=order.number)
        return entitlement


def _deliver(entitlement: Entitlement) -> None:
    """Hand the right to the room that needs it; both doors take the same thing twice without harm."""
    if entitlement.registration_uuid is not None:
        exams.add_grant(entitlement.registration_uuid, kind="payment", reference=str(entitlement.uuid))
        return
    from paid_certificate.services.awards import award_for_decision

    assert entitlement.decision_uuid is not None
    award_for_decision(entitlement.decision_uuid)
