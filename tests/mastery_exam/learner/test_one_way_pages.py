"""What an exam without going back tells before, at and after a sitting; in plain words, and before any payment."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from formless_exams import LEAST, MOST, classification, linear, make_formless, sat_through, settle
from mastery_sittings import answer, registered, started

from mastery_exam import api
from mastery_exam.models import Attempt, AttemptItem, Decision, ExamVersion
from mastery_exam.pages.devices import COOKIE

pytestmark = pytest.mark.django_db

NO_RETURN = "You cannot go back to a question once you have pressed Next."
NUMBER = f"The number of questions depends on your answers: at least {LEAST}, at most {MOST}."
TECHNICAL = ("adaptive", "theta", "posterior", "classification", "pilot", "rasch", "sprt", "cut score", "exposure")
DEVICE = "a-device-of-the-learner"


def url(name, *args):
    return reverse(f"mastery_exam:{name}", args=args)


def text_of(response):
    """The words of the page, without its script's configuration."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.S).group()
    return " ".join(strip_tags(main).split())


@pytest.fixture
def version(staff) -> ExamVersion:
    return make_formless(staff, **classification())


@pytest.mark.parametrize("page", ["exam", "register", "check-in", "confirm"])
def test_no_way_back_and_the_number_of_questions_are_told_before_the_start(client_of, learner, version, page):
    client = client_of(learner)
    if page in ("exam", "register"):
        shown = client.get(url(page, version.exam.key))
    else:
        address = url("check-in", registered(learner, version.exam).uuid)
        shown = client.get(address) if page == "check-in" else client.post(address, {"action": "confirm"})

    text = text_of(shown)
    assert NO_RETURN in text and NUMBER in text
    assert "until you submit" not in text
    assert not [word for word in TECHNICAL if word in text.lower()]


def test_exam_page_tells_the_rule_without_a_number_of_right_answers(client, version):
    text = text_of(client.get(url("exam", version.exam.key)))

    assert f"{LEAST} to {MOST} questions" in text and "Questions, at least" in text
    assert "there is no score" in text and "You also need a minimum in each area" in text
    assert "on a scale from 0 to 100" not in text and "None" not in text


def test_exam_page_without_minimums_does_not_tell_of_any(client, staff):
    version = make_formless(staff, **classification(), floor_rules={"probability": "none", "inference": "none"})

    assert "minimum in each area" not in text_of(client.get(url("exam", version.exam.key)))


def test_areas_least_questions_can_be_more_than_the_rules_own(staff):
    fields = classification()
    for quota in fields["delivery_plan"]["plan"]["quotas"].values():
        quota["minimum"] = 3
    make_formless(staff, **fields)

    assert api.get_exam("formless").least_questions == 6


def test_questions_being_tried_out_are_told_and_counted(client, client_of, learner, staff):
    version = make_formless(staff, pilots=4, pilot_items=2, **classification())

    exam = api.get_exam(version.exam.key)
    assert (exam.least_questions, exam.questions, exam.pilot_questions) == (LEAST + 2, MOST + 2, 2)
    for page in ("exam", "register"):
        text = text_of(client_of(learner).get(url(page, version.exam.key)))
        assert "2 of the questions are being tried out and do not count." in text


def test_drawn_form_keeps_its_marks_and_going_back(client, staff):
    version = make_formless(staff, pilots=2, pilot_items=1, **linear())

    text = text_of(client.get(url("exam", version.exam.key)))
    assert "5 questions" in text and "You can go back and change answers until you submit." in text
    assert "that is 3 of the 4 questions that count" in text
    assert "1 of the questions is being tried out and does not count." in text


def test_check_in_tells_that_questions_may_come_again(client_of, learner, staff):
    version = make_formless(staff, n_items=MOST, **classification())
    first = registered(learner, version.exam)
    words = "You may meet questions that you have seen in an earlier try"
    assert words not in text_of(client_of(learner).get(url("check-in", first.uuid)))
    attempt = api.start_attempt(learner.pk, registration_uuid=first.uuid, device_token=DEVICE)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid, give_up=True)
    api.decide_attempt(attempt.uuid)

    result = text_of(client_of(learner).get(url("result", attempt.uuid)))
    assert "You can try again now. You may meet questions that you have seen" in result
    again = registered(learner, version.exam)
    assert words in text_of(client_of(learner).get(url("check-in", again.uuid)))


def test_catalogue_tells_the_length(client, version):
    assert f"{LEAST} to {MOST} questions" in text_of(client.get(url("catalogue")))


def test_exam_over_rest_tells_the_rule(client, version):
    told = client.get(f"/api/mastery_exam/v1/exams/{version.exam.key}/").json()

    assert (told["delivery_rule"], told["can_go_back"], told["marks_needed"]) == ("classification", False, None)
    assert (told["least_questions"], told["questions"], told["pilot_questions"]) == (LEAST, MOST, 0)


