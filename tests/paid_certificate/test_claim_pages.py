"""The evidence route over HTTP: who sees what, the way from the achievement to the credential, hostile texts."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from paid_certificate import api
from paid_certificate.claim_data import ClaimState
from paid_certificate.errors import ClaimNotFound
from tests.paid_certificate.claim_stage import (
    NAME,
    PDF,
    assessor,
    by_key,
    by_web,
    evidence,
    filled,
    sent,
    stranger_of_nothing,
)

__all__ = ["assessor", "by_key", "by_web", "evidence", "filled", "sent", "stranger_of_nothing"]
pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'
API = "/api/paid_certificate/v1/"


@pytest.fixture(autouse=True)
def fresh_brake() -> None:
    cache.clear()


def url(name: str, *args: object) -> str:
    return reverse(f"paid_certificate:{name}", args=args)


def text_of(response) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def people(learner, other_learner, assessor, stranger_of_nothing, operator, make_user, client_of):
    """Everybody's client by who they are."""
    exam_author = make_user("exam_author")
    users = {
        "holder": learner,
        "other": other_learner,
        "assessor": assessor,
        "assessor of nothing": stranger_of_nothing,
    }
    users |= {"operator": operator, "exam author": exam_author}
    return {"anonymous": Client()} | {name: client_of(user) for name, user in users.items()}


NOBODY = {"anonymous": 302, "holder": 404, "other": 404, "assessor": 404, "assessor of nothing": 404, "operator": 404}
OWN = NOBODY | {"holder": 200}
ASSESSED = NOBODY | {"assessor": 200, "operator": 200}
DESK = {"anonymous": 302, "holder": 403, "other": 403, "assessor": 200, "assessor of nothing": 403, "operator": 200}


def test_who_sees_which_page_of_a_claim_that_was_sent(sent, people) -> None:
    claim = sent()
    piece = claim.pieces[1]
    expected = {
        url("claim", claim.uuid): OWN,
        url("claim-add", claim.uuid, "note"): OWN,
        url("evidence-original", piece.uuid): OWN | {"assessor": 200, "operator": 200},
        url("evidence-desk-claim", claim.uuid): ASSESSED,
        url("evidence-desk"): DESK,
    }
    found = {path: {who: people[who].get(path).status_code for who in rule} for path, rule in expected.items()}
    assert found == expected


def test_draft_is_seen_by_nobody_but_its_person(filled, people) -> None:
    claim = filled()
    for path in (url("evidence-desk-claim", claim.uuid), url("evidence-original", claim.pieces[1].uuid)):
        for who in ("other", "assessor", "assessor of nothing", "operator", "exam author"):
            assert people[who].get(path).status_code == 404
    for who in ("assessor", "operator"):
        assert NAME not in text_of(people[who].get(url("evidence-desk")))


def test_nobody_but_the_right_person_changes_anything(sent, people) -> None:
    claim = sent()
    before = api.get_claim(claim.uuid)
    posts = {
        url("claim", claim.uuid): {"holder_name": "X", "consent": "on"},
        url("claim-add", claim.uuid, "note"): {"title": "X", "text": "X", "outcomes": "1"},
        url("claim-withdraw", claim.uuid): {},
        url("evidence-remove", claim.pieces[0].uuid): {},
    }
    for path, data in posts.items():
        for who in ("other", "assessor", "assessor of nothing", "operator", "exam author"):
            assert people[who].post(path, data).status_code == 404, (path, who)
        assert people["anonymous"].post(path, data).status_code == 302
    decisions = {"action": "approve", "approve-covered": ["1", "2"], "approve-identity": "none"}
    decisions |= {"approve-supervision": "none"}
    for who in ("holder", "other", "assessor of nothing", "exam author"):
        assert people[who].post(url("evidence-desk-claim", claim.uuid), decisions).status_code == 404
        added = people[who].post(url("evidence-desk"), {"username": "other_learner", "body_slug": "institute"})
        assert added.status_code == 403
    people["assessor"].post(url("evidence-desk"), {"username": "other_learner", "body_slug": "institute"})
    assert [entry.username for entry in api.list_assessors("institute")] == ["assessor"]
    assert api.get_claim(claim.uuid) == before


