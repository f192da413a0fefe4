"""The workbench and the judges' pages, in the browser's words and over REST, and who is turned away."""

from __future__ import annotations

import pytest
from django.urls import reverse
from panels import begin, newest, rate_all

from mastery_exam import api
from mastery_exam.models import AuditEntry, Item, Rating

pytestmark = pytest.mark.django_db
REST = "/api/mastery_exam/v1"
LIMITS = {"least_cut": "40", "most_cut": "60,5", "least_fail": "10", "most_fail": "40"}


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def judges(make_user):
    return [make_user(f"judge_{num}") for num in (1, 2, 3)]


@pytest.fixture
def panel(bank, exam_author, judges):
    return begin(bank, exam_author, judges)


@pytest.fixture
def pages(panel):
    """Every address of a judge: (method, address, body)."""
    item = Item.objects.get(key="adding_1").uuid
    page, rest = f"/mastery/judging/{panel.uuid}/", f"{REST}/judging/{panel.uuid}/"
    return [
        ("get", page, None),
        ("post", page, {"action": "limits", **LIMITS}),
        ("post", page, {"action": "bookmark", "place": "1"}),
        ("get", f"{page}questions/1/", None),
        ("post", f"{page}questions/1/", {"percent": "50"}),
        ("get", f"{page}files/{'0' * 64}/plot.svg", None),
        ("get", rest, None),
        ("get", f"{rest}items/", None),
        ("get", f"{rest}items/{item}/", None),
        ("put", f"{rest}items/{item}/rating/", {"percent": "50"}),
        ("put", f"{rest}bookmark/", {"place": 1}),
        ("put", f"{rest}limits/", LIMITS),
    ]


def call(client, method, address, body):
    kind = {"content_type": "application/json"} if address.startswith("/api/") and method != "get" else {}
    return getattr(client, method)(address, body or {}, **kind)


@pytest.mark.parametrize("who", ["anonymous", "learner", "bank's author", "staff", "another bank's judge", "inactive"])
def test_judges_addresses_wrong_person_gets_nothing_and_changes_nothing(
    who, pages, panel, judges, client, client_of, learner, exam_author, make_user, tmp_path
):
    from small_bank import build_bank

    staff = make_user("some_staff", is_staff=True)
    elsewhere = make_user("elsewhere")
    begin(build_bank(tmp_path / "other", exam_author.pk, judges=()), exam_author, [elsewhere])
    people = {
        "learner": learner,
        "bank's author": exam_author,
        "staff": staff,
        "another bank's judge": elsewhere,
        "inactive": judges[0],
    }
    browser = client_of(people[who]) if who in people else client
    if who == "inactive":
        judges[0].is_active = False
        judges[0].save()
    before = AuditEntry.objects.count()
    for method, address, body in pages:
        answer = call(browser, method, address, body)
        assert answer.status_code in ({302, 401, 403} if who in ("anonymous", "inactive") else {404}), address
        assert "Question adding_1" not in answer.content.decode()
    assert AuditEntry.objects.count() == before and not panel.ratings.exists()


def test_judges_addresses_all_are_walked(pages):
    from django.urls import resolve

    from mastery_exam.pages import judging_urls
    from mastery_exam.rest_api.v1 import judging_urls as rest_urls

    named = {pattern.name for pattern in (*judging_urls.urlpatterns, *rest_urls.urlpatterns)}
    walked = {resolve(address).url_name for _method, address, _body in pages}
    assert walked == named - {"judging", "api-judge-panels"}


def test_judge_reads_a_question_without_its_answer_and_goes_on_to_the_next(panel, judges, client_of):
    browser = client_of(judges[0])
    page = f"/mastery/judging/{panel.uuid}/questions/1/"
    shown = text_of(browser.get(page))
    assert "Question adding_1" in shown and 'type="radio"' in shown and "Not rated yet." in shown
    assert "correct" not in shown.lower().replace("incorrect", "") and "How all judges rated" not in shown
    answer = browser.post(page, {"percent": "62,5"})
    assert answer["Location"].endswith("/questions/2/")
    assert 'value="62.5"' in text_of(browser.get(page)) and "Saved: 62.5 %" in text_of(browser.get(page))
    last = browser.post(f"/mastery/judging/{panel.uuid}/questions/8/", {"percent": "1"})
    assert last["Location"] == f"/mastery/judging/{panel.uuid}/"
    assert "2 of 8 questions rated" in text_of(browser.get(last["Location"]))


def test_judge_sees_what_was_typed_again_when_it_is_no_percentage(panel, judges, client_of):
    answer = client_of(judges[0]).post(f"/mastery/judging/{panel.uuid}/questions/1/", {"percent": "seventy"})
    assert answer.status_code == 400 and 'value="seventy"' in text_of(answer)
    assert "from 0 to 100" in text_of(answer) and not panel.ratings.exists()


def test_second_round_shows_plot_and_numbers_and_nobodys_name(bank, panel, judges, exam_author, client_of):
    for judge, percent in zip(judges, ("80", "20", "50"), strict=True):
        rate_all(panel, judge, percent)
    page = f"/mastery/judging/{panel.uuid}/questions/1/"
    assert "20 %" not in text_of(client_of(judges[0]).get(page))
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    assert client_of(judges[0]).get(page).status_code == 409
    api.open_round(bank.uuid, actor_id=exam_author.pk)
    shown = text_of(client_of(judges[0]).get(page))
    assert "20 %, 50 %, 80 %" in shown and "Mean 50.0 %" in shown and "<svg" in shown
    assert "Too few people have met it in an exam" in shown
    assert not any(word in shown for word in ("judge_2", "judge_3", "Lecturer 2", "Lecturer 3"))


