"""Every address under /api/, every method: nobody reaches what is not theirs, and each refusal says what to do.

A new endpoint fails here until its URL words stand in rest_world.py and, for a method that takes a body, its body
stands in BODIES. The bodies are good ones: the last test sends them as the right person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from credit_transfer.services.consent import VERSION
from mastery_exam.models import Exam
from paid_certificate.data import AchievementData
from tests.mastery_exam.learner.conftest import make_exam, staff
from tests.paid_certificate.conftest import body, make_achievement, price, public_address
from tests.rest_world import NAME, World, build_world, offer_terms

pytestmark = pytest.mark.slow

__all__ = ["body", "make_achievement", "make_exam", "public_address", "staff"]

APPS = ("mastery_exam", "micromasters_pathway", "paid_certificate", "credit_transfer", "openedx_bridge")
METHODS = ("get", "post", "put", "patch", "delete")
ME, MP, PC, CT = "mastery_exam:api", "micromasters_pathway:api", "paid_certificate:api", "credit_transfer:api"

# Answers anybody, login or not.
PUBLIC = {
    f"{ME}-exams get": "the catalogue",
    f"{ME}-exam get": "an exam's public face",
    f"{ME}-ping get": "the network test at check-in; always an empty object",
    f"{MP}-programmes get": "the public programmes",
    f"{MP}-programme get": "a programme's public face",
    f"{PC}-quote get": "prices are public",
    f"{PC}-bodies get": "issuing bodies are public",
    f"{PC}-body get": "an issuing body's legal face is public",
    f"{PC}-achievements get": "achievements are public",
    f"{PC}-achievement get": "an achievement is public",
    f"{PC}-verify post": "anybody may check a credential that they hold",
    f"{CT}-recognitions get": "where it counts is public",
    f"{CT}-institutions get": "the directory is public",
    f"{CT}-credit-values get": "recommendations are public",
    f"{CT}-offers get": "admission offers are public",
    f"{CT}-desk get": "the secret link from the mail is the key",
    f"{CT}-desk-request get": "the secret link from the mail is the key",
    f"{CT}-desk-code post": "the secret link from the mail is the key",
    f"{CT}-new-link post": "mails the registered address only, and says nothing to the caller",
}
# The only public answers that name a holder: to whoever has the credential, or the link that was mailed.
NAMES_THE_HOLDER = {f"{PC}-verify post", f"{CT}-desk get", f"{CT}-desk-request get"}
# Answers every signed-in person, and only ever about that person.
OWN_THINGS = {
    f"{ME}-status get": "the caller's own standing",
    f"{ME}-registrations get": "the caller's own",
    f"{ME}-registrations post": "registers the caller",
    f"{ME}-decisions get": "the caller's own",
    f"{ME}-my-answers get": "the caller's own",
    f"{MP}-progress get": "the caller's own",
    f"{MP}-membership post": "joins the caller",
    f"{MP}-completions get": "the caller's own",
    f"{PC}-orders get": "the caller's own",
    f"{PC}-entitlements get": "the caller's own",
    f"{PC}-credentials get": "the caller's own",
    f"{PC}-evidence-claims get": "the caller's own",
    f"{PC}-evidence-claims post": "begins the caller's own",
    f"{CT}-requests get": "the caller's own",
    f"{ME}-banks get": "the banks that the caller authors",
    f"{ME}-judge-panels get": "the panels on which the caller sits",
    f"{ME}-drafts get": "the exams that the caller authors",
}
# Answers authors, who may make something new of their own.
NEW_THINGS = {
    f"{ME}-banks post": "a bank of the caller's own",
    f"{MP}-programmes post": "a programme of the caller's own",
}
# Good input that the world's state cannot take any further; the words of the refusal are tested with their app.
STATE_SAYS_NO = {
    f"{ME}-bank-release post": "nobody has rated",
    f"{ME}-bank-panel post": "a round of the panel before is open",
    f"{ME}-bank-round post": "a round is open",
    f"{ME}-judge-bookmark put": "the panel rates items one by one",
    f"{ME}-simulations post": "the bank has not enough items",
    f"{ME}-draft-publish post": "the bank has not enough items",
    f"{PC}-credential-corrections post": "a wish is open already",
    f"{PC}-credential-renewal post": "the credential has no end",
    f"{CT}-desk-answer post": "the code is only in the office's mail",
}
# Refused in the words for "there is no such thing open", as if it were not there.
AS_IF_NOT_THERE = {f"{PC}-orders post": "somebody else's registration is none that could be paid for"}


@attrs.frozen
class Endpoint:
    """One method of one address."""

    name: str
    words: tuple[str, ...]
    method: str

    @property
    def key(self) -> str:
        """How the tables name it."""
        return f"{self.name} {self.method}"


def endpoints() -> Iterator[Endpoint]:
    """Every method of every view of ours under /api/, as the URL resolver knows them."""
    for route, namespaces, pattern in _walk(get_resolver().url_patterns, "", ()):
        view = getattr(pattern.callback, "view_class", None)
        if not route.startswith("api/") or namespaces[:1] not in [(app,) for app in APPS]:
            continue
        assert view is not None, f"{route} is no class of rest_framework."
        for method in METHODS:
            if hasattr(view, method):
                yield Endpoint(":".join([*namespaces, pattern.name]), tuple(pattern.pattern.converters), method)


def _walk(patterns: list[Any], route: str, namespaces: tuple[str, ...]) -> Iterator[tuple[str, tuple, URLPattern]]:
    for entry in patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry.url_patterns, here, inner)
        else:
            yield here, namespaces, entry


ENDPOINTS = tuple(endpoints())

SIGNATURE = {"side": "body", "name": "Rector A", "role": "Rector", "reference": "file 12"}
INSTITUTION = {
    "name": "East University",
    "country_code": "PT",
    "office_name": "Registry",
    "office_email": "registry@east.example.org",
    "appeals_contact": "Appeals board",
}
ANSWER = {"code": "000000", "kind": "full", "course": "STAT 101", "by_name": "Registrar A", "by_role": "Registrar"}
CREDIT = {"amount": "6", "unit": "ECTS", "recommender": "Council A", "evidence": "Review"}
ACHIEVEMENT = {"key": "another", "title": "Another", "description": "D.", "criteria": "C."}

# A good body for each method that takes one; {} for those that take none.
BODIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    f"{ME}-banks post": lambda at: {"title": "A bank"},
    f"{ME}-bank-import post": lambda at: {"library_key": "lib:Mastery:STAT"},
    f"{ME}-bank-item-table post": lambda at: {"text": "item,use\nitem-1,practice\n"},
    f"{ME}-bank-competencies post": lambda at: {"key": "new", "title": "New area"},
    f"{ME}-bank-competencies-import post": lambda at: {"text": "key,title,outcome\nnew,New area,Does it.\n"},
    f"{ME}-bank-ratings post": lambda at: {"text": "item,judge,rating,round\nitem-1,Judge A,0.6,1\n"},
    f"{ME}-bank-panel post": lambda at: {},
    f"{ME}-bank-release post": lambda at: {},
    f"{ME}-bank-judges post": lambda at: {"username": "author", "role": "Teacher"},
    f"{ME}-bank-judge delete": lambda at: {},
    f"{ME}-bank-round post": lambda at: {},
    f"{ME}-bank-round delete": lambda at: {},
    f"{ME}-judge-rating put": lambda at: {"percent": "62.5"},
    f"{ME}-judge-bookmark put": lambda at: {"place": 1},
    f"{ME}-judge-limits put": lambda at: {
        "least_cut": "40",
        "most_cut": "60",
        "least_fail": "10",
        "most_fail": "40",
    },
    f"{ME}-item patch": lambda at: {"seen_before": True},
    f"{ME}-drafts post": lambda at: {"key": "new-exam", "title": "New exam", "bank_uuid": str(at["bank_uuid"])},
    f"{ME}-draft patch": lambda at: {"title": "Renamed"},
    f"{ME}-draft-publish post": lambda at: {},
    f"{ME}-draft-withdraw post": lambda at: {"reason": "Too old"},
    f"{ME}-simulations post": lambda at: {"n_candidates": 100},
    f"{ME}-simulation-cancel post": lambda at: {},
    f"{ME}-registrations post": lambda at: {"exam_key": "ready", "legal_name": "B B", "terms_version": "1"},
    f"{ME}-registration patch": lambda at: {"legal_name": "B B"},
    f"{ME}-registration delete": lambda at: {},
    f"{ME}-start post": lambda at: {},
    f"{ME}-adjustments post": lambda at: {"extra_time_percent": 25},
    f"{ME}-start-code post": lambda at: {"seat": "1"},
    f"{ME}-answers post": lambda at: {"client_seq": 1, "answers": {}},
    f"{ME}-flag post": lambda at: {"flagged": True},
    f"{ME}-settle post": lambda at: {"client_seq": 0},
    f"{ME}-take-over post": lambda at: {},
    f"{ME}-submit post": lambda at: {},
    f"{ME}-void post": lambda at: {"reason": "Power cut", "our_fault": True},
    f"{ME}-review post": lambda at: {"text": "Please look again."},
    f"{ME}-decision-withdraw post": lambda at: {"reason": "Not theirs"},
    f"{ME}-release post": lambda at: {},
    f"{ME}-review-answer post": lambda at: {"answer": "It stands."},
    f"{MP}-programmes post": lambda at: {"key": "new", "title": "New"},
    f"{MP}-programme patch": lambda at: {"title": "Renamed"},
    f"{MP}-programme-versions post": lambda at: {"rules": at["rules"]},
    f"{MP}-membership post": lambda at: {},
    f"{PC}-fee put": lambda at: {"amount": {"amount_minor": 100, "currency": "EUR"}},
    f"{PC}-orders post": lambda at: {
        "registration_uuid": str(at["unordered"]),
        "gateway": "invoice",
        "idempotency_key": "k",
    },
    f"{PC}-order-cancel post": lambda at: {},
    f"{PC}-order-payments post": lambda at: {"reference": "TRANSFER-2"},
    f"{PC}-order-refund post": lambda at: {"reason": "Asked for it"},
    f"{PC}-reconciliation post": lambda at: {},
    f"{PC}-bodies post": lambda at: {"slug": "second", "name": "Second Institute"},
    f"{PC}-body patch": lambda at: {"country": "Germany"},
    f"{PC}-body-publication post": lambda at: {},
    f"{PC}-body-keys post": lambda at: {},
    f"{PC}-achievements post": lambda at: ACHIEVEMENT | {"body_slug": at["paid_certificate slug"]},
    f"{PC}-achievement-routes post": lambda at: {"kind": "programme", "reference": "data"},
    f"{PC}-credential-revocation post": lambda at: {"reason": "issued_in_error"},
    f"{PC}-signatories post": lambda at: {"name": "Rector B", "title": "Rector", "first_day": "2026-02-01"},
    f"{PC}-signatory patch": lambda at: {"last_day": "2026-12-31"},
    f"{PC}-batch-revocation post": lambda at: {"uuids": [at["credential"].uuid], "reason": "issued_in_error"},
    f"{PC}-bulk-issues post": lambda at: {"exam_key": "statistics"},
    f"{PC}-bulk-approval post": lambda at: {},
    f"{PC}-bulk-undo post": lambda at: {},
    f"{PC}-key-compromise post": lambda at: {"name": at["signing key"], "at": NOW},
    f"{PC}-credential-replacement post": lambda at: {"reason": "reissued"},
    f"{PC}-credential-sharing put": lambda at: {"shares_statement": True, "links_successor": False},
    f"{PC}-credential-corrections post": lambda at: {"new_name": "Anna Ćosić"},
    f"{PC}-correction-answer post": lambda at: {"approve": False, "answer": "The register says otherwise."},
    f"{PC}-credential-renewal post": lambda at: {},
    f"{PC}-evidence-claims post": lambda at: {"achievement_uuid": str(at["claimed"])},
    f"{PC}-evidence-pieces post": lambda at: {"kind": "note", "title": "More", "text": "I did."},
    f"{PC}-evidence-submission post": lambda at: {"holder_name": "B B", "consent": True},
    f"{PC}-evidence-withdrawal post": lambda at: {},
    f"{PC}-evidence-question post": lambda at: {"question": "Which?"},
    f"{PC}-evidence-approval post": lambda at: {"covered": [], "identity": "none"},
    f"{PC}-evidence-refusal post": lambda at: {"reason": "Too little."},
    f"{PC}-evidence-piece delete": lambda at: {},
    f"{PC}-evidence-check post": lambda at: {"support": [json.dumps({"id": "did:web:x.example.org"})]},
    f"{PC}-assessors post": lambda at: {"username": at["username"]},
    f"{PC}-assessor delete": lambda at: {},
    f"{PC}-verify post": lambda at: {"credential": at["credential"].verify_url},
    f"{CT}-requests post": lambda at: {
        "credential_uuid": str(at["credential"].uuid),
        "institution_uuid": str(at["second institution"]),
        "consent": True,
        "consent_version": VERSION,
    },
    f"{CT}-preview post": lambda at: {
        "credential_uuid": str(at["credential"].uuid),
        "institution_uuid": str(at["second institution"]),
    },
    f"{CT}-withdrawal post": lambda at: {},
    f"{CT}-institutions post": lambda at: INSTITUTION,
    f"{CT}-institution patch": lambda at: {"office_name": "Records office"},
    f"{CT}-verification post": lambda at: {"how": "Called them."},
    f"{CT}-verification delete": lambda at: {},
    f"{CT}-mailboxes post": lambda at: {"email": "second@north.example.org"},
    f"{CT}-credit-values post": lambda at: CREDIT | {"achievement_uuid": at["achievement"].uuid, "valid_from": NOW},
    f"{CT}-credit-value delete": lambda at: {},
    f"{CT}-agreements post": lambda at: {
        "institution_uuid": at["second institution"],
        "achievement_uuid": at["achievement"].uuid,
        "equivalent_course": "STAT 101",
        "credits": "6",
        "unit": "ECTS",
        "levels": [["EQF", "6"]],
        "valid_from": NOW,
    },
    f"{CT}-agreement patch": lambda at: {"equivalent_course": "STAT 102"},
    f"{CT}-agreement-versions post": lambda at: {"equivalent_course": "STAT 102"},
    f"{CT}-signatures post": lambda at: SIGNATURE | {"signed_at": NOW},
    f"{CT}-agreement-state put": lambda at: {"state": "suspended", "reason": "Under review"},
    f"{CT}-offers post": lambda at: offer_terms(at["institution"]) | {"intake": "Spring"},
    f"{CT}-offer-state put": lambda at: {"state": "open"},
    f"{CT}-bounce post": lambda at: {},
    f"{CT}-resend post": lambda at: {},
    f"{CT}-desk-code post": lambda at: {},
    f"{CT}-desk-answer post": lambda at: ANSWER,
    f"{CT}-new-link post": lambda at: {},
}
QUERIES = {f"{PC}-quote get": {"exam": "statistics"}, f"{CT}-recognitions get": {"exam": "statistics"}}
NOW = timezone.now().isoformat()


@pytest.fixture
def world(
    learner: User,
    other_learner: User,
    author: User,
    operator: User,
    staff: User,
    make_exam: Callable[..., Exam],
    make_achievement: Callable[..., AchievementData],
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> World:
    """Learner A's things, and the people who have no business with them."""

    def make_paid(key: str) -> Exam:
        made = make_exam(key, fee_policy="sitting", required_grants=["payment"])
        price(made, operator)
        return made

    people: dict[str, Any] = {"owner": learner, "other": other_learner, "wrong_staff": author, "operator": operator}
    people |= {"exam_author": staff, "make_paid": make_paid}
    return build_world(
        people, make_exam, make_achievement, lambda: django_capture_on_commit_callbacks(execute=True), mailoutbox
    )