def test_assessor_does_not_reach_their_own_claim_at_the_desk(sent, operator, learner, client_of) -> None:
    claim = sent()
    api.add_assessor("institute", username="learner", actor_id=operator.pk)
    own = client_of(learner)
    assert NAME not in text_of(own.get(url("evidence-desk")))
    assert own.get(url("evidence-desk-claim", claim.uuid)).status_code == 404
    data = {
        "action": "approve",
        "approve-covered": ["1", "2"],
        "approve-identity": "none",
        "approve-supervision": "none",
    }
    assert own.post(url("evidence-desk-claim", claim.uuid), data).status_code == 404
    for end in ("question", "approval", "refusal"):
        answer = own.post(f"{API}evidence-claims/{claim.uuid}/{end}/", {}, content_type="application/json")
        assert answer.status_code == 404
    assert own.get(f"{API}evidence-desk/").json() == []
    assert api.get_claim(claim.uuid).state is ClaimState.SUBMITTED


def test_the_whole_way_over_pages(
    evidence, learner, assessor, by_web, client_of, client, django_capture_on_commit_callbacks
) -> None:
    achievement = evidence()
    assert url("claim-start", achievement.uuid) in text_of(
        client.get(achievement.url.removeprefix("https://mastery.example.org"))
    )
    own, desk = client_of(learner), client_of(assessor)
    start = url("claim-start", achievement.uuid)
    assert "Tests a hypothesis" in text_of(own.get(start))
    page = own.post(start).url
    assert own.get(start).url == page
    claim_uuid = page.split("/")[-2]

    upload = SimpleUploadedFile("badge.json", by_web.text().encode(), content_type="text/html")
    support = SimpleUploadedFile("did.json", json.dumps(by_web.document()).encode())
    added = own.post(
        url("claim-add", claim_uuid, "credential"), {"file": upload, "support": support, "outcomes": ["1"]}, follow=True
    )
    assert "Signature valid; its issuer names no list of revoked ones" in text_of(added)
    assert "Compare it with the original" in text_of(added)
    early = own.post(page, {"holder_name": NAME, "consent": "on"})
    assert early.status_code == 400
    assert "Nothing shows “Tests a hypothesis” yet." in text_of(early)
    assert f'value="{NAME}"' in text_of(early)
    report = SimpleUploadedFile("report.pdf", PDF, content_type="text/html")
    own.post(url("claim-add", claim_uuid, "file"), {"file": report, "outcomes": ["2"], "title": "Report"})
    without = own.post(page, {"holder_name": NAME})
    assert "Agree to who sees your evidence" in text_of(without)
    sent_page = own.post(page, {"holder_name": NAME, "consent": "on"}, follow=True)
    assert "Waiting for an assessor" in text_of(sent_page)

    assert NAME in text_of(desk.get(url("evidence-desk")))
    desk_page = url("evidence-desk-claim", claim_uuid)
    assert "https://college.example.org/.well-known/did.json" in text_of(desk.get(desk_page))
    desk.post(desk_page, {"action": "return", "return-question": "Who wrote the report?"})
    assert "Who wrote the report?" in text_of(own.get(page))
    own.post(page, {"holder_name": NAME, "consent": "on", "answer": "I did."})
    assert "I did." in text_of(desk.get(desk_page))
    data = {"action": "approve", "approve-covered": ["1"], "approve-identity": "none", "approve-supervision": "none"}
    refused = desk.post(desk_page, data)
    assert refused.status_code == 400
    assert "“Tests a hypothesis” is not shown yet." in text_of(refused)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(desk_page, data | {"approve-covered": ["1", "2"]})
    (credential,) = api.list_credentials(learner.pk)
    assert credential.url in text_of(own.get(page))
    verified = text_of(client.get(url("verification", credential.uuid)))
    assert NAME in verified
    assert "Identity: not checked." in verified


def test_my_exams_lists_a_claim_until_there_is_a_credential(sent, learner, client_of) -> None:
    claim = sent()
    page = text_of(client_of(learner).get("/mastery/my/"))
    assert claim.url in page
    assert "Waiting for an assessor" in page


def test_refused_person_reads_why_and_how_to_appeal(sent, assessor, learner, client_of) -> None:
    claim = sent()
    desk_page = url("evidence-desk-claim", claim.uuid)
    desk = client_of(assessor)
    assert desk.post(desk_page, {"action": "refuse", "refuse-reason": ""}).status_code == 400
    desk.post(desk_page, {"action": "refuse", "refuse-reason": "Too thin.", "refuse-appeal": "board@example.org"})
    page = text_of(client_of(learner).get(claim.url))
    for words in ("Not approved", "Too thin.", "board@example.org", "Begin again", "deleted on"):
        assert words in page
    assert "Decided" in text_of(desk.get(desk_page))
    assert desk.post(desk_page, {"action": "refuse", "refuse-reason": "x", "refuse-appeal": "y"}).status_code == 400


