"""What the judges of a panel said up to a round: the cut with its errors, who lies apart, and every item's spread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np

from mastery_exam.data_panels import JudgeCut, RatedItemRow, RoundSummary
from mastery_exam.models import Item, RatingPanel
from mastery_exam.psychometrics import AngoffSummary, angoff
from mastery_exam.services.simulated_forms import plain

Table = dict[int, dict[str, Decimal]]


def ratings_up_to(panel: RatingPanel, num: int) -> Table:
    """Return each judge's last rating of each item up to a round: item id -> label -> probability.

    Until the panel is released, items that have left the exam since do not count.
    """
    table: Table = defaultdict(dict)
    rows = panel.ratings.filter(panel_round__lte=num).order_by("panel_round")
    if panel.released_at is None:
        rows = rows.filter(item__retired=False, item__is_practice=False)
    for row in rows:
        table[row.item_id][row.judge_role] = row.value
    return dict(table)


def complete_table(table: Table) -> tuple[list[int], list[str], list[str]]:
    """Return the rated items' ids, the judges who rated all of them, and those who did not, by label."""
    labels = sorted({label for row in table.values() for label in row})
    finished = [label for label in labels if all(label in row for row in table.values())]
    return list(table), finished, [label for label in labels if label not in finished]


def exact_means(table: Table) -> dict[int, Fraction]:
    """Return each item's mean rating over the judges who rated all items."""
    ids, judges, _unfinished = complete_table(table)
    return {pk: sum((Fraction(table[pk][j]) for j in judges), Fraction(0)) / len(judges) for pk in ids if judges}


def summary_of(
    panel: RatingPanel, num: int, *, responses: Mapping[str, Sequence[float]] | None = None
) -> RoundSummary | None:
    """Return what was said up to a round; `responses` as `shares_right` gives them.

    None while no judge has rated every item that anybody rated.
    """
    table = ratings_up_to(panel, num)
    ids, judges, unfinished = complete_table(table)
    if not ids or not judges:
        return None
    items = Item.objects.select_related("competency").in_bulk(ids)
    ids.sort(key=lambda pk: items[pk].key)
    values = np.array([[float(table[pk][judge]) for pk in ids] for judge in judges])
    found = angoff(values)
    return RoundSummary(
        num=num,
        n_items=len(ids),
        judges=_judges(found, judges, len(ids)),
        unfinished=tuple(unfinished),
        cut=found.cut,
        percent=100 * found.cut / len(ids),
        sd=plain(found.sd),
        se=plain(found.se),
        se_generalised=plain(found.se_generalised),
        icc=plain(found.icc),
        items=tuple(_row(items[pk], values[:, n], responses or {}) for n, pk in enumerate(ids)),
        change=_change(panel, num, table, judges),
    )


def _judges(found: AngoffSummary, labels: Sequence[str], n_items: int) -> tuple[JudgeCut, ...]:
    return tuple(
        JudgeCut(label, float(cut), 100 * float(cut) / n_items, num in found.outlying_judges)
        for num, (label, cut) in enumerate(zip(labels, found.judge_cuts, strict=True))
    )


def _row(item: Item, values: np.ndarray, responses: Mapping[str, Sequence[float]]) -> RatedItemRow:
    n, p = responses.get(item.key, (0, None))
    percents = 100 * values
    return RatedItemRow(
        key=item.key,
        title=item.title,
        area_key=item.competency.key if item.competency else "",
        mean=float(percents.mean()),
        sd=float(percents.std(ddof=1)) if len(percents) > 1 else None,
        least=float(percents.min()),
        most=float(percents.max()),
        n=int(n),
        p=p,
    )


def _change(panel: RatingPanel, num: int, table: Table, judges: Sequence[str]) -> float | None:
    before = ratings_up_to(panel, num - 1) if num > 1 else {}
    moved = [
        abs(float(row[judge] - before[pk][judge]))
        for pk, row in table.items()
        for judge in judges
        if judge in before.get(pk, {})
    ]
    return 100 * sum(moved) / len(moved) if moved else None
