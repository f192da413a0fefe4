"""A version's items and people on its bank's newest calibration: fit, and the map of people and items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mastery_exam.data_quality import ItemFit, PersonItemMap
from mastery_exam.models import BankCalibration, CalibratedItem, ExamVersion, VersionItem
from mastery_exam.psychometrics import (
    ItemParameters,
    NotEnoughDataError,
    eap,
    inverse_characteristic,
    s_x2,
)
from mastery_exam.services.item_evidence import Responses
from mastery_exam.services.simulated_forms import plain

FIT_RANGE = (0.7, 1.3)
FIT_SIGNIFICANCE = 0.01
# Under so many people S-X2 has no power and its chi-square no ground.
LEAST_FOR_S_X2 = 100


def newest_calibration(version: ExamVersion) -> BankCalibration | None:
    """Return the newest calibration of the version's bank."""
    return BankCalibration.objects.filter(bank=version.exam.bank_id).order_by("-num").first()


def item_fit(calibration: BankCalibration, groups: list[Responses]) -> tuple[ItemFit, ...]:
    """Return the fit of each item of the version that the calibration has."""
    known = _known(calibration)
    rows = []
    for group in groups:
        held = [num for num, item in enumerate(group.items) if item.item_version_id in known]
        statistics = _s_x2(group, held, known, calibration)
        for place, num in enumerate(held):
            found = known[group.items[num].item_version_id]
            value, df, p = (plain(column[place]) for column in statistics)
            rows.append(_fit(group.items[num], found, value, df, p))
    return tuple(rows)


def person_item_map(
    version: ExamVersion, calibration: BankCalibration, groups: list[Responses]
) -> PersonItemMap | None:
    """Return people and items on the calibration's scale; None where it lacks the version's items or their ratings.

    The cut is where the expected marks on these items equal the sum of their ratings.
    """
    known = _known(calibration)
    rows = {row.pk: row for group in groups for row in group.items}
    items = [row for row in rows.values() if row.item_version_id in known and row.rating is not None]
    if not items:
        return None
    parameters = _parameters([known[row.item_version_id] for row in items])
    cut = float(inverse_characteristic(sum(float(row.rating or 0) for row in items), parameters))
    if not np.isfinite(cut):
        return None
    abilities = [theta - cut for group in groups for theta in _abilities(group, known, calibration)]
    names = [row.item_version.item.key for row in items]
    return PersonItemMap(
        calibration_num=calibration.num,
        cut=cut,
        abilities=tuple(abilities),
        difficulties=tuple((name, float(b) - cut) for name, b in zip(names, parameters.b, strict=True)),
    )


def _known(calibration: BankCalibration) -> dict[int, CalibratedItem]:
    return {row.item_version_id: row for row in calibration.items.all()}


def _parameters(rows: list[CalibratedItem]) -> ItemParameters:
    return ItemParameters([row.a for row in rows], [row.b for row in rows], [row.c for row in rows])


def _s_x2(
    group: Responses, held: list[int], known: dict[int, CalibratedItem], calibration: BankCalibration
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return S-X2, its freedom and p of the items held, nan where there are too few people or no common form."""
    nothing = np.full(len(held), np.nan)
    if group.form is None or len(group.correct) < LEAST_FOR_S_X2:
        return nothing, nothing, nothing
    parameters = _parameters([known[group.items[num].item_version_id] for num in held])
    n_parameters = 1 if calibration.model == BankCalibration.Model.RASCH else 2
    try:
        found = s_x2(group.correct[:, held], parameters, n_parameters=n_parameters, sd=calibration.population_sd)
    except NotEnoughDataError:
        return nothing, nothing, nothing
    return found.statistic, found.df, found.p_value


def _fit(item: VersionItem, row: CalibratedItem, value: float | None, df: float | None, p: float | None) -> ItemFit:
    squares = [square for square in (row.infit, row.outfit) if square is not None]
    outside = any(not FIT_RANGE[0] <= square <= FIT_RANGE[1] for square in squares)
    return ItemFit(
        key=item.item_version.item.key,
        state=row.state,
        infit=row.infit,
        outfit=row.outfit,
        s_x2=value,
        s_x2_df=df if value is not None else None,
        s_x2_p=p,
        look=outside or (p is not None and p < FIT_SIGNIFICANCE),
    )


def _abilities(group: Responses, known: dict[int, CalibratedItem], calibration: BankCalibration) -> list[float]:
    held = [num for num, item in enumerate(group.items) if item.item_version_id in known]
    if not held or not len(group.correct):
        return []
    parameters = _parameters([known[group.items[num].item_version_id] for num in held])
    return [float(theta) for theta in eap(group.correct[:, held], parameters, sd=calibration.population_sd).theta]
