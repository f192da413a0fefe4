"""How often the items of a version were eligible and given: counted last in a transaction, in one order of locks."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F

from mastery_exam.data import ItemUse
from mastery_exam.models import ExamVersion, ItemExposure


def open_counts(version: ExamVersion) -> None:
    """Make the counts of a version's items, all zero, while it is being published."""
    items = version.items.exclude(use=ItemUse.PRACTICE).order_by("pk")
    ItemExposure.objects.bulk_create(ItemExposure(version_item_id=pk) for pk in items.values_list("pk", flat=True))


def counts_of(version_item_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return how often each item was eligible and given; (0, 0) where nothing was counted."""
    rows = ItemExposure.objects.filter(version_item_id__in=version_item_ids)
    found = {pk: (eligible, given) for pk, eligible, given in rows.values_list(*_COLUMNS)}
    return {pk: found.get(pk, (0, 0)) for pk in version_item_ids}


def count(*, eligible: Collection[int] = (), given: Collection[int] = ()) -> None:
    """Count up the items, by their version items' ids, as the last thing in the caller's transaction.

    All rows are locked by their primary keys in ascending order first, so that two at once wait for each other and
    never in a ring.
    """
    rows = ItemExposure.objects.filter(version_item_id__in={*eligible, *given})
    ids = dict(rows.values_list("version_item_id", "pk"))
    locked = ItemExposure.objects.select_for_update().filter(pk__in=ids.values()).order_by("pk")
    list(locked.values_list("pk", flat=True))
    for column, counted in (("times_eligible", eligible), ("times_given", given)):
        if counted:
            mine = ItemExposure.objects.filter(pk__in=[ids[each] for each in counted if each in ids])
            mine.update(**{column: F(column) + 1})


_COLUMNS = ("version_item_id", "times_eligible", "times_given")
