"""An amount of money: whole minor units and an ISO 4217 code. Never a float, never two currencies in one sum."""

from __future__ import annotations

from decimal import Decimal

import attrs

# Currencies whose minor unit is not a hundredth (ISO 4217, list one); all others have two decimals.
DECIMALS = {"BHD": 3, "CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "KWD": 3, "OMR": 3, "TND": 3, "UGX": 0, "VND": 0}


def _check_currency(_instance: object, _attribute: object, value: str) -> None:
    if len(value) != 3 or not value.isascii() or not value.isupper():
        raise ValueError(f"“{value}” is no ISO 4217 currency code; write three capital letters such as EUR.")


@attrs.frozen
class Money:
    """`amount_minor` in the currency's smallest unit (cents for EUR), `currency` as ISO 4217 code."""

    amount_minor: int = attrs.field(validator=attrs.validators.instance_of(int))
    currency: str = attrs.field(validator=_check_currency)

    @property
    def decimals(self) -> int:
        """How many digits follow the decimal point."""
        return DECIMALS.get(self.currency, 2)

    @property
    def amount(self) -> Decimal:
        """The amount in the currency's main unit."""
        return Decimal(self.amount_minor).scaleb(-self.decimals)

    def display(self) -> str:
        """“EUR 40”, or “EUR 40.50” where there are minor units to show."""
        whole = self.amount_minor % 10**self.decimals == 0
        return f"{self.currency} {int(self.amount) if whole else self.amount}"

    def __str__(self) -> str:
        return self.display()

    def __add__(self, other: Money) -> Money:
        """The sum; raises ValueError for two currencies."""
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added without a dated rate.")
        return Money(self.amount_minor + other.amount_minor, self.currency)

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing to pay."""
        return self.amount_minor == 0
