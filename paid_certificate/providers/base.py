"""What a payment gateway is: a name, how it begins a payment, how it gives money back.

A gateway never changes an order and is never called inside a transaction. What it answers is recorded by the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import attrs
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from paid_certificate.data import OrderData
from paid_certificate.errors import GatewayUnknown
from paid_certificate.money import Money


@attrs.frozen
class Begun:
    """What a gateway answers when a payment begins.

    `paid` with the provider's event id when the money is there already; otherwise instructions in words for the buyer.
    """

    paid: bool
    provider_event_id: str = ""
    instructions: str = ""


class Gateway(Protocol):
    """One way to pay."""

    identifier: str

    def name(self) -> str:
        """What the buyer reads beside the choice."""

    def accepts(self, total: Money) -> bool:
        """Whether this amount can be paid this way."""

    def begin(self, order: OrderData) -> Begun:
        """Start the payment of `order`; calling it again for the same order starts nothing new."""

    def refund(self, order: OrderData, *, idempotency_key: str) -> str:
        """Give the money of `order` back once per key; returns the provider's reference, empty if a person must."""


def gateways() -> Mapping[str, Gateway]:
    """The ways to pay that the operator has set, in order."""
    found = [import_string(path)() for path in settings.PAID_CERTIFICATE_GATEWAYS]
    return {gateway.identifier: gateway for gateway in found}


def get_gateway(identifier: str) -> Gateway:
    """The gateway; raises GatewayUnknown."""
    gateway = gateways().get(identifier)
    if gateway is None:
        raise GatewayUnknown(_("There is no such way to pay here. Choose one of those on the page."))
    return gateway