def test_review_leads_to_the_runner_which_has_no_way_back(client_of, learner, version):
    client = client_of(learner)
    attempt = started(learner, version.exam)

    assert client.get(url("review", attempt.uuid)).url == url("runner", attempt.uuid)
    assert client.post(url("review", attempt.uuid), {"confirmed": "1"}).url == url("runner", attempt.uuid)
    page = client.get(url("runner", attempt.uuid)).content.decode()
    assert "mx-back" not in page and "mx-flag" not in page and "mx-navigator" not in page
    assert Attempt.objects.get().state == "in_progress"


def test_end_now_of_an_exam_with_going_back_leads_to_review(client_of, learner, exam):
    attempt = started(learner, exam)

    assert client_of(learner).post(url("end", attempt.uuid), {"confirmed": "1"}).url == url("review", attempt.uuid)
    assert Attempt.objects.get().state == "in_progress"


def test_end_now_ends_after_one_confirmation_only(client_of, learner, version):
    client = client_of(learner)
    registration = registered(learner, version.exam)
    attempt = api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token=DEVICE)
    client.cookies[COOKIE] = DEVICE

    asked = text_of(client.post(url("end", attempt.uuid)))
    assert Attempt.objects.get().state == "in_progress"
    ended = client.post(url("end", attempt.uuid), {"confirmed": "1"}, follow=True)

    assert f"With fewer than {LEAST} questions" in asked
    assert Attempt.objects.get().state == "submitted"
    assert "Reference number" in text_of(ended)
    assert client.get(url("end", attempt.uuid)).url == url("result", attempt.uuid)


def test_end_now_on_another_device_ends_nothing(client_of, learner, version):
    attempt = started(learner, version.exam)
    client = client_of(learner)
    client.cookies[COOKIE] = "some-other-device-of-theirs"

    page = client.post(url("end", attempt.uuid), {"confirmed": "1"})

    assert page.status_code == 409 and "Open on another device." in text_of(page)
    assert Attempt.objects.get().state == "in_progress"


def test_sittings_end_is_told_once_and_only_after_it(client_of, learner, version):
    client = client_of(learner)
    attempt = started(learner, version.exam)
    address = url("result", attempt.uuid) + "?ended=1"
    assert client.get(address).url == url("runner", attempt.uuid)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid, give_up=True)

    told = client.get(address, follow=True)
    assert told.redirect_chain[-1][0] == url("result", attempt.uuid)
    assert re.search(r"Submitted \d\d:\d\d:\d\d \(.+?\)\. Reference number", text_of(told))
    assert b"ms-messages" not in client.get(url("result", attempt.uuid)).content


def test_result_says_passed_without_a_score_or_a_count(client_of, learner, version):
    attempt = sat_through(learner, version.exam, lambda position: True)
    api.decide_attempt(attempt.uuid)

    text = text_of(client_of(learner).get(url("result", attempt.uuid)))
    assert "You passed." in text and "so there is no score" in text
    assert "score is" not in text and "pass mark is" not in text and "None" not in text
    assert not [word for word in TECHNICAL if word in text.lower()]


def test_result_of_a_sitting_with_too_few_answers_says_why(client_of, learner, version):
    attempt = started(learner, version.exam)
    answer(learner, attempt, 1, right=True)
    settle(learner, attempt, 1)
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid, give_up=True)
    api.decide_attempt(attempt.uuid)

    text = text_of(client_of(learner).get(url("result", attempt.uuid)))
    assert "You have not passed this time." in text
    assert "Your sitting ended before there were enough answers to decide." in text


@pytest.mark.parametrize("above_cut", [True, False])
def test_result_names_a_missed_area_where_the_rest_was_enough(client_of, learner, version, above_cut):
    attempt = sat_through(learner, version.exam, lambda position: False)
    api.decide_attempt(attempt.uuid)
    row = Decision.objects.get()
    Decision.objects.update(missed_floors=["inference"], evidence=row.evidence | {"above_cut": above_cut})

    text = text_of(client_of(learner).get(url("result", attempt.uuid)))
    assert ("You reached the pass mark overall, but Inference was below its minimum." in text) is above_cut


def test_runner_starts_at_the_open_question(client_of, learner, version):
    attempt = started(learner, version.exam)
    settle(learner, attempt, 1, seq=0)

    config = client_of(learner).get(url("runner", attempt.uuid)).context["config"]
    assert config["state"]["delivery"]["position"] == AttemptItem.objects.get(settled_at=None).position == 2
    assert config["state"]["delivery"]["at_most"] == MOST