def test_judges_home_lists_own_panels_only(panel, judges, client_of, learner):
    assert "Lecturer 1" in text_of(client_of(judges[0]).get("/mastery/judging/"))
    assert "You judge on no panel" in text_of(client_of(learner).get("/mastery/judging/"))
    assert client_of(learner).get(f"{REST}/judging/").json() == []


def test_workbench_goes_from_a_new_panel_to_its_release(bank, exam_author, judges, client_of, operator):
    browser = client_of(exam_author)
    home = f"/mastery/author/banks/{bank.uuid}/panels/"
    begun = browser.post(home, {"action": "open-panel", "held_on": "2026-11-20"}, follow=True)
    assert "Panel 2 has begun" in text_of(begun)
    page = f"{home}2/"
    for judge in judges:
        done = browser.post(page, {"action": "invite", "judge": judge.username, "role": "Lecturer"}, follow=True)
    assert "Lecturer 3" in text_of(done)
    assert "Round 1 is open" in text_of(browser.post(page, {"action": "open-round"}, follow=True))
    for judge, percent in zip(judges, ("50", "60", "70"), strict=True):
        rate_all(newest(bank), judge, percent)
    closed = text_of(browser.post(page, {"action": "close-round"}, follow=True))
    for words in (
        "4.80 of 8 marks, 60.0 %", "0.46", "Outlying?", "<svg",
        "Not enough sittings yet: 0 are decided, and it takes 30", "You would release: a cut of 4.80 of 8 marks",
        "Closed by author",
    ):  # fmt: skip
        assert words in closed
    assert "A second person must release it too" in text_of(browser.post(page, {"action": "release"}, follow=True))
    released = text_of(client_of(operator).post(page, {"action": "release"}, follow=True))
    assert "Released by: author, operator." in released and "4.8000 of 8 marks" in released
    assert browser.post(page, {"action": "open-round"}).status_code == 409


def test_workbench_of_an_older_panel_cannot_be_used(bank, panel, exam_author, client_of):
    answer = client_of(exam_author).post(f"/mastery/author/banks/{bank.uuid}/panels/1/", {"action": "release"})
    assert answer.status_code == 409 and "A newer panel has begun" in text_of(answer)
    assert client_of(exam_author).get(f"/mastery/author/banks/{bank.uuid}/panels/9/").status_code == 404


def test_limits_of_the_judges_reach_the_workbench(bank, panel, judges, exam_author, client_of):
    page = f"/mastery/judging/{panel.uuid}/"
    wrong = client_of(judges[0]).post(page, {"action": "limits", **LIMITS, "least_cut": "99"})
    assert wrong.status_code == 400 and 'value="99"' in text_of(wrong)
    assert "are saved" in text_of(client_of(judges[0]).post(page, {"action": "limits", **LIMITS}, follow=True))
    found = api.get_panel_report(bank.uuid, num=2).hofstee
    assert found.cuts == (40.0, 60.5) and found.judges == 1 and found.cut is None


def test_rest_judge_rates_and_the_author_follows(bank, panel, judges, exam_author, client_of):
    judge, author = client_of(judges[0]), client_of(exam_author)
    items = judge.get(f"{REST}/judging/{panel.uuid}/items/").json()
    assert len(items) == 8 and items[0]["percent"] is None
    address = reverse("mastery_exam:api-judge-rating", args=[panel.uuid, items[0]["uuid"]])
    saved = call(judge, "put", address, {"percent": "62.5"})
    assert saved.status_code == 200 and saved.json()["percent"] == "62.50" and saved.json()["panel_round"] == 1
    wrong = call(judge, "put", address, {"percent": "101"})
    assert wrong.status_code == 400 and "percent" in wrong.json()["fields"]
    question = judge.get(f"{REST}/judging/{panel.uuid}/items/{items[0]['uuid']}/").json()
    assert question["spread"] is None and "radio" in question["html"]
    report = author.get(f"{REST}/author/banks/{bank.uuid}/panels/2/").json()
    assert report["judges"][0]["rated"] == [1] and report["panel"]["open_round"] == 1
    assert call(author, "delete", f"{REST}/author/banks/{bank.uuid}/panel/round/", {}).json()["open_round"] is None
    assert call(judge, "put", address, {"percent": "10"}).status_code == 409
    assert str(Rating.objects.get(panel=panel).value) == "0.6250"
    second = call(author, "post", f"{REST}/author/banks/{bank.uuid}/panel/round/", {})
    assert second.status_code == 201 and second.json()["open_round"] == 2


def test_rest_bookmark_panel_without_a_calibration_says_what_to_do(bank, exam_author, client_of):
    answer = call(client_of(exam_author), "post", f"{REST}/author/banks/{bank.uuid}/panel/", {"method": "bookmark"})
    assert answer.status_code == 400 and "Calibrate it first" in answer.json()["user_message"]
