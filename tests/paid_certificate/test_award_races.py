"""Two awards for one person at once, with real threads and real locks: one of them stands, and one was replaced."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone
from races import at_once

from paid_certificate import api
from paid_certificate.data import RouteKind
from paid_certificate.models import Achievement, AuditEntry, Credential, Route
from paid_certificate.services.awards import award_by_route

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
LONG = timedelta(days=3000)


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor == "sqlite":
        pytest.skip("skipped: two writers at once need MariaDB or PostgreSQL (SUITE_TEST_DB)")


@pytest.fixture
def give(exam, learner, operator):
    """A function that awards by a programme or another, without either: the award alone is what races."""
    achievement = api.find_achievement(exam_key=exam.key)
    for number in range(4):
        values = {"kind": RouteKind.PROGRAMME.value, "reference": f"programme-{number}", "form": "credential"}
        Route.objects.create(achievement_id=_pk(achievement), **values)
    statement = {"kind": RouteKind.COURSE.value, "reference": "course", "form": "statement"}
    Route.objects.create(achievement_id=_pk(achievement), **statement)

    def go(kind: str, reference: str, *, ago: timedelta = timedelta(0)):
        awarded_at = timezone.now() - ago
        of_course = {"org": "Mastery", "number": "STAT", "passed_at": awarded_at.isoformat()}
        values = {
            "holder_name": "Ana Ćosić",
            "identity": "none",
            "supervision": "none",
            "is_demonstration": False,
            "evidence": {"kind": kind, "key": reference, "parts": [], "title": reference} | of_course,
            "awarded_at": awarded_at,
        }
        return award_by_route(learner.pk, kind=kind, reference=reference, owed=False, values=values, sign_later=False)

    return go


def _pk(achievement) -> int:
    return Achievement.objects.get(uuid=achievement.uuid).pk


def states() -> Counter[str]:
    return Counter(Credential.objects.values_list("state", flat=True))


def test_first_awards_by_four_routes_at_once_make_one(give) -> None:
    outcomes = at_once(*[partial(give, "programme", f"programme-{n}") for n in range(4)])
    assert {outcome.uuid for outcome in outcomes} == {Credential.objects.get().uuid}


def test_same_award_four_times_at_once_makes_one(give) -> None:
    outcomes = at_once(*[partial(give, "programme", "programme-0")] * 4)
    assert {outcome.uuid for outcome in outcomes} == {Credential.objects.get().uuid}


def test_upgrades_of_one_statement_at_once_make_one_full_credential(give) -> None:
    old = api.issue_credential(give("course", "course").uuid)
    outcomes = at_once(*[partial(give, "programme", f"programme-{n}") for n in range(4)])
    new = Credential.objects.get(live=1)
    assert {outcome.uuid for outcome in outcomes} == {new.uuid}
    assert states() == {"superseded": 1, "ready": 1}
    assert Credential.objects.get(uuid=old.uuid).successor_id == new.pk
    assert AuditEntry.objects.filter(action="supersede").count() == 1


def test_statement_and_full_credential_at_once_leave_the_full_one(give) -> None:
    at_once(partial(give, "course", "course"), partial(give, "programme", "programme-0"))
    assert Credential.objects.get(live=1).form == "credential"


def test_renewals_of_one_award_at_once_make_one(give) -> None:
    old = api.issue_credential(give("programme", "programme-0", ago=LONG).uuid)
    Credential.objects.update(valid_until=Credential.objects.get().awarded_at + timedelta(days=100))
    outcomes = at_once(*[partial(give, "programme", f"programme-{n}") for n in (1, 2, 3)])
    new = Credential.objects.get(live=1)
    assert {outcome.uuid for outcome in outcomes} == {new.uuid}
    assert states() == {"expired": 1, "ready": 1}
    assert Credential.objects.get(uuid=old.uuid).successor_id == new.pk
    assert AuditEntry.objects.filter(action="expire").count() == 1


def test_name_correction_and_upgrade_at_once_leave_one_that_stands(give, operator) -> None:
    old = api.issue_credential(give("course", "course").uuid)
    correct = partial(
        api.supersede_credential, old.uuid, actor_id=operator.pk, reason="corrected", holder_name="Ana Nováková"
    )
    at_once(correct, partial(give, "programme", "programme-0"))
    give("programme", "programme-0")  # what the task's retry does
    assert Credential.objects.get(live=1).form == "credential"
    assert "issued" not in states()
