"""A programme filled by an exam and a course: completion brings a credential, a withdrawn result takes it back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from mastery_exam import api as exams
from micromasters_pathway import api as pathways
from micromasters_pathway.data import SlotState
from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import CredentialState

pytestmark = pytest.mark.django_db

COURSE = "course-v1:Mastery+STAT+1"


@pytest.fixture
def programme(exam, body, operator: User):
    """A programme of one exam, identity not needed, and one course; it leads to an achievement of its own."""
    get_backend().add_course(COURSE, title="Coursework")
    pathways.create_programme(key="data", title="Data", actor_id=operator.pk)
    rules = {
        "all_of": [
            {"slot": {"key": "exam", "title": "Exam", "routes": [{"kind": "exam", "exam_key": exam.key}]}},
            {"slot": {"key": "course", "title": "Course", "routes": [{"kind": "course", "course_key": COURSE}]}},
        ]
    }
    made = pathways.publish_programme("data", rules=rules, actor_id=operator.pk)
    achievement = api.create_achievement(
        key="data-programme",
        body_slug=body.slug,
        title="Data, the programme",
        description="All of it.",
        criteria="Every part.",
        actor_id=operator.pk,
    )
    api.add_route(achievement.uuid, kind="programme", reference="data", actor_id=operator.pk)
    return made


def complete(learner: User, exam, pass_exam, run):
    """Join, pass the exam and the course; returns the programme's credential."""
    with run(execute=True):
        pathways.join_programme(learner.pk, programme_key="data")
        decision = pass_exam(learner, exam)
        get_backend().grade(learner.pk, COURSE, percent=Decimal(80), passed=True)
        pathways.refresh_progress(learner.pk)
    achievement = api.find_achievement(programme_key="data")
    assert achievement is not None
    return decision, api.find_credential(learner.pk, achievement_uuid=achievement.uuid)


def test_completed_programme_is_awarded_and_signed(
    programme, exam, learner: User, pass_exam, django_capture_on_commit_callbacks
) -> None:
    decision, credential = complete(learner, exam, pass_exam, django_capture_on_commit_callbacks)
    assert credential is not None
    assert credential.state is CredentialState.ISSUED
    assert credential.route_kind == "programme"
    assert credential.holder_name == decision.legal_name
    assert "Coursework" in api.get_document(credential.uuid)
    assert api.get_statement(credential.uuid) == ""


def test_withdrawn_result_withdraws_completion_and_credential(
    programme, exam, staff: User, learner: User, pass_exam, django_capture_on_commit_callbacks
) -> None:
    decision, credential = complete(learner, exam, pass_exam, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        exams.withdraw_decision(decision.uuid, actor_id=staff.pk, reason="a key was wrong")
    progress = pathways.get_progress(learner.pk, programme_key="data")
    assert [slot.state for slot in progress.slots] == [SlotState.WITHDRAWN, SlotState.DONE]
    assert progress.completion_uuid is None
    assert [entry.withdrawn_at is not None for entry in pathways.list_completions(learner.pk)] == [True]
    assert api.get_credential(credential.uuid).state is CredentialState.REVOKED


def test_slot_that_needs_identity_is_not_filled_by_an_unchecked_pass(
    programme, exam, operator: User, learner: User, pass_exam
) -> None:
    strict = {
        "kind": "exam",
        "exam_key": exam.key,
        "least": {"identity": "checked", "supervision": "onsite"},
    }
    rules = {"slot": {"key": "exam", "title": "Exam", "routes": [strict]}}
    pathways.publish_programme("data", rules=rules, actor_id=operator.pk)
    pass_exam(learner, exam)
    pathways.join_programme(learner.pk, programme_key="data")
    slot = pathways.get_progress(learner.pk, programme_key="data").slots[0]
    assert slot.state is SlotState.OPEN
    assert "less checking" in slot.routes[0].note
