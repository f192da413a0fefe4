"""The runner of an exam without going back, in a real browser: Next is for good, and nothing answered is lost."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from formless_exams import LEAST, MOST, classification, make_formless
from mastery_sittings import answers_for, registered
from runner_windows import DEVICE, open_window, saved

from mastery_exam import api
from mastery_exam.models import Answer, Attempt, AttemptItem

# Playwright's synchronous interface keeps an event loop in the thread from which the tests use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFLINE = (
    "You are offline. Your answer is kept on this device. The next question comes when you are back. "
    "The clock is still running."
)


@pytest.fixture
def sitting(learner, staff):
    """A classification test in progress on the browser's device."""
    version = make_formless(staff, **classification())
    registration = registered(learner, version.exam)
    return api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token=DEVICE)


@pytest.fixture
def open_runner(page, live_server, learner, sitting):
    """A function that opens the runner, signed in, on the attempt's device or another."""

    def open_it(*, device=DEVICE, window=page, hash=""):
        return open_window(window, live_server.url, learner, sitting.uuid, device=device, hash=hash)

    return open_it


def at(window, position):
    """Wait until this question is the one that is shown, and has the focus."""
    window.wait_for_function(
        "n => document.getElementById('mx-where').textContent.startsWith(`Question ${n},`)"
        " && document.querySelector('#mx-item input:enabled')",
        arg=position,
    )


def write(window, sitting, position, *, right):
    """Answer the question that is shown."""
    ((name, value),) = answers_for(sitting.uuid, position, right=right).items()
    if window.locator(f'#mx-item [name="{name}"]').first.get_attribute("type") == "radio":
        window.check(f'#mx-item [name="{name}"][value="{value}"]')
    else:
        window.fill(f'#mx-item [name="{name}"]', value)


def go_through(window, sitting, *, right):
    """Answer and press Next until the sitting is over; returns how many questions came."""
    for position in range(1, MOST + 1):
        at(window, position)
        write(window, sitting, position, right=right)
        window.click("#mx-next")
        window.wait_for_function(
            "n => !document.getElementById('mx-where')"
            " || !document.getElementById('mx-where').textContent.startsWith(`Question ${n},`)",
            arg=position,
        )
        if "/result/" in window.url:
            return position
    raise AssertionError("the sitting did not end")


@pytest.mark.parametrize(
    ("right", "words"), [(True, "You passed."), (False, "You have not passed this time.")], ids=["pass", "not passed"]
)
def test_whole_sitting_ends_by_itself_and_leads_to_the_result(open_runner, sitting, right, words):
    window = open_runner()
    assert window.text_content("#mx-where") == f"Question 1, at most {MOST}"

    count = go_through(window, sitting, right=right)

    main = window.inner_text("main")
    assert LEAST <= count <= MOST
    assert re.search(r"Submitted \d\d:\d\d:\d\d \(.+\)\. Reference number [0-9A-F]{4}-[0-9A-F]{4}\.", main)
    assert words in main and "score is" not in main and "%" not in main
    attempt = Attempt.objects.get()
    assert attempt.state == "submitted" and attempt.items.count() == count
    assert set(attempt.items.values_list("settled_correct", flat=True)) == {right}
    window.reload()
    assert "Submitted" not in window.inner_text(".ms-state >> nth=0")


def test_page_has_no_way_back_and_no_review(open_runner, live_server, sitting):
    window = open_runner()
    for name in ("Back", "Flag", "Review and submit"):
        assert window.get_by_text(name, exact=True).count() == 0
    assert window.locator("#mx-navigator, .mx-cell").count() == 0
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)

    for address in ("review/", "#q1", ""):
        window.goto(f"{live_server.url}/mastery/attempts/{sitting.uuid}/{address}")
        at(window, 2)
    window.evaluate("window.location.hash = '#q1'")
    window.wait_for_timeout(300)
    assert window.text_content("#mx-where").startswith("Question 2,")
    refused = window.evaluate(
        "async (api) => (await fetch(api)).status", f"/api/mastery_exam/v1/attempts/{sitting.uuid}/items/1/"
    )
    assert refused == 409


def test_browsers_back_button_comes_to_the_open_question(open_runner, live_server, sitting):
    registration = Attempt.objects.get().registration
    window = open_runner()
    window.goto(f"{live_server.url}/mastery/my/")
    window.goto(f"{live_server.url}/mastery/registrations/{registration.uuid}/check-in/")
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)
    window.go_back()
    window.go_forward()
    at(window, 2)

    assert AttemptItem.objects.filter(settled_at=None).get().position == 2


def test_reload_comes_back_to_the_open_question_with_its_answer(open_runner, sitting):
    window = open_runner()
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)
    ((_, value),) = answers_for(sitting.uuid, 2, right=False).items()
    write(window, sitting, 2, right=False)
    saved(window)
    window.reload()
    at(window, 2)

    shown = window.locator("#mx-item input:checked, #mx-item input[type=text]").first
    assert shown.input_value() == value


