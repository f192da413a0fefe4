"""Running simulations of an exam: at once, or in a worker that tells how far it is and can be cancelled."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

import attrs
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import DeliveryRule, Refusal
from mastery_exam.data_measurement import SimulationAssumptions, SimulationData
from mastery_exam.errors import InvalidInput, PublishRefused, SimulationNotFound, WrongState
from mastery_exam.models import Exam, SimulationRun
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.delivery_plan import find_theta_cut
from mastery_exam.services.draw_delivery import draw_delivery
from mastery_exam.services.draw_forms import Draw
from mastery_exam.services.publish_plan import PublishPlan, load_plan
from mastery_exam.services.readiness import readiness
from mastery_exam.services.simulated_forms import (
    limit_refusals,
    people_to_simulate,
    read_assumptions,
    simulate_delivery,
)

N_CANDIDATES = 1000
MOST_CANDIDATES = 20_000
LIMITS = {"mean": (-3.0, 3.0), "sd": (0.1, 3.0), "judges_error": (0.0, 2.0)}
SECONDS_BETWEEN_WRITES = 0.25

State = SimulationRun.State


class SimulationCancelled(Exception):
    """Somebody cancelled the simulation while it ran."""


def simulate_exam(
    key: str,
    *,
    actor_id: int,
    n_candidates: int = N_CANDIDATES,
    mean: float | None = None,
    sd: float | None = None,
    judges_error: float | None = None,
    seed: int | None = None,
) -> SimulationData:
    """Simulate what publishing the draft would freeze, and wait for the report.

    `mean` and `sd` describe the candidates and `judges_error` each rating, in logits from the pass mark; what is not
    given is as in `default_assumptions`.
    Raises ExamNotFound, InvalidInput, WrongState while another simulation runs, PublishRefused when the draft
    cannot be delivered.
    """
    run = _create(key, actor_id, n_candidates, {"mean": mean, "sd": sd, "judges_error": judges_error}, seed)
    run_simulation(run.uuid)
    found = get_simulation(run.uuid)
    if found.state == State.FAILED:
        raise PublishRefused(_("The exam cannot be simulated. Each line says what to do."), refusals=found.refusals)
    return found


def start_simulation(
    key: str,
    *,
    actor_id: int,
    n_candidates: int = N_CANDIDATES,
    mean: float | None = None,
    sd: float | None = None,
    judges_error: float | None = None,
) -> SimulationData:
    """Have a worker simulate the draft; arguments and errors as `simulate_exam`."""
    from mastery_exam.tasks import simulate_exam_later  # tasks import the services

    run = _create(key, actor_id, n_candidates, {"mean": mean, "sd": sd, "judges_error": judges_error}, None)
    transaction.on_commit(partial(simulate_exam_later.delay, str(run.uuid)))
    return simulation_data(run)


def cancel_simulation(run_uuid: UUID, *, actor_id: int) -> SimulationData:
    """Stop a simulation that waits or runs; one that is over stays as it is. Raises SimulationNotFound."""
    run = find_run(run_uuid)
    if _move(run, State.QUEUED, State.CANCELLED) or _move(run, State.RUNNING, State.CANCELLED):
        record("cancel", subject=run, actor_id=actor_id)
    return get_simulation(run_uuid)


def get_simulation(run_uuid: UUID) -> SimulationData:
    """Return a simulation; raises SimulationNotFound."""
    return simulation_data(find_run(run_uuid))


def find_simulation(key: str, *, version_num: int | None = None) -> SimulationData | None:
    """Return the exam's newest simulation, or the one stored with a version; None before there is any."""
    runs = SimulationRun.objects.select_related("exam__bank__framework", "exam_version").filter(exam__key=key)
    if version_num is not None:
        runs = runs.filter(exam_version__num=version_num)
    run = runs.order_by("-id").first()
    return simulation_data(run) if run else None


