"""Who sees which page, and what the public pages say."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from mastery_sittings import registered

from paid_certificate import api

pytestmark = pytest.mark.django_db

EVERYBODY = {"anonymous": 200, "holder": 200, "other": 200, "exam author": 200, "operator": 200}
HOLDER = {"anonymous": 302, "holder": 200, "other": 404, "exam author": 404, "operator": 404}
HOLDER_AND_DESK = HOLDER | {"operator": 200}
OPERATOR = {"anonymous": 302, "holder": 403, "other": 403, "exam author": 403, "operator": 200}
WHO_SEES = {
    "checkout": HOLDER,
    "order": HOLDER_AND_DESK,
    "desk": OPERATOR,
    "fee": OPERATOR,
    "author-bodies": OPERATOR,
    "author-body": OPERATOR,
    "author-achievements": OPERATOR,
    "credential": HOLDER_AND_DESK,
    "certificate": HOLDER_AND_DESK,
    "bundle": HOLDER_AND_DESK,
    "statement": HOLDER,
    "correct-name": HOLDER,
    "badge": HOLDER_AND_DESK,
    "credential-desk": OPERATOR,
    "document": EVERYBODY,
    "verify": EVERYBODY,
    "verification": EVERYBODY,
    "body": EVERYBODY,
    "did": EVERYBODY,
    "achievement": EVERYBODY,
    "status-list": EVERYBODY,
}


def url(name: str, *args: object) -> str:
    return reverse(f"paid_certificate:{name}", args=args)


@pytest.fixture
def addresses(issued, paid_exam, learner, make_exam, make_achievement, operator) -> dict[str, str]:
    """The address of every page, each with something to show."""
    order = api.place_order(
        learner.pk, registration_uuid=registered(learner, paid_exam).uuid, gateway="invoice", idempotency_key="k"
    )
    unpaid = make_exam("unpaid", fee_policy="sitting", required_grants=["payment"])
    api.set_fee(unpaid.key, amount=order.total, refund_rule="", actor_id=operator.pk)
    return {
        "checkout": url("checkout", registered(learner, unpaid).uuid),
        "order": url("order", order.uuid),
        "fee": url("fee", paid_exam.key),
        "author-body": url("author-body", "institute"),
        "body": url("body", "institute"),
        "did": url("did", "institute"),
        "achievement": url("achievement", issued.achievement.version_uuid),
        "status-list": url("status-list", "institute", "revocation", 1),
        "badge": url("badge", issued.uuid, "svg"),
        **{name: url(name) for name in ("desk", "credential-desk", "author-bodies", "author-achievements", "verify")},
        **{
            name: url(name, issued.uuid)
            for name in ("credential", "certificate", "bundle", "statement", "correct-name", "document", "verification")
        },
    }


def test_pages_load_for_the_right_people_and_are_refused_to_all_others(
    addresses, client_of, learner, other_learner, staff, operator
) -> None:
    assert addresses.keys() == WHO_SEES.keys()
    people = {
        "anonymous": Client(),
        "holder": client_of(learner),
        "other": client_of(other_learner),
        "exam author": client_of(staff),
        "operator": client_of(operator),
    }
    seen = {
        name: {who: client.get(address).status_code for who, client in people.items()}
        for name, address in addresses.items()
    }
    assert seen == WHO_SEES


def test_pages_answer_404_while_the_app_is_switched_off(addresses, client_of, operator, settings) -> None:
    settings.PAID_CERTIFICATE_ENABLED = False
    client = client_of(operator)
    assert {client.get(address).status_code for address in addresses.values()} == {404}
    assert client.get("/api/paid_certificate/v1/achievements/").status_code == 404


def test_bundle_holds_the_statement_for_its_holder_alone(issued, client_of, learner, operator) -> None:
    def names(client: Client) -> list[str]:
        return zipfile.ZipFile(BytesIO(client.get(url("bundle", issued.uuid)).content)).namelist()

    assert "result-statement.json" in names(client_of(learner))
    assert "result-statement.json" not in names(client_of(operator))


def test_credential_page_invites_to_share_only_what_stands(issued, client_of, learner, operator) -> None:
    page = client_of(learner).get(url("credential", issued.uuid)).content.decode()
    assert "Valid" in page
    assert issued.verify_url in page
    api.suspend_credential(issued.uuid, actor_id=operator.pk)
    page = client_of(learner).get(url("credential", issued.uuid)).content.decode()
    assert "while Example Institute of Mastery checks something" in page
    assert "complaints@institute.example.org" in page


def test_verification_page_of_a_revoked_credential_says_the_exact_sentences(issued, client, operator) -> None:
    revoked = api.revoke_credential(issued.uuid, actor_id=operator.pk, reason="result_withdrawn")
    page = " ".join(client.get(url("verification", issued.uuid)).content.decode().split())
    day = f"{revoked.ended_at:%-d %B %Y}"
    assert f"Revoked on {day}. Do not rely on this credential." in page
    assert f"Example Institute of Mastery did issue it, on {issued.issued_at:%-d %B %Y}." in page
    assert "Reason: the exam result was withdrawn." in page


def test_verification_page_shows_no_score_and_is_not_indexed(issued, client) -> None:
    response = client.get(url("verification", issued.uuid))
    page = response.content.decode()
    assert "Ana Ćosić" in page
    assert "Identity: not checked. Sitting: not watched." in page
    assert "100" not in page.replace(str(issued.uuid), "")
    assert response["X-Robots-Tag"] == "noindex"


def test_verify_page_says_that_an_unreadable_file_is_no_verdict(client) -> None:
    response = client.post(url("verify"), {"text": "{not json"})
    assert response.status_code == 400
    assert "It is not a verdict on the credential." in response.content.decode()


def test_status_list_is_a_signed_document_that_any_site_may_read(issued, client) -> None:
    response = client.get(url("status-list", "institute", "revocation", 1))
    document = json.loads(response.content)
    assert document["credentialSubject"]["encodedList"].startswith("u")
    assert document["proof"]
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/ld+json", "application/ld+json"),
        ("application/json, text/html", "application/ld+json"),
        ("", "text/html"),
    ],
)
def test_achievement_answers_as_page_or_json_ld(issued, client, accept: str, kind: str) -> None:
    address = url("achievement", issued.achievement.version_uuid)
    response = client.get(address, headers={"accept": accept})
    assert response["Content-Type"].partition(";")[0] == kind
    assert "Accept" in response["Vary"].split(", ")
    if kind != "text/html":
        assert json.loads(response.content)["id"] == f"https://mastery.example.org{address}"


def test_achievement_and_keys_are_revalidated_by_what_they_hold(issued, client, operator) -> None:
    achievement = url("achievement", issued.achievement.version_uuid) + "?format=json"
    keys = url("did", "institute")
    first = {address: client.get(address) for address in (achievement, keys)}
    assert first[achievement]["Cache-Control"] == "public, max-age=300"
    assert first[keys]["Cache-Control"] == "public, max-age=0"
    for address, answer in first.items():
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    api.rotate_key("institute", actor_id=operator.pk)
    assert client.get(keys, headers={"if-none-match": first[keys]["ETag"]}).status_code == 200


@pytest.mark.parametrize("name", ["credential", "document", "statement", "verification", "certificate", "bundle"])
def test_pages_of_what_never_existed_answer_404(client_of, learner, name: str) -> None:
    address = url(name, "6f1b0a0e-0000-4000-8000-000000000000")
    assert client_of(learner).get(address).status_code == 404
