"""What decided sittings say of a bank's items, whichever exam and version they were given in. Nobody is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from mastery_exam.data import ItemUse
from mastery_exam.models import Attempt, Bank, Decision
from mastery_exam.services.item_evidence import LIVE


def iter_sittings(bank: Bank) -> Iterator[dict[str, bool]]:
    """Yield each decided sitting that stands as item key -> right; scored items only."""
    rows = Decision.objects.filter(state__in=LIVE, attempt__exam__bank=bank, attempt__state__in=Attempt.ENDED)
    for evidence in rows.order_by("id").values_list("evidence", flat=True).iterator():
        yield {item["item"]: bool(item["correct"]) for item in evidence["items"] if item["use"] == ItemUse.SCORED}


def shares_right(bank: Bank, *, least: int = 1) -> dict[str, list[float]]:
    """Return item key -> [sittings in which it was given, share of them that had it right], for `least` sittings on."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for sitting in iter_sittings(bank):
        for key, is_right in sitting.items():
            counts[key][0] += 1
            counts[key][1] += is_right
    return {key: [n, right / n] for key, (n, right) in counts.items() if n >= least}
