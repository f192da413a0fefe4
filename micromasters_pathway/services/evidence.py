"""What a learner has to show for a route: a released pass in an exam, or a passed course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from mastery_exam import api as exams
from mastery_exam.data import DecisionData
from micromasters_pathway.requirements import CourseRoute, ExamRoute, Route
from micromasters_pathway.requirements.tree import IDENTITY_LEVELS, SUPERVISION_LEVELS
from openedx_bridge import api as bridge
from openedx_bridge.api import IdVerificationStatus


@attrs.frozen
class Evidence:
    """A fact that fills a slot. `reference` names it for ever: a decision's uuid or a course key."""

    kind: str
    reference: str
    title: str
    met_at: datetime
    identity: str
    supervision: str
    is_demonstration: bool
    detail: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The copy that is kept, with the time as ISO 8601."""
        return attrs.asdict(self) | {"met_at": self.met_at.isoformat()}


@attrs.frozen
class Finding:
    """What a route has to show: evidence, or a note why what is there does not count, or a result still to come."""

    evidence: Evidence | None = None
    note: str = ""
    pending: bool = False


def find_evidence(user_id: int, route: Route) -> Finding:
    """Look up what `user_id` has for `route`."""
    if isinstance(route, ExamRoute):
        return _exam_evidence(user_id, route)
    return _course_evidence(user_id, route)


def reaches(identity: str, supervision: str, route: Route) -> bool:
    """Whether a sitting was checked at least as well as the route asks."""
    enough = IDENTITY_LEVELS.index(identity) >= IDENTITY_LEVELS.index(route.least_identity)
    if isinstance(route, ExamRoute):
        watched = SUPERVISION_LEVELS.index(supervision) >= SUPERVISION_LEVELS.index(route.least_supervision)
        return enough and watched
    return enough


def _exam_evidence(user_id: int, route: ExamRoute) -> Finding:
    decisions = exams.list_decisions(user_id, exam_key=route.exam_key)
    passed = [decision for decision in decisions if decision.state == "released" and decision.passed]
    enough = [decision for decision in passed if reaches(decision.identity, decision.supervision, route)]
    if enough:
        return Finding(_from_decision(min(enough, key=lambda decision: decision.released_at or decision.decided_at)))
    if passed:
        return Finding(note="checked_less")
    if exams.find_exam(route.exam_key) is None:
        return Finding()
    return Finding(pending=exams.learner_status(user_id, exam_key=route.exam_key).state == "waiting_result")


def _from_decision(decision: DecisionData) -> Evidence:
    return Evidence(
        kind="exam",
        reference=str(decision.uuid),
        title=decision.exam_title,
        met_at=decision.released_at or decision.decided_at,
        identity=decision.identity,
        supervision=decision.supervision,
        is_demonstration=decision.is_demonstration,
        detail={"exam_key": decision.exam_key, "version_num": decision.version_num},
    )


def _course_evidence(user_id: int, route: CourseRoute) -> Finding:
    course = bridge.find_course(route.course_key)
    grade = bridge.find_course_grade(user_id, course_key=route.course_key)
    if course is None or grade is None or not grade.passed or grade.passed_at is None:
        return Finding()
    if grade.percent < route.least_percent:
        return Finding(note="grade_below")
    approved = bridge.get_id_verification(user_id).status == IdVerificationStatus.APPROVED
    identity = "checked" if approved else "none"
    if not reaches(identity, "none", route):
        return Finding(note="checked_less")
    return Finding(
        Evidence(
            kind="course",
            reference=route.course_key,
            title=course.title,
            met_at=grade.passed_at,
            identity=identity,
            supervision="none",
            is_demonstration=False,
            detail={"percent": str(grade.percent), "org": course.org, "number": course.number},
        )
    )
