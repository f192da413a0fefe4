"""Calibrating an exam's responses into a new version of its bank's parameters; nothing that stands is changed."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import attrs
import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from mastery_exam.data import ItemUse
from mastery_exam.data_measurement import CalibratedItemData, CalibrationData
from mastery_exam.errors import InvalidInput, NotEnoughResponses
from mastery_exam.models import Attempt, Bank, BankCalibration, CalibratedItem, Decision, Exam, ItemVersion
from mastery_exam.models.audit import record
from mastery_exam.psychometrics import Calibration, MeanSquares, calibrate, enough_responses, mean_squares
from mastery_exam.services.authoring import find_bank_row, find_exam_row
from mastery_exam.services.item_evidence import LIVE
from mastery_exam.services.simulated_forms import plain

ModelName = Literal["rasch", "2pl"]


@attrs.frozen(eq=False)
class ExamResponses:
    """Each person's first decided sitting, (P, I) of 1, 0 and nan for items that were not given; I item versions.

    `pilots` are the uuids of those that were only tried out.
    """

    uuids: tuple[str, ...]
    table: NDArray[np.float64]
    pilots: frozenset[str] = frozenset()


def calibrate_exam(key: str, *, actor_id: int, model: ModelName = "rasch") -> CalibrationData:
    """Estimate the parameters of the exam's items and add them to its bank as the next version.

    Fixed forms have no common item; that people are given a form by chance is what puts them on one scale. Where items
    were chosen by a person's answers, the choice hangs on answers that are in the table, so that what is missing may be
    left out (Mislevy & Wu 1996). Items that were tried out are calibrated with the scored ones, and say so. Only each
    person's first sitting counts, so that nobody's answers count twice. Items with fewer than 100 answers (Rasch) or
    300 (2PL) are kept as provisional. Raises ExamNotFound, InvalidInput for an unknown model, NotEnoughResponses when
    no item has enough.
    """
    if model not in BankCalibration.Model.values:
        raise InvalidInput(_("The model is rasch or 2pl."), fields={"model": _("Write rasch or 2pl.")})
    exam = find_exam_row(key)
    responses = first_responses(exam)
    usable = _can_be_estimated(responses.table)
    table = responses.table[:, usable]
    if not table.size or not enough_responses((~np.isnan(table)).sum(axis=0), model=model).any():
        raise NotEnoughResponses(_("No item has enough answers yet: 100 for the Rasch model, 300 for 2PL."))
    found = calibrate(table, model=model)
    fit = mean_squares(table, found.items, mean=found.mean, sd=found.sd)
    with transaction.atomic():
        bank = find_bank_row(exam.bank.uuid, lock=True)
        kept = tuple(uuid for uuid, use in zip(responses.uuids, usable, strict=True) if use)
        row = _write(bank, exam, kept, responses.pilots, found, fit, model=model, actor_id=actor_id)
    left_out = {uuid for uuid, use in zip(responses.uuids, usable, strict=True) if not use}
    names = ItemVersion.objects.filter(uuid__in=left_out).order_by("item__key").values_list("item__key", flat=True)
    return attrs.evolve(calibration_data(row), left_out=tuple(names))


def find_calibration(bank_uuid: UUID, *, num: int | None = None) -> CalibrationData | None:
    """Return a version of a bank's parameters, the newest by default; None where there is none."""
    rows = BankCalibration.objects.filter(bank__uuid=bank_uuid)
    if num is not None:
        rows = rows.filter(num=num)
    row = rows.order_by("-num").first()
    return calibration_data(row) if row else None


def first_responses(exam: Exam) -> ExamResponses:
    """Return what each person answered in their first sitting that stands decided, over all versions of the exam."""
    decisions = Decision.objects.filter(state__in=LIVE, attempt__exam=exam, attempt__state__in=Attempt.ENDED)
    rows: dict[int, dict[str, float]] = {}
    scored: set[str] = set()
    for user_id, evidence in decisions.order_by("attempt__started_at").values_list("attempt__user_id", "evidence"):
        if user_id in rows:
            continue
        graded = [item for item in evidence["items"] if item["correct"] is not None]
        rows[user_id] = {item["item_version"]: float(item["correct"]) for item in graded}
        scored.update(item["item_version"] for item in graded if item["use"] == ItemUse.SCORED)
    uuids = tuple(sorted({uuid for row in rows.values() for uuid in row}))
    table = np.array([[row.get(uuid, np.nan) for uuid in uuids] for row in rows.values()])
    return ExamResponses(uuids, table.reshape(len(rows), len(uuids)), frozenset(uuids) - scored)


def calibration_data(row: BankCalibration) -> CalibrationData:
    """Return a calibration as data."""
    items = tuple(
        CalibratedItemData(
            key=item.item_version.item.key,
            version_num=item.item_version.num,
            use=item.use,
            state=item.state,
            n=item.n,
            a=item.a,
            b=item.b,
            c=item.c,
            se_a=item.se_a,
            se_b=item.se_b,
            infit=item.infit,
            outfit=item.outfit,
        )
        for item in row.items.select_related("item_version__item").order_by("item_version__item__key")
    )
    return CalibrationData(
        uuid=row.uuid,
        num=row.num,
        exam_key=row.exam.key,
        model=row.model,
        n_persons=row.n_persons,
        population_sd=row.population_sd,
        log_likelihood=row.log_likelihood,
        converged=row.converged,
        created=row.created,
        items=items,
    )


def _can_be_estimated(table: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which items were answered right by somebody and wrong by somebody."""
    return (table == 1).any(axis=0) & (table == 0).any(axis=0)


def _write(
    bank: Bank,
    exam: Exam,
    uuids: tuple[str, ...],
    pilots: frozenset[str],
    found: Calibration,
    fit: MeanSquares,
    *,
    model: ModelName,
    actor_id: int,
) -> BankCalibration:
    last = BankCalibration.objects.filter(bank=bank).order_by("-num").first()
    row = BankCalibration.objects.create(
        bank=bank,
        exam=exam,
        num=last.num + 1 if last else 1,
        model=model,
        n_persons=int(found.n_persons),
        population_sd=float(found.sd),
        log_likelihood=float(found.log_likelihood),
        converged=bool(found.converged),
        created_by_id=actor_id,
    )
    versions = {str(version.uuid): version for version in ItemVersion.objects.filter(uuid__in=uuids)}
    enough = enough_responses(found.n_responses, model=model)
    states = CalibratedItem.State
    CalibratedItem.objects.bulk_create(
        CalibratedItem(
            calibration=row,
            item_version=versions[uuid],
            state=states.CALIBRATED if enough[num] else states.PROVISIONAL,
            use=CalibratedItem.Use.PILOT if uuid in pilots else CalibratedItem.Use.SCORED,
            n=int(found.n_responses[num]),
            a=float(found.items.a[num]),
            b=float(found.items.b[num]),
            c=float(found.items.c[num]),
            se_a=plain(found.se_a[num]),
            se_b=plain(found.se_b[num]),
            infit=plain(fit.infit[num]),
            outfit=plain(fit.outfit[num]),
        )
        for num, uuid in enumerate(uuids)
    )
    record("calibrate", subject=row, actor_id=actor_id, exam=exam.key, num=row.num)
    return row
