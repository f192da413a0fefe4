"""Credit counts once: a programme's credential and those of its parts may not be added up."""

from __future__ import annotations

from collections.abc import Iterable

import attrs


@attrs.frozen
class Part:
    """A credential that was sent: its title, what it rests on itself, and the exams and courses that it is made of."""

    title: str
    reference: str
    made_of: frozenset[str] = frozenset()


def counted_twice(one: Part, others: Iterable[Part]) -> tuple[str, ...]:
    """The titles among `others` that share an exam or a course with `one`, in their order."""
    return tuple(other.title for other in others if _references(one) & _references(other))


def _references(part: Part) -> frozenset[str]:
    return part.made_of | {part.reference}
