"""The practice set: no login, no state, no score, and never a scored item or its files."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from small_bank import build_exam, choice, write_library

from mastery_exam import api
from mastery_exam.models import Item, StoredFile

pytestmark = pytest.mark.django_db
ADDRESS = "/mastery/exams/arithmetic/practice/"


@pytest.fixture
def practice(bank, exam_author, tmp_path):
    """A published exam whose practice item and one scored item each show a picture."""
    problems = {
        "practice_1": choice("Practice question", extra='<img src="/static/open.svg" alt="Open"/>'),
        "adding_1": choice("Secret question", extra='<img src="/static/secret.svg" alt="Secret"/>'),
    }
    files = {"open.svg": b"<svg>open</svg>", "secret.svg": b"<svg>secret</svg>"}
    api.import_items(
        bank.uuid, source=write_library(tmp_path / "pictures", problems, files=files), actor_id=exam_author.pk
    )
    key = build_exam(bank, exam_author.pk)
    api.publish_exam(key, actor_id=exam_author.pk)
    return key


def answer(client, text: str):
    """Post the choice whose words are `text`, as the page offers it."""
    page = client.get(ADDRESS).content.decode()
    seed = re.search(r'name="seed" value="(\d+)"', page)[1]
    fields = re.findall(r'<input[^>]*name="(input_[^"]+)"[^>]*value="([^"]+)"[^>]*>(.*?)</label>', page, re.S)
    fields = fields or re.findall(r'<input[^>]*value="([^"]+)"[^>]*name="(input_[^"]+)"[^>]*>(.*?)</label>', page, re.S)
    name, value = next((a, b) if a.startswith("input_") else (b, a) for a, b, words in fields if text in words)
    return client.post(f"{ADDRESS}?question=1", {"seed": seed, name: value})


@pytest.mark.parametrize(("words", "verdict"), [("yes", "Right."), ("no", "Not right.")])
def test_practice_answer_is_judged_at_once_and_nothing_is_kept(client, practice, words, verdict):
    with CaptureQueriesContext(connection) as queries:
        page = answer(client, words).content.decode()
    assert verdict in page
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == [] and "sessionid" not in client.cookies


def test_practice_no_answer_is_neither_right_nor_wrong(client, practice):
    page = client.post(ADDRESS, {"seed": "1"}).content.decode()
    assert "Not answered yet." in page and "Not right." not in page


def test_practice_page_shows_practice_items_only_and_no_key(client, practice):
    page = client.get(f"{ADDRESS}?question=99").content.decode()
    assert "Practice question" in page and "Secret question" not in page
    assert "Question 1 of 1" in page and "correct=" not in page


@pytest.mark.parametrize(
    "query", ["?question=0", "?question=-1", "?question=x", "?question=999999999999", "?question="]
)
def test_practice_odd_number_shows_a_question_all_the_same(client, practice, query):
    assert client.get(ADDRESS + query).status_code == 200


@pytest.mark.parametrize("seed", ["", "x", "-1", "99999999999999", "१"])
def test_practice_odd_seed_is_no_error(client, practice, seed):
    assert client.post(ADDRESS, {"seed": seed}).status_code == 200


def test_practice_file_of_a_practice_item_is_given_and_cannot_run(client, practice):
    page = client.get(ADDRESS).content.decode()
    address = re.search(r'src="(/mastery/exams/[^"]+open\.svg)"', page)[1]
    response = client.get(address)
    assert response.content == b"<svg>open</svg>" and response["Content-Type"] == "image/svg+xml"
    assert response["X-Content-Type-Options"] == "nosniff" and "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["secret.svg", "open.svg", "../open.svg"])
def test_practice_file_of_a_scored_item_is_not_found(client, practice, name):
    sha256 = StoredFile.objects.get(content=b"<svg>secret</svg>").sha256
    assert client.get(f"{ADDRESS}files/{sha256}/{name}").status_code == 404


def test_practice_item_moved_to_practice_later_stays_out_of_the_published_set(client, practice, exam_author):
    api.set_item(Item.objects.get(key="adding_1").uuid, is_practice=True, actor_id=exam_author.pk)
    assert [item.title for item in api.list_practice_items(practice)] == ["Practice question"]


def test_practice_exam_without_practice_set_says_so(client, bank, exam_author):
    api.set_item(Item.objects.get(key="practice_1").uuid, retired=True, actor_id=exam_author.pk)
    key = build_exam(bank, exam_author.pk, key="bare")
    api.publish_exam(key, actor_id=exam_author.pk)
    response = client.get(f"/mastery/exams/{key}/practice/")
    assert response.status_code == 404 and "no practice set" in response.content.decode()
    assert client.get("/mastery/exams/never-was/practice/").status_code == 404
