"""Every page and endpoint of a sitting, opened by the wrong person. The walk fails when an address is not in it."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from mastery_sittings import answer, registered, sat, started

from mastery_exam import api
from mastery_exam.models import Attempt, Exam
from mastery_exam.pages import learner_urls as page_urls
from mastery_exam.rest_api.v1 import learner_urls as api_urls

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SECRETS = ("Stem of question", "The key of", "A distractor", "Secret title")
# name -> (method, what its address needs, what anybody else gets)
PAGES = {
    "register": ("get", "slug", 200),
    "my-exams": ("get", "", 200),
    "check-in": ("get", "registration_uuid", 404),
    "runner": ("get", "attempt_uuid", 404),
    "attempt-file": ("get", "attempt_uuid file", 404),
    "review": ("get", "attempt_uuid", 404),
    "end": ("get", "attempt_uuid", 404),
    "result": ("get", "attempt_uuid", 404),
    "invigilate": ("get", "slug", 403),
    "author-results": ("get", "slug", 403),
}
ENDPOINTS = {
    "api-ping": ("get", "", 200),
    "api-status": ("get", "slug", 200),
    "api-registrations": ("get", "", 200),
    "api-registration": ("get", "registration_uuid", 404),
    "api-start": ("post", "registration_uuid", 404),
    "api-adjustments": ("post", "registration_uuid", 403),
    "api-start-code": ("post", "registration_uuid", 403),
    "api-attempt": ("get", "attempt_uuid", 404),
    "api-attempt-item": ("get", "attempt_uuid position", 404),
    "api-answers": ("post", "attempt_uuid position", 404),
    "api-flag": ("post", "attempt_uuid position", 404),
    "api-settle": ("post", "attempt_uuid position", 404),
    "api-take-over": ("post", "attempt_uuid", 404),
    "api-submit": ("post", "attempt_uuid", 404),
    "api-void": ("post", "attempt_uuid", 403),
    "api-decisions": ("get", "", 200),
    "api-review": ("post", "decision_uuid", 404),
    "api-decision-withdraw": ("post", "decision_uuid", 403),
    "api-my-answers": ("get", "", 200),
    "api-release": ("post", "slug", 403),
    "api-reviews": ("get", "slug", 403),
    "api-review-answer": ("post", "review_uuid", 403),
}
BODY = {
    "client_seq": 1,
    "answers": {"x": "1"},
    "flagged": True,
    "extra_time_percent": 10,
    "answer": "No.",
    "reason": "Because.",
    "text": "Look again.",
}


@pytest.fixture
def world(learner, make_user, make_exam, staff):
    """Somebody's running sitting and decided sitting; somebody else; the author of another exam."""
    exam = make_exam()
    other_exam = make_exam("geometry")
    stranger = make_user("geometry_author")
    other_exam.author_rows.update(user=stranger)
    Exam.objects.filter(pk=other_exam.pk).update(created_by=stranger)
    attempt = started(learner, exam)
    answer(learner, attempt, 1, right=True)
    candidate = make_user("candidate")
    done = sat(candidate, exam, right=1)
    decision = api.decide_attempt(done.uuid)
    review = api.request_review(candidate.pk, decision_uuid=decision.uuid, text="Look again.")
    files = Attempt.objects.get(uuid=attempt.uuid).items.get(position=2).version_item.item_version.files
    return {
        "slug": exam.key,
        "registration_uuid": attempt.registration_uuid,
        "attempt_uuid": attempt.uuid,
        "position": 1,
        "decision_uuid": decision.uuid,
        "review_uuid": review.uuid,
        "sha256": files["plot.png"],
        "name": "plot.png",
        "people": {"another learner": make_user("somebody"), "staff of another exam": stranger},
        "owner": learner,
        "done": done,
        "candidate": candidate,
    }


def address(world, name, needs):
    kwargs = {key: world[key] for key in needs.replace("file", "sha256 name").split()}
    return reverse(f"mastery_exam:{name}", kwargs=kwargs)


def ask(client, method, url):
    if method == "get":
        return client.get(url)
    return client.post(url, BODY, content_type="application/json")


def test_walk_knows_every_address():
    names = {pattern.name for pattern in [*page_urls.urlpatterns, *api_urls.urlpatterns]}

    assert names == {*PAGES, *ENDPOINTS}
    assert get_resolver()


@pytest.mark.parametrize("name", PAGES)
def test_page_sends_anybody_anonymous_to_sign_in(world, name):
    method, needs, _status = PAGES[name]
    response = ask(Client(), method, address(world, name, needs))

    assert response.status_code == 302
    assert unquote(response.url) == f"/login?next={address(world, name, needs)}"


@pytest.mark.parametrize("name", [name for name in ENDPOINTS if name != "api-ping"])
def test_endpoint_refuses_anybody_anonymous(world, name):
    method, needs, _status = ENDPOINTS[name]

    assert ask(Client(), method, address(world, name, needs)).status_code in (401, 403)


