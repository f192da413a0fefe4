"""The runner in a real browser: keyboard, no network, a second device, the end of the time. No answer is lost."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from mastery_sittings import registered
from runner_windows import DEVICE, open_window, saved

from mastery_exam import api
from mastery_exam.models import Answer, Attempt

# Playwright's synchronous interface keeps an event loop in the thread from which the tests use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sitting(learner, exam):
    """An attempt in progress on the browser's device."""
    registration = registered(learner, exam)
    return api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token=DEVICE)


@pytest.fixture
def open_runner(page, live_server, learner, sitting):
    """A function that opens the runner at a question, signed in, on the attempt's device or another."""

    def open_it(question=1, *, device=DEVICE, window=page):
        return open_window(window, live_server.url, learner, sitting.uuid, device=device, hash=f"#q{question}")

    return open_it


def test_whole_sitting_by_keyboard_alone(open_runner):
    window = open_runner()
    window.keyboard.press("Tab")
    window.keyboard.type("2")
    window.keyboard.press("Enter")
    window.wait_for_selector("#mx-item input[type=radio]")
    saved(window)
    window.keyboard.press("Tab")
    window.keyboard.press("Space")
    window.wait_for_function("document.querySelectorAll('.mx-navigator ol .mx-cell--answered').length === 2")
    saved(window)

    assert "Question 2 of 4" in window.text_content("#mx-where")
    assert Answer.objects.filter(attempt_item__position=1).last().answers != {}
    assert Answer.objects.filter(attempt_item__position=2).exists()


def test_mathematics_is_readable(open_runner):
    window = open_runner()

    assert window.locator("#mx-item math").count() == 1
    assert "\\(" not in window.inner_text("#mx-item")


def test_answers_given_offline_are_kept_and_sent_when_the_network_is_back(open_runner):
    window = open_runner()
    window.wait_for_timeout(2500)
    window.context.set_offline(True)
    window.fill("#mx-item input", "5")
    window.wait_for_selector("text=1 answer is kept on this device and will be sent when you are back.")
    window.click("#mx-next")
    window.check("#mx-item input[type=radio] >> nth=0")
    window.wait_for_selector("text=2 answers are kept on this device and will be sent when you are back.")
    assert not Answer.objects.exists()

    window.context.set_offline(False)
    saved(window)
    window.wait_for_selector("#mx-notice", state="hidden")

    assert set(Answer.objects.values_list("attempt_item__position", flat=True)) == {1, 2}


def test_answers_left_on_the_device_are_sent_after_the_page_was_closed(open_runner):
    window = open_runner()
    window.context.route("**/answers/", lambda route: route.abort())
    window.fill("#mx-item input", "5")
    window.wait_for_selector("text=1 answer is kept on this device")
    window.context.unroute("**/answers/")
    again = window.context.new_page()
    window.close(run_before_unload=False)
    open_runner(window=again)
    saved(again)

    assert list(Answer.objects.get().answers.values()) == ["5"]
    assert again.input_value("#mx-item input") == "5"


def test_answer_that_arrives_while_the_question_is_loaded_is_shown(open_runner):
    window = open_runner()
    window.context.route("**/answers/", lambda route: route.abort())
    window.fill("#mx-item input", "5")
    window.wait_for_selector("text=1 answer is kept on this device")
    window.context.unroute("**/answers/")
    again = window.context.new_page()
    window.close(run_before_unload=False)

    def late(route):
        """The question as it was before the answer came; it is let through once the answer is saved."""
        before = route.fetch()
        while not Answer.objects.exists():
            again.wait_for_timeout(50)
        route.fulfill(response=before)

    again.route("**/items/1/", late)
    open_runner(window=again)

    assert again.input_value("#mx-item input") == "5"


def test_saved_is_said_only_after_the_servers_answer(open_runner):
    window = open_runner()
    held = []
    window.route("**/answers/", lambda route: held.append(route))
    window.fill("#mx-item input", "5")
    window.wait_for_selector("text=Saving...")
    window.wait_for_timeout(1500)
    assert not Answer.objects.exists() and "Saved" not in window.text_content("#mx-saved")

    held[0].continue_()
    saved(window)

    assert Answer.objects.count() == 1


def test_second_device_is_read_only_until_it_takes_over(open_runner):
    window = open_runner(device="another-device-than-before")
    window.wait_for_selector("text=Open on another device. This one is read-only.")
    assert window.is_disabled("#mx-item input")

    window.click("text=Go on here instead")
    window.wait_for_function(
        "!document.querySelector('#mx-item input')?.disabled && document.querySelector('#mx-item input')"
    )
    window.fill("#mx-item input", "3")
    saved(window)

    assert Answer.objects.count() == 1


def test_malformed_answer_is_named_at_once(open_runner):
    window = open_runner()
    window.fill("#mx-item input", "about three")
    window.wait_for_selector("#mx-malformed .ms-error")

    words = window.inner_text("#mx-malformed").lower()
    assert "number" in words and not re.search(r"\b(right|wrong|correct)\b", words)


def test_time_up_submits_what_was_answered(open_runner, live_server):
    Attempt.objects.update(ends_at=timezone.now() + timedelta(seconds=6))
    window = open_runner()
    window.fill("#mx-item input", "2")
    saved(window)
    window.wait_for_url("**/result/", timeout=20_000)

    assert Attempt.objects.get().state == "closed_by_time"
    assert Answer.objects.count() == 1


def test_hidden_time_returns_at_one_minute_and_is_announced(open_runner):
    Attempt.objects.update(ends_at=timezone.now() + timedelta(seconds=64))
    window = open_runner()
    window.click("#mx-time-toggle")
    assert window.text_content("#mx-time") == "Time hidden"
    window.wait_for_selector("text=1 minute left.", state="attached", timeout=15_000)

    assert "left" in window.text_content("#mx-time")
