"""The learner's pages through HTTP, from registering to the result."""

from __future__ import annotations

import pytest
from django.urls import reverse
from mastery_sittings import answer, answers_for, registered, sat, started

from mastery_exam import api
from mastery_exam.models import Attempt, Registration
from mastery_exam.pages.devices import COOKIE

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"mastery_exam:{name}", args=args)


def test_register_page_takes_a_name_in_any_script_and_leads_to_my_exams(client_of, learner, exam):
    client = client_of(learner)
    page = client.get(url("register", exam.key)).content.decode()

    response = client.post(
        url("register", exam.key),
        {"legal_name": "Ольга Ильина 小林", "accept": "1", "terms_version": "1"},
    )

    assert "Register, nothing to pay now" in page
    assert response.url == url("my-exams")
    assert Registration.objects.get(user=learner).legal_name == "Ольга Ильина 小林"


def test_register_page_without_a_name_keeps_what_was_typed_and_links_the_field(client_of, learner, exam):
    response = client_of(learner).post(
        url("register", exam.key), {"legal_name": " ", "adjustments": "more time", "accept": "1", "terms_version": "1"}
    )
    page = response.content.decode()

    assert response.status_code == 400
    assert 'href="#field-legal_name"' in page
    assert "more time" in page


def test_register_page_without_accepted_terms_registers_nobody(client_of, learner, exam):
    response = client_of(learner).post(url("register", exam.key), {"legal_name": "Ana", "terms_version": "1"})

    assert response.status_code == 400
    assert not Registration.objects.exists()


def test_my_exams_is_empty_at_first_and_then_leads_to_check_in(client_of, learner, exam):
    client = client_of(learner)
    assert "You have no exams yet." in client.get(url("my-exams")).content.decode()

    registration = registered(learner, exam)

    assert url("check-in", registration.uuid) in client.get(url("my-exams")).content.decode()


def test_check_in_starts_after_one_confirmation_and_sets_a_device_cookie(client_of, learner, exam):
    client = client_of(learner)
    address = url("check-in", registered(learner, exam).uuid)
    page = client.get(address).content.decode()

    confirm = client.post(address, {"action": "confirm"}).content.decode()
    assert not Attempt.objects.exists()
    response = client.post(address, {"action": "start"})

    assert "A sample question" in page
    assert "The clock starts when you press Start and cannot be stopped." in confirm
    attempt = Attempt.objects.get(user=learner)
    assert response.url == url("runner", attempt.uuid)
    assert client.cookies[COOKIE]["httponly"]


def test_check_in_fixes_the_name_until_the_start(client_of, learner, exam):
    client = client_of(learner)
    registration = registered(learner, exam)

    client.post(url("check-in", registration.uuid), {"action": "name", "legal_name": "Ana Ćosić-Ruiz"})

    assert api.get_registration(registration.uuid).legal_name == "Ana Ćosić-Ruiz"


def test_check_in_sample_names_what_cannot_be_read_and_stores_nothing(client_of, learner, exam):
    from mastery_exam.pages.sample import render_sample

    field = render_sample({}).inputs[1].name
    address = url("check-in", registered(learner, exam).uuid)

    bad = client_of(learner).post(address, {"action": "sample", field: "seven"}).content.decode()
    good = client_of(learner).post(address, {"action": "sample", field: "7"}).content.decode()

    assert "We could read your answer" not in bad
    assert "We could read your answer" in good


def test_runner_page_holds_no_item_but_its_state(client_of, learner, exam):
    attempt = started(learner, exam)
    response = client_of(learner).get(url("runner", attempt.uuid))
    page = response.content.decode()

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "Stem of question" not in page
    assert "mx-config" in page


