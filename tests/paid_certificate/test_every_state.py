"""What strangers are told of a credential in each state it can have, on the page and over REST; and what is refused."""

from __future__ import annotations

import html
import json
import socket
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.models import Credential

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VERIFY = "/api/paid_certificate/v1/verify/"
PAST = timezone.now() - timedelta(days=30)
NAME = "Ana Ćosić"
EXPECTED = {
    "valid": ("Valid", "The issuer stands by this credential today."),
    "revoked": ("Revoked", "Do not rely on this credential."),
    "suspended": ("Suspended", "Do not rely on it today."),
    "replaced": ("Replaced", "Ask its holder for the new one."),
    "expired": ("Expired", "and nothing in it was withdrawn"),
    "not_yet": ("Not issued yet", "it is not signed yet"),
    "not_ours": ("Not issued here", "We did not issue this"),
    "altered": ("Not valid: it was altered", "Do not rely on it."),
}


@pytest.fixture
def bring(issued, operator, django_capture_on_commit_callbacks):
    """A function that brings the credential into what its name says."""

    def go(answer: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            if answer == "revoked":
                api.revoke_credential(issued.uuid, actor_id=operator.pk, reason="issued_in_error")
            elif answer == "suspended":
                api.suspend_credential(issued.uuid, actor_id=operator.pk)
            elif answer == "replaced":
                api.supersede_credential(
                    issued.uuid, actor_id=operator.pk, reason="name_changed", holder_name="Ana Horvat"
                )
        changes = {
            "expired": {"valid_until": PAST},
            "not_yet": {"state": "failed", "issued_at": None, "document": ""},
            "not_ours": {"state": "cancelled", "issued_at": None, "document": ""},
            "altered": {"document": api.get_document(issued.uuid).replace(NAME, "Somebody Else")},
        }
        if answer in changes:
            Credential.objects.filter(uuid=issued.uuid).update(**changes[answer])

    return go


@pytest.fixture
def offline(monkeypatch) -> None:
    """Let nothing reach for the network."""

    def refuse(*_arguments: object, **_more: object) -> None:
        raise AssertionError("A check reached for the network.")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def ask(client, text: str):
    return client.post(VERIFY, {"credential": text}, content_type="application/json")


@pytest.mark.parametrize("answer", EXPECTED)
def test_link_page_and_rest_give_the_same_answer(issued, bring, client, offline, answer: str) -> None:
    bring(answer)
    headline, said = EXPECTED[answer]
    address = reverse("paid_certificate:verification", args=[issued.uuid])
    pages = [
        client.get(address),
        client.post(reverse("paid_certificate:verify"), {"text": f"https://mastery.example.org{address}"}),
        client.post(reverse("paid_certificate:verify"), {"text": str(issued.uuid)}),
    ]
    for page in pages:
        text = html.unescape(page.content.decode())
        assert page.status_code == 200
        assert f"<h1>{headline}</h1>" in text
        assert said in text
        assert "Ana Horvat" not in text
    rest = ask(client, str(issued.uuid)).json()
    assert rest["answer"] == answer
    is_told = answer not in ("not_yet", "not_ours", "altered")
    assert rest["holder_name"] == (NAME if is_told else None)
    assert all((NAME in html.unescape(page.content.decode())) is is_told for page in pages)


@pytest.mark.parametrize("answer", ["valid", "revoked", "suspended", "replaced", "expired"])
def test_file_that_the_holder_kept_gets_the_answer_of_the_day(issued, bring, client, offline, answer: str) -> None:
    file = api.get_document(issued.uuid)
    bring(answer)
    assert ask(client, file).json()["answer"] == answer
    page = client.post(reverse("paid_certificate:verify"), {"text": file}).content.decode()
    assert f"<h1>{EXPECTED[answer][0]}</h1>" in page


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("valid", "valid"),
        ("revoked", "revoked"),
        ("suspended", "on hold"),
        ("replaced", "replaced"),
        ("expired", "expired"),
    ],
)
def test_erased_credential_answers_with_its_state_and_nothing_else_anywhere(
    issued, bring, client, client_of, operator, learner, answer: str, said: str
) -> None:
    bring(answer)
    get_backend().retire(learner.pk)
    page = html.unescape(client.get(reverse("paid_certificate:verification", args=[issued.uuid])).content.decode())
    assert f"Erased at the holder's request; status: {said}" in page
    rest = ask(client, str(issued.uuid)).json()
    assert (rest["answer"], rest["is_erased"], rest["holder_name"]) == (answer, True, None)
    names = ("document", "token", "statement", "statement-token", "certificate", "bundle", "wallet", "credential")
    addresses = [reverse(f"paid_certificate:{name}", args=[issued.uuid]) for name in names]
    addresses += [reverse("paid_certificate:badge", args=[issued.uuid, kind]) for kind in ("png", "svg")]
    addresses += [f"/api/paid_certificate/v1/credentials/{issued.uuid}/", f"{addresses[6]}?iuv=1"]
    for asker in (client, client_of(operator)):
        for address in addresses:
            found = asker.get(address, follow=True)
            assert found.status_code < 500, address
            assert NAME not in html.unescape(found.content.decode("utf-8", "replace")), address
            assert "Horvat" not in found.content.decode("utf-8", "replace"), address
        assert asker.post(addresses[6], {}, content_type="application/json").status_code in (404, 409, 410)
    for name in ("certificate", "bundle"):
        assert client_of(operator).get(reverse(f"paid_certificate:{name}", args=[issued.uuid])).status_code == 410


def test_page_and_rest_are_braked(issued, client, settings) -> None:
    cache.clear()  # other tests have checked from here in this very minute
    settings.PAID_CERTIFICATE_CHECKS_PER_MINUTE = 2
    codes = [client.post(reverse("paid_certificate:verify"), {"text": str(issued.uuid)}).status_code, 0, 0, 0]
    codes[1:] = [ask(client, str(issued.uuid)).status_code for _try in range(3)]
    assert codes == [200, 200, 429, 429]


def test_page_and_rest_read_no_more_than_a_megabyte(client, offline) -> None:
    big = b'{"a": "' + b"x" * 1_000_000 + b'"}'
    file = SimpleUploadedFile("big.json", big, content_type="application/json")
    page = client.post(reverse("paid_certificate:verify"), {"file": file})
    assert page.status_code == 400
    assert "It is not a verdict on the credential" in page.content.decode()
    assert ask(client, big.decode()).status_code == 400


def test_foreign_credential_is_not_fetched_for(issued, client, offline) -> None:
    document = json.loads(api.get_document(issued.uuid))
    document["id"] = "https://elsewhere.example.org/credentials/1"
    document["issuer"]["id"] = "did:web:elsewhere.example.org"
    document["@context"].append("https://elsewhere.example.org/context.json")
    assert ask(client, json.dumps(document)).json()["answer"] == "not_ours"
    assert ask(client, "https://elsewhere.example.org/credentials/1").json()["answer"] == "not_ours"


@pytest.mark.parametrize("path", [f"{'-' * 36}/badge.png", f"{'0' * 36}/badge.png", "{uuid}/badge.gif"])
def test_badge_at_an_address_of_nothing_is_not_found(issued, client_of, learner, path: str) -> None:
    assert client_of(learner).get(f"/credentials/{path.format(uuid=issued.uuid)}").status_code == 404
