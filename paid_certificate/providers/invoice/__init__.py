"""An invoice by bank transfer: the operator marks the order paid when the money is there."""

from django.conf import settings
from django.utils.translation import gettext as _

from paid_certificate.data import OrderData
from paid_certificate.money import Money
from paid_certificate.providers.base import Begun


class InvoiceGateway:
    """Bank transfer against the order's number."""

    identifier = "invoice"

    def name(self) -> str:
        """What the buyer reads."""
        return _("Invoice and bank transfer")

    def accepts(self, total: Money) -> bool:
        """Everything that costs something."""
        return not total.is_zero

    def begin(self, order: OrderData) -> Begun:
        """Tell the buyer where to send the money and what to write on it."""
        instructions = _("Transfer {total} to {account} and write {number} as the reference.").format(
            total=order.total, account=settings.PAID_CERTIFICATE_INVOICE_ACCOUNT, number=order.number
        )
        return Begun(paid=False, instructions=instructions)

    def refund(self, order: OrderData, *, idempotency_key: str) -> str:
        """A person transfers the money back; until then there is no reference."""
        return ""
