"""Nothing to pay: the order is paid as soon as it is placed."""

from django.utils.translation import gettext as _

from paid_certificate.data import OrderData
from paid_certificate.money import Money
from paid_certificate.providers.base import Begun


class ZeroGateway:
    """For totals of zero only."""

    identifier = "zero"

    def name(self) -> str:
        """What the buyer reads."""
        return _("Nothing to pay")

    def accepts(self, total: Money) -> bool:
        """Zero and nothing else."""
        return total.is_zero

    def begin(self, order: OrderData) -> Begun:
        """The order's own uuid is the event: it can happen once."""
        return Begun(paid=True, provider_event_id=str(order.uuid))

    def refund(self, order: OrderData, *, idempotency_key: str) -> str:
        """There is nothing to give back."""
        return idempotency_key
