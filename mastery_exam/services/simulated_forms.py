"""Simulating what a draft delivers through the shipped decision code, and holding the result to the author's limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from django.utils.translation import gettext as _

from mastery_exam.data import DeliveryRule, FloorRule, Refusal
from mastery_exam.data_measurement import SimulationAssumptions
from mastery_exam.errors import PublishRefused
from mastery_exam.psychometrics import (
    AdaptiveDelivery,
    AdaptiveTest,
    AssemblyError,
    Assumptions,
    Delivery,
    FixedForms,
    Form,
    FormsOnTheFly,
    ItemParameters,
    SimulationReport,
    simulate,
)
from mastery_exam.services.delivery_plan import adaptive_bank, adaptive_plan, linear_bank, linear_target
from mastery_exam.services.draw_delivery import drawn_form_refusal, quota_refusal
from mastery_exam.services.draw_forms import Draw
from mastery_exam.services.exam_settings import ExamSettings
from mastery_exam.services.publish_plan import PublishPlan

N_BORDERLINE = 200
OTHER_MEANS = (-0.5, 0.5)
CLASSIFICATION = DeliveryRule.CLASSIFICATION

Progress = Callable[[int], None]


@attrs.frozen(eq=False)
class SimulatedDelivery:
    """A draft as the core delivers it; `fresh` begins it anew, before anybody sat it.

    `keys` names the items of `parameters`, in their order; `cut` is the pass mark in logits on their scale.
    """

    fresh: Callable[[], Delivery]
    parameters: ItemParameters
    keys: tuple[str, ...]
    cut: float = 0.0


def people_to_simulate(n_candidates: int) -> int:
    """Return how many candidates a simulation of `n_candidates` sends through the exam in all."""
    return n_candidates * (1 + len(OTHER_MEANS)) + N_BORDERLINE


def simulate_delivery(
    plan: PublishPlan,
    draw: Draw,
    *,
    assumptions: SimulationAssumptions,
    n_candidates: int,
    seed: int,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Send candidates through what was drawn and return the report as JSON, abilities in logits from the pass mark.

    The difficulties are those that the version freezes, or where it freezes none, b = -logit(rating) with the pass
    mark at 0 (Rasch). The report also says how the errors change with candidates half a logit weaker and stronger
    on average. Each question is taken to need the same part of the sitting's time. `progress` is called with the
    number of candidates done; what it raises comes through. Raises PublishRefused when a sitting cannot be given as
    the plan asks.
    """
    delivery = delivery_of(plan, draw)
    seconds = np.full(len(delivery.keys), seconds_per_question(plan, draw))

    def run(shift: float, n_borderline: int, before: int) -> SimulationReport:
        return simulate(
            delivery.fresh(),
            delivery.parameters,
            assumptions=Assumptions(
                delivery.cut,
                delivery.cut + assumptions.mean + shift,
                assumptions.sd,
                assumptions.judges_error,
                assumptions.max_attempts,
            ),
            n_candidates=n_candidates,
            n_borderline=n_borderline,
            seconds=seconds,
            seed=seed,
            progress=(lambda done, _all: progress(before + done)) if progress else None,
        )

    try:
        report = run(0.0, N_BORDERLINE, 0)
        before = n_candidates + N_BORDERLINE
        others = [run(shift, 0, before + num * n_candidates) for num, shift in enumerate(OTHER_MEANS)]
    except AssemblyError as error:
        is_test = plan.settings.delivery_rule == CLASSIFICATION
        refusal = quota_refusal(error) if is_test else drawn_form_refusal(error)
        raise PublishRefused(_("The exam was not published. Each line says what to do."), refusals=[refusal]) from error
    means = [
        _rates(other) | {"mean": assumptions.mean + shift} for other, shift in zip(others, OTHER_MEANS, strict=True)
    ]
    return _as_json(report, delivery) | {
        "rule": plan.settings.delivery_rule,
        "exposure_cap": float(plan.settings.exposure_cap) if plan.settings.delivery_rule == CLASSIFICATION else None,
        "calibration": plan.calibration.num if plan.calibration else None,
        "seconds_per_question": seconds_per_question(plan, draw),
        "mean": assumptions.mean,
        "other_means": means,
        "n_borderline": N_BORDERLINE,
    }


def seconds_per_question(plan: PublishPlan, draw: Draw) -> float:
    """Return the time of a sitting over the most scored questions that it has, in seconds."""
    return 60.0 * (plan.settings.minutes or 0) / draw.form_length


