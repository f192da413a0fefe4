"""A published version as its sittings need it: items and tables from what publishing froze, made once a process."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

import attrs
import numpy as np
from numpy.typing import NDArray

from mastery_exam.data import ItemUse
from mastery_exam.models import ExamVersion
from mastery_exam.psychometrics import (
    AdaptiveBank,
    AdaptiveTest,
    ItemParameters,
    RatedItem,
    plan_from_dict,
)

KEPT = 16


@attrs.frozen
class FrozenItem:
    """An item of a version: the id of its version item, of the item itself, its key, area and judges' mean."""

    pk: int
    item_id: int
    key: str
    area: str
    rating: str | None


@attrs.frozen(eq=False)
class FrozenItems:
    """The items of a version that a sitting can be given, in the order of their ids; `enemies` may not meet."""

    scored: tuple[FrozenItem, ...]
    pilots: tuple[FrozenItem, ...]
    enemies: frozenset[frozenset[str]]
    by_key: dict[str, FrozenItem]

    def enemies_of(self, keys: Collection[str]) -> set[str]:
        """Return the keys that may not meet any of `keys`."""
        return {other for pair in self.enemies if pair & set(keys) for other in pair - set(keys)}


@attrs.frozen(eq=False)
class FrozenTest:
    """The classification test of a version; `number` maps a version item's id to the item's number in the bank.

    `digest` is of the bank: keys, parameters and areas in order.
    """

    test: AdaptiveTest
    number: dict[int, int]
    digest: str

    def eligible(self, ineligible: Collection[str]) -> NDArray[np.bool_]:
        """Return which items exposure control allows, (I,), from the keys that it holds back."""
        return ~self.test.mask(set(ineligible))


def adaptive_test_of(version: ExamVersion) -> AdaptiveTest:
    """Return the version's classification test, from its frozen rows alone."""
    return frozen_test(version).test


def frozen_items(version: ExamVersion) -> FrozenItems:
    """Return the version's scored and pilot items."""
    return _items(version.uuid)


def frozen_test(version: ExamVersion) -> FrozenTest:
    """Return the version's classification test with the ids of its items."""
    return _test(version.uuid)


def rated_items(version: ExamVersion) -> list[RatedItem]:
    """Return the bank from which a version's forms are drawn on the fly."""
    items = frozen_items(version)
    return [
        RatedItem(item.key, item.area, item.rating or "0", frozenset(items.enemies_of([item.key])))
        for item in items.scored
    ]


@lru_cache(maxsize=KEPT)
def _items(version_uuid: UUID) -> FrozenItems:
    version = ExamVersion.objects.get(uuid=version_uuid)
    rows = version.items.select_related("item_version__item").order_by("pk")
    held: dict[str, list[FrozenItem]] = {use: [] for use in ItemUse}
    for row in rows.defer("item_version__olx"):
        item = row.item_version.item
        rating = None if row.rating is None else str(row.rating)
        held[row.use].append(FrozenItem(row.pk, item.pk, item.key, row.competency_key, rating))
    scored, pilots = tuple(held[ItemUse.SCORED]), tuple(held[ItemUse.PILOT])
    enemies = frozenset(frozenset(pair) for pair in version.delivery_plan.get("enemies", ()))
    return FrozenItems(scored, pilots, enemies, {item.key: item for item in (*scored, *pilots)})


@lru_cache(maxsize=KEPT)
def _test(version_uuid: UUID) -> FrozenTest:
    version = ExamVersion.objects.get(uuid=version_uuid)
    rows = list(version.items.filter(use=ItemUse.SCORED).order_by("pk").values_list("pk", "a", "b", "c"))
    items = frozen_items(version)
    pks, a, b, c = zip(*rows, strict=True)
    bank = AdaptiveBank(
        keys=tuple(item.key for item in items.scored),
        items=ItemParameters(a=np.array(a), b=np.array(b), c=np.array(c)),
        competencies=tuple(item.area for item in items.scored),
        enemies=items.enemies,  # type: ignore[arg-type]
    )
    listed = [[item.key, *row[1:], item.area] for item, row in zip(items.scored, rows, strict=True)]
    digest = hashlib.sha256(json.dumps(listed).encode()).hexdigest()
    numbers = {pk: number for number, pk in enumerate(pks)}
    return FrozenTest(AdaptiveTest(bank, plan_from_dict(version.delivery_plan["plan"])), numbers, digest)
