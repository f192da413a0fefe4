"""Pilot items of an attempt: which, and where. They are tried out on people who cannot tell, and never scored."""

from __future__ import annotations

from collections.abc import Collection

from mastery_exam.data import DeliveryRule
from mastery_exam.models import ExamVersion
from mastery_exam.services.adaptive_version import FrozenItem, adaptive_test_of, frozen_items
from mastery_exam.services.exposure import counts_of
from mastery_exam.services.seeds import draw_positions, item_seed


def place_pilots(
    version: ExamVersion, *, seed: int, seen: Collection[str], apart_from: Collection[str] = ()
) -> dict[str, str]:
    """Return the attempt's pilots, position (as JSON has it) -> key.

    Unseen ones come first, then those given least; the seed decides between equals. None is an enemy of another or of
    `apart_from`. In a classification test none comes so late that the test could stop before it.
    """
    if not version.pilot_items:
        return {}
    items = frozen_items(version)
    counts = counts_of([item.pk for item in items.pilots])

    def rank(item: FrozenItem) -> tuple[bool, int, int]:
        return item.key in seen, counts[item.pk][1], item_seed(seed, item.pk)

    taken: list[str] = []
    for item in sorted(items.pilots, key=rank):
        if len(taken) < version.pilot_items and not items.enemies_of([item.key]) & {*taken, *apart_from}:
            taken.append(item.key)
    positions = draw_positions(seed, number=len(taken), among=_surely_reached(version) + len(taken))
    # The order of preference says nothing about the place.
    taken.sort(key=lambda key: item_seed(seed, items.by_key[key].pk))
    return {str(position): key for position, key in zip(positions, taken, strict=True)}


def _surely_reached(version: ExamVersion) -> int:
    """How many scored items stand before or among the pilots, at most."""
    if version.delivery_rule == DeliveryRule.CLASSIFICATION:
        return adaptive_test_of(version).plan.min_items - 1
    return version.form_length
