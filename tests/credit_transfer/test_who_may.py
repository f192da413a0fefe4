"""Who may open what: every page and every REST address, for a visitor, a learner, another learner, and staff."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver

from credit_transfer import urls
from credit_transfer.models import TransferRequest
from credit_transfer.services.consent import VERSION

pytestmark = pytest.mark.django_db

API = "/api/credit_transfer/v1/"

# Page -> answers to: a visitor, another learner, the owner, the operator.
PAGES = {
    "where-exam": ("/transfer/where/?exam=statistics", 200, 200, 200, 200),
    "where": ("/transfer/where/{achievement}/", 200, 200, 200, 200),
    "request": ("/transfer/request/{credential}/", 302, 404, 200, 404),
    "requests": ("/transfer/requests/", 302, 200, 200, 200),
    "request-status": ("/transfer/requests/{request}/", 302, 404, 200, 404),
    "office": ("/transfer/office/", 302, 403, 403, 200),
    "office-new-institution": ("/transfer/office/institutions/new/", 302, 403, 403, 200),
    "office-institution": ("/transfer/office/institutions/{institution}/", 302, 403, 403, 200),
    "office-new-agreement": ("/transfer/office/agreements/new/", 302, 403, 403, 200),
    "office-agreement": ("/transfer/office/agreements/{agreement}/", 302, 403, 403, 200),
    "office-offers": ("/transfer/office/offers/", 302, 403, 403, 200),
    "office-credit": ("/transfer/office/credit/", 302, 403, 403, 200),
    "office-mails": ("/transfer/office/mails/", 302, 403, 403, 200),
    # The link is the key here, whoever opens it; test_desk has the links that open nothing.
    "desk": ("/transfer/desk/{token}/", 200, 200, 200, 200),
    "desk-new-link": ("/transfer/desk/{token}/new-link/", 405, 405, 405, 405),
    "desk-request": ("/transfer/desk/{token}/{request}/", 200, 200, 200, 200),
    "desk-pdf": ("/transfer/desk/{token}/{request}/transcript.pdf", 200, 200, 200, 200),
    "desk-csv": ("/transfer/desk/{token}/{request}/transcript.csv", 200, 200, 200, 200),
    "desk-json": ("/transfer/desk/{token}/{request}/transcript.json", 200, 200, 200, 200),
    "desk-zip": ("/transfer/desk/{token}/{request}/credential.zip", 200, 200, 200, 200),
    "desk-receipt": ("/transfer/desk/{token}/{request}/receipt.pdf", 404, 404, 404, 404),
}

END = {"state": "ended", "reason": "x"}
SIGN = {"side": "body", "name": "A", "role": "B", "signed_at": "2026-01-01T00:00:00Z", "reference": "c"}
ASK = {"consent": True, "consent_version": VERSION}
REST: list[tuple[str, str, str, dict[str, Any], int, int, int, int]] = [
    ("api-recognitions", "get", "recognitions/?exam=statistics", {}, 200, 200, 200, 200),
    ("api-requests", "get", "requests/", {}, 401, 200, 200, 200),
    ("api-requests", "post", "requests/", ASK, 401, 404, 409, 404),
    ("api-preview", "post", "requests/preview/", {}, 401, 404, 200, 404),
    ("api-request", "get", "requests/{request}/", {}, 401, 404, 200, 404),
    ("api-institutions", "get", "institutions/", {}, 200, 200, 200, 200),
    ("api-institutions", "post", "institutions/", {}, 401, 403, 403, 400),
    ("api-institution", "get", "institutions/{institution}/", {}, 401, 403, 403, 200),
    ("api-institution", "patch", "institutions/{institution}/", {"website": ""}, 401, 403, 403, 200),
    ("api-verification", "post", "institutions/{institution}/verification/", {"how": "x"}, 401, 403, 403, 400),
    ("api-verification", "delete", "institutions/{institution}/verification/", {}, 401, 403, 403, 200),
    ("api-mailboxes", "post", "institutions/{institution}/mailboxes/", {"email": "a@b.example"}, 401, 403, 403, 201),
    ("api-credit-values", "get", "credit-values/", {}, 200, 200, 200, 200),
    ("api-credit-values", "post", "credit-values/", {}, 401, 403, 403, 400),
    ("api-credit-value", "delete", "credit-values/{credit}/", {}, 401, 403, 403, 200),
    ("api-agreements", "get", "agreements/", {}, 401, 403, 403, 200),
    ("api-agreements", "post", "agreements/", {}, 401, 403, 403, 400),
    ("api-agreement", "get", "agreements/{agreement}/", {}, 401, 403, 403, 200),
    ("api-agreement", "patch", "agreements/{agreement}/", {"cap": "x"}, 401, 403, 403, 409),
    ("api-agreement-versions", "post", "agreements/{agreement}/versions/", {}, 401, 403, 403, 201),
    ("api-signatures", "post", "agreements/{agreement}/signatures/", SIGN, 401, 403, 403, 409),
    (
        "api-agreement-state",
        "put",
        "agreements/{agreement}/state/",
        {"state": "ended", "reason": "x"},
        401,
        403,
        403,
        200,
    ),
    ("api-offers", "get", "offers/", {}, 200, 200, 200, 200),
    ("api-offers", "post", "offers/", {}, 401, 403, 403, 400),
    ("api-offer-state", "put", "offers/{nothing}/state/", {"state": "open"}, 401, 403, 403, 404),
    ("api-deliveries", "get", "deliveries/", {}, 401, 403, 403, 200),
    ("api-resend", "post", "deliveries/{delivery}/resend/", {}, 401, 403, 403, 201),
    ("api-desk", "get", "desk/{token}/", {}, 200, 200, 200, 200),
    ("api-desk", "get", "desk/made-up/", {}, 404, 404, 404, 404),
    ("api-new-link", "post", "desk/made-up/new-link/", {}, 404, 404, 404, 404),
    ("api-desk-request", "get", "desk/{token}/requests/{request}/", {}, 200, 200, 200, 200),
    ("api-desk-request", "get", "desk/{token}/requests/{nothing}/", {}, 404, 404, 404, 404),
    ("api-desk-code", "post", "desk/made-up/requests/{request}/code/", {}, 404, 404, 404, 404),
    ("api-desk-answer", "post", "desk/{token}/requests/{request}/answer/", {}, 400, 400, 400, 400),
    # Last, because they end what the rows above look at.
    ("api-withdrawal", "post", "requests/{request}/withdrawal/", {}, 401, 404, 200, 404),
    ("api-bounce", "post", "deliveries/{delivery}/bounce/", {}, 401, 403, 403, 200),
]


@pytest.fixture
def scene(credit_value, agreement, ask, credential, institution, mailoutbox) -> dict[str, str]:
    """Everything that an address can name."""
    from tests.credit_transfer.conftest import token_in

    asked = ask(credential, institution)
    return {
        "achievement": str(credential.achievement.uuid),
        "credential": str(credential.uuid),
        "request": str(asked.uuid),
        "institution": str(institution.uuid),
        "agreement": str(agreement.uuid),
        "credit": str(credit_value.uuid),
        "delivery": str(asked.delivery.uuid),
        "token": token_in(mailoutbox[-1]),
        "nothing": str(uuid4()),
    }


@pytest.fixture
def clients(client_of, learner: User, other_learner: User, operator: User) -> list[Client]:
    """A visitor, another learner, the owner, the operator."""
    return [Client(), client_of(other_learner), client_of(learner), client_of(operator)]


def names(patterns: list[Any]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found.add(pattern.name)
    return found


def test_tables_name_every_address_of_the_app() -> None:
    assert names(urls.urlpatterns) == set(PAGES) | {row[0] for row in REST}


def test_pages_open_for_the_right_people_only(scene, clients) -> None:
    wrong = []
    for name, (path, *expected) in PAGES.items():
        answers = [client.get(path.format(**scene)).status_code for client in clients]
        if answers != expected:
            wrong.append((name, answers, expected))
    assert wrong == []


@pytest.mark.parametrize("who", range(4), ids=["visitor", "other learner", "owner", "operator"])
def test_rest_opens_for_the_right_people_only(scene, clients, who: int) -> None:
    wrong = []
    for name, method, path, body, *expected in REST:
        if name in ("api-requests", "api-preview") and method == "post":
            body = body | {"credential_uuid": scene["credential"], "institution_uuid": scene["institution"]}
        answer = getattr(clients[who], method)(API + path.format(**scene), body, content_type="application/json")
        if answer.status_code != expected[who]:
            wrong.append((name, method, answer.status_code, expected[who], answer.content[:200]))
    assert wrong == []


def test_office_pages_refuse_posts_of_the_wrong_people(scene, clients) -> None:
    _visitor, other, owner, _operator = clients
    for client in (other, owner):
        for page in ("office-agreement", "office-institution", "office-offers", "office-credit", "office-mails"):
            path = PAGES[page][0].format(**scene)
            for action in ("end", "close", "bounced", "sign", "verify", "create", "repair"):
                data = {"action": action, "uuid": scene["delivery"], "reason": "x", "how": "x"}
                assert client.post(path, data).status_code == 403


def test_office_opens_for_whoever_was_given_the_permission(client_of, other_learner: User) -> None:
    assert client_of(other_learner).get("/transfer/office/").status_code == 403
    other_learner.user_permissions.add(Permission.objects.get(codename="change_agreement"))
    assert client_of(User.objects.get(pk=other_learner.pk)).get("/transfer/office/").status_code == 200


def test_withdrawing_somebody_elses_request_changes_nothing(scene, clients) -> None:
    for client in (clients[0], clients[1], clients[3]):
        client.post(f"/transfer/requests/{scene['request']}/", {"withdraw": "1"})
    assert TransferRequest.objects.get().state == "sent"


def test_posts_without_a_csrf_token_are_refused(scene, learner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner)
    for path in (f"/transfer/requests/{scene['request']}/", f"/transfer/desk/{scene['token']}/"):
        assert strict.post(path, {"withdraw": "1"}).status_code == 403
    assert TransferRequest.objects.get().state == "sent"


def test_public_directory_and_rest_never_tell_an_offices_address(scene, clients) -> None:
    for path in ("institutions/", "recognitions/?exam=statistics", "offers/"):
        assert "@north.example.org" not in clients[0].get(API + path).content.decode()
    assert "registry@" not in clients[0].get("/transfer/where/?exam=statistics").content.decode()


def test_admin_changes_nothing(operator: User, client_of, scene) -> None:
    operator.is_superuser = True
    operator.save()
    client = client_of(operator)
    for model in ("agreement", "transferrequest", "institution", "answer", "creditvalue", "delivery"):
        assert client.get(f"/admin/credit_transfer/{model}/").status_code == 200
        assert client.get(f"/admin/credit_transfer/{model}/add/").status_code == 403