def test_review_counts_and_asks_once_naming_the_unanswered(client_of, learner, exam):
    client = client_of(learner)
    address = url("check-in", registered(learner, exam).uuid)
    client.get(address)
    client.post(address, {"action": "start"})
    attempt = Attempt.objects.get(user=learner)
    client.post(
        url("api-answers", attempt.uuid, 1),
        {"client_seq": 1, "answers": answers_for(attempt.uuid, 1, right=True)},
        content_type="application/json",
    )

    page = client.get(url("review", attempt.uuid)).content.decode()
    confirm = client.post(url("review", attempt.uuid)).content.decode()
    assert Attempt.objects.get().state == "in_progress"
    response = client.post(url("review", attempt.uuid), {"confirmed": "1"}, follow=True)

    assert "1 answered" in page and "3 not answered" in page
    assert "3 questions are not answered." in confirm
    assert "Submitted" in response.content.decode()
    assert Attempt.objects.get().state == "submitted"


def test_result_page_of_a_pass_says_score_pass_mark_and_uncertainty(client_of, learner, exam):
    attempt = sat(learner, exam, right=4)
    api.decide_attempt(attempt.uuid)

    page = client_of(learner).get(url("result", attempt.uuid)).content.decode()

    assert "You passed. Your score is 100. The pass mark is 60." in page
    assert "Which questions come up can move a score by about" in page
    assert "%" not in page.split("<main")[1].split("</main>")[0]


def test_result_page_shows_no_item_and_no_count(client_of, learner, exam):
    attempt = sat(learner, exam, right=2)
    api.decide_attempt(attempt.uuid)

    page = client_of(learner).get(url("result", attempt.uuid)).content.decode()

    assert "You have not passed this time. Your score is 40. The pass mark is 60." in page
    assert "Stem of question" not in page and "Secret title" not in page and "2 of 4" not in page


def test_result_page_waits_for_the_check_and_tells_when(client_of, learner, make_exam):
    exam = make_exam(release_policy="after_check")
    attempt = sat(learner, exam, right=4)
    api.decide_attempt(attempt.uuid)

    page = client_of(learner).get(url("result", attempt.uuid)).content.decode()

    assert "Your result will be here by" in page and "We check every new question first." in page
    assert "You passed" not in page


def test_runner_page_of_an_ended_attempt_leads_to_the_result(client_of, learner, exam):
    attempt = sat(learner, exam, right=1)

    assert client_of(learner).get(url("runner", attempt.uuid)).url == url("result", attempt.uuid)


def test_attempt_file_is_served_during_the_sitting_only(client_of, learner, exam):
    client = client_of(learner)
    attempt = started(learner, exam)
    address = url(
        "attempt-file",
        attempt.uuid,
        Attempt.objects.get().items.get(position=2).version_item.item_version.files["plot.png"],
        "plot.png",
    )

    during = client.get(address)
    answer(learner, attempt, 1, right=True)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)
    after = client.get(address)

    assert during.status_code == 200 and during["Content-Type"] == "image/png"
    assert "no-store" in during["Cache-Control"]
    assert after.status_code == 404


def test_invigilator_desk_gives_a_code_after_the_id_was_compared(client_of, learner, staff, make_exam):
    exam = make_exam(identity_policy="in_person", supervision="onsite", required_grants=["identity"])
    registration = registered(learner, exam)
    desk = client_of(staff)

    refused = desk.post(url("invigilate", exam.key), {"action": "let_in", "registration": registration.uuid})
    page = desk.post(
        url("invigilate", exam.key),
        {"action": "let_in", "registration": registration.uuid, "checked": "1", "seat": "A1"},
    ).content.decode()

    assert refused.status_code == 400
    assert "Start code:" in page and "A1" in page


def test_results_desk_releases_what_was_chosen(client_of, learner, staff, make_exam):
    exam = make_exam(release_policy="after_check")
    attempt = sat(learner, exam, right=4)
    decision = api.decide_attempt(attempt.uuid)

    page = (
        client_of(staff)
        .post(url("author-results", exam.key), {"action": "release", "decision": decision.uuid})
        .content.decode()
    )

    assert "1 result was released." in page
    assert api.get_decision(decision.uuid).state == "released"
