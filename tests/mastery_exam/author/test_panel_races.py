"""Two at once on a panel, with real threads and real locks: judges, the closing of a round, publishing."""

from __future__ import annotations

import pytest
from django.db import connection
from panels import begin, newest, rate_all
from small_bank import build_exam, rate

from mastery_exam import api
from mastery_exam.errors import WrongState
from mastery_exam.models import ExamVersion, Item, PanelRound, Rating
from mastery_exam.services.publish_exam import publish_when_simulated
from tests.mastery_exam.learner.races import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor == "sqlite":
        pytest.skip("skipped: two writers at once need MariaDB or PostgreSQL (SUITE_TEST_DB)")


@pytest.fixture
def judges(make_user):
    return [make_user(f"judge_{num}") for num in (1, 2, 3)]


def test_judges_who_rate_at_once_lose_nothing(bank, exam_author, judges):
    panel = begin(bank, exam_author, judges)
    outcomes = at_once(*[lambda judge=judge: rate_all(panel, judge, "60") for judge in judges])
    assert outcomes == [None] * 3
    assert Rating.objects.filter(panel=panel).count() == 3 * 8
    assert newest(bank).judges == ["Lecturer 1", "Lecturer 2", "Lecturer 3"]


def test_rating_and_closing_at_once_nothing_is_written_after_the_close(bank, exam_author, judges):
    panel = begin(bank, exam_author, judges)
    items = list(Item.objects.filter(bank=panel.bank, is_practice=False))

    def judge_on():
        for item in items:
            api.rate_item(judges[0].pk, panel_uuid=panel.uuid, item_uuid=item.uuid, percent="60")

    first, _second = at_once(judge_on, lambda: api.close_round(bank.uuid, actor_id=exam_author.pk))
    assert first is None or isinstance(first, WrongState)
    closed_at = PanelRound.objects.get(panel=panel).closed_at
    assert all(row.modified <= closed_at for row in Rating.objects.filter(panel=panel))


def test_two_rounds_opened_at_once_make_one(bank, exam_author, judges):
    panel = begin(bank, exam_author, judges)
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    outcomes = at_once(*[lambda: api.open_round(bank.uuid, actor_id=exam_author.pk)] * 3)
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 2
    assert list(PanelRound.objects.filter(panel=panel).values_list("num", flat=True)) == [1, 2]


def test_two_authors_who_publish_at_once_make_one_version(bank, exam_author, second_author):
    key = build_exam(bank, exam_author.pk)
    seen = api.simulate_exam(key, actor_id=exam_author.pk, seed=5)
    wish = {"run_uuid": seen.uuid}
    outcomes = at_once(
        lambda: publish_when_simulated(key, actor_id=exam_author.pk, **wish),
        lambda: publish_when_simulated(key, actor_id=second_author.pk, **wish),
    )
    assert ExamVersion.objects.get().seed == 5
    assert sum(isinstance(outcome, WrongState) or outcome is None for outcome in outcomes) == 1, outcomes


def test_publishing_and_rating_at_once_the_version_has_what_the_panel_holds(bank, exam_author):
    """The rating comes first and publishing takes it or refuses, or the version freezes and the rating is refused."""
    key = build_exam(bank, exam_author.pk)
    at_once(
        lambda: api.publish_exam(key, actor_id=exam_author.pk),
        lambda: [rate(bank, exam_author.pk, {"adding_1": f"0.6{n}"}) for n in range(1, 9)],
    )
    version = ExamVersion.objects.filter(exam__key=key).first()
    if version is not None:
        frozen = version.items.get(item_version__item__key="adding_1").rating
        held = {row.value for row in Rating.objects.filter(item__key="adding_1")}
        assert held == {frozen}