def find_run(run_uuid: UUID) -> SimulationRun:
    """Return the row of a simulation; raises SimulationNotFound."""
    run = SimulationRun.objects.select_related("exam__bank__framework", "exam_version").filter(uuid=run_uuid).first()
    if run is None:
        raise SimulationNotFound(_("There is no such simulation. Run it again."))
    return run


def run_simulation(run_uuid: UUID) -> None:
    """Do a queued simulation; does nothing to one that was begun, cancelled or is over, so it may be sent twice."""
    run = find_run(run_uuid)
    if not _move(run, State.QUEUED, State.RUNNING):
        return
    try:
        plan = load_plan(run.exam)
        refusals = readiness(plan).refusals
        if refusals:
            raise PublishRefused("", refusals=refusals)
        _finish(run, plan, draw_delivery(plan, seed=run.seed))
    except PublishRefused as refused:
        _fail(run, refused)
    except SimulationCancelled:
        return


def run_for_publishing(plan: PublishPlan, draw: Draw, *, actor_id: int) -> SimulationRun:
    """Return a finished simulation of exactly this draw: the newest that there is, or one that is done now."""
    found = _usable_runs(plan).filter(forms_sha256=draw.digest()).order_by("-id").first()
    if found:
        return found
    run = _new_run(plan.exam, actor_id, N_CANDIDATES, default_assumptions(plan), draw.seed, state=State.RUNNING)
    try:
        _finish(run, plan, draw)
    except PublishRefused as refused:
        _fail(run, refused)
        raise
    return find_run(run.uuid)


def find_usable_run(plan: PublishPlan) -> SimulationRun | None:
    """Return the newest finished simulation of this very draft, which its author has looked at."""
    return cast("SimulationRun | None", _usable_runs(plan).order_by("-id").first())


def default_assumptions(plan: PublishPlan) -> SimulationAssumptions:
    """Return what a simulation of the draft takes for granted unless it is told otherwise.

    Candidates are on average at the judges' pass mark, or where a calibration has measured them. A frozen form is never
    given twice, so nobody has more tries than there are forms.
    """
    tries = plan.settings.max_attempts
    found = SimulationAssumptions(max_attempts=tries)
    if plan.settings.delivery_rule == DeliveryRule.FIXED:
        return attrs.evolve(found, max_attempts=min(tries, plan.settings.n_forms))
    cut = find_theta_cut(plan)
    if plan.settings.delivery_rule == DeliveryRule.CLASSIFICATION and plan.calibration and cut is not None:
        low, high = LIMITS["mean"]
        mean = min(max(-cut, low), high)
        return attrs.evolve(found, mean=round(mean, 2), sd=round(plan.calibration.population_sd, 2))
    return found


def is_simulation_ahead(key: str) -> bool:
    """Tell whether a simulation of the exam waits or runs."""
    return SimulationRun.objects.filter(exam__key=key, state__in=SimulationRun.UNFINISHED).exists()


def simulation_data(run: SimulationRun) -> SimulationData:
    """Return a simulation as data; what an author's limits refuse is told with it."""
    plan = load_plan(run.exam)
    refusals = [Refusal(**refusal) for refusal in run.refusals]
    if run.state == State.DONE and run.exam_version_id is None:
        refusals += limit_refusals(run.report, plan.settings)
    return SimulationData(
        uuid=run.uuid,
        exam_key=run.exam.key,
        version_num=run.exam_version.num if run.exam_version else None,
        state=run.state,
        done=run.done,
        total=run.total,
        assumptions=read_assumptions(run.assumptions),
        report=run.report,
        refusals=tuple(refusals),
        is_current=run.exam_version_id is None and run.fingerprint == plan.fingerprint(),
        created=run.created,
        finished_at=run.finished_at,
    )


def _usable_runs(plan: PublishPlan) -> Any:
    return SimulationRun.objects.select_related("exam__bank__framework", "exam_version").filter(
        exam=plan.exam,
        exam_version=None,
        state=State.DONE,
        fingerprint=plan.fingerprint(),
        n_candidates__gte=N_CANDIDATES,
    )


