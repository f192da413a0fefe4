"""A signed credential of every route and form, made by the services as a site makes them, with its offline bundle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from freezegun import freeze_time

from micromasters_pathway import api as pathways
from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import AchievementData, CredentialData, CredentialState
from paid_certificate.proofs.bundle import resolver_from_files
from tests.paid_certificate.claim_stage import approve, assessor, by_key, evidence, filled, sent
from tests.paid_certificate.conftest import body, exam, make_achievement, make_exam, pass_exam, public_address, staff

__all__ = [
    "approve",
    "assessor",
    "body",
    "bundles",
    "by_key",
    "evidence",
    "exam",
    "filled",
    "issued_kinds",
    "make_achievement",
    "make_exam",
    "pass_exam",
    "public_address",
    "sent",
    "staff",
]

NAME = "Łucja Αλεξίου-李 العربية"
YEARS_AGO = timedelta(days=3 * 365)


@pytest.fixture
def issued_kinds(
    exam: Any,
    body: Any,
    operator: User,
    make_user: Callable[..., User],
    make_exam: Callable[..., Any],
    make_achievement: Callable[..., AchievementData],
    pass_exam: Callable[..., Any],
    sent: Callable[..., Any],
    assessor: User,
    django_capture_on_commit_callbacks: Any,
) -> dict[str, CredentialData]:
    """One award of every kind, by the name of the kind."""
    run, made = django_capture_on_commit_callbacks, {}
    learners = {name: make_user(name, first_name="Łucja", last_name="李") for name in "abcdefg"}
    strict = make_exam("strict")
    make_achievement(strict, least_identity="checked", below_gives_statement=True)
    _programme(exam, body.slug, operator)
    with run(execute=True):
        pass_exam(learners["a"], exam, legal_name=NAME)
        pass_exam(learners["b"], strict)
        pass_exam(learners["g"], exam)
        _pass_course(learners["c"], _course(body.slug, operator, "STATEMENT"))
        _pass_course(learners["d"], _course(body.slug, operator, "FULL", form="credential", valid_months=24))
        pathways.join_programme(learners["e"].pk, programme_key="data")
        pass_exam(learners["e"], exam)
        pathways.refresh_progress(learners["e"].pk)
        made["evidence"] = api.get_credential(_approved(sent, assessor, learners["f"]))
    kinds = {"exam": "a", "checked too little": "b", "course, statement": "c", "course, with an end": "d"}
    made |= {kind: api.list_credentials(learners[name].pk)[-1] for kind, name in kinds.items()}
    achievement = api.find_achievement(programme_key="data")
    assert achievement is not None
    programme = api.find_credential(learners["e"].pk, achievement_uuid=achievement.uuid)
    assert programme is not None
    made["programme"] = programme
    with freeze_time(timezone.now() - YEARS_AGO, tick=True), run(execute=True):
        late = make_user("late", first_name="Łucja")
        _pass_course(late, "course-v1:Mastery+FULL+1")
    made["expired"] = api.list_credentials(late.pk)[-1]
    (made["replaced"],) = api.list_credentials(learners["g"].pk)
    with run(execute=True):
        made["reissued"] = api.supersede_credential(
            made["replaced"].uuid, actor_id=operator.pk, reason="name_changed", holder_name=NAME
        )
    return {kind: api.get_credential(credential.uuid) for kind, credential in made.items()}


@pytest.fixture
def bundles(issued_kinds: dict[str, CredentialData]) -> dict[str, dict[str, bytes]]:
    """The offline bundle of each, by kind."""
    for kind, credential in issued_kinds.items():
        state = CredentialState.SUPERSEDED if kind == "replaced" else CredentialState.ISSUED
        assert credential.state is state, (kind, credential.failure)
    return {kind: api.bundle_of(credential.uuid) for kind, credential in issued_kinds.items()}


def documents_of(bundles: dict[str, dict[str, bytes]]) -> dict[str, Any]:
    """Every document of the bundles by address or DID: one issuer, so later status lists replace earlier ones."""
    return {address: found for files in bundles.values() for address, found in resolver_from_files(files).items()}


def _course(body_slug: str, operator: User, number: str, *, valid_months: int | None = None, form: str = "") -> str:
    key = f"course-v1:Mastery+{number}+1"
    get_backend().add_course(key, title="Statistics, the course")
    made = api.create_achievement(
        key=f"by-course-{number.lower()}",
        body_slug=body_slug,
        title="Statistics by a course",
        actor_id=operator.pk,
        description="Describes data.",
        criteria="Pass the course.",
        outcomes=[{"name": "Describes data"}],
        levels=[{"scheme": "EQF", "value": "6"}],
        valid_months=valid_months,
    )
    api.add_route(made.uuid, kind="course", reference=key, actor_id=operator.pk, form=form)
    return key


def _pass_course(user: User, key: str) -> None:
    get_backend().grade(user.pk, key, percent=Decimal(80), passed=True)
    api.award_for_course(user.pk, course_key=key)


def _programme(exam: Any, body_slug: str, operator: User) -> None:
    pathways.create_programme(key="data", title="Data", actor_id=operator.pk)
    route = {"kind": "exam", "exam_key": exam.key}
    rules = {"slot": {"key": "exam", "title": "Exam", "routes": [route]}}
    pathways.publish_programme("data", rules=rules, actor_id=operator.pk)
    made = api.create_achievement(
        key="data-programme",
        body_slug=body_slug,
        title="Data, the programme",
        description="All of it.",
        criteria="Every part.",
        actor_id=operator.pk,
    )
    api.add_route(made.uuid, kind="programme", reference="data", actor_id=operator.pk)


def _approved(sent: Callable[..., Any], assessor: User, user: User) -> Any:
    claim = approve(sent(user=user), assessor)
    awarded = api.award_for_evidence(claim.uuid)
    assert awarded is not None
    return awarded.uuid
