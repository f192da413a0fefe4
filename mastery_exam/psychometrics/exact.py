"""Exact arithmetic for marks and ratings, so that a sum of exactly 14 asks for 14 marks and not 15.

Not for estimates: everything that comes out of a likelihood is a float.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Rational

Number = int | float | Fraction | Decimal

LARGEST_DENOMINATOR = 10**6


def as_fraction(value: Number | str) -> Fraction:
    """Return `value` as the fraction that was meant.

    Integers, fractions, decimals and decimal strings are taken as they are. A float is read as the nearest fraction
    with a denominator of at most a million: 0.35 is 7/20, and the mean of three ratings is a third and not a binary
    neighbour of it.
    """
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, (str, Decimal)):
        return Fraction(value)
    return Fraction(float(value)).limit_denominator(LARGEST_DENOMINATOR)


def exact_sum(values: Iterable[Number | str]) -> Fraction:
    """Return the sum of `values` without rounding."""
    return sum((as_fraction(value) for value in values), Fraction(0))


def ceiling(value: Number | str) -> int:
    """Return the smallest whole number at or above `value`, compared exactly."""
    exact = as_fraction(value)
    return -(-exact.numerator // exact.denominator)