def test_unknown_action_and_unknown_piece_are_refused(sent, assessor, client_of) -> None:
    claim = sent()
    desk = client_of(assessor)
    assert desk.post(url("evidence-desk-claim", claim.uuid), {"action": "delete"}).status_code == 404
    assert desk.post(url("evidence-desk-claim", claim.uuid), {"action": "check", "piece": "x"}).status_code == 400


def test_hostile_texts_are_shown_as_text_everywhere(evidence, learner, assessor, by_key, client_of, operator) -> None:
    claim = api.start_claim(learner.pk, achievement_uuid=evidence().uuid)
    document = by_key.text(name=HOSTILE, title=HOSTILE).encode()
    piece = api.add_credential_piece(learner.pk, claim.uuid, credential=document, outcomes=[1], title=HOSTILE)
    assert piece.summary.title == HOSTILE
    api.add_note_piece(learner.pk, claim.uuid, text=HOSTILE, title=HOSTILE, outcomes=[2])
    api.add_link_piece(
        learner.pk, claim.uuid, url="https://x.org/<script>alert(1)</script>", title=HOSTILE, outcomes=[2]
    )
    api.submit_claim(learner.pk, claim.uuid, holder_name=HOSTILE, consent=True)
    api.return_claim(claim.uuid, question=HOSTILE, actor_id=assessor.pk)
    pages = [client_of(learner).get(claim.url)]
    api.submit_claim(learner.pk, claim.uuid, holder_name=HOSTILE, consent=True, answer=HOSTILE)
    pages += [client_of(assessor).get(path) for path in (url("evidence-desk"), url("evidence-desk-claim", claim.uuid))]
    api.refuse_claim(claim.uuid, reason=HOSTILE, actor_id=assessor.pk)
    pages += [client_of(learner).get(claim.url), client_of(assessor).get(url("evidence-desk-claim", claim.uuid))]
    for page in pages:
        raw = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in raw
        assert "<img src=x" not in raw
        assert "&lt;script&gt;alert(1)" in raw
        # A link of a person's is text; nobody is led anywhere by it.
        assert not re.search(r'href="[^"]*x\.org', raw)


@pytest.mark.parametrize("who", ["holder", "assessor"])
def test_download_is_a_file_and_never_a_page(sent, people, by_key, learner, who) -> None:
    claim = sent()
    for piece, media_type in ((claim.pieces[0], "application/json"), (claim.pieces[1], "application/pdf")):
        for path in (url("evidence-original", piece.uuid), f"{API}evidence-pieces/{piece.uuid}/original/"):
            response = people[who].get(path)
            assert response.status_code == 200
            assert response["Content-Type"] == media_type
            assert response["Content-Disposition"].startswith("attachment;")
            assert response["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in response["Content-Security-Policy"]
            assert "no-store" in response["Cache-Control"]
    assert people[who].get(url("evidence-original", claim.pieces[0].uuid)).content == by_key_text(claim)


def by_key_text(claim) -> bytes:
    return api.get_original(claim.pieces[0].uuid).content


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("file", {"file": SimpleUploadedFile("a.pdf", b"<html><script>", content_type="application/pdf")}, "Only PDF"),
        ("file", {}, "This field is required"),
        ("file", {"file": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 5_100_000 + b"%%EOF")}, "larger than 5 MB"),
        ("credential", {"text": ""}, "one of the two"),
        ("credential", {"text": "hello"}, "no credential in this"),
        ("credential", {"text": '{"a":' * 100 + "1" + "}" * 100}, "no credential in this"),
        ("credential", {"text": "{}", "support": SimpleUploadedFile("x.json", b"x")}, "cannot be read"),
        ("link", {"url": "javascript:alert(1)"}, "whole address"),
        ("note", {"text": "  "}, "This field is required"),
    ],
)
def test_bad_input_is_named_with_the_remedy_and_what_was_typed_is_kept(
    evidence, learner, client_of, kind, data, words
) -> None:
    claim = api.start_claim(learner.pk, achievement_uuid=evidence().uuid)
    response = client_of(learner).post(
        url("claim-add", claim.uuid, kind), data | {"title": "My title", "outcomes": ["2"]}
    )
    assert response.status_code == 400
    assert words in text_of(response)
    assert 'value="My title"' in text_of(response)
    assert re.search(r'value="2"[^>]*checked', text_of(response))
    assert 'role="alert"' in text_of(response)
    assert api.get_claim(claim.uuid).pieces == ()


