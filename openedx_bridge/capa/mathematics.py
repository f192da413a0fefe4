"""Guards around CAPA's evaluation of mathematics: the same result each time, and none that takes for ever.

CAPA reads `9` as a whole number of unlimited size, so that `9^9^9` or `fact(10000000)` in an answer would keep a web
worker busy for hours. With floating-point numbers the same answers overflow at once, and are malformed.
"""

from __future__ import annotations

import math
import re
from random import Random

# Digits that are no part of a name (`x1`, `x_{12}`), of a decimal number or of one with an exponent (`1e5`); the latter
# are floating-point numbers to CAPA already.
_WHOLE_NUMBER = re.compile(r"(?<![\w.{])(\d+)(?![\w.}])")
_FACTORIAL = re.compile(r"\bfact(?:orial)?\s*\(\s*(\d{1,3})\s*\)", re.IGNORECASE)
_ANY_FACTORIAL = re.compile(r"\bfact(?:orial)?\s*\(", re.IGNORECASE)
_LARGEST_FACTORIAL = 170  # the factorial of 171 is beyond a double


class UnboundedError(ValueError):
    """The answer asks for a factorial that is too large, or of something else than a whole number."""


def bounded(expression: str) -> str:
    """Return the expression with its whole numbers as floating-point ones and its factorials computed.

    Raises UnboundedError.
    """
    computed = _FACTORIAL.sub(_factorial, expression)
    if _ANY_FACTORIAL.search(computed):
        raise UnboundedError(expression)
    return _WHOLE_NUMBER.sub(r"\1.0", computed)


def _factorial(match: re.Match[str]) -> str:
    number = int(match.group(1))
    if number > _LARGEST_FACTORIAL:
        raise UnboundedError(match.group(0))
    return f"({float(math.factorial(number))!r})".replace("e+", "e")


def sample_variables(seed: int, samples: str, *, at_most: int | None = None) -> list[dict[str, float]]:
    """Draw the values at which formulas are compared, the same on each grading of an attempt.

    `samples` is CAPA's `x,y@lower_x,lower_y:upper_x,upper_y#count`. CAPA itself draws from the global generator, so
    that grading again could give another result. `at_most` of them are enough to see whether a formula can be read.
    """
    names, _, rest = samples.partition("@")
    ranges, _, count = rest.partition("#")
    lower, upper = ([float(bound) for bound in side.split(",")] for side in ranges.split(":"))
    bounds = dict(zip(names.split(","), zip(lower, upper, strict=True), strict=True))
    rng = Random(seed)  # noqa: S311 - sample points, not secrets
    return [{name: rng.uniform(*bound) for name, bound in bounds.items()} for _ in range(int(count))][:at_most]
