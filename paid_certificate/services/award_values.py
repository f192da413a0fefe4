"""What the award of each route holds, as fields of Credential: who showed what, when, and checked how."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mastery_exam import api as exams
from mastery_exam.data import DecisionData
from micromasters_pathway.data import CompletionData
from openedx_bridge import api as bridge
from openedx_bridge.api import CourseRecord
from paid_certificate.data import RouteKind
from paid_certificate.services.next_award import IDENTITY_ORDER, SUPERVISION_ORDER


def is_standing_pass(decision: DecisionData) -> bool:
    """Whether the decision is a released pass: only such a one is awarded."""
    return decision.state == "released" and decision.passed


def decision_values(decision: DecisionData) -> dict[str, Any]:
    """What the award for a decision holds: fields of Credential by name."""
    evidence = {
        "kind": RouteKind.EXAM.value,
        "key": decision.exam_key,
        "title": decision.exam_title,
        "version_num": decision.version_num,
        "sat_at": decision.sat_at.isoformat(),
        "score": decision.scaled_score,
        "margin": decision.uncertainty_points,
        "areas": [{"key": area.key, "title": area.title, "standing": area.standing} for area in decision.areas],
    }
    return {
        "holder_name": decision.legal_name,
        "decision_uuid": decision.uuid,
        "identity": decision.identity,
        "supervision": decision.supervision,
        "is_demonstration": decision.is_demonstration,
        "evidence": evidence,
        "awarded_at": decision.released_at or decision.decided_at,
    }


def completion_values(completion: CompletionData) -> dict[str, Any]:
    """What the award for a completed programme holds."""
    evidence = {
        "kind": RouteKind.PROGRAMME.value,
        "key": completion.programme_key,
        "title": completion.programme_title,
        "version_num": completion.version_num,
        "parts": [{"title": fact["title"], "kind": fact["kind"], "slot": fact["slot"]} for fact in completion.snapshot],
    }
    return {
        "holder_name": _name_of(completion.user_id, completion.snapshot),
        "completion_uuid": completion.uuid,
        "identity": completion.identity,
        "supervision": completion.supervision,
        "is_demonstration": completion.is_demonstration,
        "evidence": evidence,
        "awarded_at": completion.completed_at,
    }


def course_values(user_id: int, course: CourseRecord, passed_at: datetime) -> dict[str, Any]:
    """What the award for a passed course holds: nobody's identity is checked there, and nobody is watched."""
    evidence = {
        "kind": RouteKind.COURSE.value,
        "key": course.key,
        "title": course.title,
        "org": course.org,
        "number": course.number,
        "passed_at": passed_at.isoformat(),
    }
    return {
        "holder_name": account_name(user_id),
        "identity": IDENTITY_ORDER[0],
        "supervision": SUPERVISION_ORDER[0],
        "is_demonstration": False,
        "evidence": evidence,
        "awarded_at": passed_at,
    }


def _name_of(user_id: int, facts: list[dict[str, Any]]) -> str:
    """The legal name of the newest exam that counted, else the name on the account."""
    references = {fact["reference"] for fact in facts if fact["kind"] == "exam"}
    decisions = [entry for entry in exams.list_decisions(user_id) if str(entry.uuid) in references]
    if decisions:
        return max(decisions, key=_decided).legal_name
    return account_name(user_id)


def account_name(user_id: int) -> str:
    """The full name on the person's account, or the username of somebody who gave none."""
    person = bridge.get_user(user_id)
    return person.full_name or person.username


def _decided(decision: Any) -> datetime:
    return decision.decided_at
