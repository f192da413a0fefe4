"""What an exam's authors may know of a published version's quality, from its ratings and from people's responses."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from mastery_exam.data_measurement import CutRow, InformationCurve, ItemRow, MeasuredItem, Measurement, OptionRow
from mastery_exam.errors import WrongState
from mastery_exam.models import AttemptItem, Decision, ExamVersion, FormItem, RatingPanel
from mastery_exam.psychometrics import (
    EtsClass,
    ItemParameters,
    alpha,
    angoff,
    conditional_sem,
    eap,
    impact,
    information_curve,
    item_statistics,
    mantel_haenszel_dif,
    option_table,
)
from mastery_exam.services.authoring import final_ratings, find_exam_row
from mastery_exam.services.item_evidence import LIVE, FormResponses, options_of, responses_of
from mastery_exam.services.simulated_forms import plain

LEAST_GROUP = 200
THETA = np.round(np.arange(-4.0, 4.01, 0.1), 1)


def measure_exam(key: str, *, version_num: int | None = None) -> Measurement:
    """Return what is measured of a version, the newest by default.

    Difficulties are those that the judges' ratings imply, with the pass mark at 0 logits. Nobody is named in it.
    Raises ExamNotFound, WrongState before anything is published.
    """
    version = find_version(key, version_num=version_num)
    forms = responses_of(version)
    exposure = Counter(AttemptItem.objects.filter(attempt__exam_version=version).values_list("version_item", flat=True))
    return Measurement(
        exam_key=version.exam.key,
        exam_title=version.title,
        version_num=version.num,
        source="ratings",
        n_results=sum(len(form.correct) for form in forms),
        pass_rate=_pass_rate(version),
        alphas=tuple((form.form.num, len(form.correct), _alpha(form)) for form in forms),
        information=tuple(curve for form in forms for curve in _information(form)),
        difficulties=tuple(_measured(item) for form in forms for item in form.items),
        abilities=tuple(theta for form in forms for theta in _abilities(form)),
        items=tuple(row for form in forms for row in _item_rows(form, exposure)),
        options=tuple(row for form in forms for row in _option_rows(form)),
        cuts=tuple(_cut_rows(version, forms)),
        dif_groups=(
            sum(int((~form.adjusted).sum()) for form in forms),
            sum(int(form.adjusted.sum()) for form in forms),
        ),
    )


def find_version(key: str, *, version_num: int | None = None) -> ExamVersion:
    """Return a version of the exam, the newest by default; raises ExamNotFound, WrongState when there is none."""
    versions = find_exam_row(key).versions.select_related("exam")
    if version_num is not None:
        versions = versions.filter(num=version_num)
    version = versions.order_by("-num").first()
    if version is None:
        raise WrongState(_("There is no such published version. Until then the simulation shows the draft."))
    return version


def _pass_rate(version: ExamVersion) -> float | None:
    decisions = Decision.objects.filter(state__in=LIVE, attempt__exam_version=version)
    passed = list(decisions.values_list("passed", flat=True))
    return sum(passed) / len(passed) if passed else None


def _parameters(form: FormResponses) -> ItemParameters | None:
    ratings = [item.version_item.rating for item in form.items]
    if not ratings or any(rating is None for rating in ratings):
        return None
    return ItemParameters.from_ratings([float(rating) for rating in ratings if rating is not None])


def _measured(item: FormItem) -> MeasuredItem:
    frozen = item.version_item
    own = frozen.item_version.item
    difficulty = None
    if frozen.rating is not None:
        difficulty = float(ItemParameters.from_ratings([float(frozen.rating)]).b[0])
    return MeasuredItem(own.key, own.title, frozen.competency_key, frozen.rating, difficulty)


def _information(form: FormResponses) -> list[InformationCurve]:
    items = _parameters(form)
    if items is None:
        return []
    errors = [plain(value) for value in conditional_sem(THETA, items)]
    return [InformationCurve(form.form.num, _floats(THETA), _floats(information_curve(THETA, items)), tuple(errors))]


def _abilities(form: FormResponses) -> tuple[float, ...]:
    items = _parameters(form)
    return _floats(eap(form.correct, items).theta) if items is not None and len(form.correct) else ()


def _alpha(form: FormResponses) -> float | None:
    if len(form.items) < 2 or len(form.correct) < 2 or not form.totals.var():
        return None
    return plain(alpha(form.correct))


def _item_rows(form: FormResponses, exposure: Counter[int]) -> list[ItemRow]:
    n = len(form.correct)
    found = item_statistics(form.correct) if n else None
    letters = _dif_letters(form)
    rows = []
    for num, item in enumerate(form.items):
        frozen = item.version_item
        rows.append(
            ItemRow(
                key=frozen.item_version.item.key,
                title=frozen.item_version.item.title,
                area_key=frozen.competency_key,
                form_num=form.form.num,
                rating=frozen.rating,
                exposure=exposure[frozen.pk],
                n=n,
                p=plain(found.p[num]) if found else None,
                point_biserial=plain(found.corrected_point_biserial[num]) if found else None,
                dif=letters[num],
            )
        )
    return rows


def _dif_letters(form: FormResponses) -> list[str]:
    """Return each item's ETS letter: people with extra time against the others, where both groups are large enough."""
    if min(int(form.adjusted.sum()), int((~form.adjusted).sum())) < LEAST_GROUP:
        return [EtsClass.NOT_ENOUGH_DATA.value] * len(form.items)
    found = mantel_haenszel_dif(form.correct, form.adjusted, purify=True, least_group=LEAST_GROUP)
    return [letter.value for letter in found.classes]