def test_checks_are_braked(evidence, learner, client_of, by_key, settings) -> None:
    settings.PAID_CERTIFICATE_CHECKS_PER_MINUTE = 1
    claim = api.start_claim(learner.pk, achievement_uuid=evidence().uuid)
    own = client_of(learner)
    path = url("claim-add", claim.uuid, "credential")
    codes = [own.post(path, {"text": by_key.text(), "outcomes": ["1"]}).status_code for _number in range(2)]
    assert codes == [302, 429]
    body = {"kind": "credential", "credential": by_key.text(), "outcomes": [1]}
    answer = own.post(f"{API}evidence-claims/{claim.uuid}/pieces/", body, content_type="application/json")
    assert answer.status_code == 429
    assert len(api.get_claim(claim.uuid).pieces) == 1


def test_the_whole_way_over_rest(
    evidence, learner, assessor, by_web, client_of, django_capture_on_commit_callbacks
) -> None:
    own, desk = client_of(learner), client_of(assessor)
    started = own.post(
        f"{API}evidence-claims/", {"achievement_uuid": str(evidence().uuid)}, content_type="application/json"
    )
    assert started.status_code == 201
    base = f"{API}evidence-claims/{started.json()['uuid']}/"

    def send(client, end: str, body: dict, code: int = 200):
        answer = client.post(base + end, body, content_type="application/json")
        assert answer.status_code == code, answer.content
        return answer.json()

    web = {"kind": "credential", "credential": by_web.text(), "outcomes": [1]}
    assert send(own, "pieces/", web, 201)["outcome"] == "key_not_supplied"
    full = send(own, "pieces/", web | {"support": [json.dumps(by_web.document())]}, 201)
    assert (full["outcome"], full["supplier"]) == ("valid", "holder")
    assert "needs file" in str(send(own, "pieces/", {"kind": "file", "outcomes": [2]}, 400)["fields"])
    upload = {"kind": "file", "title": "Report", "outcomes": ["2"], "file": SimpleUploadedFile("r.pdf", PDF)}
    assert own.post(base + "pieces/", upload).status_code == 201
    extra = send(own, "pieces/", {"kind": "note", "title": "N", "text": "T", "outcomes": [2]}, 201)
    assert own.delete(f"{API}evidence-pieces/{extra['uuid']}/").status_code == 204
    refusal = send(own, "submission/", {"holder_name": NAME, "consent": False}, 400)
    assert refusal["error_code"] == "claim_invalid"
    assert "consent" in refusal["fields"]
    assert desk.get(base).status_code == 404
    send(own, "submission/", {"holder_name": NAME, "consent": True})
    assert desk.get(base).json()["state"] == "submitted"
    assert [entry["uuid"] for entry in desk.get(f"{API}evidence-desk/").json()] == [started.json()["uuid"]]
    support = {"support": [json.dumps(by_web.document())]}
    checked = desk.post(f"{API}evidence-pieces/{full['uuid']}/check/", support, content_type="application/json")
    assert checked.json()["supplier"] == "assessor"
    send(desk, "question/", {"question": "Which?"})
    send(own, "submission/", {"holder_name": NAME, "consent": True, "answer": "This."})
    with django_capture_on_commit_callbacks(execute=True):
        send(desk, "approval/", {"covered": [1, 2], "identity": "none"})
    assert send(desk, "refusal/", {"reason": "x"}, 409)["error_code"] == "claim_state_conflict"
    assert own.get(base).json()["credential_uuid"] == str(api.list_credentials(learner.pk)[0].uuid)


def test_withdrawal_over_the_page_deletes_files_and_ends_the_claim(sent, people, learner) -> None:
    claim = sent()
    page = people["holder"].post(url("claim-withdraw", claim.uuid), follow=True)
    assert "All that you handed in is deleted" in text_of(page)
    assert people["holder"].get(url("evidence-original", claim.pieces[1].uuid)).status_code == 404
    with pytest.raises(ClaimNotFound):
        api.get_original(claim.pieces[1].uuid)
    assert NAME not in text_of(people["assessor"].get(url("evidence-desk")))
    assert people["assessor"].get(url("evidence-desk-claim", claim.uuid)).status_code == 404
    left = text_of(people["holder"].get(claim.url))
    assert "I led a survey." not in left
    assert "College of Example" not in left


def test_my_exams_leads_an_assessor_to_the_desk_and_nobody_else(people) -> None:
    desk = url("evidence-desk")
    assert desk in text_of(people["assessor"].get("/mastery/my/"))
    for who in ("holder", "other", "assessor of nothing", "exam author"):
        assert desk not in text_of(people[who].get("/mastery/my/"))