def test_blank_answer_is_asked_about_once_by_keyboard(open_runner, sitting):
    window = open_runner()
    window.focus("#mx-next")
    window.keyboard.press("Enter")
    dialog = window.get_by_role("dialog")
    dialog.wait_for()
    asked = "You have not answered. You cannot come back to this question. Go on without an answer?"
    assert asked in dialog.inner_text()
    assert window.evaluate("document.activeElement.textContent") == "Stay on this question"
    window.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert window.evaluate("document.activeElement.id") == "mx-next"
    assert not AttemptItem.objects.exclude(settled_at=None).exists()

    window.keyboard.press("Enter")
    dialog.wait_for()
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    at(window, 2)

    item = AttemptItem.objects.get(position=1)
    assert item.settled_seq is None and item.settled_correct is False
    assert not Answer.objects.exists()


def test_enter_in_a_field_takes_nothing_for_good(open_runner, sitting):
    window = open_runner()
    if window.locator("#mx-item input[type=text]").count():
        window.fill("#mx-item input", "3")
    window.locator("#mx-item input").first.press("Enter")
    window.wait_for_timeout(500)

    assert not AttemptItem.objects.exclude(settled_at=None).exists()


def test_next_question_has_the_focus_and_is_announced(open_runner, sitting):
    window = open_runner()
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)
    window.wait_for_function("document.activeElement.id === 'mx-item'")

    assert window.get_attribute("#mx-item", "aria-label") == f"Question 2, at most {MOST}"
    window.wait_for_selector("#mx-announce >> text=Saved. Question 2", state="attached")


def test_offline_answer_is_kept_and_the_next_question_comes_with_the_network(open_runner, sitting):
    window = open_runner()
    window.context.set_offline(True)
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    window.wait_for_selector(f"text={OFFLINE}")
    assert window.text_content("#mx-saved") == "Not saved yet. We keep trying."
    assert window.is_disabled("#mx-item input") and not Answer.objects.exists()

    window.context.set_offline(False)
    at(window, 2)
    window.wait_for_selector("#mx-notice", state="hidden")

    item = AttemptItem.objects.get(position=1)
    assert item.settled_seq == Answer.objects.get().client_seq and item.settled_correct


def test_settling_whose_answer_got_lost_is_sent_again_and_gives_one_next_question(open_runner, sitting):
    window = open_runner()
    lost = []

    def lose_once(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    window.route("**/settle/", lose_once)
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)

    assert lost[0].status == 200
    assert AttemptItem.objects.count() == 2


def test_saving_is_said_and_nothing_can_be_changed_while_the_answer_is_on_its_way(open_runner, sitting):
    window = open_runner()
    held = []
    window.route("**/settle/", lambda route: held.append(route))
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    window.wait_for_selector("#mx-item input:disabled")
    window.wait_for_function("document.getElementById('mx-saved').textContent === 'Saving...'")
    window.click("#mx-next", force=True)
    assert window.get_attribute("#mx-next", "aria-disabled") == "true"
    assert window.evaluate("document.activeElement.id") == "mx-next"
    window.wait_for_timeout(300)
    assert len(held) == 1

    held[0].continue_()
    at(window, 2)


def test_next_question_that_could_not_be_loaded_is_tried_again(open_runner, sitting):
    window = open_runner()
    window.route("**/items/2/", lambda route: route.abort())
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    window.wait_for_selector("text=The question could not be loaded. Your answers are safe.")
    assert window.get_attribute("#mx-next", "aria-disabled") == "true"
    assert "You are offline." in window.inner_text("#mx-notice")
    window.unroute("**/items/2/")
    window.click("role=button[name='Try again']")
    at(window, 2)

    assert not window.is_visible("#mx-notice")


def test_refusal_to_settle_is_shown_and_the_question_stays_open(open_runner, sitting):
    window = open_runner()
    words = {"error_code": "capa_error", "user_message": "This question cannot be marked just now. Try again."}
    window.route("**/settle/", lambda route: route.fulfill(status=400, json=words))
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    window.wait_for_selector("text=This question cannot be marked just now.")
    assert window.is_enabled("#mx-item input >> nth=0")
    window.unroute("**/settle/")
    window.click("#mx-next")
    at(window, 2)

    window.wait_for_selector("#mx-notice", state="hidden")


def test_answer_stored_under_a_newer_number_elsewhere_loses_nothing(open_runner, sitting, learner):
    window = open_runner()
    write(window, sitting, 1, right=True)
    saved(window)
    other = answers_for(sitting.uuid, 1, right=False)
    seq = Answer.objects.get().client_seq + 5
    api.save_answer(
        learner.pk, attempt_uuid=sitting.uuid, position=1, client_seq=seq, answers=other, device_token=DEVICE
    )
    window.click("#mx-next")
    at(window, 2)

    item = AttemptItem.objects.get(position=1)
    assert item.settled_seq == seq + 1 and item.settled_correct
    assert Answer.objects.filter(attempt_item=item).count() == 3