def delivery_of(plan: PublishPlan, draw: Draw) -> SimulatedDelivery:
    """Return the draft as the core delivers it, made of what publishing the draw would freeze."""
    rule = plan.settings.delivery_rule
    if rule == CLASSIFICATION:
        return _classification(plan)
    if rule == DeliveryRule.LINEAR_ON_THE_FLY:
        bank = linear_bank(plan)
        on_the_fly = FormsOnTheFly(bank, plan.blueprint, linear_target(plan), floors=draw.floors)
        parameters = ItemParameters.from_ratings([float(item.rating) for item in bank])
        return SimulatedDelivery(lambda: on_the_fly, parameters, tuple(str(item.key) for item in bank))
    return _fixed(draw)


def _fixed(draw: Draw) -> SimulatedDelivery:
    items = [item for form in draw.forms for item in form.items]
    forms = [
        Form(tuple(item.key for item in form.items), form.sum_of_ratings, form.marks_needed, draw.floors)
        for form in draw.forms
        if form.sum_of_ratings is not None
    ]
    delivery = FixedForms(forms, {item.key: num for num, item in enumerate(items)}, [item.area_key for item in items])
    parameters = ItemParameters.from_ratings([float(item.rating) for item in items])
    return SimulatedDelivery(lambda: delivery, parameters, tuple(item.key for item in items))


def _classification(plan: PublishPlan) -> SimulatedDelivery:
    """One test's tables for all runs; each run counts its exposure from nothing."""
    test = AdaptiveTest(adaptive_bank(plan), adaptive_plan(plan))
    floors = [area for area, rule in plan.floor_rules.items() if rule != FloorRule.NONE]
    cap = float(plan.settings.exposure_cap)
    return SimulatedDelivery(
        lambda: AdaptiveDelivery(test, exposure_cap=cap, floors=floors),
        test.bank.items,
        tuple(str(key) for key in test.bank.keys),
        test.plan.cut,
    )


def limit_refusals(report: dict[str, Any], settings: ExamSettings) -> list[Refusal]:
    """Return why a simulated exam may not be published: an error above the limit that its author set."""
    found = []
    passes, fails = report["wrong_passes_per_100"], report["wrong_fails_per_100"]
    remedy = _("Ask more questions, rate them again, or change the limit. The simulation report shows more.")
    if settings.max_wrong_passes is not None and passes > float(settings.max_wrong_passes):
        text = _("%(found).1f wrong passes per 100 people are more than your limit of %(limit)s.")
        values = {"found": passes, "limit": settings.max_wrong_passes}
        found.append(Refusal(None, "too_many_wrong_passes", text % values, remedy))
    if settings.max_wrong_fails is not None and fails > float(settings.max_wrong_fails):
        text = _("%(found).1f wrong fails per 100 people are more than your limit of %(limit)s.")
        values = {"found": fails, "limit": settings.max_wrong_fails}
        found.append(Refusal(None, "too_many_wrong_fails", text % values, remedy))
    return found


def plain(value: float) -> float | None:
    """Return a number as JSON has it: nan and infinity, which JSON has not, as null."""
    return float(value) if math.isfinite(value) else None


def _rates(report: SimulationReport) -> dict[str, Any]:
    return {
        "accuracy": report.accuracy,
        "pass_rate": report.pass_rate,
        "wrong_passes_per_100": report.wrong_passes_per_100,
        "wrong_fails_per_100": report.wrong_fails_per_100,
    }


def _from_cut(value: float, cut: float) -> float | None:
    return plain(round(value - cut, 6))


def _as_json(report: SimulationReport, delivery: SimulatedDelivery) -> dict[str, Any]:
    rows = [
        {
            "low": _from_cut(row.low, delivery.cut),
            "high": _from_cut(row.high, delivery.cut),
            "n": row.n,
            "pass_rate": row.pass_rate,
            "accuracy": row.accuracy,
            "mean_items": row.mean_items,
        }
        for row in report.by_theta
    ]
    return {
        **_rates(report),
        "n_candidates": report.n_candidates,
        "accuracy_se": report.accuracy_se,
        "mean_items": report.mean_items,
        "length_quantiles": list(report.length_quantiles),
        "mean_minutes": plain(report.mean_minutes),
        "exposure": dict(zip(delivery.keys, map(float, report.exposure), strict=True)),
        "max_exposure": report.max_exposure,
        "overlap": plain(report.overlap),
        "by_theta": rows,
        "form_pass_rates": list(report.form_pass_rates),
        "form_spread": report.form_spread,
        "borderline_pass": plain(report.borderline_pass),
        "borderline_pass_all": plain(report.borderline_pass_all),
        "repeated_items": report.repeated_items,
    }


def read_assumptions(stored: dict[str, Any]) -> SimulationAssumptions:
    """Return stored assumptions."""
    return SimulationAssumptions(**{f.name: stored[f.name] for f in attrs.fields(SimulationAssumptions)})
