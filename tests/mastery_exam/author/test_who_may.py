"""Who may open and use the authors' pages and endpoints: every address, every kind of wrong person."""

from __future__ import annotations

import pytest
from django.urls import get_resolver
from small_bank import build_exam

from mastery_exam import api
from mastery_exam.models import AuditEntry, Item
from openedx_bridge.backend import get_backend

pytestmark = pytest.mark.django_db
API = "/api/mastery_exam/v1/author"
COURSE = "course-v1:Org+A+1"
STEPS = ("invite", "remove-judge", "open-round", "close-round", "ratings", "release")


@pytest.fixture
def addresses(bank, exam_key, exam_author):
    """Every address of the authors' side: (method, address, body)."""
    bank_page, exam_page = f"/mastery/author/banks/{bank.uuid}/", f"/mastery/author/exams/{exam_key}/"
    item = Item.objects.get(key="adding_1").uuid
    run = api.start_simulation(exam_key, actor_id=exam_author.pk).uuid
    text = {"text": "item,judge,rating\nadding_1,Judge A,0.5"}
    return [
        ("get", bank_page, None),
        *(("post", bank_page, {"action": action}) for action in ("import", "items", "ratings", "author")),
        ("get", f"{bank_page}panels/", None),
        ("post", f"{bank_page}panels/", {"action": "open-panel"}),
        ("get", f"{bank_page}panels/1/", None),
        *(
            ("post", f"{bank_page}panels/1/", {"action": action, "judge": "learner", "role": "Judge"})
            for action in STEPS
        ),
        ("get", exam_page, None),
        *(("post", exam_page, {"action": action}) for action in ("settings", "publish", "items", "withdraw", "author")),
        ("get", f"{exam_page}simulation/", None),
        *(("post", f"{exam_page}simulation/", {"action": name, "run": run}) for name in ("run", "cancel", "publish")),
        ("get", f"{exam_page}measurement/", None),
        ("get", f"{exam_page}report/", None),
        ("get", f"{API}/exams/{exam_key}/simulations/", None),
        ("post", f"{API}/exams/{exam_key}/simulations/", {}),
        ("get", f"{API}/exams/{exam_key}/simulations/{run}/", None),
        ("post", f"{API}/exams/{exam_key}/simulations/{run}/cancel/", {}),
        ("get", f"{API}/exams/{exam_key}/measurement/", None),
        ("get", f"{API}/banks/{bank.uuid}/", None),
        ("post", f"{API}/banks/{bank.uuid}/import/", {"library_key": "lib:A:b"}),
        ("get", f"{API}/banks/{bank.uuid}/items/", None),
        ("post", f"{API}/banks/{bank.uuid}/item-table/", {"text": "item,use\nadding_1,retired"}),
        ("get", f"{API}/banks/{bank.uuid}/competencies/", None),
        ("post", f"{API}/banks/{bank.uuid}/competencies/", {"key": "x", "title": "X"}),
        ("post", f"{API}/banks/{bank.uuid}/competencies/import/", {"text": "key,title\nx,X"}),
        ("post", f"{API}/banks/{bank.uuid}/ratings/", text),
        ("get", f"{API}/banks/{bank.uuid}/panel/", None),
        ("post", f"{API}/banks/{bank.uuid}/panel/", {}),
        ("post", f"{API}/banks/{bank.uuid}/panel/judges/", {"username": "learner", "role": "Judge"}),
        ("delete", f"{API}/banks/{bank.uuid}/panel/judges/{bank.uuid}/", {}),
        ("post", f"{API}/banks/{bank.uuid}/panel/round/", {}),
        ("delete", f"{API}/banks/{bank.uuid}/panel/round/", {}),
        ("get", f"{API}/banks/{bank.uuid}/panels/1/", None),
        ("post", f"{API}/banks/{bank.uuid}/panel/release/", {}),
        ("patch", f"{API}/items/{item}/", {"retired": True}),
        ("get", f"{API}/exams/{exam_key}/", None),
        ("patch", f"{API}/exams/{exam_key}/", {"title": "Mine now"}),
        ("get", f"{API}/exams/{exam_key}/check/", None),
        ("post", f"{API}/exams/{exam_key}/publish/", {}),
        ("post", f"{API}/exams/{exam_key}/withdraw/", {"reason": "x"}),
    ]


def call(client, method, address, body):
    kind = {} if method == "get" else {"content_type": "application/json"} if address.startswith("/api/") else {}
    return getattr(client, method)(address, body or {}, **kind)


