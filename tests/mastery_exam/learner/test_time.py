"""The time of a sitting: fixed once, by the server, to the second; ended without any browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from freezegun import freeze_time
from mastery_sittings import DEVICE, START, answer, answers_for, registered, started

from mastery_exam import api
from mastery_exam.errors import TimeIsUp
from mastery_exam.models import Attempt
from mastery_exam.services.starting import end_of
from openedx_bridge.dates import day, moment

pytestmark = pytest.mark.django_db

GRACE = 60


def at(seconds: float) -> datetime:
    """A moment so many seconds after the start."""
    return START + timedelta(seconds=seconds)


def test_end_is_fixed_at_the_start_and_not_at_check_in(learner, exam):
    with freeze_time(START - timedelta(hours=3)):
        registration = registered(learner, exam)
    with freeze_time(START):
        attempt = api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token=DEVICE)

    assert attempt.ends_at == START + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("minutes", "percent", "seconds"), [(60, 0, 3600), (75, 25, 5625), (7, 33, 559), (1, 50, 90), (90, 100, 10800)]
)
def test_end_holds_the_extra_time_to_the_second(minutes, percent, seconds):
    assert end_of(START, minutes=minutes, extra_time_percent=percent) - START == timedelta(seconds=seconds)


def test_end_holds_the_adjustments_that_were_approved(learner, exam, staff):
    registration = registered(learner, exam, adjustments_requested="I need more time.")
    api.approve_adjustments(registration.uuid, extra_time_percent=25, actor_id=staff.pk)
    with freeze_time(START):
        attempt = api.start_attempt(learner.pk, registration_uuid=registration.uuid, device_token=DEVICE)

    assert attempt.ends_at == START + timedelta(minutes=75)


def test_end_does_not_move_when_a_new_version_allows_less(learner, exam):
    with freeze_time(START):
        attempt = started(learner, exam)
        exam.versions.update(minutes=5)

        assert api.get_attempt(attempt.uuid).ends_at == START + timedelta(minutes=60)


def test_end_over_the_change_of_clocks_is_sixty_minutes_later(learner, exam):
    before_summer_time = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    with freeze_time(before_summer_time):
        attempt = started(learner, exam)

    assert attempt.ends_at - attempt.started_at == timedelta(minutes=60)
    assert moment(attempt.started_at, "Europe/Madrid") == "28 Mar 2027, 01:30 (Madrid)"
    assert moment(attempt.ends_at, "Europe/Madrid") == "28 Mar 2027, 03:30 (Madrid)"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Europe/Madrid", "1 February 2027"), ("UTC", "31 January 2027"), ("no/zone", "31 January 2027")],
)
def test_day_is_the_readers_own_at_the_end_of_a_month(zone, shown):
    assert day(datetime(2027, 1, 31, 23, 30, tzinfo=UTC), zone) == shown


def test_answer_within_the_grace_counts_and_later_does_not(learner, exam):
    with freeze_time(START):
        attempt = started(learner, exam)
        late = answers_for(attempt.uuid, 2, right=True)
    with freeze_time(at(3600 + GRACE - 1)):
        answer(learner, attempt, 1, right=True)
    with freeze_time(at(3600 + GRACE)), pytest.raises(TimeIsUp):
        api.save_answer(
            learner.pk, attempt_uuid=attempt.uuid, position=2, client_seq=1, answers=late, device_token=DEVICE
        )
    items = api.decide_attempt(attempt.uuid) and Attempt.objects.get().decisions.get().evidence["items"]

    assert [item["correct"] for item in items] == [True, False, False, False]


def test_closer_leaves_an_attempt_alone_until_its_grace_is_over(learner, exam):
    with freeze_time(START):
        started(learner, exam)

    assert api.close_due_attempts(at(3600 + GRACE - 1)) == 0
    assert api.close_due_attempts(at(3600 + GRACE)) == 1
    assert api.close_due_attempts(at(3600 + GRACE)) == 0


def test_command_closes_what_nobody_came_back_to(learner, exam, capsys):
    with freeze_time(START):
        attempt = started(learner, exam)
        answer(learner, attempt, 1, right=True)
    with freeze_time(at(86400)):
        call_command("close_due_attempts")

    row = Attempt.objects.get()
    assert "Closed: 1" in capsys.readouterr().out
    assert (row.state, row.submitted_at) == ("closed_by_time", row.ends_at)


def test_late_read_closes_without_the_closer(learner, exam):
    with freeze_time(START):
        attempt = started(learner, exam)
    with freeze_time(at(7200)):
        assert api.get_attempt(attempt.uuid).state == "closed_by_time"


def test_submit_after_the_end_is_closed_by_time_at_the_end(learner, exam):
    with freeze_time(START):
        attempt = started(learner, exam)
    with freeze_time(at(3600 + 10)):
        ended = api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)

    assert (ended.state, ended.submitted_at) == ("closed_by_time", START + timedelta(minutes=60))


def test_item_is_not_shown_after_the_end_even_if_nobody_closed(client_of, learner, exam):
    with freeze_time(START):
        attempt = started(learner, exam)
    with freeze_time(at(3600 + GRACE)):
        response = client_of(learner).get(f"/api/mastery_exam/v1/attempts/{attempt.uuid}/items/1/")

    assert response.status_code == 409
    assert response.json()["error_code"] == "time_is_up"
    assert "Stem" not in response.content.decode()


def test_answer_stored_too_late_is_kept_and_does_not_count(learner, exam):
    with freeze_time(START):
        attempt = started(learner, exam)
        right = answers_for(attempt.uuid, 1, right=True)
    row = Attempt.objects.get()
    row.items.get(position=1).answers.create(client_seq=1, answers=right, received_at=row.accepts_until)
    with freeze_time(at(7200)):
        api.close_due_attempts()
        api.decide_attempt(attempt.uuid)

    assert row.decisions.get().evidence["items"][0]["correct"] is False