def call(world: World, endpoint: Endpoint, user: User | None) -> Any:
    """The answer to a good request of this user, after which everything is as before."""
    client = Client(raise_request_exception=False, headers={"X-Mastery-Device": "a-device"})
    if user is not None:
        client.force_login(user)
    url = reverse(endpoint.name, kwargs=world.kwargs(endpoint.name, list(endpoint.words)))
    data = BODIES[endpoint.key](world.things) if endpoint.method != "get" else None
    cache.clear()
    with transaction.atomic():
        if endpoint.method == "get":
            answer = client.get(url, QUERIES.get(endpoint.key, {}))
        else:
            text = json.dumps(data, default=str)
            answer = getattr(client, endpoint.method)(url, text, content_type="application/json")
        transaction.set_rollback(True)
    return answer


def has_error_body(answer: Any) -> bool:
    """Whether a refusal says what happened, for developers and for people."""
    body = answer.json()
    return all(isinstance(body.get(name), str) and body[name] for name in ("error_code", "developer_message")) and bool(
        body.get("user_message")
    )


def tell(endpoint: Endpoint, answer: Any) -> str:
    return f"{endpoint.key}: {answer.status_code} {answer.content[:200]!r}"


def test_tables_name_endpoints_that_exist_and_cover_every_method_with_a_body() -> None:
    known = {endpoint.key for endpoint in ENDPOINTS}
    assert len(known) > 110
    for table in (PUBLIC, OWN_THINGS, NEW_THINGS, STATE_SAYS_NO, AS_IF_NOT_THERE, BODIES, QUERIES):
        assert set(table) <= known, set(table) - known
    assert {key for key in known if not key.endswith(" get")} == set(BODIES)
    assert NAMES_THE_HOLDER <= set(PUBLIC)
    assert not set(PUBLIC) & set(OWN_THINGS)