def _create(
    key: str, actor_id: int, n_candidates: int, assumed: dict[str, float | None], seed: int | None
) -> SimulationRun:
    given: dict[str, Any] = {name: value for name, value in assumed.items() if value is not None}
    _check(n_candidates, given)
    with transaction.atomic():
        exam = find_exam_row(key, lock=True)
        if SimulationRun.objects.filter(exam=exam, state__in=SimulationRun.UNFINISHED).exists():
            raise WrongState(_("A simulation of this exam is running. Wait for it, or cancel it."))
        plan = load_plan(exam)
        refusals = readiness(plan).refusals
        if refusals:
            raise PublishRefused(_("The exam cannot be simulated yet. Each line says what to do."), refusals=refusals)
        assumptions = attrs.evolve(default_assumptions(plan), **given)
        chosen = secrets.randbelow(2**31) if seed is None else seed
        return _new_run(exam, actor_id, n_candidates, assumptions, chosen, state=State.QUEUED)


def _check(n_candidates: int, numbers: dict[str, float]) -> None:
    errors = {}
    if not 1 <= n_candidates <= MOST_CANDIDATES:
        errors["n_candidates"] = _("Simulate from 1 to %s candidates.") % MOST_CANDIDATES
    for name, value in numbers.items():
        low, high = LIMITS[name]
        if not low <= value <= high:
            errors[name] = _("Write a number from %(low)s to %(high)s.") % {"low": low, "high": high}
    if errors:
        raise InvalidInput(_("The simulation cannot be run so. Each field says what to change."), fields=errors)


def _new_run(
    exam: Exam, actor_id: int, n_candidates: int, assumptions: SimulationAssumptions, seed: int, *, state: str
) -> SimulationRun:
    run = SimulationRun.objects.create(
        exam=exam,
        state=state,
        seed=seed,
        n_candidates=n_candidates,
        total=people_to_simulate(n_candidates),
        assumptions=attrs.asdict(assumptions),
        started_by_id=actor_id,
    )
    record("simulate", subject=run, actor_id=actor_id, exam=exam.key, n_candidates=n_candidates)
    return run


def _finish(run: SimulationRun, plan: PublishPlan, draw: Draw) -> None:
    report = simulate_delivery(
        plan,
        draw,
        assumptions=read_assumptions(run.assumptions),
        n_candidates=run.n_candidates,
        seed=run.seed,
        progress=_progress_of(run),
    )
    changes = {"report": report, "fingerprint": plan.fingerprint(), "forms_sha256": draw.digest(), "done": run.total}
    _move(run, State.RUNNING, State.DONE, **changes)


def _fail(run: SimulationRun, refused: PublishRefused) -> None:
    _move(run, State.RUNNING, State.FAILED, refusals=[attrs.asdict(refusal) for refusal in refused.refusals])


def _progress_of(run: SimulationRun) -> Callable[[int], None]:
    """Return a callback that writes how far the run is, a few times a second, and raises once it was cancelled."""
    written = time.monotonic()

    def tell(done: int) -> None:
        nonlocal written
        if time.monotonic() - written < SECONDS_BETWEEN_WRITES:
            return
        written = time.monotonic()
        if not SimulationRun.objects.filter(pk=run.pk, state=State.RUNNING).update(done=done):
            raise SimulationCancelled

    return tell


def _move(run: SimulationRun, old: str, new: str, **changes: Any) -> bool:
    """Compare-and-set the run's state; returns whether it was in the old one."""
    if new not in SimulationRun.TRANSITIONS[State(old)]:
        raise ValueError(f"A simulation cannot go from {old} to {new}.")
    if new not in SimulationRun.UNFINISHED:
        changes["finished_at"] = timezone.now()
    return bool(SimulationRun.objects.filter(pk=run.pk, state=old).update(state=new, **changes))