@pytest.mark.parametrize("who", ["another learner", "staff of another exam"])
@pytest.mark.parametrize("name", [*PAGES, *ENDPOINTS])
def test_wrong_person_gets_nothing_of_anybody_else(world, client_of, name, who):
    method, needs, status = (PAGES | ENDPOINTS)[name]
    response = ask(client_of(world["people"][who]), method, address(world, name, needs))
    text = response.content.decode()

    assert response.status_code == status
    assert not any(secret in text for secret in (*SECRETS, "Ana Ćosić"))
    assert Attempt.objects.get(uuid=world["attempt_uuid"]).state == "in_progress"


@pytest.mark.parametrize("name", ["runner", "review", "result", "my-exams", "api-attempt", "api-my-answers"])
def test_candidate_sees_no_item_of_a_finished_attempt(world, client_of, name):
    world["attempt_uuid"] = world["done"].uuid
    method, needs, _status = (PAGES | ENDPOINTS)[name]
    response = client_of(world["candidate"]).get(address(world, name, needs), follow=True)

    assert not any(secret in response.content.decode() for secret in SECRETS)


@pytest.mark.parametrize("name", ["api-attempt-item", "attempt-file"])
def test_candidate_gets_no_item_and_no_file_after_the_end(world, client_of, name):
    world["attempt_uuid"] = world["done"].uuid
    _method, needs, _status = (PAGES | ENDPOINTS)[name]

    assert client_of(world["candidate"]).get(address(world, name, needs)).status_code in (404, 409)


def test_author_of_the_exam_sees_neither_answers_nor_items_of_a_sitting(world, client_of, staff):
    client = client_of(staff)

    for name in ("runner", "result", "api-attempt-item", "attempt-file"):
        _method, needs, status = (PAGES | ENDPOINTS)[name]
        assert client.get(address(world, name, needs)).status_code == status


def test_invigilator_sees_the_seat_list_and_no_result(world, client_of, make_user, staff):
    invigilator = make_user("invigilator")
    api.add_invigilator(world["slug"], username="invigilator", actor_id=staff.pk)
    client = client_of(invigilator)

    assert "Ana Ćosić" in client.get(address(world, "invigilate", "slug")).content.decode()
    assert client.get(address(world, "author-results", "slug")).status_code == 403
    assert ask(client, "post", address(world, "api-release", "slug")).status_code == 403


def test_item_of_the_own_sitting_holds_no_key_and_is_never_cached(world, client_of):
    response = client_of(world["owner"]).get(address(world, "api-attempt-item", "attempt_uuid position"))
    body = response.json()

    assert "Stem of question" in body["html"]
    assert "no-store" in response["Cache-Control"]
    assert set(body) == {"position", "html", "inputs", "flagged", "next_seq", "malformed"}


@pytest.mark.parametrize("name", ["check-in", "runner", "result"])
def test_address_that_leads_nowhere_is_404(client_of, learner, name):
    missing = "00000000-0000-4000-8000-000000000000"

    assert client_of(learner).get(reverse(f"mastery_exam:{name}", args=[missing])).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "client_seq"),
        ({"client_seq": "x", "answers": {}}, "client_seq"),
        ({"client_seq": 0, "answers": {}}, "client_seq"),
        ({"client_seq": 1}, "answers"),
    ],
)
def test_bad_answer_is_a_clear_error(world, client_of, body, field):
    url = address(world, "api-answers", "attempt_uuid position")
    response = client_of(world["owner"]).post(url, body, content_type="application/json")

    assert response.status_code == 400
    assert field in response.json()["fields"]


def test_answer_that_is_no_json_or_far_too_long_is_a_clear_error(world, client_of):
    client, url = client_of(world["owner"]), address(world, "api-answers", "attempt_uuid position")

    assert client.post(url, "{not json", content_type="application/json").status_code == 400
    long = {"client_seq": 1, "answers": {"x": "a" * 300_000}}
    assert client.post(url, long, content_type="application/json").status_code == 400


def test_switched_off_app_has_no_pages_and_no_rest(world, client_of, settings):
    settings.MASTERY_EXAM_ENABLED = False
    client = client_of(world["owner"])

    for name in ("runner", "api-attempt", "my-exams"):
        _method, needs, _status = (PAGES | ENDPOINTS)[name]
        assert client.get(address(world, name, needs)).status_code == 404


def test_registration_over_rest_is_the_same_as_on_the_page(client_of, learner, exam):
    client = client_of(learner)
    body = {"exam_key": exam.key, "legal_name": "小林 さくら", "terms_version": "1"}
    first = client.post(reverse("mastery_exam:api-registrations"), body, content_type="application/json")
    start = client.post(
        reverse("mastery_exam:api-start", args=[first.json()["uuid"]]),
        {},
        content_type="application/json",
        headers={"X-Mastery-Device": "a-device-of-a-client-without-cookies"},
    )

    assert (first.status_code, start.status_code) == (201, 201)
    assert registered(learner, exam).legal_name == "小林 さくら"
    assert start.json()["state"] == "in_progress"
