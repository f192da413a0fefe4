"""Publishing: draw the forms, try every item, and freeze all of it as a version that nothing changes any more."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import (
    DeliveryRule,
    ExamDetail,
    ExamStatus,
    FeePolicy,
    FormPreview,
    GrantKind,
    IdentityPolicy,
    ItemUse,
    Readiness,
    Refusal,
)
from mastery_exam.errors import PublishRefused, WrongState
from mastery_exam.models import Exam, ExamVersion, Form, FormItem, ItemVersion, SimulationRun, StoredFile, VersionItem
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.catalogue import exam_detail
from mastery_exam.services.draw_delivery import draw_delivery
from mastery_exam.services.draw_forms import Draw, FrozenParameters, decimal_of, record_json
from mastery_exam.services.exam_settings import ERROR_LIMITS, PLANNED, ExamSettings
from mastery_exam.services.exposure import open_counts
from mastery_exam.services.publish_plan import PublishPlan, load_plan
from mastery_exam.services.readiness import readiness
from mastery_exam.services.simulated_forms import limit_refusals
from mastery_exam.services.simulating import (
    find_usable_run,
    is_simulation_ahead,
    run_for_publishing,
    start_simulation,
)
from openedx_bridge.capa import inspect_item

SEEDS_TRIED = (1, 2, 3, 5, 8)


def check_exam(key: str) -> Readiness:
    """Return what blocks publishing and what else its author should know; raises ExamNotFound."""
    return readiness(load_plan(find_exam_row(key)))


def preview_forms(key: str, *, seed: int = 0) -> tuple[FormPreview, ...]:
    """Draw the forms that publishing could draw, without freezing them; raises PublishRefused.

    Empty where sittings have no forms that are drawn beforehand.
    """
    plan = load_plan(find_exam_row(key))
    refuse(readiness(plan).refusals)
    return tuple(form.preview(num) for num, form in enumerate(draw_delivery(plan, seed=seed).forms, start=1))


def publish_exam(key: str, *, actor_id: int, seed: int | None = None) -> ExamDetail:
    """Freeze the draft as the exam's next version; the versions before it, and who sits them, stay as they are.

    The delivery is simulated first, unless this draft's was: then what was simulated is published. The report is kept
    with the version. Raises ExamNotFound, WrongState (withdrawn, or changed by somebody meanwhile),
    and PublishRefused with every obstacle and its remedy, an error above the author's limit among them.
    """
    exam = find_exam_row(key)
    _refuse_state(exam)
    plan = load_plan(exam)
    refuse(readiness(plan).refusals)
    refuse(try_items(plan.delivered))
    draw = draw_delivery(plan, seed=_seed(plan) if seed is None else seed)
    simulation = run_for_publishing(plan, draw, actor_id=actor_id)
    refuse(limit_refusals(simulation.report, plan.settings))
    with transaction.atomic():
        exam = find_exam_row(key, lock=True)
        if load_plan(exam).fingerprint() != plan.fingerprint():
            raise WrongState(_("Somebody changed the exam or its bank a moment ago. Look at it again, then publish."))
        version = freeze(plan, draw, actor_id=actor_id)
        SimulationRun.objects.filter(pk=simulation.pk).update(exam_version=version)
    return exam_detail(version.exam, version)


def publish_when_simulated(key: str, *, actor_id: int, run_uuid: UUID | None = None) -> ExamDetail | None:
    """Publish at once what was simulated of this very draft; else have a worker simulate it, and return None.

    `run_uuid` is the simulation whose report the author accepts; WrongState where a newer one is there, which he has
    not seen. Errors as `publish_exam`; while a simulation of the exam waits or runs, None.
    """
    exam = find_exam_row(key)
    _refuse_state(exam)
    plan = load_plan(exam)
    refuse(readiness(plan).refusals)
    run = find_usable_run(plan)
    if run is not None:
        if run_uuid not in (None, run.uuid):
            raise WrongState(_("Somebody has simulated this draft again. Look at the new report, then accept it."))
        return publish_exam(key, actor_id=actor_id, seed=run.seed)
    if not is_simulation_ahead(key):
        start_simulation(key, actor_id=actor_id)
    return None


def _refuse_state(exam: Exam) -> None:
    if exam.status == ExamStatus.WITHDRAWN:
        raise WrongState(_("This exam is withdrawn. Create a new exam and name it as the successor."))
    if exam.is_demonstration:
        raise WrongState(_("A demonstration has no standard setting. Create a new exam and publish that."))


def _seed(plan: PublishPlan) -> int:
    """Return the seed of the forms that the author saw simulated, or a new one."""
    seen = find_usable_run(plan)
    return secrets.randbelow(2**31) if seen is None else seen.seed


def refuse(refusals: Sequence[Refusal]) -> None:
    """Raise PublishRefused if there is any refusal."""
    if refusals:
        raise PublishRefused(_("The exam was not published. Each line says what to do."), refusals=refusals)


def try_items(versions: Iterable[ItemVersion]) -> list[Refusal]:
    """Construct, show and grade each item with several seeds; return why any of them cannot be delivered here."""
    found: list[Refusal] = []
    for version in versions:
        inspection = inspect_item(version.olx, files=files_of(version), seeds=SEEDS_TRIED)
        found += [Refusal(version.item.key, r.code, r.message, r.remedy) for r in inspection.refusals]
    return found


def files_of(version: ItemVersion) -> dict[str, bytes]:
    """Return the content of an item version's files, by the names that its OLX uses; one too large was not kept."""
    stored = StoredFile.objects.filter(sha256__in=set(version.files.values()))
    content = {file.sha256: bytes(file.content) for file in stored}
    return {name: content[sha256] for name, sha256 in version.files.items() if sha256 in content}


