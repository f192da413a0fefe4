"""The registrar's link: what it opens, what it never opens, and that looking uses nothing up."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time

from credit_transfer import api
from credit_transfer.articulation import canonical_json
from credit_transfer.data import RequestState
from credit_transfer.errors import LinkEnded, LinkInvalid, RequestNotFound
from credit_transfer.models import AnswerCode, DeskAccess, DeskLink
from credit_transfer.services.links import SALT, CanonicalSerializer
from paid_certificate import api as certificates
from paid_certificate.proofs.bundle import resolver_from_files
from paid_certificate.proofs.verify import Verdict, verify_document
from tests.credit_transfer import factories
from tests.credit_transfer.conftest import token_in

pytestmark = pytest.mark.django_db

FILES = ["transcript.pdf", "transcript.csv", "transcript.json", "credential.zip"]


def test_desk_get_changes_nothing_but_the_first_look(asked, token, client: Client, learner: User) -> None:
    url = f"/transfer/desk/{token}/"
    for _scanner in range(3):
        assert client.get(url).status_code == 200
    held = api.get_request(learner.pk, request_uuid=asked.uuid)
    assert held.state is RequestState.OPENED
    first = held.opened_at
    client.get(url)
    held = api.get_request(learner.pk, request_uuid=asked.uuid)
    assert held.opened_at == first
    assert held.answers == ()
    assert not AnswerCode.objects.exists()
    assert DeskAccess.objects.filter(what="view").count() == 4


def test_desk_page_headers_keep_the_link_secret(asked, token, client: Client) -> None:
    paths = [f"/transfer/desk/{token}/", *(f"/transfer/desk/{token}/{asked.uuid}/{name}" for name in FILES)]
    paths += ["/transfer/desk/made-up/", f"/api/credit_transfer/v1/desk/{token}/"]
    for path in paths:
        answer = client.get(path)
        assert "noindex" in answer["X-Robots-Tag"], path
        # A page tells its address to no other site; its own form needs an origin that is not "null".
        assert answer["Referrer-Policy"] == ("no-referrer" if path.startswith("/api/") else "same-origin"), path
        assert "no-store" in answer["Cache-Control"], path


def test_desk_page_does_not_carry_its_address_to_other_pages(asked, token, client: Client) -> None:
    html = client.get(f"/transfer/desk/{token}/").content.decode()
    assert "/login?next=" not in html
    assert '<meta name="robots" content="noindex, nofollow">' in html
    for link in html.split('href="')[1:]:
        target = link.split('"', 1)[0]
        assert token not in target or target.startswith(f"/transfer/desk/{token}/"), target


def test_desk_page_has_everything_in_the_order_of_a_registrars_work(
    credit_value, agreement, ask, credential, institution, mailoutbox, client: Client
) -> None:
    ask(credential, institution)
    html = client.get(f"/transfer/desk/{token_in(mailoutbox[-1])}/").content.decode()
    order = [
        "Valid",
        "<h2>Holder",
        factories.HOLDER,
        "<h2>Achievement",
        "EQF 6",
        "<h2>Credit as recommended",
        "6 ECTS",
        "Council A",
        "<h2>Result",
        "Passed, on the scale passed or not passed.",
        "Identity: not checked. Sitting: not watched.",
        "<h2>Awarding body",
        "Accreditation",
        "Internal review each year",
        "<h2>Matching agreement",
        "STAT 101",
        "<h2>Documents",
        "Transcript (PDF)",
        "Record (CSV)",
        "(JSON)",
        "Your answer",
    ]
    position = html.index('role="status"')
    for text in order:
        position = html.index(text, position)
    assert html.count("<h1") == 1
    assert "score of" not in html


def test_desk_page_with_the_statement_shows_the_score(ask, credential, institution, mailoutbox, client) -> None:
    ask(credential, institution, include_statement=True)
    html = client.get(f"/transfer/desk/{token_in(mailoutbox[-1])}/").content.decode()
    assert "Passed with a score of 73. The scale is from 0 to 100, and 60 passes." in html


def test_desk_page_verifies_today_and_not_at_sending(asked, token, credential, operator: User, client) -> None:
    certificates.revoke_credential(credential.uuid, actor_id=operator.pk, reason="result_withdrawn")
    html = client.get(f"/transfer/desk/{token}/").content.decode()
    assert "Revoked. Do not rely on it." in html
    record = client.get(f"/transfer/desk/{token}/{asked.uuid}/transcript.json").json()
    assert record["status"]["answer"] == "revoked"


def test_desk_page_names_are_text_and_never_html(learner, exam, achievement, institution, ask, mailoutbox, client):
    name = '<script>alert(1)</script> & "Eve"'
    ask(factories.make_credential(learner, exam, name=name), institution, programme_there="<img src=x onerror=a()>")
    html = client.get(f"/transfer/desk/{token_in(mailoutbox[-1])}/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Eve&quot;" in html
    assert "<img src=x" not in html


def test_desk_shows_all_open_requests_of_the_institution_and_no_other(
    asked, token, ask, institution, make_institution, other_learner, exam, mailoutbox, client
) -> None:
    theirs = factories.make_credential(other_learner, exam, name="Somebody Else")
    second = ask(theirs, institution)
    elsewhere = ask(theirs, make_institution("South", email="r@south.example.org"))
    found = api.open_desk(token)
    assert (found.request.uuid, [other.uuid for other in found.others]) == (asked.uuid, [second.uuid])
    assert api.open_desk(token, request_uuid=second.uuid).request.holder_name == "Somebody Else"
    with pytest.raises(RequestNotFound):
        api.open_desk(token, request_uuid=elsewhere.uuid)
    assert client.get(f"/transfer/desk/{token}/{elsewhere.uuid}/transcript.pdf").status_code == 404


def test_desk_withdrawn_request_is_gone_with_its_files(asked, token, learner: User, client: Client) -> None:
    api.withdraw_request(learner.pk, request_uuid=asked.uuid)
    html = client.get(f"/transfer/desk/{token}/").content.decode()
    assert "No open requests." in html
    assert factories.HOLDER not in html
    for name in FILES:
        assert client.get(f"/transfer/desk/{token}/{asked.uuid}/{name}").status_code == 404


def test_desk_request_is_gone_when_its_consent_is_over(asked, token, settings, mailoutbox, committed) -> None:
    with freeze_time(asked.consent_until - timedelta(seconds=1)):
        with committed():
            api.send_new_link(token)
    fresh = token_in(mailoutbox[-1])
    with freeze_time(asked.consent_until - timedelta(seconds=1)):
        assert api.open_desk(fresh).request.uuid == asked.uuid
    with freeze_time(asked.consent_until):
        assert api.open_desk(fresh).request is None


def signed(**change: object) -> str:
    link = DeskLink.objects.get()
    payload = {"ends": 1, "institution": str(link.institution.uuid), "link": str(link.uuid), "secret": "x"}
    return signing.dumps(payload | change, salt=SALT, serializer=CanonicalSerializer)


def test_read_link_anything_not_mailed_by_us_is_refused(asked, token, client: Client) -> None:
    head, _colon, signature = token.rpartition(":")
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    bad = [
        "",
        "x",
        token[:-1],
        f"{token}x",
        changed,
        head,
        f"{head}:{'A' * len(signature)}",
        token.upper(),
        signed(),
        signing.dumps({"a": 1}, salt=SALT, serializer=CanonicalSerializer),
        signing.dumps({"a": 1}),
        "x" * 5000,
        "..%2f..%2fetc",
        "\u202e" + token,
    ]
    for text in bad:
        with pytest.raises(LinkInvalid):
            api.open_desk(text)
    for text in bad[1:9]:
        assert client.get(f"/transfer/desk/{text}/").status_code == 404


def test_link_of_another_purpose_signed_with_the_same_secret_is_refused(asked) -> None:
    link = DeskLink.objects.get()
    payload = {"ends": 1, "institution": str(link.institution.uuid), "link": str(link.uuid), "secret": "x"}
    with pytest.raises(LinkInvalid):
        api.open_desk(signing.dumps(payload, salt="something.else", serializer=CanonicalSerializer))


def test_what_is_signed_is_canonical() -> None:
    value = {"b": [1, "ä"], "a": None}
    assert CanonicalSerializer().dumps(value) == canonical_json(value).encode()
    assert CanonicalSerializer().loads(CanonicalSerializer().dumps(value)) == value


def test_link_is_stored_as_a_hash_only(asked, token) -> None:
    row = DeskLink.objects.values().get()
    assert token not in map(str, row.values())


def test_ended_link_page_says_when_and_offers_a_new_one(asked, token, client: Client, committed, mailoutbox) -> None:
    link = DeskLink.objects.get()
    with freeze_time(link.expires_at - timedelta(seconds=1)):
        api.open_desk(token)
    with freeze_time(link.expires_at):
        with pytest.raises(LinkEnded):
            api.open_desk(token)
        page = client.get(f"/transfer/desk/{token}/")
        html = page.content.decode()
        assert page.status_code == 410
        assert "This link ended on" in html
        assert "(UTC)" in html
        assert "Send me a new one" in html
        assert "registry@north.example.org" not in html
        assert "r…@north.example.org" in html
        assert factories.HOLDER not in html
        assert client.get(f"/transfer/desk/{token}/new-link/").status_code == 405
        assert len(mailoutbox) == 1
        with committed():
            client.post(f"/transfer/desk/{token}/new-link/", {"email": "evil@example.org"})
    assert mailoutbox[-1].to == ["registry@north.example.org"]


def test_desk_is_braked_per_address(asked, token, client: Client, settings) -> None:
    settings.CREDIT_TRANSFER_DESK_PER_MINUTE = 2
    url = f"/transfer/desk/{token}/"
    assert [client.get(url).status_code for _look in range(3)] == [200, 200, 429]
    assert client.get(f"/api/credit_transfer/v1/desk/{token}/").status_code == 429
    assert client.get(url, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_desk_files_are_what_was_sent(credit_value, ask, credential, institution, mailoutbox, client: Client) -> None:
    sent = ask(credential, institution)
    base = f"/transfer/desk/{token_in(mailoutbox[-1])}/{sent.uuid}/"
    assert client.get(f"{base}transcript.pdf").content.startswith(b"%PDF-")
    text = client.get(f"{base}transcript.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["holder_name"] == factories.HOLDER
    assert (row["credit_recommended"], row["credit_unit"], row["score"]) == ("6", "ECTS", "")
    assert row["accreditation_status"] == "none"
    record = client.get(f"{base}transcript.json").json()
    assert record["credential"] == json.loads(certificates.get_document(credential.uuid))
    assert "result_statement" not in record
    assert {entry.what for entry in DeskAccess.objects.all()} == {"transcript.pdf", "transcript.csv", "transcript.json"}


@pytest.mark.parametrize("with_statement", [False, True])
def test_desk_zip_verifies_without_us_and_holds_the_statement_only_with_consent(
    ask, credential, institution, mailoutbox, client: Client, with_statement: bool
) -> None:
    sent = ask(credential, institution, include_statement=with_statement)
    answer = client.get(f"/transfer/desk/{token_in(mailoutbox[-1])}/{sent.uuid}/credential.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert ("result-statement.json" in files) == with_statement
    assert (b"statement" in files["map.json"]) == with_statement
    resolver = resolver_from_files(files)
    assert verify_document(files["credential.json"], resolver, timezone.now()).verdict is Verdict.VALID


def test_desk_conditions_do_not_tell_a_score_that_was_not_sent(
    draft_agreement, sign, ask, credential, institution, mailoutbox, client: Client
) -> None:
    sign(draft_agreement(least_score=70))
    ask(credential, institution)
    html = client.get(f"/transfer/desk/{token_in(mailoutbox[-1])}/").content.decode()
    condition = html[: html.index("A score of at least 70")].rpartition("<li>")[2]
    assert "? unknown" in condition


def test_desk_with_the_app_switched_off_answers_404(asked, token, client: Client, settings) -> None:
    settings.CREDIT_TRANSFER_ENABLED = False
    assert client.get(f"/transfer/desk/{token}/").status_code == 404
    assert client.get(f"/api/credit_transfer/v1/desk/{token}/").status_code == 404
