"""The authors' reports: the simulation before publishing, the measurement of a version, and the technical report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mastery_exam import rules
from mastery_exam.data_measurement import SimulationState
from mastery_exam.errors import InvalidInput, PublishRefused, SimulationNotFound
from mastery_exam.models import Exam
from mastery_exam.pages.actions import Action, author_page, perform, require
from mastery_exam.pages.measurement_view import measurement_view, simulation_view
from mastery_exam.pages.quality_view import quality_view
from mastery_exam.pages.technical_report import technical_report
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.calibrating import find_calibration
from mastery_exam.services.exam_settings import read_settings
from mastery_exam.services.measure_exam import measure_exam
from mastery_exam.services.measure_quality import measure_quality
from mastery_exam.services.publish_exam import publish_when_simulated
from mastery_exam.services.publish_plan import load_plan
from mastery_exam.services.simulating import (
    N_CANDIDATES,
    cancel_simulation,
    default_assumptions,
    find_simulation,
    start_simulation,
)
from openedx_bridge.dates import zone_of
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page

FIELDS = ("n_candidates", "mean", "sd", "judges_error")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def simulation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest simulation of the draft, or that of `?version=`; POST does one of the ACTIONS."""
    exam = _own_exam(request, slug)
    error: SuiteError | None = None
    if request.method == "POST":
        error = perform(request, ACTIONS, exam)
        if error is None:
            return redirect(request.path)
    run = find_simulation(slug, version_num=_version_num(request))
    context: dict[str, Any] = {
        "exam": find_exam_row(slug),
        "run": run,
        "settings": read_settings(exam.draft),
        "values": {name: request.POST.get(name, value) for name, value in _defaults(exam).items()},
        "error": error,
        "refusals": error.refusals if isinstance(error, PublishRefused) else (),
        "zone": zone_of(request.user.pk),
    }
    if run and run.state == SimulationState.DONE:
        context |= simulation_view(run)
    return render_page(request, "mastery_exam/simulation.html", context, status=error.status if error else 200)


@never_cache
@require_safe
@author_page
def measurement_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is measured of a version, the newest by default."""
    exam = _own_exam(request, slug)
    versions = list(exam.versions.order_by("-num").values_list("num", flat=True))
    context: dict[str, Any] = {"exam": exam, "versions": versions}
    if versions:
        context |= measurement_view(measure_exam(slug, version_num=_version_num(request)))
        context |= quality_view(measure_quality(slug, version_num=_version_num(request)))
        context["calibration"] = find_calibration(exam.bank.uuid)
    return render_page(request, "mastery_exam/measurement.html", context)


@never_cache
@require_safe
@author_page
def report_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the technical report of a version as one HTML file."""
    _own_exam(request, slug)
    page = technical_report(slug, version_num=_version_num(request))
    name = f"{slug}-technical-report.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(page, content_type="text/html; charset=utf-8", headers=headers)


def _defaults(exam: Exam) -> dict[str, float]:
    assumed = default_assumptions(load_plan(exam))
    return {"n_candidates": N_CANDIDATES} | {name: getattr(assumed, name) for name in FIELDS[1:]}


def _own_exam(request: HttpRequest, slug: str) -> Exam:
    exam = find_exam_row(slug)
    require(rules.can_edit_exam(request.user, exam))
    return exam


def _version_num(request: HttpRequest) -> int | None:
    text = request.GET.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _run(request: HttpRequest, exam: Exam) -> str:
    values, errors = {}, {}
    for name in FIELDS:
        try:
            values[name] = float(request.POST.get(name, "").replace(",", "."))
        except ValueError:
            errors[name] = _("Write a number.")
    if not errors and values["n_candidates"] != int(values["n_candidates"]):
        errors["n_candidates"] = _("Write a whole number.")
    if errors:
        raise InvalidInput(_("The simulation cannot be run so. Each field says what to change."), fields=errors)
    n_candidates = int(values.pop("n_candidates"))
    start_simulation(exam.key, actor_id=request.user.pk, n_candidates=n_candidates, **values)
    return _("The simulation was started. You may leave this page.")


def _run_uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("run", ""))
    except ValueError as wrong:
        raise SimulationNotFound(_("There is no such simulation. Load the page again.")) from wrong


def _cancel(request: HttpRequest, exam: Exam) -> str:
    run_uuid = _run_uuid(request)
    if not exam.simulations.filter(uuid=run_uuid).exists():
        raise SimulationNotFound(_("There is no such simulation. Load the page again."))
    found = cancel_simulation(run_uuid, actor_id=request.user.pk)
    is_cancelled = found.state == SimulationState.CANCELLED
    return _("The simulation was cancelled.") if is_cancelled else _("The simulation was over already.")


def _publish(request: HttpRequest, exam: Exam) -> str:
    published = publish_when_simulated(exam.key, actor_id=request.user.pk, run_uuid=_run_uuid(request))
    if published is None:
        return _("The exam is being simulated with %s candidates first. Then accept it to publish.") % N_CANDIDATES
    return _("Version %(num)s is published, and this simulation is stored with it.") % {"num": published.version_num}


ACTIONS: dict[str, Action[Exam]] = {"run": _run, "cancel": _cancel, "publish": _publish}