@pytest.mark.parametrize(
    "who", ["anonymous", "learner", "another author", "inactive author", "course staff of another course"]
)
def test_authors_addresses_wrong_person_gets_nothing_and_changes_nothing(
    who, addresses, client, client_of, learner, second_author, exam_author, make_user
):
    stranger = make_user("stranger")
    get_backend().add_course("course-v1:Other+A+1", title="Other")
    get_backend().add_course_staff(stranger.pk, "course-v1:Other+A+1")
    people = {"learner": learner, "another author": second_author, "course staff of another course": stranger}
    browser = client_of(people[who]) if who in people else client
    if who == "inactive author":
        browser = client_of(exam_author)
        exam_author.is_active = False
        exam_author.save()
    before = AuditEntry.objects.count()
    for method, address, body in addresses:
        response = call(browser, method, address, body)
        allowed = {302, 401, 403} if who in ("anonymous", "inactive author") else {403}
        assert response.status_code in allowed, (address, response.status_code)
        if response.status_code == 302:
            assert response["Location"].startswith("/login?next=%2Fmastery%2Fauthor")
        assert "adding_1" not in response.content.decode()
    assert AuditEntry.objects.count() == before


def test_authors_addresses_all_are_walked(addresses):
    """An endpoint that is added without being named above makes this fail."""
    from mastery_exam.pages import author_urls
    from mastery_exam.rest_api.v1 import author_urls as rest_urls

    public = {"catalogue", "exam", "practice", "practice-file", "catalogue-jsonld", "api-exams", "api-exam"}
    lists = {"author", "api-banks", "api-drafts"}
    names = {pattern.name for pattern in (*author_urls.urlpatterns, *rest_urls.urlpatterns)} - public - lists
    resolver = get_resolver()
    assert {resolver.resolve(address).url_name for _method, address, _body in addresses} == names


@pytest.mark.parametrize("address", ["/mastery/author/", f"{API}/banks/", f"{API}/exams/"])
def test_authors_lists_hold_only_what_the_person_authors(
    address, bank, exam_key, client_of, exam_author, second_author
):
    assert "rithmetic" in client_of(exam_author).get(address).content.decode()
    other = client_of(second_author).get(address)
    assert other.status_code == 200 and "rithmetic" not in other.content.decode()


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/mastery/author/", {"action": "bank", "title": "T"}),
        (f"{API}/banks/", {"title": "T"}),
        (f"{API}/exams/", {"key": "k", "title": "T", "bank_uuid": "6f9c2d0a-6f2b-4a3b-8f5f-0d3a5b1c2d3e"}),
    ],
)
def test_authors_lists_learner_can_create_nothing(address, body, client_of, learner):
    response = call(client_of(learner), "post", address, body)
    assert response.status_code == 403


def test_new_exam_from_somebody_elses_bank_is_refused(bank, client_of, second_author):
    body = {"key": "mine", "title": "Mine", "bank_uuid": str(bank.uuid)}
    assert call(client_of(second_author), "post", f"{API}/exams/", body).status_code == 403
    page = client_of(second_author).post(
        "/mastery/author/", {"action": "exam", "key": "mine", "title": "Mine", "bank": str(bank.uuid)}
    )
    assert page.status_code == 403


def test_course_team_may_edit_its_exam_and_not_its_bank(bank, exam_author, make_user, client_of):
    get_backend().add_course(COURSE, title="Course")
    member = make_user("member")
    get_backend().add_course_staff(member.pk, COURSE)
    key = build_exam(bank, exam_author.pk, course_key=COURSE)
    browser = client_of(member)
    assert browser.get(f"/mastery/author/exams/{key}/").status_code == 200
    assert browser.get(f"/mastery/author/banks/{bank.uuid}/").status_code == 403
    item = Item.objects.get(key="adding_1")
    form = {"action": "items", "item": str(item.uuid), f"{item.uuid}-use": "retired", f"{item.uuid}-area": "adding"}
    assert browser.post(f"/mastery/author/exams/{key}/", form).status_code == 403
    item.refresh_from_db()
    assert not item.retired


def test_operator_and_added_authors_may(bank, exam_key, client_of, operator, second_author, exam_author):
    assert client_of(operator).get(f"/mastery/author/banks/{bank.uuid}/").status_code == 200
    api.add_bank_author(bank.uuid, user_id=second_author.pk, actor_id=exam_author.pk)
    api.add_exam_author(exam_key, user_id=second_author.pk, actor_id=exam_author.pk)
    browser = client_of(second_author)
    assert browser.get(f"/mastery/author/banks/{bank.uuid}/").status_code == 200
    assert browser.get(f"/mastery/author/exams/{exam_key}/").status_code == 200


def test_import_library_author_who_may_not_see_it_is_refused(bank, client_of, exam_author):
    get_backend().add_library("lib:Org:secret", title="Secret")
    browser = client_of(exam_author)
    assert (
        call(browser, "post", f"{API}/banks/{bank.uuid}/import/", {"library_key": "lib:Org:secret"}).status_code == 400
    )
    page = browser.post(
        f"/mastery/author/banks/{bank.uuid}/", {"action": "import-library", "library_key": "lib:Org:secret"}
    )
    assert page.status_code == 400 and "that you may see" in page.content.decode()