def test_anonymous_is_turned_away_everywhere_but_at_public_endpoints(world: World) -> None:
    wrong = []
    for endpoint in ENDPOINTS:
        answer = call(world, endpoint, None)
        if endpoint.key in STATE_SAYS_NO and endpoint.name.startswith(f"{CT}-desk"):
            is_right = 400 <= answer.status_code < 500 and has_error_body(answer)
        elif endpoint.key in PUBLIC:
            is_right = 200 <= answer.status_code < 300
        else:
            is_right = answer.status_code in (401, 403) and has_error_body(answer)
        if not is_right:
            wrong.append(tell(endpoint, answer))
    assert not wrong, "\n".join(["", *wrong])


def test_wrong_person_reaches_nothing_of_somebody_elses(world: World) -> None:
    """A refusal as invalid would say nothing about rights: the request is a good one."""
    wrong = []
    secrets = [str(value) for key, value in world.things.items() if "uuid" in key and "bank" not in key]
    for user, more in ((world.other, {}), (world.wrong_staff, NEW_THINGS)):
        for endpoint in ENDPOINTS:
            answer = call(world, endpoint, user)
            text, is_refused = answer.content.decode(), 400 <= answer.status_code < 500 and has_error_body(answer)
            if endpoint.key not in {**PUBLIC, **OWN_THINGS, **more} and not is_refused:
                wrong.append(f"not refused: {tell(endpoint, answer)}")
            if answer.status_code in (400, 409) and endpoint.key not in {**STATE_SAYS_NO, **AS_IF_NOT_THERE}:
                wrong.append(f"refused for what was sent: {tell(endpoint, answer)}")
            if NAME in text and endpoint.key not in NAMES_THE_HOLDER:
                wrong.append(f"names the learner: {endpoint.key}")
            if endpoint.key in OWN_THINGS and any(secret in text for secret in secrets):
                wrong.append(f"holds what is not theirs: {endpoint.key}")
    assert not wrong, "\n".join(["", *wrong])


def test_desk_is_shut_to_whoever_has_not_the_link(world: World) -> None:
    real = world.things["token"]
    for token in ("x", "a.b.c", "A" * 500, real[:-1], real[:-1] + ("A" if real[-1] != "A" else "B")):
        forged = attrs.evolve(world, things=world.things | {"token": token})
        for endpoint in ENDPOINTS:
            if "token" in endpoint.words:
                answer = call(forged, endpoint, None)
                assert 400 <= answer.status_code < 500 or not answer.content, tell(endpoint, answer)
                assert NAME not in answer.content.decode()


def test_right_person_is_let_in_with_the_same_request(world: World) -> None:
    wrong = []
    for endpoint in ENDPOINTS:
        answers = [call(world, endpoint, user) for user in (world.owner, world.operator, world.exam_author)]
        best = min(answers, key=lambda answer: answer.status_code)
        if best.status_code >= 300 and endpoint.key not in STATE_SAYS_NO:
            wrong.append(tell(endpoint, best))
    assert not wrong, "\n".join(["", *wrong])
