"""What a holder takes along, and what strangers see of it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest
from django.test import Client
from django.urls import reverse

from paid_certificate import api
from paid_certificate.errors import CredentialNotFound
from paid_certificate.models import CredentialLook
from paid_certificate.proofs.baking import unbake
from paid_certificate.services.sharing import linkedin_url

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"paid_certificate:{name}", args=args)


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_badge_image_holds_the_signed_credential(issued, client_of, learner, kind: str, start: bytes) -> None:
    response = client_of(learner).get(url("badge", issued.uuid, kind))
    assert response.content.startswith(start)
    assert unbake(response.content) == api.get_document(issued.uuid)
    assert response["Content-Disposition"].startswith("attachment")


def test_badge_image_escapes_what_the_title_holds(issued) -> None:
    from paid_certificate.formats.badge_image import badge_svg

    assert b"<script" not in badge_svg('<script>alert("1")</script>', "A & B")


def test_wallet_reads_protocols_and_fetches_the_credential(issued) -> None:
    address = url("wallet", issued.uuid)
    wallet = Client(headers={"accept": "application/json"}, enforce_csrf_checks=True)
    protocols = wallet.get(address, {"iuv": "1"}).json()["protocols"]
    assert protocols["vcapi"] == f"https://mastery.example.org{address}"
    answer = wallet.post(urlsplit(protocols["vcapi"]).path, {}, content_type="application/json").json()
    (credential,) = answer["verifiablePresentation"]["verifiableCredential"]
    assert credential == json.loads(api.get_document(issued.uuid))


def test_wallet_address_in_a_browser_leads_to_the_page(issued, client) -> None:
    response = client.get(url("wallet", issued.uuid), {"iuv": "1"}, headers={"accept": "text/html"})
    assert response.url == url("verification", issued.uuid)


def test_linkedin_url_fills_in_the_form(issued) -> None:
    fields = parse_qs(urlsplit(linkedin_url(issued)).query)
    assert fields["name"] == ["Introductory statistics"]
    assert fields["organizationName"] == ["Example Institute of Mastery"]
    assert fields["certUrl"] == [issued.verify_url]
    assert fields["issueYear"] == [str(issued.issued_at.year)]


def test_linkedin_is_told_that_a_demonstration_is_one(issued) -> None:
    demonstration = attrs.evolve(issued, is_demonstration=True)
    fields = parse_qs(urlsplit(linkedin_url(demonstration)).query)
    assert fields["name"] == ["Demonstration: Introductory statistics"]


def test_bundle_holds_a_page_that_checks_it_without_us(issued) -> None:
    page = api.bundle_of(issued.uuid)["verifier.html"].decode()
    assert f"https://mastery.example.org/credentials/{issued.uuid}.json" in page
    assert "/*BUNDLE*/" not in page


def test_statement_is_shown_only_where_the_holder_lets_it(issued, client_of, learner, client) -> None:
    statement = url("statement", issued.uuid)
    verification = url("verification", issued.uuid)
    assert statement not in client.get(verification).content.decode()
    client_of(learner).post(url("sharing", issued.uuid), {"shares_statement": "on"})
    assert statement in client.get(verification).content.decode()
    assert client.get(statement).json()["credentialSubject"]["result"]
    client_of(learner).post(url("sharing", issued.uuid), {})
    assert client.get(statement).status_code == 302
    assert statement not in client.get(verification).content.decode()


def test_sharing_of_somebody_elses_credential_is_refused(issued, client_of, other_learner) -> None:
    response = client_of(other_learner).post(url("sharing", issued.uuid), {"shares_statement": "on"})
    assert response.status_code == 404
    body = {"shares_statement": True, "links_successor": False}
    address = f"/api/paid_certificate/v1/credentials/{issued.uuid}/sharing/"
    assert client_of(other_learner).put(address, body, content_type="application/json").status_code == 404
    with pytest.raises(CredentialNotFound):
        api.set_sharing(other_learner.pk, credential_uuid=issued.uuid, **body)
    assert not api.get_credential(issued.uuid).shares_statement


def test_looks_are_counted_by_day_without_the_holders_own(issued, client_of, learner, client) -> None:
    address = url("verification", issued.uuid)
    client_of(learner).get(address)
    assert api.list_looks(issued.uuid) == []
    client.get(address)
    client.get(address)
    (look,) = api.list_looks(issued.uuid)
    assert look.count == 2
    assert "Looks by others" in client_of(learner).get(issued.url).content.decode()
    columns = {field.name for field in CredentialLook._meta.get_fields()}
    assert columns == {"id", "credential", "day", "count"}
