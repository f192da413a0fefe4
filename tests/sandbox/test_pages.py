"""Every page of the host opens for the right people, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from openedx_bridge.backend import get_backend
from sandbox.models import Block, Course
from sandbox.people import DEMO_PASSWORD, DEMO_PEOPLE, create_demo_people

ClientOf = Callable[[User], Client]


@pytest.fixture
def people(course: Course) -> dict[str, User]:
    create_demo_people(str(course.key))
    return {person.username: User.objects.get(username=person.username) for person in DEMO_PEOPLE}


@pytest.mark.parametrize("page", ["/", "/login", "/api/schema/", "/mastery/help/"])
def test_public_page_opens_for_everybody(client: Client, course: Course, page: str) -> None:
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("username", [person.username for person in DEMO_PEOPLE])
def test_login_signs_each_demo_person_in_and_goes_on(client: Client, people: dict, username: str) -> None:
    answer = client.post("/login", {"username": username, "password": DEMO_PASSWORD, "next": "/mail/"})
    assert answer.status_code == 302 and answer["Location"] == "/mail/"
    assert client.get("/mail/").status_code == 200


def test_login_with_a_wrong_password_keeps_the_username_and_says_what_to_do(client: Client, people: dict) -> None:
    answer = client.post("/login", {"username": "learner", "password": "no"})
    assert answer.status_code == 400
    assert 'value="learner"' in answer.text and "Check both" in answer.text


@pytest.mark.parametrize("target", ["https://evil.example.org/", "//evil.example.org", "/\\evil.example.org"])
def test_login_never_leads_to_another_site(client: Client, people: dict, target: str) -> None:
    answer = client.post("/login", {"username": "learner", "password": DEMO_PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_logout_needs_a_post_and_ends_the_session(client: Client, people: dict) -> None:
    client.force_login(people["learner"])
    assert client.get("/logout").status_code == 405
    client.post("/logout")
    assert client.get("/mail/").status_code == 302


def test_every_unit_of_the_demo_course_opens_for_a_student_and_in_studio(
    client_of: ClientOf, course: Course, people: dict
) -> None:
    student, author = client_of(people["student"]), client_of(people["author"])
    units = course.blocks.filter(parent__usage_key__contains="type@sequential")
    assert units.count() == 13
    for unit in units:
        for client, name in ((student, "sandbox:unit"), (author, "sandbox:studio-unit")):
            answer = client.get(reverse(name, kwargs={"course": str(course.key), "usage": str(unit.usage_key)}))
            assert answer.status_code == 200
            assert "could not be shown" not in answer.text, unit


def test_unit_of_somebody_not_enrolled_shows_no_block(
    client_of: ClientOf, unit: Block, probe: Block, people: dict
) -> None:
    url = reverse("sandbox:unit", kwargs={"course": str(unit.course.key), "usage": str(unit.usage_key)})
    assert "learner 1" not in client_of(people["learner"]).get(url).text
    assert "learner 1" in client_of(people["student"]).get(url).text


def test_unit_of_a_public_course_shows_what_each_block_shows_to_the_public(
    client: Client, unit: Block, probe: Block
) -> None:
    Course.objects.update(is_public=True)
    url = reverse("sandbox:unit", kwargs={"course": str(unit.course.key), "usage": str(unit.usage_key)})
    page = client.get(url).text
    assert "for everybody" in page and "learner 1" not in page


def test_unit_for_staff_only_is_hidden_from_learners(client_of: ClientOf, unit: Block, people: dict) -> None:
    unit.fields["visible_to_staff_only"] = "true"
    unit.save()
    url = reverse("sandbox:unit", kwargs={"course": str(unit.course.key), "usage": str(unit.usage_key)})
    outline = reverse("sandbox:course", kwargs={"course": str(unit.course.key)})
    assert client_of(people["student"]).get(url).status_code == 404
    assert "Take the exam" not in client_of(people["student"]).get(outline).text
    assert client_of(people["author"]).get(url).status_code == 200


def test_enrol_makes_the_learner_a_student(client_of: ClientOf, course: Course, learner: User) -> None:
    client_of(learner).post(reverse("sandbox:enrol", kwargs={"course": str(course.key)}))
    assert get_backend().is_enrolled(learner.pk, course.key)


def test_jump_to_leads_to_the_unit_of_the_block(client: Client, course: Course) -> None:
    block = course.blocks.get(usage_key__contains="type@mastery-exam")
    answer = client.get(get_backend().unit_url(block.usage_key))
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"@take_the_exam/#{block.usage_key.block_id}")


STUDIO_PAGES = ["sandbox:studio-course", "sandbox:studio-export"]


@pytest.mark.parametrize("name", STUDIO_PAGES)
def test_studio_is_closed_to_all_but_the_course_team(
    client_of: ClientOf, people: dict, course: Course, name: str
) -> None:
    url = reverse(name, kwargs={"course": str(course.key)})
    for username in ("learner", "student"):
        assert client_of(people[username]).get(url).status_code == 403
    assert Client().get(url).status_code == 302
    assert client_of(people["author"]).get(url).status_code == 200


@pytest.mark.parametrize("path", ["../../settings.py", "..%2f..%2fcourse.xml", "missing.png", "%00", "/etc/passwd"])
def test_course_file_leads_nowhere_else(client: Client, course: Course, path: str) -> None:
    assert client.get(f"/courses/{course.key}/static/{path}").status_code in (400, 404)


def test_course_file_is_served_without_the_right_to_run(client: Client, course: Course) -> None:
    picture = next((Path(__file__).parents[2] / "sandbox/demo/course/static").glob("*.*"))
    answer = client.get(f"/courses/{course.key}/static/{picture.name}")
    assert b"".join(answer.streaming_content) == picture.read_bytes()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("page", ["/courses/course-v1:No+Such+Course/", "/studio/course-v1:No+Such+Course/"])
def test_page_of_no_course_is_not_found(client_of: ClientOf, operator: User, page: str) -> None:
    assert client_of(operator).get(page).status_code == 404


def test_language_of_the_query_is_kept_and_turns_the_page(client: Client, course: Course) -> None:
    page = client.get("/?lang=ar").text
    assert 'lang="ar" dir="rtl"' in page
    assert 'dir="rtl"' in client.get("/").text
    assert 'dir="ltr"' in client.get("/?lang=en").text


def test_mail_shows_what_was_sent_newest_first(
    client_of: ClientOf, learner: User, settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    for number in (1, 2):
        get_backend().send_message(
            "ж@example.org", f"Größe {number}", f"See https://example.org/{number}", "<p>See</p>"
        )
    page = client_of(learner).get("/mail/").text
    assert page.index("Größe 2") < page.index("Größe 1")
    assert 'href="https://example.org/1"' in page


def test_grades_show_a_learner_only_their_own_row(
    client_of: ClientOf, course: Course, people: dict, other_learner: User
) -> None:
    get_backend().enrol(other_learner.pk, str(course.key))
    url = reverse("sandbox:grades", kwargs={"course": str(course.key)})
    mine = client_of(people["student"]).get(url).text
    assert ">student<" in mine and ">other_learner<" not in mine
    assert ">other_learner<" in client_of(people["author"]).get(url).text


@pytest.mark.parametrize(
    ("username", "percent", "stored"),
    [("student", "71.5", True), ("learner", "71.5", False), ("student", "101", False)],
)
def test_grades_record_a_result_for_enrolled_learners_only(
    client_of: ClientOf, course: Course, people: dict, username: str, percent: str, stored: bool
) -> None:
    url = reverse("sandbox:grades", kwargs={"course": str(course.key)})
    client_of(people["author"]).post(url, {"username": username, "percent": percent})
    grade = get_backend().get_course_grade(people[username].pk, course.key)
    assert (grade is not None and grade.passed) is stored
    assert client_of(people["student"]).post(url, {"username": "student", "percent": "99"}).status_code == 403
