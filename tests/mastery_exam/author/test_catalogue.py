"""The catalogue and the exam's page: for anybody, in every state, with never a word of an item."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError
from small_bank import build_exam, keys

from mastery_exam import api, panels
from mastery_exam.errors import ExamNotFound
from openedx_bridge.backend import get_backend

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def published(bank, exam_author):
    """Three published exams that filters can tell apart."""
    kinds = {
        "arithmetic": {"subject": "Mathematics", "language": "en", "summary": "Sums and products"},
        "conduccion": {"subject": "Traffic", "language": "es", "supervision": "onsite", "fee_policy": "sitting"},
        "third": {"subject": "Mathematics", "language": "es", "fee_policy": "credential"},
    }
    for key, draft in kinds.items():
        build_exam(bank, exam_author.pk, key=key, **draft)
        api.update_exam(key, actor_id=exam_author.pk, title=f"The {key} exam")
        api.publish_exam(key, actor_id=exam_author.pk)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"arithmetic", "conduccion", "third"}),
        ("?q=PRODUCTS+sums", {"arithmetic"}),
        ("?q=adding", {"arithmetic", "conduccion", "third"}),
        ("?subject=Mathematics&language=es", {"third"}),
        ("?price=free", {"arithmetic"}),
        ("?price=fee", {"conduccion", "third"}),
        ("?place=onsite", {"conduccion"}),
        ("?place=online&language=en", {"arithmetic"}),
        ("?q=%3Cscript%3E", set()),
        ("?page=99", {"arithmetic", "conduccion", "third"}),
        ("?language=xx", set()),
    ],
)
def test_catalogue_search_and_filters_find(client, published, query, found):
    response = client.get(f"/mastery/exams/{query}")
    page = text_of(response)
    assert response.status_code == 200
    assert {key for key in ("arithmetic", "conduccion", "third") if f'href="/mastery/exams/{key}/"' in page} == found
    assert ("No exams match." in page) == (not found)
    assert "<script>" not in page


def test_catalogue_drafts_and_withdrawn_exams_are_not_listed(client, published, bank, exam_author):
    build_exam(bank, exam_author.pk, key="unfinished")
    api.withdraw_exam("third", actor_id=exam_author.pk, reason="Old.")
    assert {exam.key for exam in api.list_exams()} == {"arithmetic", "conduccion"}
    assert "unfinished" not in text_of(client.get("/mastery/exams/"))


def test_catalogue_database_away_says_try_again(client, published, monkeypatch):
    from mastery_exam.pages import catalogue

    def away(**_filters):
        raise DatabaseError

    monkeypatch.setattr(catalogue, "list_exams", away)
    response = client.get("/mastery/exams/")
    assert response.status_code == 503 and "We could not load the list. Try again." in text_of(response)


def test_catalogue_own_exam_carries_its_badge(client_of, published, learner):
    api.register(learner.pk, exam_key="arithmetic", legal_name="Test Learner", terms_version="2026-11")
    page = text_of(client_of(learner).get("/mastery/exams/"))
    assert page.count("ms-badge") == 1 and "registered" in page
    own = text_of(client_of(learner).get("/mastery/exams/arithmetic/"))
    assert "You are registered." in own and "Go to My exams" in own and ">Register<" not in own


def test_catalogue_number_of_queries_does_not_grow_with_exams(
    client, published, bank, exam_author, django_assert_max_num_queries
):
    for number in range(5):
        build_exam(bank, exam_author.pk, key=f"more-{number}")
        api.publish_exam(f"more-{number}", actor_id=exam_author.pk)
    with django_assert_max_num_queries(40):
        assert client.get("/mastery/exams/").status_code == 200


def test_exam_page_tells_what_a_person_must_know_before_registering(client, bank, exam_author):
    key = build_exam(
        bank,
        exam_author.pk,
        identity_policy="in_person",
        supervision="onsite",
        max_attempts=2,
        wait_days=30,
        adjustments=["Extra time"],
        rules="No calculators.",
        appeals="Write to the ombudsman.",
    )
    api.publish_exam(key, actor_id=exam_author.pk)
    page = text_of(client.get(f"/mastery/exams/{key}/"))
    for words in (
        "Can add and multiply.",
        "No university has agreed to accept this yet. You can still ask one.",
        "Adding",
        "50 %",
        "4 questions",
        "60 minutes",
        "You can go back and change answers until you submit.",
        "The pass mark is 60 on a scale from 0 to 100; that is 3 of the 4 questions.",
        "you need both",
        "3 judges set it",
        "An invigilator looks at your identity document",
        "Watched on site",
        "Extra time",
        "You have 2 tries.",
        "you wait 30 days",
        "Open the practice set",
        "Write to the ombudsman.",
        "No calculators.",
    ):
        assert words in page, words
    order = ["Who issues the credential", "What it costs", "Where it counts", "What it covers", "The sitting",
             "The pass mark", "How we check", "Adjustments", "Tries", "Practise first", "If you disagree"]  # fmt: skip
    places = [page.index(f"<h2>{title}") for title in order]
    assert places == sorted(places)
    assert page.count("<h1") == 1


def test_exam_page_and_catalogue_hold_no_word_of_an_item(client, exam_key, exam_author):
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    addresses = ["/mastery/exams/", f"/mastery/exams/{exam_key}/", "/mastery/catalogue.jsonld"]
    addresses += ["/api/mastery_exam/v1/exams/", f"/api/mastery_exam/v1/exams/{exam_key}/"]
    for address in addresses:
        page = text_of(client.get(address))
        for key in [name for members in keys().values() for name in members]:
            assert key not in page and f"Question {key}" not in page


def test_exam_page_registration_opens_later_is_said_in_the_readers_zone(
    client, client_of, exam_key, exam_author, learner
):
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    api.update_exam(exam_key, actor_id=exam_author.pk, registration_opens_at=datetime(2027, 1, 3, 8, tzinfo=UTC))
    page = text_of(client.get(f"/mastery/exams/{exam_key}/"))
    assert "Registration opens 3 Jan 2027, 08:00 (UTC)" in page and ">Register<" not in page
    get_backend().set_profile(learner.pk, time_zone="Europe/Madrid")
    assert "3 Jan 2027, 09:00 (Madrid)" in text_of(client_of(learner).get(f"/mastery/exams/{exam_key}/"))


def test_exam_page_withdrawn_says_so_and_links_its_successor(client, published, exam_author):
    api.withdraw_exam("arithmetic", actor_id=exam_author.pk, reason="New syllabus.", successor_key="third")
    response = client.get("/mastery/exams/arithmetic/")
    page = text_of(response)
    assert response.status_code == 200
    assert "This exam is withdrawn." in page and "New syllabus." in page
    assert 'href="/mastery/exams/third/"' in page and ">Register<" not in page


@pytest.mark.parametrize("key", ["unfinished", "never-was"])
def test_exam_page_draft_or_unknown_is_not_found(client, bank, exam_author, key):
    build_exam(bank, exam_author.pk, key="unfinished")
    assert client.get(f"/mastery/exams/{key}/").status_code == 404
    assert client.get(f"/api/mastery_exam/v1/exams/{key}/").status_code == 404
    with pytest.raises(ExamNotFound):
        api.get_exam(key)
    assert api.find_exam(key) is None


def test_exam_page_text_of_authors_and_panels_is_escaped(client, bank, exam_author):
    key = build_exam(bank, exam_author.pk, what_passing_shows="<b>bold</b>", rules="<script>x</script>")
    api.publish_exam(key, actor_id=exam_author.pk)

    def provider(*, request, exam):
        return "<i>plain</i>"

    panels.register("exam.recognition", provider)
    try:
        page = text_of(client.get(f"/mastery/exams/{key}/"))
    finally:
        panels.unregister("exam.recognition", provider)
    assert "&lt;b&gt;bold" in page and "<script>x" not in page
    assert "&lt;i&gt;plain" in page and "No university has agreed" not in page


def test_exam_page_survives_a_deleted_course(client, bank, exam_author):
    """A course may go; the exam keeps its own title, organisation and page."""
    get_backend().add_course("course-v1:Org+A+1", title="A course")
    key = build_exam(bank, exam_author.pk, course_key="course-v1:Org+A+1")
    api.publish_exam(key, actor_id=exam_author.pk)
    from mastery_exam.models import Exam

    Exam.objects.filter(key=key).update(course_key="course-v1:Org+Gone+1")
    assert client.get(f"/mastery/exams/{key}/").status_code == 200
    assert api.get_exam(key).body_org == "Org"


def test_catalogue_jsonld_is_open_schema_org(client, published):
    response = client.get("/mastery/catalogue.jsonld")
    document = response.json()
    assert response["Content-Type"] == "application/ld+json" and response["Access-Control-Allow-Origin"] == "*"
    assert document["@context"] == "https://schema.org" and document["numberOfItems"] == 3
    exam = next(entry["item"] for entry in document["itemListElement"] if entry["item"]["url"].endswith("arithmetic/"))
    assert exam["learningResourceType"] == "assessment" and exam["timeRequired"] == "PT60M"
    assert [term["name"]["@value"] for term in exam["assesses"]] == ["Adding", "Times"]
    assert exam["name"]["@language"] == exam["inLanguage"] == "en"
    assert exam["url"] == "http://testserver/mastery/exams/arithmetic/"


def test_pages_switched_off_answer_404(client, published, settings):
    settings.MASTERY_EXAM_ENABLED = False
    for address in ("/mastery/exams/", "/mastery/exams/arithmetic/", "/api/mastery_exam/v1/exams/", "/mastery/author/"):
        assert client.get(address).status_code == 404
