"""Simulating drawn forms through the shipped decision code, and holding the result against the author's limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs
from django.utils.translation import gettext as _

from mastery_exam.data import Refusal
from mastery_exam.data_measurement import SimulationAssumptions
from mastery_exam.psychometrics import (
    Assumptions,
    FixedForms,
    Form,
    ItemParameters,
    SimulationReport,
    simulate,
)
from mastery_exam.services.draw_forms import Draw
from mastery_exam.services.exam_settings import ExamSettings

N_BORDERLINE = 200
OTHER_MEANS = (-0.5, 0.5)

Progress = Callable[[int], None]


def people_to_simulate(n_candidates: int) -> int:
    """Return how many candidates a simulation of `n_candidates` sends through the forms in all."""
    return n_candidates * (1 + len(OTHER_MEANS)) + N_BORDERLINE


def simulate_forms(
    draw: Draw,
    *,
    assumptions: SimulationAssumptions,
    n_candidates: int,
    seed: int,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Send candidates through the drawn forms and return the report as JSON.

    The judges' ratings are the items' difficulties, b = -logit(rating) with the pass mark at 0 (Rasch). The report also
    says how the errors change with candidates half a logit weaker and stronger on average. `progress` is called with
    the number of candidates done; what it raises comes through.
    """
    delivery, parameters = delivery_of(draw)
    given = Assumptions(0.0, assumptions.mean, assumptions.sd, assumptions.judges_error, assumptions.max_attempts)

    def run(shift: float, n_borderline: int, before: int) -> SimulationReport:
        return simulate(
            delivery,
            parameters,
            assumptions=Assumptions(0.0, given.mean + shift, given.sd, given.parameter_error, given.max_attempts),
            n_candidates=n_candidates,
            n_borderline=n_borderline,
            seed=seed,
            progress=(lambda done, _all: progress(before + done)) if progress else None,
        )

    report = run(0.0, N_BORDERLINE, 0)
    before = n_candidates + N_BORDERLINE
    others = [run(shift, 0, before + num * n_candidates) for num, shift in enumerate(OTHER_MEANS)]
    keys = [str(key) for key in delivery.index]
    return _as_json(report, keys) | {"other_means": [_short(other) for other in others], "n_borderline": N_BORDERLINE}


def delivery_of(draw: Draw) -> tuple[FixedForms, ItemParameters]:
    """Return the drawn forms as the core delivers them, with the difficulties that their ratings imply."""
    items = [item for form in draw.forms for item in form.items]
    forms = [
        Form(tuple(item.key for item in form.items), form.sum_of_ratings, form.marks_needed, draw.floors)
        for form in draw.forms
        if form.sum_of_ratings is not None
    ]
    delivery = FixedForms(forms, {item.key: num for num, item in enumerate(items)}, [item.area_key for item in items])
    return delivery, ItemParameters.from_ratings([float(item.rating) for item in items])


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


def _short(report: SimulationReport) -> dict[str, Any]:
    return {
        "mean": report.assumptions.mean,
        "accuracy": report.accuracy,
        "pass_rate": report.pass_rate,
        "wrong_passes_per_100": report.wrong_passes_per_100,
        "wrong_fails_per_100": report.wrong_fails_per_100,
    }


def _as_json(report: SimulationReport, keys: list[str]) -> dict[str, Any]:
    rows = [
        {
            "low": plain(row.low),
            "high": plain(row.high),
            "n": row.n,
            "pass_rate": row.pass_rate,
            "accuracy": row.accuracy,
        }
        for row in report.by_theta
    ]
    return {
        **_short(report),
        "n_candidates": report.n_candidates,
        "accuracy_se": report.accuracy_se,
        "mean_items": report.mean_items,
        "length_quantiles": list(report.length_quantiles),
        "exposure": dict(zip(keys, map(float, report.exposure), strict=True)),
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
