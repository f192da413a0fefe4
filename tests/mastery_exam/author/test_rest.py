"""The authors' REST endpoints do what the pages do, with the suite's one error body."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator
from small_bank import READY, archive, choice, write_library

from mastery_exam.models import Item

pytestmark = pytest.mark.django_db
API = "/api/mastery_exam/v1/author"


@pytest.fixture
def browser(client_of, exam_author):
    return client_of(exam_author)


def send(browser, method: str, address: str, body: dict):
    return getattr(browser, method)(f"{API}{address}", body, content_type="application/json")


def test_rest_author_imports_maps_rates_and_publishes(browser, tmp_path):
    bank = send(browser, "post", "/banks/", {"title": "Arithmetic"}).json()
    home = f"/banks/{bank['uuid']}"
    folder = write_library(tmp_path / "lib", {f"sum_{n}": choice(f"Sum {n}") for n in range(4)})
    upload = SimpleUploadedFile("library.tar.gz", archive(folder).read())
    report = browser.post(f"{API}{home}/import/", {"file": upload}).json()
    assert report["added"] == ["sum_0", "sum_1", "sum_2", "sum_3"] and report["left_out"] == []
    assert send(browser, "post", f"{home}/competencies/", {"key": "sums", "title": "Sums"}).status_code == 200
    table = "item,competency\n" + "\n".join(f"sum_{n},sums" for n in range(4))
    assert len(send(browser, "post", f"{home}/item-table/", {"text": table}).json()["updated"]) == 4
    ratings = "item,judge,rating\n" + "\n".join(f"sum_{n},{judge},0.6" for n in range(4) for judge in "ABC")
    assert send(browser, "post", f"{home}/ratings/", {"text": ratings}).status_code == 200
    items = browser.get(f"{API}{home}/items/").json()
    assert {item["rating"] for item in items} == {"0.6000"} and {item["judges"] for item in items} == {3}
    changed = send(browser, "patch", f"/items/{items[0]['uuid']}/", {"seen_before": True}).json()
    assert changed["seen_before"] is True and changed["competency_key"] == "sums"

    settings = {**READY, "blueprint": {"sums": 2}}
    body = {"key": "sums", "title": "Sums", "bank_uuid": bank["uuid"], "settings": settings}
    assert send(browser, "post", "/exams/", body).status_code == 201
    assert send(browser, "patch", "/exams/sums/", {"settings": {"minutes": 30}}).json()["settings"]["minutes"] == 30
    check = browser.get(f"{API}/exams/sums/check/").json()
    assert check["refusals"] == [] and "seen_before" in {note["code"] for note in check["notes"]}
    published = send(browser, "post", "/exams/sums/publish/", {})
    assert published.status_code == 201 and published.json()["minutes"] == 30
    assert send(browser, "post", "/exams/sums/withdraw/", {"reason": "Old."}).json()["status"] == "withdrawn"


def test_rest_publish_refusal_names_each_obstacle(browser, exam_key):
    send(browser, "patch", f"/exams/{exam_key}/", {"settings": {"minutes": None}})
    response = send(browser, "post", f"/exams/{exam_key}/publish/", {})
    body = response.json()
    assert response.status_code == 409 and body["error_code"] == "publish_refused"
    assert "exam:minutes_missing" in body["fields"] and body["user_message"]


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "code"),
    [
        ("post", "/banks/", {}, 400, "invalid"),
        ("post", "/banks/", {"title": " "}, 400, "invalid"),
        ("post", "/exams/", {"key": "x", "title": "X", "bank_uuid": "nonsense"}, 400, "invalid"),
        ("post", "/exams/", {"key": "Bad Key", "title": "X", "bank_uuid": "BANK"}, 400, "invalid_input"),
        ("post", "/exams/", {"key": "arithmetic", "title": "X", "bank_uuid": "BANK"}, 409, "key_taken"),
        (
            "post",
            "/exams/",
            {"key": "x", "title": "X", "bank_uuid": "BANK", "settings": {"no": 1}},
            400,
            "invalid_input",
        ),
        ("post", "/exams/", {"key": "x", "title": "X", "bank_uuid": "BANK", "settings": []}, 400, "invalid"),
        ("patch", "/exams/arithmetic/", {"settings": {"minutes": "soon"}}, 400, "invalid_input"),
        ("patch", "/exams/arithmetic/", {"registration_opens_at": "soon"}, 400, "invalid"),
        ("patch", "/exams/nowhere/", {}, 404, "exam_not_found"),
        ("patch", "/items/ITEM/", {"competency_key": "ghost"}, 404, "competency_not_found"),
        ("patch", "/items/ITEM/", {"enemies": ["ghost"]}, 400, "invalid_input"),
        ("patch", "/items/6f9c2d0a-6f2b-4a3b-8f5f-0d3a5b1c2d3e/", {}, 404, "item_not_found"),
        ("post", "/banks/BANK/import/", {}, 400, "invalid_input"),
        ("post", "/banks/BANK/import/", {"library_key": ["lib"]}, 400, "invalid"),
        ("post", "/banks/BANK/import/", {"library_key": "nonsense"}, 400, "invalid_key"),
        ("post", "/banks/BANK/ratings/", {}, 400, "invalid_input"),
        ("post", "/banks/BANK/ratings/", {"text": {"a": 1}}, 400, "invalid"),
        ("post", "/banks/BANK/ratings/", {"text": "item,judge,rating\nghost,A,1"}, 400, "import_refused"),
        ("post", "/banks/BANK/competencies/", {"key": "UP", "title": "x"}, 400, "invalid_input"),
        ("post", "/exams/arithmetic/withdraw/", {}, 400, "invalid"),
        ("post", "/exams/arithmetic/withdraw/", {"reason": "x"}, 409, "wrong_state"),
        ("get", "/banks/6f9c2d0a-6f2b-4a3b-8f5f-0d3a5b1c2d3e/", {}, 404, "bank_not_found"),
    ],
)
def test_rest_wrong_input_is_a_clear_error(browser, bank, exam_key, method, address, body, status, code):
    item = str(Item.objects.get(key="adding_1").uuid)
    address = address.replace("BANK", str(bank.uuid)).replace("ITEM", item)
    body = {name: str(bank.uuid) if value == "BANK" else value for name, value in body.items()}
    response = send(browser, method, address, body)
    assert (response.status_code, response.json()["error_code"]) == (status, code)
    assert response.json()["user_message"]


@pytest.mark.parametrize("content", ["[]", '"text"', "{", "null"])
def test_rest_body_that_is_no_object_is_no_server_error(browser, bank, exam_key, content):
    for method, address in (("post", f"/banks/{bank.uuid}/ratings/"), ("patch", f"/exams/{exam_key}/"),
                            ("post", f"/banks/{bank.uuid}/import/"), ("post", "/exams/")):  # fmt: skip
        response = getattr(browser, method)(f"{API}{address}", content, content_type="application/json")
        assert response.status_code == 400, (address, response.content)


def test_rest_public_list_is_paged_and_needs_no_login(client, exam_key, exam_author):
    from mastery_exam import api

    api.publish_exam(exam_key, actor_id=exam_author.pk)
    body = client.get("/api/mastery_exam/v1/exams/?query=arith").json()
    assert body["count"] == 1 and body["results"][0]["key"] == exam_key
    assert client.get("/api/mastery_exam/v1/exams/?query=zzz").json()["count"] == 0
    detail = client.get(f"/api/mastery_exam/v1/exams/{exam_key}/").json()
    assert detail["pass_mark"]["judges"] == ["Lecturer", "Practitioner", "Teacher"]
    assert "released_by" not in detail["pass_mark"] and detail["competencies"][0]["weight"] == "0.5000"


def test_rest_schema_describes_every_endpoint():
    schema = SchemaGenerator().get_schema(public=True)
    paths = {path: item for path, item in schema["paths"].items() if path.startswith("/api/mastery_exam/v1/")}
    author = [path for path in paths if "/author/" in path]
    assert len(author) >= 15 and "/api/mastery_exam/v1/exams/" in paths
    for path in author:
        for operation in paths[path].values():
            assert any(code.startswith("2") for code in operation["responses"]), path