def freeze(plan: PublishPlan, draw: Draw, *, actor_id: int, is_demonstration: bool = False) -> ExamVersion:
    """Write the version with its items and forms, inside the caller's transaction, and show the exam to the public."""
    exam, last = plan.exam, plan.last_version
    version = ExamVersion.objects.create(
        exam=exam,
        num=last.num + 1 if last else 1,
        title=exam.title,
        competencies=[_frozen_area(area) for area in plan.areas],
        blueprint=plan.blueprint,
        floor_rules=plan.floor_rules,
        floors=draw.floors,
        pass_mark_record=record_json(draw.record) | {"released_by": _releasers(plan), "panel": _panel(plan)},
        marks_needed=draw.marks_needed,
        form_length=draw.form_length,
        delivery_plan=draw.delivery_plan,
        seed=draw.seed,
        is_demonstration=is_demonstration,
        published_at=timezone.now(),
        published_by_id=actor_id,
        **_frozen_settings(plan.settings),
    )
    rows = _freeze_items(version, plan, draw)
    if version.delivery_rule != DeliveryRule.FIXED or version.pilot_items:
        open_counts(version)
    for num, drawn in enumerate(draw.forms, start=1):
        form = Form.objects.create(
            exam_version=version,
            num=num,
            marks_needed=drawn.marks_needed,
            sum_of_ratings=decimal_of(drawn.sum_of_ratings),
        )
        FormItem.objects.bulk_create(
            FormItem(form=form, version_item=rows[item.version.pk], position=position)
            for position, item in enumerate(drawn.items, start=1)
        )
    Exam.objects.filter(pk=exam.pk).update(
        status=ExamStatus.PUBLISHED, is_demonstration=is_demonstration, modified=timezone.now()
    )
    exam.status, exam.is_demonstration = ExamStatus.PUBLISHED.value, is_demonstration
    record("publish", subject=version, actor_id=actor_id, exam=exam.key, num=version.num, seed=draw.seed)
    return version


def _freeze_items(version: ExamVersion, plan: PublishPlan, draw: Draw) -> dict[int, VersionItem]:
    """Freeze the scored bank, drawn or not, and what is tried out or practised; returns the rows by item version.

    The scored ones come first, in the order of the plan: that of their ids is the order of a classification test.
    """
    rows = [
        VersionItem(
            exam_version=version,
            item_version=item.version,
            competency_key=item.area_key,
            rating=decimal_of(item.rating) if item.ratings else None,
            use=ItemUse.SCORED,
            **_frozen_parameters(draw.parameters.get(item.version.pk)),
        )
        for item in plan.scored
    ]
    rows += [
        VersionItem(
            exam_version=version,
            item_version=unscored,
            competency_key=unscored.item.competency.key if unscored.item.competency else "",
            use=use,
        )
        for use, unscored_items in ((ItemUse.PILOT, plan.pilots), (ItemUse.PRACTICE, plan.practice))
        for unscored in unscored_items
    ]
    VersionItem.objects.bulk_create(rows)
    return {row.item_version_id: row for row in VersionItem.objects.filter(exam_version=version)}


def _frozen_parameters(parameters: FrozenParameters | None) -> dict[str, Any]:
    if parameters is None:
        return {}
    return {"a": parameters.a, "b": parameters.b, "c": parameters.c, "parameter_state": parameters.state}


def _frozen_area(area: Any) -> dict[str, Any]:
    return {
        "key": area.key,
        "title": area.title,
        "outcome": area.outcome,
        "case_url": area.case_url,
        "study_links": area.study_links,
    }


def _frozen_settings(settings: ExamSettings) -> dict[str, Any]:
    values = settings.as_json()
    for name in ("blueprint", "floor_rules", "n_forms", "approval_required", *PLANNED, *ERROR_LIMITS):
        del values[name]
    grants = {
        GrantKind.PAYMENT: settings.fee_policy == FeePolicy.SITTING,
        GrantKind.IDENTITY: settings.identity_policy == IdentityPolicy.IN_PERSON,
        GrantKind.APPROVAL: settings.approval_required,
    }
    return values | {
        "required_grants": [kind.value for kind, needed in grants.items() if needed],
        "can_go_back": settings.delivery_rule != DeliveryRule.CLASSIFICATION,
    }


def _releasers(plan: PublishPlan) -> list[int]:
    panel = plan.panel
    people = (panel.released_by_first_id, panel.released_by_second_id) if panel else ()
    return [person for person in people if person is not None]


def _panel(plan: PublishPlan) -> int | None:
    return plan.panel.num if plan.panel else None
