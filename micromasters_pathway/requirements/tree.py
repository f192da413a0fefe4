"""What a programme asks for: a tree of `all of` and `n of` over slots, each filled by one of its routes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import attrs

IDENTITY_LEVELS = ("none", "checked")
SUPERVISION_LEVELS = ("none", "online", "onsite")
MAX_DEPTH = 6
MAX_SLOTS = 100


class RulesInvalid(ValueError):
    """The rules cannot be used; `path` names the place, the text says what to change."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@attrs.frozen
class ExamRoute:
    """A released pass in a mastery exam, checked at least as well as the slot asks."""

    exam_key: str
    least_identity: str = "none"
    least_supervision: str = "none"


@attrs.frozen
class CourseRoute:
    """A passed course; `least_percent` (0 to 100) asks for more than the course's own pass."""

    course_key: str
    least_percent: Decimal = Decimal(0)
    least_identity: str = "none"


Route: TypeAlias = ExamRoute | CourseRoute


@attrs.frozen
class Slot:
    """One thing to show, by any one of its routes."""

    key: str
    title: str
    routes: tuple[Route, ...]


@attrs.frozen
class AllOf:
    """Every child is required."""

    of: tuple[Node, ...]


@attrs.frozen
class NOf:
    """Any `n` of the children are required: electives."""

    n: int
    of: tuple[Node, ...]


Node: TypeAlias = Slot | AllOf | NOf


def iter_slots(node: Node) -> Iterator[Slot]:
    """Yield the slots of the tree in the order in which they were written."""
    if isinstance(node, Slot):
        yield node
        return
    for child in node.of:
        yield from iter_slots(child)


def parse_rules(raw: Any) -> Node:
    """Return the tree that `raw` (JSON as stored) describes; raises RulesInvalid with the place and the remedy."""
    node = _node(raw, "rules", 1)
    keys = [slot.key for slot in iter_slots(node)]
    if len(keys) > MAX_SLOTS:
        raise RulesInvalid("rules", f"There are {len(keys)} slots. Use at most {MAX_SLOTS}.")
    for key in keys:
        if keys.count(key) > 1:
            raise RulesInvalid("rules", f"The slot “{key}” stands twice. Give each slot a key of its own.")
    return node


def to_json(node: Node) -> dict[str, Any]:
    """Return the JSON that `parse_rules` reads back into `node`."""
    if isinstance(node, AllOf):
        return {"all_of": [to_json(child) for child in node.of]}
    if isinstance(node, NOf):
        return {"n_of": node.n, "of": [to_json(child) for child in node.of]}
    routes = [_route_json(route) for route in node.routes]
    return {"slot": {"key": node.key, "title": node.title, "routes": routes}}


def _route_json(route: Route) -> dict[str, Any]:
    if isinstance(route, ExamRoute):
        least = {"identity": route.least_identity, "supervision": route.least_supervision}
        return {"kind": "exam", "exam_key": route.exam_key, "least": least}
    return {
        "kind": "course",
        "course_key": route.course_key,
        "least_percent": str(route.least_percent),
        "least": {"identity": route.least_identity},
    }


def _node(raw: Any, path: str, depth: int) -> Node:
    if not isinstance(raw, dict):
        raise RulesInvalid(path, "Write an object with “all_of”, “n_of” or “slot”.")
    if depth > MAX_DEPTH:
        raise RulesInvalid(path, f"The rules are nested deeper than {MAX_DEPTH} levels. Make them flatter.")
    if "slot" in raw:
        return _slot(raw["slot"], f"{path}.slot")
    if "all_of" in raw:
        return AllOf(_children(raw["all_of"], f"{path}.all_of", depth))
    if "n_of" in raw:
        children = _children(raw.get("of"), f"{path}.of", depth)
        n = raw["n_of"]
        if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= len(children):
            raise RulesInvalid(f"{path}.n_of", f"Ask for a whole number from 1 to {len(children)}.")
        return NOf(n, children)
    raise RulesInvalid(path, "Write an object with “all_of”, “n_of” or “slot”.")


def _children(raw: Any, path: str, depth: int) -> tuple[Node, ...]:
    if not isinstance(raw, list) or not raw:
        raise RulesInvalid(path, "List at least one requirement.")
    return tuple(_node(child, f"{path}[{index}]", depth + 1) for index, child in enumerate(raw))


def _slot(raw: Any, path: str) -> Slot:
    if not isinstance(raw, dict):
        raise RulesInvalid(path, "A slot is an object with key, title and routes.")
    key = _text(raw.get("key"), f"{path}.key")
    title = _text(raw.get("title"), f"{path}.title")
    routes = raw.get("routes")
    if not isinstance(routes, list) or not routes:
        raise RulesInvalid(f"{path}.routes", f"Say which exam or course fills “{title}”.")
    return Slot(key, title, tuple(_route(route, f"{path}.routes[{i}]") for i, route in enumerate(routes)))


def _route(raw: Any, path: str) -> Route:
    if not isinstance(raw, dict):
        raise RulesInvalid(path, "A route is an object with kind “exam” or “course”.")
    least = raw.get("least") or {}
    if not isinstance(least, dict):
        raise RulesInvalid(f"{path}.least", "Write an object with identity and supervision.")
    identity = _level(least.get("identity", "none"), IDENTITY_LEVELS, f"{path}.least.identity")
    if raw.get("kind") == "exam":
        supervision = _level(least.get("supervision", "none"), SUPERVISION_LEVELS, f"{path}.least.supervision")
        return ExamRoute(_text(raw.get("exam_key"), f"{path}.exam_key"), identity, supervision)
    if raw.get("kind") == "course":
        percent = _percent(raw.get("least_percent", 0), f"{path}.least_percent")
        return CourseRoute(_text(raw.get("course_key"), f"{path}.course_key"), percent, identity)
    raise RulesInvalid(f"{path}.kind", "Use “exam” or “course”.")


def _text(raw: Any, path: str) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise RulesInvalid(path, "Write a text; it cannot be empty.")
    if len(raw) > 255:
        raise RulesInvalid(path, "Write at most 255 characters.")
    return raw.strip()


def _level(raw: Any, levels: tuple[str, ...], path: str) -> str:
    if raw not in levels:
        raise RulesInvalid(path, f"Use one of: {', '.join(levels)}.")
    return raw


def _percent(raw: Any, path: str) -> Decimal:
    try:
        percent = Decimal(str(raw))
    except InvalidOperation as error:
        raise RulesInvalid(path, "Write a number from 0 to 100.") from error
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise RulesInvalid(path, "Write a number from 0 to 100.")
    return percent
