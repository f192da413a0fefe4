"""A sitting without going back over REST: what leaves the server, to whom, and what a step costs."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from formless_exams import LEAST, classification, make_formless, settle
from mastery_sittings import DEVICE, OTHER_DEVICE, answer, registered, started

from mastery_exam import api
from mastery_exam.models import Attempt, AttemptItem, ExamVersion, StartCode
from mastery_exam.psychometrics import PosteriorRule
from openedx_bridge.capa import EngineMissingError

TELL_TALES = ("correct", "right", "wrong", "theta", "information", "p_above", "item-", "Secret title", "The key of")


@pytest.fixture
def version(staff) -> ExamVersion:
    return make_formless(staff, **classification(rule=PosteriorRule(0.999)))


@pytest.fixture
def attempt(learner, version):
    return started(learner, version.exam)


def url(name, attempt, *more):
    return reverse(f"mastery_exam:{name}", args=[attempt.uuid, *more])


def client(user, device=DEVICE):
    made = Client(headers={"X-Mastery-Device": device})
    made.force_login(user)
    return made


def post(client, address, body):
    return client.post(address, body, content_type="application/json")


def test_state_lists_only_what_was_given_and_how_items_come(learner, attempt):
    state = client(learner).get(url("api-attempt", attempt)).json()
    assert state["delivery"] == {"rule": "classification", "can_go_back": False, "at_most": 10, "position": 1}
    assert [item["position"] for item in state["items"]] == [1]

    answer(learner, attempt, 1, right=True)
    settled = post(client(learner), url("api-settle", attempt, 1), {"client_seq": 1})
    assert settled.status_code == 200
    assert settled.json() == {"position": 2, "finished": False}
    assert "no-store" in settled["Cache-Control"]
    state = client(learner).get(url("api-attempt", attempt)).json()
    assert state["delivery"]["position"] == 2
    assert [item["position"] for item in state["items"]] == [1, 2]
    assert set(state["items"][0]) == {"position", "answered", "flagged", "next_seq"}


def test_state_of_an_exam_with_going_back_has_no_open_position(learner, exam):
    attempt = started(learner, exam)
    state = client(learner).get(url("api-attempt", attempt)).json()
    assert state["delivery"] == {"rule": "fixed", "can_go_back": True, "at_most": 4, "position": None}


@pytest.mark.parametrize("right", [True, False])
def test_nothing_that_leaves_tells_whether_an_answer_was_right(learner, attempt, right):
    person = client(learner)
    texts = []
    for position in range(1, LEAST):
        answer(learner, attempt, position, right=right)
        for response in (
            post(person, url("api-settle", attempt, position), {"client_seq": 1}),
            post(person, url("api-settle", attempt, position), {"client_seq": 1}),
            post(person, url("api-answers", attempt, position), {"client_seq": 2, "answers": {}}),
            post(person, url("api-flag", attempt, position), {"flagged": True}),
            post(person, url("api-submit", attempt), {}),
            person.get(url("api-attempt-item", attempt, position)),
            person.get(url("api-attempt", attempt)),
        ):
            texts.append(response.content.decode())
    assert not [word for word in TELL_TALES for text in texts if word in text]


def test_right_and_wrong_are_answered_alike(learner, other_learner, version):
    bodies = []
    for user, right in ((learner, True), (other_learner, False)):
        attempt = started(user, version.exam)
        answer(user, attempt, 1, right=right)
        bodies.append(post(client(user), url("api-settle", attempt, 1), {"client_seq": 1}).content)
    assert bodies[0] == bodies[1]


def test_no_item_leaves_before_the_start_and_only_the_open_one_after(learner, version):
    person = client(learner)
    registration = registered(learner, version.exam)
    assert not AttemptItem.objects.exists() and not StartCode.objects.exists()
    attempt = api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token=DEVICE)
    assert "Stem of question" in person.get(url("api-attempt-item", attempt, 1)).content.decode()
    assert person.get(url("api-attempt-item", attempt, 2)).status_code == 404

    settle(learner, attempt, 1, seq=0)

    gone = person.get(url("api-attempt-item", attempt, 1))
    assert gone.status_code == 409 and gone.json()["error_code"] == "cannot_go_back"
    assert "Stem" not in gone.content.decode()
    assert person.get(url("api-attempt-item", attempt, 2)).status_code == 200


def test_files_of_the_open_item_alone_are_served(learner, attempt):
    person = client(learner)
    has_file = {"item_version__files__has_key": "plot.png"}
    rows = Attempt.objects.get().exam_version.items
    with_picture = rows.filter(**has_file).exclude(pk=AttemptItem.objects.get().version_item_id).first()
    AttemptItem.objects.update(version_item=with_picture)
    picture = url("attempt-file", attempt, with_picture.item_version.files["plot.png"], "plot.png")
    assert person.get(picture).status_code == 200

    AttemptItem.objects.update(version_item=rows.exclude(**has_file).first())
    assert person.get(picture).status_code == 404
    AttemptItem.objects.update(version_item=with_picture, settled_at=attempt.started_at)
    assert person.get(picture).status_code == 404


def test_wrong_person_cannot_settle(learner, other_learner, make_user, staff, attempt):
    address, body = url("api-settle", attempt, 1), {"client_seq": 0}
    stranger = make_user("geometry_author", is_staff=False)

    assert post(Client(), address, body).status_code in (401, 403)
    for user in (other_learner, stranger, staff):
        refused = post(client(user), address, body)
        assert refused.status_code == 404 and refused.json()["error_code"] == "attempt_not_found"
    elsewhere = post(client(learner, OTHER_DEVICE), address, body)
    assert elsewhere.status_code == 409 and elsewhere.json()["error_code"] == "other_device"
    assert post(Client(), url("api-settle", attempt, 1), "{").status_code in (401, 403)

    assert AttemptItem.objects.get().settled_at is None


@pytest.mark.parametrize("body", [{}, {"client_seq": -1}, {"client_seq": "x"}, {"client_seq": 2**31}])
def test_bad_settle_is_a_clear_error(learner, attempt, body):
    refused = post(client(learner), url("api-settle", attempt, 1), body)
    assert refused.status_code == 400 and "client_seq" in refused.json()["fields"]


def test_settle_of_an_ended_or_voided_attempt_is_refused(learner, staff, attempt):
    api.void_attempt(attempt.uuid, actor_id=staff.pk, reason="Fire alarm.", our_fault=True)
    refused = post(client(learner), url("api-settle", attempt, 1), {"client_seq": 0})
    assert refused.status_code == 409 and refused.json()["error_code"] == "attempt_ended"


def test_item_that_cannot_be_graded_now_settles_nothing(learner, attempt, monkeypatch):
    def broken(item, answers):
        raise EngineMissingError("No engine.")

    monkeypatch.setattr("mastery_exam.services.settling.grade_stored_answers", broken)
    refused = post(client(learner), url("api-settle", attempt, 1), {"client_seq": 0})
    assert refused.status_code == 500 and refused.json()["error_code"] == "capa_engine_missing"
    assert AttemptItem.objects.get().settled_at is None

    monkeypatch.undo()
    assert post(client(learner), url("api-settle", attempt, 1), {"client_seq": 0}).json()["position"] == 2


def test_submit_before_a_decision_asks_to_give_up(learner, attempt):
    refused = post(client(learner), url("api-submit", attempt), {})
    assert refused.status_code == 409 and refused.json()["error_code"] == "not_finished"
    assert post(client(learner), url("api-submit", attempt), {"give_up": "perhaps"}).status_code == 400

    ended = post(client(learner), url("api-submit", attempt), {"give_up": True})
    assert ended.json()["state"] == "submitted"


def test_own_answers_are_handed_out_without_items_and_marks(learner, attempt):
    answer(learner, attempt, 1, right=True)
    settle(learner, attempt, 1)
    text = json.dumps(client(learner).get(reverse("mastery_exam:api-my-answers")).json())
    assert not [word for word in TELL_TALES if word in text]


def test_step_costs_the_same_few_queries_however_large_the_bank_is(learner, other_learner, staff):
    costs = []
    for user, n_items in ((learner, 20), (other_learner, 120)):
        version = make_formless(staff, key=f"bank-{n_items}", n_items=n_items, **classification())
        attempt = started(user, version.exam)
        for position in (1, 2):
            answer(user, attempt, position, right=True)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                settle(user, attempt, position)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 20, costs


def test_start_and_settle_keep_to_transactions_of_their_own_where_requests_have_one(
    learner, version, attempt, monkeypatch
):
    """The platform puts each request into a transaction, inside which nothing could be done again."""
    held = attempt.registration_uuid
    addresses = [
        url("api-settle", attempt, 1),
        *(reverse(f"mastery_exam:{n}", args=[held]) for n in ("api-start", "check-in")),
    ]
    for address in addresses:
        assert "default" in resolve(address).func._non_atomic_requests, address
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert post(client(learner), url("api-settle", attempt, 1), {"client_seq": 0}).json()["position"] == 2
    assert post(client(learner), url("api-settle", attempt, 1), {"client_seq": -1}).status_code == 400
