"""What an exam's authors may know of a published version's quality, from its ratings and from people's responses."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from mastery_exam.data_measurement import (
    CutRow,
    DecisionQuality,
    InformationCurve,
    MeasuredItem,
    Measurement,
)
from mastery_exam.errors import WrongState
from mastery_exam.models import AttemptItem, Decision, ExamVersion, RatingPanel, SimulationRun, VersionItem
from mastery_exam.psychometrics import (
    Ability,
    alpha,
    angoff,
    eap,
    impact,
    information,
    overlap_rate,
    posterior_accuracy,
    rudner,
)
from mastery_exam.services.authoring import final_ratings, find_exam_row
from mastery_exam.services.item_evidence import LIVE, Responses, responses_of
from mastery_exam.services.measured_items import item_rows, option_rows
from mastery_exam.services.simulated_forms import plain
from mastery_exam.services.version_scale import VersionScale, parameters_of, scale_of

THETA = np.round(np.arange(-4.0, 4.01, 0.1), 1)


def measure_exam(key: str, *, version_num: int | None = None) -> Measurement:
    """Return what is measured of a version, the newest by default, in logits from the pass mark.

    Difficulties are those that the version froze, or those that the judges' ratings imply. Nobody is named in it.
    Raises ExamNotFound, WrongState before anything is published.
    """
    version = find_version(key, version_num=version_num)
    scale = scale_of(version)
    groups = responses_of(version)
    sittings = _sittings(version)
    given = Counter(pk for items in sittings for pk in items)
    abilities = [_abilities(group, scale) for group in groups]
    has_forms = all(group.form for group in groups)
    return Measurement(
        exam_key=version.exam.key,
        exam_title=version.title,
        version_num=version.num,
        source=scale.source,
        delivery_rule=version.delivery_rule,
        n_sittings=len(sittings),
        n_results=sum(len(group.correct) for group in groups),
        pass_rate=_pass_rate(version),
        alphas=tuple((group.form.num, len(group.correct), _alpha(group)) for group in groups if group.form),
        information=tuple(curve for group in groups for curve in _information(version, group, scale, given)),
        difficulties=tuple(_measured(item, scale) for group in groups for item in group.items),
        abilities=tuple(float(theta) - scale.cut for found in abilities if found for theta in found.theta),
        items=tuple(item_rows(version, groups, given, len(sittings))),
        options=tuple(row for group in groups for row in option_rows(group)),
        cuts=tuple(_cut_rows(version, groups)),
        dif_groups=(
            sum(int((~group.adjusted).sum()) for group in groups),
            sum(int(group.adjusted.sum()) for group in groups),
        ),
        quality=None if has_forms else _quality(groups[0], abilities[0], scale),
        overlap=None if has_forms else plain(_overlap(sittings)),
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


def _sittings(version: ExamVersion) -> list[list[int]]:
    """Return the version items that each sitting was given, decided or not."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = AttemptItem.objects.filter(attempt__exam_version=version).order_by("position")
    for attempt_id, item_id in rows.values_list("attempt_id", "version_item_id"):
        found[attempt_id].append(item_id)
    return list(found.values())


def _overlap(sittings: Sequence[Sequence[int]]) -> float:
    numbers = {pk: num for num, pk in enumerate(sorted({pk for items in sittings for pk in items}))}
    return overlap_rate([[numbers[pk] for pk in items] for items in sittings])


def _measured(item: VersionItem, scale: VersionScale) -> MeasuredItem:
    own = item.item_version.item
    parameters = parameters_of([item], scale)
    difficulty = float(parameters.b[0]) - scale.cut if parameters else None
    return MeasuredItem(own.key, own.title, item.competency_key, item.rating, difficulty)


def _information(
    version: ExamVersion, group: Responses, scale: VersionScale, given: Counter[int]
) -> list[InformationCurve]:
    items = parameters_of(group.items, scale)
    if items is None:
        return []
    curve = information(scale.cut + THETA, items) @ _shares_given(version, group, given)
    errors = [plain(1 / math.sqrt(value)) if value > 0 else None for value in curve]
    return [InformationCurve(group.num, _floats(THETA), _floats(curve), tuple(errors))]


def _shares_given(version: ExamVersion, group: Responses, given: Counter[int]) -> NDArray[np.float64]:
    """Return the share of sittings that have each item, (I,): all of a form's, else as counted, else as simulated."""
    if group.form:
        return np.ones(len(group.items))
    counts = np.array([given[item.pk] for item in group.items], dtype=float)
    if counts.any():
        return counts / len(_sittings(version))
    run = SimulationRun.objects.filter(exam_version=version).first()
    exposure = run.report["exposure"] if run else {}
    return np.array([exposure.get(item.item_version.item.key, 0.0) for item in group.items])


def _abilities(group: Responses, scale: VersionScale) -> Ability | None:
    items = parameters_of(group.items, scale)
    if items is None or not len(group.correct):
        return None
    return eap(group.correct, items, mean=scale.prior_mean, sd=scale.prior_sd)


def _quality(group: Responses, found: Ability | None, scale: VersionScale) -> DecisionQuality | None:
    """Return how sure the decisions are, where no alpha can be: no two people had the same questions."""
    if found is None:
        return None
    known = group.p_above[~np.isnan(group.p_above)]
    shown = rudner(found.theta, found.se, [scale.cut])
    return DecisionQuality(
        n=len(group.correct),
        posterior_accuracy=posterior_accuracy(known) if len(known) else None,
        accuracy=plain(shown.accuracy),
        consistency=plain(shown.consistency),
        kappa=plain(shown.kappa),
    )


def _alpha(group: Responses) -> float | None:
    if len(group.items) < 2 or len(group.correct) < 2 or not group.totals.var():
        return None
    return plain(alpha(group.correct))


def _cut_rows(version: ExamVersion, forms: Sequence[Responses]) -> list[CutRow]:
    num = version.pass_mark_record.get("panel")
    panel = RatingPanel.objects.filter(bank=version.exam.bank_id, num=num).first() if num is not None else None
    if panel is None:
        return []
    ratings = final_ratings(panel)
    judges = version.pass_mark_record["judges"]
    return [row for form in forms if (row := _cut_row(form, judges, ratings))]


def _cut_row(form: Responses, judges: list[str], ratings: dict[int, dict[str, Decimal]]) -> CutRow | None:
    own = [ratings.get(item.item_version.item_id, {}) for item in form.items]
    if not own or any(judge not in row for row in own for judge in judges):
        return None
    found = angoff([[float(row[judge]) for row in own] for judge in judges])
    error = found.se_generalised if math.isfinite(found.se_generalised) else 0.0
    return CutRow(
        form_num=form.num,
        marks_needed=form.form.marks_needed if form.form else None,
        cut=float(found.cut),
        sd=plain(found.sd),
        se=plain(found.se),
        se_generalised=plain(found.se_generalised),
        icc=plain(found.icc),
        judges=tuple(
            (judge, float(cut), num in found.outlying_judges)
            for num, (judge, cut) in enumerate(zip(judges, found.judge_cuts, strict=True))
        ),
        impact=_impact(form, found.cut, error) if form.form else (),
        n_results=len(form.correct),
    )


def _impact(form: Responses, cut: float, error: float) -> tuple[tuple[int, float, float | None], ...]:
    rates: list[Any] = [None] * 5
    if len(form.totals):
        rates = [moved.pass_rate for moved in impact(form.totals, cut, error)]
    return tuple((step, cut + step * error, rate) for step, rate in zip(range(-2, 3), rates, strict=True))


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
