"""The learner's and the operator's pages: what they say, what they refuse, and that what was typed is kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from credit_transfer import api
from credit_transfer.data import AgreementState, InstitutionState, OfferState
from credit_transfer.models import TransferRequest
from credit_transfer.services.consent import VERSION
from micromasters_pathway import api as pathways
from openedx_bridge.backend import get_backend
from tests.credit_transfer import factories

pytestmark = pytest.mark.django_db


def test_ask_page_shows_exactly_what_is_sent_and_sends_it(
    credit_value, credential, institution, learner: User, client_of, committed, mailoutbox
) -> None:
    client = client_of(learner)
    url = f"/transfer/request/{credential.uuid}/"
    assert "Only institutions that we have verified." in client.get(url).content.decode()
    html = client.get(url, {"institution": institution.uuid}).content.decode()
    for text in (
        "Exactly this is sent",
        factories.HOLDER,
        "6 ECTS",
        "Council A",
        "Only if you tick the box",
        "I agree",
    ):
        assert text in html, text
    assert "Your date of birth" not in html
    data = {"institution": institution.uuid, "consent": "on", "consent_version": VERSION, "programme_there": "BSc"}
    with committed():
        page = client.post(url, data, follow=True)
    html = page.content.decode()
    assert "Sent to North University." in html
    assert "Being sent. You can leave this page." in html
    html = client.get(page.redirect_chain[-1][0]).content.decode()
    assert "They aim to answer by" in html
    assert "(UTC)" in html
    assert TransferRequest.objects.get().programme_there == "BSc"
    again = client.get(url, {"institution": institution.uuid}).content.decode()
    assert "You have asked already" in again


def test_ask_page_without_consent_keeps_what_was_typed(credential, make_institution, learner: User, client_of) -> None:
    strict = make_institution("Strict", needs_student_id=True, needs_birth_date=True)
    data = {"institution": strict.uuid, "consent_version": VERSION, "student_id_there": "S-4711", "birth_date": "x"}
    page = client_of(learner).post(f"/transfer/request/{credential.uuid}/", data)
    html = page.content.decode()
    assert page.status_code == 400
    assert "Nothing is sent without it." in html
    assert 'value="S-4711"' in html
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert 'href="#id_consent"' in html
    assert not TransferRequest.objects.exists()


@pytest.mark.parametrize("institution", ["x", "../..", "00000000-0000-0000-0000-000000000000"])
def test_ask_page_takes_no_recipient_that_is_not_in_the_directory(
    credential, learner: User, client_of, institution: str
) -> None:
    data = {"institution": institution, "consent": "on", "consent_version": VERSION, "email": "me@example.org"}
    page = client_of(learner).post(f"/transfer/request/{credential.uuid}/", data)
    assert page.status_code in (200, 404)
    assert not TransferRequest.objects.exists()


def test_status_page_says_sent_opened_and_by_when(asked, token, learner: User, client_of, client: Client) -> None:
    get_backend().set_profile(learner.pk, time_zone="Europe/Madrid")
    html = client_of(learner).get(asked.url).content.decode()
    assert "Sent " in html
    assert "Opened" not in html
    client.get(f"/transfer/desk/{token}/")
    html = client_of(learner).get(asked.url).content.decode()
    assert "Opened " in html
    assert "(Madrid)" in html
    answer = client_of(learner).post(asked.url, {"withdraw": "1"}, follow=True)
    assert "Withdrawn on" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"


def test_requests_page_lists_ones_own_or_says_what_to_do(asked, learner, other_learner, client_of) -> None:
    assert "North University" in client_of(learner).get("/transfer/requests/").content.decode()
    assert "You have asked nobody yet." in client_of(other_learner).get("/transfer/requests/").content.decode()


ENTRY = {
    "name": "North University",
    "country_code": "ES",
    "office_name": "Registry",
    "office_email": "registry@north.example.org",
    "appeals_contact": "Appeals board",
    "answers_within_days": "28",
}


def test_office_enters_verifies_agrees_signs_suspends_and_ends(achievement, operator: User, client_of) -> None:
    client = client_of(operator)
    page = client.post("/transfer/office/institutions/new/", ENTRY)
    (entry,) = api.list_institutions(only_verified=False)
    assert page.url.endswith(f"{entry.uuid}/")
    client.post(page.url, {"action": "verify", "how": "Called them."})
    assert api.get_institution(entry.uuid).state is InstitutionState.VERIFIED
    terms = {
        "institution": entry.uuid,
        "achievement": achievement.uuid,
        "equivalent_course": "STAT 101",
        "credits": "6",
        "unit": "ECTS",
        "levels": "EQF 6\nQF-EHEA 1",
        "least_identity": "checked",
        "least_supervision": "none",
        "valid_from": "2026-01-01T00:00",
    }
    page = client.post("/transfer/office/agreements/new/", terms)
    (agreement,) = api.list_agreements()
    assert agreement.levels == (("EQF", "6"), ("QF-EHEA", "1"))
    url = page.url
    signature = {"action": "sign", "name": "A", "role": "Dean", "signed_at": "2026-01-02T00:00", "reference": "file 1"}
    for side in ("body", "institution"):
        assert client.post(url, signature | {"side": side}).status_code == 302
    assert api.get_agreement(agreement.uuid).state is AgreementState.SIGNED
    assert client.post(url, {"action": "suspend", "reason": ""}).status_code == 400
    client.post(url, {"action": "suspend", "reason": "Checking"})
    assert "suspended: it counts for nobody" in client.get(url).content.decode()
    client.post(url, {"action": "resume"})
    version = client.post(url, {"action": "version"})
    assert "version 2" in client.get(version.url).content.decode()
    client.post(url, {"action": "end", "reason": "Over"})
    assert api.get_agreement(agreement.uuid).state is AgreementState.ENDED
    assert client.post(url, {"action": "end", "reason": "Again"}).status_code == 400
    assert client.get("/transfer/office/").content.decode().count("<h1") == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"country_code": "Spain"}, "at most 2"),
        ({"office_email": "nobody"}, "valid email"),
        ({"name": ""}, "required"),
        ({"answers_within_days": "0"}, "greater than or equal to 1"),
    ],
)
def test_office_bad_entry_says_so_and_keeps_what_was_typed(operator: User, client_of, change, words) -> None:
    page = client_of(operator).post("/transfer/office/institutions/new/", ENTRY | change)
    html = page.content.decode()
    assert page.status_code == 400
    assert words in html
    assert 'value="Registry"' in html
    assert api.list_institutions(only_verified=False) == []


def test_office_bad_terms_say_so_beside_the_field(institution, achievement, operator: User, client_of) -> None:
    terms = {
        "institution": institution.uuid,
        "achievement": achievement.uuid,
        "least_identity": "none",
        "least_supervision": "none",
        "valid_from": "2026-01-01T00:00",
        "valid_to": "2025-01-01T00:00",
        "levels": "EQF",
    }
    page = client_of(operator).post("/transfer/office/agreements/new/", terms)
    html = page.content.decode()
    assert page.status_code == 400
    for words in ("Say what the institution gives", "The end must come after the beginning.", "such as EQF 6."):
        assert words in html, words
    assert api.list_agreements() == []


def test_office_records_a_bounce_and_sends_again(asked, institution, operator: User, client_of, committed, mailoutbox):
    client = client_of(operator)
    api.add_mailbox(institution.uuid, email="dean@north.example.org", actor_id=operator.pk)
    with committed():
        client.post("/transfer/office/mails/", {"action": "bounced", "uuid": asked.delivery.uuid})
    assert mailoutbox[-1].to == ["dean@north.example.org"]
    assert "came back" in client.get("/transfer/office/mails/").content.decode()
    for bad in ("x", str(uuid4())):
        assert client.post("/transfer/office/mails/", {"action": "resend", "uuid": bad}).status_code == 400


def test_office_offer_deadline_is_meant_in_its_own_zone(institution, author: User, operator: User, client_of) -> None:
    key = "course-v1:Mastery+A+1"
    get_backend().add_course(key, title="Course A")
    get_backend().add_course_staff(author.pk, key)
    pathways.create_programme(key="data", title="Data", actor_id=author.pk)
    rules = {"slot": {"key": "a", "title": "A", "routes": [{"kind": "course", "course_key": key}]}}
    pathways.publish_programme("data", rules=rules, actor_id=author.pk)
    year = timezone.now().year + 1
    data = {
        "action": "create",
        "institution": institution.uuid,
        "programme_key": "data",
        "degree": "Master",
        "standard_months": "10",
        "reduced_months": "5",
        "credits_waived": "30",
        "unit": "ECTS",
        "intake": "Autumn",
        "deadline": f"{year}-07-01T12:00",
        "time_zone": "Europe/Madrid",
        "fee": "60",
        "currency": "eur",
    }
    client = client_of(operator)
    assert client.post("/transfer/office/offers/", data).status_code == 302
    (offer,) = api.list_all_offers()
    assert offer.deadline.astimezone(tz=None).utctimetuple()[:5] == (year, 7, 1, 10, 0)
    assert (offer.fee, offer.state) == ("EUR 60", OfferState.DRAFT)
    client.post("/transfer/office/offers/", {"action": "open", "uuid": offer.uuid})
    assert "Admission offers" in client.get("/pathways/data/").content.decode()
    bad = client.post("/transfer/office/offers/", data | {"reduced_months": "11", "currency": "euro"})
    assert bad.status_code == 400


def test_office_credit_value_is_recorded_and_ended(achievement, operator: User, client_of) -> None:
    client = client_of(operator)
    data = {
        "action": "create",
        "achievement": achievement.uuid,
        "amount": "6",
        "unit": "ECTS",
        "levels": "EQF 6",
        "recommender": "Council A",
        "evidence": "Review",
        "valid_from": (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
    }
    assert client.post("/transfer/office/credit/", data | {"amount": "0"}).status_code == 400
    assert client.post("/transfer/office/credit/", data).status_code == 302
    (value,) = api.list_credit_values()
    client.post("/transfer/office/credit/", {"action": "end", "uuid": value.uuid})
    assert api.list_credit_values()[0].valid_to is not None


def test_recognitions_rest_bad_input_is_named(client: Client) -> None:
    url = "/api/credit_transfer/v1/recognitions/"
    assert client.get(url).json()["fields"]["achievement"]
    assert client.get(f"{url}?achievement=x").status_code == 400
    assert client.get(f"{url}?achievement={uuid4()}").status_code == 404


def test_openapi_schema_names_the_desk_and_the_requests(client: Client) -> None:
    text = client.get("/api/schema/").content.decode()
    assert "/api/credit_transfer/v1/desk/{token}/requests/{uuid}/answer/" in text
    assert "/api/credit_transfer/v1/requests/preview/" in text