def test_answer_from_another_window_is_shown_before_it_is_taken(open_runner, sitting, learner):
    window = open_runner()
    answers = answers_for(sitting.uuid, 1, right=True)
    api.save_answer(
        learner.pk, attempt_uuid=sitting.uuid, position=1, client_seq=1, answers=answers, device_token=DEVICE
    )
    window.click("#mx-next")
    window.click("#mx-ask-yes")
    window.wait_for_selector("text=This question was answered in another window.")
    assert not AttemptItem.objects.exclude(settled_at=None).exists()
    window.click("#mx-next")
    at(window, 2)

    assert AttemptItem.objects.get(position=1).settled_correct


def test_malformed_answer_is_asked_about_before_it_is_taken(open_runner, sitting):
    window = open_runner()
    while not window.locator("#mx-item input[type=text]").count():
        position = AttemptItem.objects.count()
        write(window, sitting, position, right=True)
        window.click("#mx-next")
        at(window, position + 1)
    open_at = AttemptItem.objects.count()
    window.fill("#mx-item input", "about three")
    window.click("#mx-next")
    window.wait_for_selector("#mx-malformed .ms-error")
    assert "We cannot read your answer" in window.get_by_role("dialog").inner_text()
    window.keyboard.press("Escape")
    write(window, sitting, open_at, right=True)
    window.click("#mx-next")
    at(window, open_at + 1)

    assert AttemptItem.objects.get(position=open_at).settled_correct


def test_second_device_reads_only_until_it_takes_over_and_the_first_then_does(open_runner, sitting):
    window = open_runner(device="another-device-than-before")
    window.wait_for_selector("text=Open on another device. This one is read-only.")
    assert window.is_disabled("#mx-item input")
    window.click("#mx-next", force=True)
    assert not window.get_by_role("dialog").is_visible()

    window.click("text=Go on here instead")
    at(window, 1)
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)

    first = window.context.new_page()
    first = open_runner(window=first)
    first.wait_for_selector("text=Open on another device. This one is read-only.")
    assert first.text_content("#mx-where").startswith("Question 2,")


def test_other_window_follows_to_the_open_question(open_runner, sitting):
    window = open_runner()
    other = open_runner(window=window.context.new_page())
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)
    write(other, sitting, 1, right=False)
    other.click("#mx-next")
    at(other, 2)
    other.wait_for_selector("text=does not count: the question had been left already.")

    assert AttemptItem.objects.get(position=1).settled_correct


def test_time_up_submits_the_open_answer_too(open_runner, sitting):
    window = open_runner()
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)
    Attempt.objects.update(ends_at=timezone.now() + timedelta(seconds=6))
    window.reload()
    at(window, 2)
    write(window, sitting, 2, right=True)
    saved(window)
    window.wait_for_url("**/result/", timeout=20_000)

    attempt = Attempt.objects.get()
    assert attempt.state == "closed_by_time" and Answer.objects.count() == 2
    main = window.inner_text("main")
    assert "Time is up. We submitted what you had answered." in main
    assert "Your sitting ended before there were enough answers to decide." in main


def test_time_up_while_the_question_about_a_blank_is_open_closes_it(open_runner, sitting):
    Attempt.objects.update(ends_at=timezone.now() + timedelta(seconds=5))
    window = open_runner()
    window.click("#mx-next")
    window.get_by_role("dialog").wait_for()
    held = []
    window.route("**/submit/", lambda route: held.append(route))
    window.get_by_role("dialog").wait_for(state="hidden", timeout=15_000)
    assert "Time is up." in window.inner_text("#mx-notice")
    assert not AttemptItem.objects.exclude(settled_at=None).exists()
    held[0].continue_()
    window.wait_for_url("**/result/", timeout=20_000)

    assert Attempt.objects.get().state == "closed_by_time"


def test_ending_now_asks_once_and_says_what_it_means(open_runner, sitting):
    window = open_runner()
    write(window, sitting, 1, right=True)
    window.click("#mx-next")
    at(window, 2)
    window.click("text=End the exam now")
    window.wait_for_url("**/end/")
    main = window.inner_text("main")
    assert f"With fewer than {LEAST} questions" in main and "nothing can be added after this" in main
    window.click("text=Go on with the exam")
    at(window, 2)
    window.click("text=End the exam now")
    window.click("role=button[name='End the exam']")
    window.wait_for_url("**/result/")

    assert Attempt.objects.get().state == "submitted"
    main = window.inner_text("main")
    assert "Submitted" in main and "You have not passed this time." in main
