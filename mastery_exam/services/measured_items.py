"""What people's responses say of each item of a version: how many were right, what each option drew, DIF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from mastery_exam.data_measurement import ItemRow, OptionRow
from mastery_exam.models import ExamVersion
from mastery_exam.psychometrics import EtsClass, item_statistics, mantel_haenszel_dif, option_table
from mastery_exam.services.item_evidence import Responses, bank_responses_of, options_of, pilot_responses_of
from mastery_exam.services.simulated_forms import plain

LEAST_GROUP = 200


@attrs.frozen
class ItemFigures:
    """How many answered an item, the share right, and its corrected point-biserial; None where nothing can be said."""

    n: int = 0
    p: float | None = None
    point_biserial: float | None = None


def item_rows(
    version: ExamVersion, groups: Sequence[Responses], given: Counter[int], n_sittings: int
) -> Iterator[ItemRow]:
    """Yield a row for each scored item of the groups, and then for each item that the version tries out.

    `given` counts the sittings that had each version item, `n_sittings` all of them.
    """
    for group in groups:
        figures = _figures(group.correct)
        for num, letter in enumerate(_dif_letters(group)):
            yield _row(group, num, figures[num], letter, given, n_sittings)
    pilots = pilot_responses_of(version)
    scored = bank_responses_of(version).correct if pilots.items else pilots.correct
    for num in range(len(pilots.items)):
        # Beside the scored items alone, so that its point-biserial is with what counts.
        beside = np.concatenate([pilots.correct[:, [num]], scored], axis=1)
        yield _row(pilots, num, _figures(beside)[0], "", given, n_sittings)


def _dif_letters(form: Responses) -> list[str]:
    """Return each item's ETS letter: people with extra time against the others, where both groups are large enough.

    Empty without a form: matching people by their marks needs the same questions for all of them.
    """
    if form.form is None:
        return [""] * len(form.items)
    if min(int(form.adjusted.sum()), int((~form.adjusted).sum())) < LEAST_GROUP:
        return [EtsClass.NOT_ENOUGH_DATA.value] * len(form.items)
    found = mantel_haenszel_dif(form.correct, form.adjusted, purify=True, least_group=LEAST_GROUP)
    return [letter.value for letter in found.classes]


def option_rows(form: Responses) -> list[OptionRow]:
    """Return what each option of the single-choice items drew."""
    known = [options_of(item.item_version.olx) for item in form.items]
    keys = [next((name for name, (_text, is_key) in options.items() if is_key), None) for options in known]
    if len(form.correct) < 2:
        return []
    table = option_table(form.chosen, keys, given=None if form.form else form.given)
    rows = []
    for item, options, statistics in zip(form.items, known, table, strict=True):
        by_option = {row.option: row for row in statistics}
        for name, (text, is_key) in options.items():
            row = by_option.get(name)
            rows.append(
                OptionRow(
                    item_key=item.item_version.item.key,
                    option=text or name,
                    is_key=is_key,
                    n=row.n if row else 0,
                    share=row.share if row else 0.0,
                    rest_point_biserial=plain(row.rest_point_biserial) if row else None,
                    quartiles=row.quartiles if row else (0.0, 0.0, 0.0, 0.0),
                )
            )
    return rows


def _figures(table: NDArray[np.float64]) -> list[ItemFigures]:
    if not len(table):
        return [ItemFigures()] * table.shape[1]
    found = item_statistics(table)
    columns = zip(found.n, found.p, found.corrected_point_biserial, strict=True)
    return [ItemFigures(int(n), plain(p), plain(correlation)) for n, p, correlation in columns]


def _row(
    group: Responses, num: int, figures: ItemFigures, letter: str, given: Counter[int], n_sittings: int
) -> ItemRow:
    frozen = group.items[num]
    return ItemRow(
        key=frozen.item_version.item.key,
        title=frozen.item_version.item.title,
        area_key=frozen.competency_key,
        use=frozen.use,
        form_num=group.num,
        rating=frozen.rating,
        exposure=given[frozen.pk],
        exposure_share=given[frozen.pk] / n_sittings if n_sittings else None,
        n=figures.n,
        p=figures.p,
        point_biserial=figures.point_biserial,
        dif=letter,
    )
