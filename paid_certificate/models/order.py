"""Orders, what was paid for them, and the rights that come of it. Nothing here is deleted: money leaves a trace."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from openedx_bridge.live import live_when
from paid_certificate.data import OrderState, Purpose
from paid_certificate.models.fee import FeeRule
from paid_certificate.money import Money


class Order(models.Model):
    """A person's order for one sitting or one credential. `product` names it, so that it cannot be bought twice.

    .. pii: Links a user to what they bought.
    .. pii_types: id, financial
    .. pii_retirement: retained
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exam_key = models.SlugField(max_length=100)
    exam_title = models.CharField(max_length=255)
    purpose = models.CharField(max_length=16, choices=[(p.value, p.value) for p in Purpose])
    product = models.CharField(max_length=64, db_index=True)
    registration_uuid = models.UUIDField(null=True)
    decision_uuid = models.UUIDField(null=True)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in OrderState])
    gateway = models.CharField(max_length=32)
    currency = models.CharField(max_length=3)
    total_minor = models.PositiveBigIntegerField()
    fee_rule = models.ForeignKey(FeeRule, null=True, on_delete=models.PROTECT, related_name="+")
    policy = models.JSONField()
    idempotency_key = models.CharField(max_length=64)
    held_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)
    live = live_when(state__in=["awaiting_payment", "paid"])

    class Meta:
        ordering = ["created", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "product", "live"], name="paid_certificate_order_one_live"),
            models.UniqueConstraint(fields=["user", "idempotency_key"], name="paid_certificate_order_idempotent"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """What the order costs."""
        return Money(self.total_minor, self.currency)


class Payment(models.Model):
    """Money that arrived for an order, as the gateway told it; a second one for a paid order is a duplicate.

    .. no_pii:
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(max_length=32)
    provider_event_id = models.CharField(max_length=128)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    is_duplicate = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "provider_event_id"], name="paid_certificate_payment_event_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.provider_event_id}"


class Refund(models.Model):
    """A refund as intended, then as answered by the order's own gateway; the key makes it happen once.

    .. no_pii:
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="refund")
    idempotency_key = models.CharField(max_length=64, unique=True)
    amount_minor = models.PositiveBigIntegerField()
    reason = models.TextField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    provider_reference = models.CharField(max_length=128, blank=True)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"refund of {self.order}"


class Entitlement(models.Model):
    """A right that an order gave, with the policy it was bought under. Rights derive from paid orders, all of them.

    .. pii: Links a user to a right.
    .. pii_types: id
    .. pii_retirement: retained
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="entitlement")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exam_key = models.SlugField(max_length=100)
    purpose = models.CharField(max_length=16, choices=[(p.value, p.value) for p in Purpose])
    registration_uuid = models.UUIDField(null=True, db_index=True)
    decision_uuid = models.UUIDField(null=True, db_index=True)
    policy = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)
    # When the right was handed to the exam or to the award; reconciliation looks for those it was not.
    delivered_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.exam_key} {self.uuid}"
