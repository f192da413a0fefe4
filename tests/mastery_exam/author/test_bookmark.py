"""A bookmark panel: ordered questions, a bookmark, and the ratings that it implies."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from small_bank import build_exam

from mastery_exam import api
from mastery_exam.errors import InvalidInput, WrongState
from mastery_exam.models import BankCalibration, Bookmark, CalibratedItem, Exam, Item, ItemVersion, RatingPanel
from mastery_exam.services.panel_report import get_panel_report

pytestmark = pytest.mark.django_db
RP67 = np.log(0.67 / 0.33)


@pytest.fixture
def judges(make_user):
    return [make_user(f"judge_{num}") for num in (1, 2, 3)]


@pytest.fixture
def difficulties(bank, exam_author) -> dict[str, float]:
    """A calibration of the bank's eight scored items, the first key the hardest."""
    scored = list(Item.objects.filter(is_practice=False).order_by("key").values_list("key", flat=True))
    found = {key: 1.5 - 0.4 * num for num, key in enumerate(scored)}
    exam = build_exam(bank, exam_author.pk)
    row = BankCalibration.objects.create(
        bank=Item.objects.first().bank, exam=Exam.objects.get(key=exam), num=1, model="rasch", n_persons=500,
        population_sd=1.0, log_likelihood=0, converged=True, created_by=exam_author,
    )  # fmt: skip
    for key, b in found.items():
        version = ItemVersion.objects.get(item__key=key)
        CalibratedItem.objects.create(calibration=row, item_version=version, state="calibrated", n=500, a=1.0, b=b)
    return found


@pytest.fixture
def panel(bank, difficulties, exam_author, judges) -> RatingPanel:
    api.open_panel(bank.uuid, actor_id=exam_author.pk, method="bookmark")
    for judge in judges:
        api.invite_judge(bank.uuid, username=judge.username, role="Lecturer", actor_id=exam_author.pk)
    api.open_round(bank.uuid, actor_id=exam_author.pk)
    return RatingPanel.objects.latest("num")


def test_questions_stand_from_the_easiest_to_the_hardest(panel, judges, difficulties):
    items = api.list_judge_items(judges[0].pk, panel_uuid=panel.uuid)
    keys = [Item.objects.get(uuid=item.uuid).key for item in items]
    assert keys == sorted(difficulties, key=difficulties.get) and [item.position for item in items] == list(range(1, 9))


def test_bookmark_becomes_the_chances_at_its_ability(panel, judges, difficulties):
    api.place_bookmark(judges[0].pk, panel_uuid=panel.uuid, place=4)
    theta = sorted(difficulties.values())[3] + RP67
    rows = {row.item.key: row.value for row in panel.ratings.select_related("item")}
    assert len(rows) == 8 and rows[sorted(difficulties, key=difficulties.get)[3]] == Decimal("0.67")
    for key, b in difficulties.items():
        assert float(rows[key]) == pytest.approx(1 / (1 + np.exp(-(theta - b))), abs=6e-5)
    api.place_bookmark(judges[0].pk, panel_uuid=panel.uuid, place=5)
    assert Bookmark.objects.get().place == 5 and panel.ratings.count() == 8


def test_cut_of_the_panel_lies_between_the_bookmarks(bank, panel, judges, difficulties):
    for judge, place in zip(judges, (3, 4, 5), strict=True):
        api.place_bookmark(judge.pk, panel_uuid=panel.uuid, place=place)
    found = get_panel_report(bank.uuid, num=panel.num)
    places = sorted(difficulties.values())
    assert places[2] + RP67 < found.theta.theta < places[4] + RP67
    assert found.theta.theta == pytest.approx(places[3] + RP67, abs=0.02)
    assert [judge.bookmark for judge in found.judges] == [3, 4, 5] and found.summaries[0].n_items == 8


@pytest.mark.parametrize("place", [0, 9])
def test_bookmark_outside_the_questions_is_refused(panel, judges, place):
    with pytest.raises(InvalidInput, match="from 1 to 8"):
        api.place_bookmark(judges[0].pk, panel_uuid=panel.uuid, place=place)
    assert not panel.ratings.exists()


def test_each_method_refuses_the_other_ones_answers(bank, panel, judges, exam_author):
    item = api.list_judge_items(judges[0].pk, panel_uuid=panel.uuid)[0].uuid
    with pytest.raises(WrongState, match="bookmark"):
        api.rate_item(judges[0].pk, panel_uuid=panel.uuid, item_uuid=item, percent="50")
    with pytest.raises(WrongState, match="place bookmarks"):
        api.import_ratings(bank.uuid, source="item,judge,rating\nadding_1,Paper,0.5", actor_id=exam_author.pk)


def test_closed_round_takes_no_bookmark(bank, panel, judges, exam_author):
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    with pytest.raises(WrongState):
        api.place_bookmark(judges[0].pk, panel_uuid=panel.uuid, place=4)


def test_page_places_the_bookmark_after_the_question_that_is_shown(panel, judges, client_of):
    browser = client_of(judges[0])
    page = f"/mastery/judging/{panel.uuid}/"
    assert "Put my bookmark after this question" in browser.get(f"{page}questions/3/").content.decode()
    assert browser.post(f"{page}questions/3/")["Location"] == page
    assert "Your bookmark stands after question 3." in browser.get(page).content.decode()
    assert "after question 6" in browser.post(page, {"action": "bookmark", "place": "6"}, follow=True).content.decode()
    wrong = browser.post(page, {"action": "bookmark", "place": "six"})
    assert wrong.status_code == 400 and Bookmark.objects.get().place == 6