def _option_rows(form: FormResponses) -> list[OptionRow]:
    known = [options_of(item.version_item.item_version.olx) for item in form.items]
    keys = [next((name for name, (_text, is_key) in options.items() if is_key), None) for options in known]
    if len(form.correct) < 2:
        return []
    table = option_table(form.chosen, keys)
    rows = []
    for item, options, statistics in zip(form.items, known, table, strict=True):
        by_option = {row.option: row for row in statistics}
        for name, (text, is_key) in options.items():
            row = by_option.get(name)
            rows.append(
                OptionRow(
                    item_key=item.version_item.item_version.item.key,
                    option=text or name,
                    is_key=is_key,
                    n=row.n if row else 0,
                    share=row.share if row else 0.0,
                    rest_point_biserial=plain(row.rest_point_biserial) if row else None,
                    quartiles=row.quartiles if row else (0.0, 0.0, 0.0, 0.0),
                )
            )
    return rows


def _cut_rows(version: ExamVersion, forms: Sequence[FormResponses]) -> list[CutRow]:
    num = version.pass_mark_record.get("panel")
    panel = RatingPanel.objects.filter(bank=version.exam.bank_id, num=num).first() if num is not None else None
    if panel is None:
        return []
    ratings = final_ratings(panel)
    judges = version.pass_mark_record["judges"]
    return [row for form in forms if (row := _cut_row(form, judges, ratings))]


def _cut_row(form: FormResponses, judges: list[str], ratings: dict[int, dict[str, Decimal]]) -> CutRow | None:
    own = [ratings.get(item.version_item.item_version.item_id, {}) for item in form.items]
    if not own or any(judge not in row for row in own for judge in judges):
        return None
    found = angoff([[float(row[judge]) for row in own] for judge in judges])
    error = found.se_generalised if math.isfinite(found.se_generalised) else 0.0
    totals = form.totals
    rates: list[Any] = [None] * 5
    if len(totals):
        rates = [moved.pass_rate for moved in impact(totals, found.cut, error)]
    return CutRow(
        form_num=form.form.num,
        marks_needed=form.form.marks_needed,
        cut=float(found.cut),
        sd=plain(found.sd),
        se=plain(found.se),
        se_generalised=plain(found.se_generalised),
        icc=plain(found.icc),
        judges=tuple(
            (judge, float(cut), num in found.outlying_judges)
            for num, (judge, cut) in enumerate(zip(judges, found.judge_cuts, strict=True))
        ),
        impact=tuple((step, found.cut + step * error, rate) for step, rate in zip(range(-2, 3), rates, strict=True)),
        n_results=len(totals),
    )


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
