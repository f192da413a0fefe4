"""Which of a version's items an attempt may be given, and where they stand in it: what every delivery rule shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from mastery_exam.models import AttemptItem, ExamVersion
from mastery_exam.services.adaptive_version import frozen_items


@attrs.frozen
class GivenItem:
    """An item at its place; `chosen_because` is empty where no rule chose it by itself."""

    version_item_id: int
    position: int
    chosen_because: dict[str, Any] = attrs.field(factory=dict)


def seen_keys(user_id: int, version: ExamVersion) -> list[str]:
    """Return the keys of the version's items that the person was ever given, in any attempt at any exam, in order."""
    given = AttemptItem.objects.filter(attempt__user_id=user_id)
    seen = set(given.values_list("version_item__item_version__item_id", flat=True))
    return sorted(item.key for item in frozen_items(version).by_key.values() if item.item_id in seen)


def withheld_keys(version: ExamVersion, delivery: Mapping[str, Any]) -> list[str]:
    """Return the keys that an attempt with this record is not given: those seen, and those its pilots may not meet."""
    seen = [] if delivery.get("repeats") else delivery.get("excluded", [])
    return sorted({*seen, *frozen_items(version).enemies_of(delivery.get("pilots", {}).values())})


def weave(version: ExamVersion, keys: Iterable[str], pilots: Mapping[str, str]) -> tuple[GivenItem, ...]:
    """Return scored items in their order around the pilots, which stand at their positions."""
    items, rest = frozen_items(version).by_key, list(keys)
    given = []
    for position in range(1, len(rest) + len(pilots) + 1):
        key = pilots.get(str(position)) or rest.pop(0)
        given.append(GivenItem(items[key].pk, position))
    return tuple(given)
