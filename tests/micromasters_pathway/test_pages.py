"""The programme's pages and REST: what each person sees and may do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from micromasters_pathway import api
from tests.micromasters_pathway.conftest import COURSES

pytestmark = pytest.mark.django_db


def test_programme_page_visitor_is_asked_to_sign_in(programme, client: Client) -> None:
    html = client.get("/pathways/data/").content.decode()
    assert "/login?next=/pathways/data/" in html
    assert html.count("<h1") == 1


def test_join_page_get_changes_nothing(programme, client_of, learner: User) -> None:
    assert client_of(learner).get("/pathways/data/join/").status_code == 405
    assert not api.get_progress(learner.pk, programme_key="data").is_member


def test_join_page_post_joins(programme, client_of, learner: User) -> None:
    answer = client_of(learner).post("/pathways/data/join/", follow=True)
    assert "Done: 0 of 2" in answer.content.decode()


def test_programme_page_switched_off_answers_404(programme, client: Client, settings) -> None:
    settings.MICROMASTERS_PATHWAY_ENABLED = False
    assert client.get("/pathways/data/").status_code == 404
    assert client.get("/api/micromasters_pathway/v1/programmes/").status_code == 404


def form_data(**extra: str) -> dict[str, str]:
    rows = {
        "title": "Data",
        "slots-TOTAL_FORMS": "2",
        "slots-INITIAL_FORMS": "0",
        "groups-TOTAL_FORMS": "1",
        "groups-INITIAL_FORMS": "0",
        "groups-0-group": "1",
        "groups-0-needed": "1",
    }
    for index, course in enumerate(COURSES):
        rows |= {
            f"slots-{index}-title": f"Part {index}",
            f"slots-{index}-group": "1",
            f"slots-{index}-course_key": course,
        }
    return rows | extra


def test_author_page_publishes_the_rules_of_the_form(programme, programme_author: User, client_of) -> None:
    answer = client_of(programme_author).post("/pathways/author/data/", form_data(publish="1"))
    assert answer.status_code == 302, answer.content.decode()
    assert api.get_programme("data").rules["n_of"] == 1
    assert "version 2" in client_of(programme_author).get("/pathways/author/data/").content.decode()


def test_author_page_slot_without_a_route_keeps_what_was_typed(programme, programme_author: User, client_of) -> None:
    data = form_data(publish="1") | {"slots-0-course_key": ""}
    answer = client_of(programme_author).post("/pathways/author/data/", data)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Choose an exam" in html
    assert 'value="Part 0"' in html


def test_author_page_stranger_does_not_find_it(programme, client_of, learner: User) -> None:
    assert client_of(learner).get("/pathways/author/data/").status_code == 404
    assert client_of(learner).get("/pathways/author/").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "anonymous", "stranger"),
    [
        ("get", "programmes/", 200, 200),
        ("post", "programmes/", 401, 403),
        ("get", "programmes/data/", 200, 200),
        ("patch", "programmes/data/", 401, 403),
        ("post", "programmes/data/versions/", 401, 403),
        ("get", "programmes/data/progress/", 401, 200),
        ("post", "programmes/data/membership/", 401, 201),
        ("get", "completions/", 401, 200),
    ],
)
def test_rest_who_may(programme, client_of, learner, method, path, anonymous, stranger) -> None:
    body = {"key": "x", "title": "X", "rules": {"slot": {}}}
    body["rules"] = api.get_programme("data").rules
    url = f"/api/micromasters_pathway/v1/{path}"
    assert getattr(Client(), method)(url, body, content_type="application/json").status_code == anonymous
    assert getattr(client_of(learner), method)(url, body, content_type="application/json").status_code == stranger
