"""A learner's progress as the pages, the REST API and the block show it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from micromasters_pathway.data import ProgressData, RouteInfo, SlotProgress, SlotState
from micromasters_pathway.models import Completion, Membership, Programme, RequirementMet
from micromasters_pathway.requirements import ExamRoute, Route, Slot, evaluate, iter_slots, parse_rules
from micromasters_pathway.services.evidence import Finding, find_evidence
from micromasters_pathway.services.programmes import get_programme, programme_data
from openedx_bridge import api as bridge


def get_progress(user_id: int | None, *, programme_key: str) -> ProgressData:
    """Progress of `user_id` under the rules they joined; for a visitor, the newest rules with nothing done."""
    programme = get_programme(programme_key)
    query = Membership.objects.select_related("version", "programme")
    membership = query.filter(user_id=user_id, programme__key=programme_key).first() if user_id else None
    if membership is None:
        row = Programme.objects.get(key=programme_key)
        version = row.versions.order_by("-num")[0]
        facts: dict[str, RequirementMet] = {}
    else:
        version = membership.version
        facts = _facts(membership)
    tree = parse_rules(version.rules)
    slots = tuple(_slot_progress(user_id, slot, facts.get(slot.key)) for slot in iter_slots(tree))
    done = {slot.key for slot in slots if slot.state is SlotState.DONE}
    evaluation = evaluate(tree, done)
    completion = None
    if membership is not None:
        completion = Completion.objects.filter(membership=membership, withdrawn_at__isnull=True).first()
    return ProgressData(
        programme=programme_data(membership.programme) if membership else programme,
        version_num=version.num,
        is_member=membership is not None,
        joined_at=membership.created if membership else None,
        done=evaluation.done,
        needed=evaluation.needed,
        slots=slots,
        completion_uuid=completion.uuid if completion else None,
        completed_at=completion.completed_at if completion else None,
        next_step=None if completion else _next_step(programme_key, slots, membership is not None),
    )


def _facts(membership: Membership) -> dict[str, RequirementMet]:
    """The fact that speaks for each slot: a standing one before a withdrawn one."""
    facts: dict[str, RequirementMet] = {}
    for fact in membership.requirements_met.all():
        known = facts.get(fact.slot_key)
        if known is None or known.withdrawn_at is not None:
            facts[fact.slot_key] = fact
    return facts


def _slot_progress(user_id: int | None, slot: Slot, fact: RequirementMet | None) -> SlotProgress:
    findings = [(route, find_evidence(user_id, route) if user_id else Finding()) for route in slot.routes]
    state = SlotState.OPEN
    if fact is not None:
        state = SlotState.DONE if fact.withdrawn_at is None else SlotState.WITHDRAWN
    elif any(finding.pending for _route, finding in findings):
        state = SlotState.PENDING
    return SlotProgress(
        key=slot.key,
        title=slot.title,
        state=state,
        routes=tuple(_route_info(route, finding) for route, finding in findings),
        met_by=fact.evidence["title"] if fact else "",
        met_at=fact.met_at if fact else None,
    )


def _route_info(route: Route, finding: Finding) -> RouteInfo:
    notes = {
        "checked_less": _("You passed, but with less checking than this programme needs."),
        "grade_below": _("You passed the course, but with a lower grade than this programme needs."),
    }
    note = notes.get(finding.note, "")
    satisfied = finding.evidence is not None
    if isinstance(route, ExamRoute):
        exam = exams.find_exam(route.exam_key)
        title = exam.title if exam else route.exam_key
        url = exam.url if exam else reverse("mastery_exam:catalogue")
        return RouteInfo("exam", route.exam_key, title, url, _least_text(route), satisfied, note)
    course = bridge.find_course(route.course_key)
    title = course.title if course else route.course_key
    url = bridge.course_url(route.course_key)
    return RouteInfo("course", route.course_key, title, url, _least_text(route), satisfied, note)


def _least_text(route: Route) -> str:
    """How a sitting must have been checked, in words."""
    identity = {"none": "", "checked": _("identity checked")}[route.least_identity]
    if isinstance(route, ExamRoute):
        watched = {"none": "", "online": _("watched online or on site"), "onsite": _("watched on site")}
        parts = [identity, watched[route.least_supervision]]
    else:
        grade = _("grade of at least {percent} %").format(percent=route.least_percent.normalize().to_eng_string())
        parts = [identity, grade if route.least_percent else ""]
    return ", ".join(part for part in parts if part) or _("no checking needed")


def _next_step(programme_key: str, slots: tuple[SlotProgress, ...], is_member: bool) -> tuple[str, str] | None:
    if not is_member:
        return _("Join this programme"), reverse("micromasters_pathway:join", args=[programme_key])
    for slot in slots:
        if slot.state in (SlotState.OPEN, SlotState.WITHDRAWN):
            route = slot.routes[0]
            label = _("Take the exam: {title}") if route.kind == "exam" else _("Take the course: {title}")
            return label.format(title=route.title), route.url
    return None
