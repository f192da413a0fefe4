"""The posterior behind a decision is evidence: no page, REST answer, export or credential shows it to anybody.

Only the technical report and the measurement may use it, and only as a mean over a whole cohort.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from mastery_exam import api as exams
from mastery_exam.models import Decision
from paid_certificate.models import Credential
from tests.rest_world import World
from tests.test_rest_walk import ENDPOINTS, body, call, make_achievement, make_exam, public_address, staff, world  # noqa: F401

WORDS = ("p_above", '"posterior":', "beta-binomial")


@pytest.fixture
def secrets(world: World) -> list[str]:  # noqa: F811
    """The words of the posterior, and its value as it would be written as a share or in percent."""
    kept = [row.evidence["posterior"]["p_above"] for row in Decision.objects.all()]
    assert kept and all(0 < p < 1 for p in kept)
    return [*WORDS, *(f"{p:.6f}"[1:] for p in kept), *(f"{100 * p:.3f}" for p in kept)]


def shows(text: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret in text]


def test_no_rest_answer_shows_it_to_anybody(world: World, secrets: list[str]) -> None:  # noqa: F811
    found = []
    for endpoint in ENDPOINTS:
        if endpoint.method != "get" or endpoint.name == "mastery_exam:api-measurement":
            continue
        for user in (None, world.owner, world.other, world.exam_author, world.operator):
            text = call(world, endpoint, user).content.decode(errors="replace")
            found += [f"{endpoint.key}: {secret}" for secret in shows(text, secrets)]
    assert not found


def test_measurement_of_one_decision_shows_it_to_nobody(world: World, secrets: list[str]) -> None:  # noqa: F811
    """A mean over one person would be that person's."""
    (endpoint,) = [one for one in ENDPOINTS if one.key == "mastery_exam:api-measurement get"]
    answer = call(world, endpoint, world.exam_author)
    assert answer.status_code == 200
    assert {row["posterior_accuracy"] for row in answer.json()["forms_quality"]} == {None}
    assert not shows(answer.content.decode(), [secret for secret in secrets if secret not in WORDS])


def test_no_page_of_the_candidate_and_no_export_shows_it(world: World, secrets: list[str]) -> None:  # noqa: F811
    decided = Decision.objects.get().attempt.uuid
    browser = Client()
    browser.force_login(world.owner)
    pages = [
        "/mastery/my/",
        f"/mastery/attempts/{decided}/result/",
        f"/mastery/exams/{world.things['slug']}/",
        f"/credentials/{world.things['credential'].uuid}/",
        f"/credentials/verify/{world.things['credential'].uuid}/",
    ]
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, page
        assert not shows(answer.content.decode(), secrets), page
    assert not shows(json.dumps(exams.export_answers(world.owner.pk)), secrets)


def test_no_credential_and_no_event_holds_it(world: World, secrets: list[str]) -> None:  # noqa: F811
    rows: list[Any] = list(Credential.objects.values())
    assert rows and not shows(json.dumps(rows, default=str), secrets)
    known = exams.get_decision(world.things["decision_uuid"])
    assert not shows(repr(known), secrets)
