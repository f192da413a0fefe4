"""The public catalogue for machines: what stands in it, what never does, and that every word of it means something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from proof_samples import official_contexts
from pyld import jsonld

from mastery_exam.data import ExamStatus
from mastery_exam.models import Exam, ExamVersion
from micromasters_pathway import api as pathways
from paid_certificate import api
from paid_certificate.data import CredentialForm, Money
from paid_certificate.models import AchievementVersion, IssuingBody, Route
from paid_certificate.proofs.canonical import require_signable
from paid_certificate.services import catalogue_jsonld
from tests.paid_certificate.conftest import FACE

pytestmark = pytest.mark.django_db
ADDRESS = "/credentials/catalogue.jsonld"
SCHEMA = "http://schema.org/"

# The terms of schema.org that we mean, as its own context defines them. Nothing else is defined here, so that a term
# we misspelt would be dropped by the expansion, and the tests see it.
CLASSES = """DefinedTerm DefinedTermSet EducationalOccupationalCredential EducationalOccupationalProgram ItemList
LearningResource ListItem MediaObject Offer Organization""".split()
PROPERTIES = """about assesses competencyRequired creativeWorkStatus credentialCategory description
educationalCredentialAwarded educationalLevel encoding encodingFormat identifier inLanguage isAccessibleForFree item
itemListElement itemOffered learningResourceType legalName name numberOfItems offers position price priceCurrency
provider recognizedBy termCode timeRequired version""".split()
ADDRESSES = ["contentUrl", "inDefinedTermSet", "url"]
DATES = ["datePublished"]
SCHEMA_CONTEXT: dict[str, Any] = {
    "@context": {"schema": SCHEMA}
    | {name: f"schema:{name}" for name in (*CLASSES, *PROPERTIES)}
    | {name: {"@id": f"schema:{name}", "@type": "@id"} for name in ADDRESSES}
    | {name: {"@id": f"schema:{name}", "@type": "schema:Date"} for name in DATES}
}
# Which properties may stand on which class, by the vocabulary's own tables (domains of the class and its parents).
THING = {"@id", "@type", "url", "name", "description", "identifier"}
WORK = THING | {"version", "inLanguage", "creativeWorkStatus", "educationalLevel", "encoding", "about", "provider"}
WORK |= {"timeRequired", "datePublished", "learningResourceType", "assesses", "isAccessibleForFree", "offers"}
DOMAINS = {
    "ItemList": THING | {"numberOfItems", "itemListElement", "@context"},
    "ListItem": THING | {"position", "item"},
    "Organization": THING | {"legalName"},
    "Offer": THING | {"price", "priceCurrency", "itemOffered"},
    "DefinedTerm": THING | {"termCode", "inDefinedTermSet"},
    "DefinedTermSet": THING,
    "MediaObject": WORK | {"contentUrl", "encodingFormat"},
    "EducationalOccupationalCredential": WORK
    | {"credentialCategory", "recognizedBy", "competencyRequired", "@reverse"},
    # The vocabulary knows educationalCredentialAwarded of courses and programmes; an exam stands for either here.
    "LearningResource": WORK | {"educationalCredentialAwarded"},
    "EducationalOccupationalProgram": THING | {"provider", "offers", "educationalCredentialAwarded"},
}


def load(url: str, _options: Any = None) -> dict[str, Any]:
    """The one context that a catalogue names; no network."""
    assert url.rstrip("/") == "https://schema.org", f"fetched: {url}"
    return {"contextUrl": None, "documentUrl": url, "document": SCHEMA_CONTEXT, "contentType": "application/ld+json"}


def read(client, address: str = ADDRESS) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/ld+json"
    return response.json()


def items(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The entries by their address."""
    return {entry["item"]["@id"]: entry["item"] for entry in document["itemListElement"]}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `value` that is a node and no text."""
    if isinstance(value, list):
        for entry in value:
            yield from nodes(entry)
    elif isinstance(value, dict) and "@value" not in value:
        yield value
        for name, inner in value.items():
            if name != "@context":
                yield from nodes(inner)


def keys_in(value: Any) -> set[str]:
    return {name for node in nodes(value) for name in node if not name.startswith("@")}


@pytest.fixture
def programme(operator, body) -> str:
    """A public programme that leads to an achievement of its own."""
    made = api.create_achievement(
        key="data-shown", body_slug=body.slug, title="Data", actor_id=operator.pk, description="-", criteria="-"
    )
    api.add_route(made.uuid, kind="programme", reference="data", actor_id=operator.pk)
    pathways.create_programme(key="data", title="Data", summary="All of it.", organisation="Org", actor_id=operator.pk)
    rules = {"all_of": [{"slot": {"key": "a", "title": "A", "routes": [{"kind": "exam", "exam_key": "statistics"}]}}]}
    pathways.publish_programme("data", rules=rules, actor_id=operator.pk)
    return "data"


@pytest.fixture
def full(exam, paid_exam, credential_exam, programme, operator) -> None:
    """Something of everything that a catalogue can hold."""
    Exam.objects.filter(pk=exam.pk).update(subject="Statistics", summary="What data say.", owner_org="Org")
    ExamVersion.objects.filter(exam=paid_exam).update(is_demonstration=True)
    achievement = api.find_achievement(exam_key="paid")
    assert achievement is not None
    api.add_achievement_version(
        achievement.uuid,
        actor_id=operator.pk,
        title="Statistique",
        description="Décrit des données.",
        criteria="-",
        language="fr",
        field_of_study="Mathématiques",
        outcomes=[
            {
                "name": "Décrit",
                "description": "Décrit des données",
                "code": "S1",
                "url": "https://example.org/case/1",
            }
        ],
        levels=[{"scheme": "EQF", "value": "6", "url": "https://example.org/eqf/6"}],
    )


def test_catalogue_lists_achievements_exams_and_programmes(full, client) -> None:
    document = read(client)
    found = items(document)
    kinds = [entry["@type"] for entry in found.values()]
    assert kinds.count("LearningResource") == 3
    assert kinds.count("EducationalOccupationalProgram") == 1
    assert kinds.count(["EducationalOccupationalCredential", "ob:Achievement"]) == 4
    assert document["numberOfItems"] == len(found) == 8
    assert [entry["position"] for entry in document["itemListElement"]] == list(range(1, 9))
    achievement = found[api.find_achievement(exam_key="statistics").url]
    assert achievement["name"] == {"@value": "Introductory statistics", "@language": "en"}
    assert achievement["recognizedBy"]["name"] == "Example Institute of Mastery"
    assert achievement["@reverse"]["educationalCredentialAwarded"] == [
        {"@id": "https://mastery.example.org/mastery/exams/statistics/"}
    ]
    assert [term["name"]["@value"] for term in achievement["competencyRequired"]] == [
        "Describes data",
        "Tests a hypothesis",
    ]
    assert achievement["educationalLevel"][0]["name"] == "EQF 6"
    programme = found["https://mastery.example.org/pathways/data/"]
    assert programme["educationalCredentialAwarded"]["@id"] == api.find_achievement(programme_key="data").url


def test_catalogue_holds_the_newest_version_in_its_own_language(full, client) -> None:
    found = items(read(client))
    newest = api.find_achievement(exam_key="paid")
    assert newest.version_num == 2
    entry = found[newest.url]
    assert entry["version"] == "2"
    assert entry["name"] == {"@value": "Statistique", "@language": "fr"}
    assert entry["ob:fieldOfStudy"]["@language"] == "fr"
    assert [item["identifier"] for item in found.values()].count(str(newest.uuid)) == 1


def test_addresses_in_the_catalogue_can_be_followed_by_people_and_machines(full, client) -> None:
    for url, entry in items(read(client)).items():
        path = url.removeprefix("https://mastery.example.org")
        assert client.get(path).status_code == 200, url
        if "encoding" in entry:
            document = client.get(entry["encoding"]["contentUrl"].removeprefix("https://mastery.example.org"))
            assert document.json()["id"] == url


def test_version_of_an_achievement_keeps_its_address_and_words_when_a_newer_one_comes(full, client, shared) -> None:
    newest = api.find_achievement(exam_key="paid")
    old, new = AchievementVersion.objects.filter(achievement__uuid=newest.uuid).order_by("num")
    told = {}
    for version in (old, new):
        path = reverse("paid_certificate:achievement", args=[version.uuid])
        document = client.get(path, headers={"accept": "application/ld+json"}).json()
        assert document["id"] == f"https://mastery.example.org{path}"
        assert version.title in client.get(path).content.decode()
        # By the published contexts, nothing in it is dropped.
        require_signable(document, contexts=official_contexts(shared))
        told[version.num] = document
    assert (told[1]["name"], told[1]["version"]) == ("Introductory statistics", "1")
    assert (told[2]["name"], told[2]["version"]) == ("Statistique", "2")
    found = items(read(client))
    assert told[2]["id"] in found
    assert told[1]["id"] not in found


def test_exam_tells_its_price_and_the_credential_it_leads_to(full, client) -> None:
    at = "https://mastery.example.org/mastery/exams/{}/".format
    found = items(read(client))
    free, paid, later = (found[at(key)] for key in ("statistics", "paid", "later"))
    assert free["isAccessibleForFree"] is True
    assert "offers" not in free
    assert paid["isAccessibleForFree"] is False
    assert paid["offers"] == {"@type": "Offer", "price": "40.00", "priceCurrency": "EUR"}
    assert later["isAccessibleForFree"] is True
    assert later["offers"]["itemOffered"] == {"@id": api.find_achievement(exam_key="later").url}
    awarded = free["educationalCredentialAwarded"]
    assert awarded["@id"] == api.find_achievement(exam_key="statistics").url
    assert awarded["recognizedBy"]["url"] == "https://mastery.example.org/credentials/bodies/institute/"


def test_statement_of_accomplishment_is_not_taken_for_the_credential(full, client) -> None:
    Route.objects.filter(reference="statistics").update(form=CredentialForm.STATEMENT)
    found = items(read(client))
    achievement = api.find_achievement(exam_key="statistics")
    assert "@reverse" not in found[achievement.url]
    awarded = found["https://mastery.example.org/mastery/exams/statistics/"]["educationalCredentialAwarded"]
    assert awarded["credentialCategory"] == "statement of accomplishment"
    assert "@id" not in awarded
    assert awarded["url"] == achievement.url


def test_exam_whose_fee_is_not_set_or_has_no_minor_unit_tells_no_wrong_price(
    make_exam, make_achievement, operator, client
) -> None:
    made = make_exam("paid", fee_policy="sitting", required_grants=["payment"])
    make_achievement(made)
    (entry,) = [item for item in items(read(client)).values() if item["@type"] == "LearningResource"]
    assert not {"offers", "isAccessibleForFree"} & entry.keys()
    api.set_fee(made.key, amount=Money(5000, "JPY"), refund_rule="-", actor_id=operator.pk)
    (entry,) = [item for item in items(read(client)).values() if item["@type"] == "LearningResource"]
    assert entry["offers"] == {"@type": "Offer", "price": "5000", "priceCurrency": "JPY"}


def test_the_exams_own_catalogue_has_the_same_offers_and_credentials(full, client) -> None:
    own = {
        entry["item"]["identifier"]: entry["item"]
        for entry in read(client, "/mastery/catalogue.jsonld")["itemListElement"]
    }
    ours = {item["identifier"]: item for item in items(read(client)).values()}
    for identifier, entry in own.items():
        for name in ("offers", "isAccessibleForFree", "educationalCredentialAwarded"):
            assert entry.get(name) == ours[identifier].get(name)
    assert len(own) == 3


def test_demonstrations_say_so(full, client, settings) -> None:
    marked = [item for item in items(read(client)).values() if item.get("creativeWorkStatus") == "demonstration"]
    assert [item["url"].split("/")[-2] for item in marked] == ["paid"]
    settings.PAID_CERTIFICATE_PUBLIC_BASE_URL = "http://localhost:8000"
    local = items(read(client)).values()
    assert all(item["creativeWorkStatus"] == "demonstration" for item in local if "ob:humanCode" in item)


def test_what_is_not_public_never_appears(full, client, operator, make_exam) -> None:
    hidden = make_exam("secret-exam")
    Exam.objects.filter(pk=hidden.pk).update(status=ExamStatus.DRAFT)
    known = api.find_achievement(exam_key="statistics")
    api.add_route(known.uuid, kind="exam", reference="secret-exam", actor_id=operator.pk)
    api.create_body(slug="shadow", name="Shadow School", actor_id=operator.pk, **FACE)
    made = api.create_achievement(
        key="shadow-shown", body_slug="shadow", title="Shadow", actor_id=operator.pk, description="-", criteria="-"
    )
    Exam.objects.filter(key="later").update(status=ExamStatus.PUBLISHED)
    open_exam = make_exam("shadow-exam")
    api.add_route(made.uuid, kind="exam", reference=open_exam.key, actor_id=operator.pk)
    pathways.create_programme(key="secret-programme", title="Secret programme", actor_id=operator.pk)
    api.add_route(known.uuid, kind="programme", reference="secret-programme", actor_id=operator.pk)
    for address in (ADDRESS, "/mastery/catalogue.jsonld"):
        text = client.get(address).content.decode()
        assert "shadow-exam" in text, "an open exam stands in the list"
        for word in ("secret-exam", "shadow-shown", "Shadow School", "bodies/shadow", "secret-programme", "Secret"):
            assert word not in text, word
    # What is withdrawn leaves.
    Exam.objects.filter(key="statistics").update(status=ExamStatus.WITHDRAWN)
    pathways.close_programme("data", actor_id=operator.pk)
    IssuingBody.objects.filter(slug="institute").update(published_at=None)
    text = client.get(ADDRESS).content.decode()
    for word in ("exams/statistics/", "pathways/data/", "institute", "-shown"):
        assert word not in text, word


def test_catalogue_is_for_anybody_and_the_same_for_everybody(full, client, client_of, learner, operator) -> None:
    answers = [client.get(ADDRESS), client_of(learner).get(ADDRESS), client_of(operator).get(ADDRESS)]
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cache-Control"] == "public, max-age=300"
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies
    assert client.post(ADDRESS).status_code == 405
    assert client.get(ADDRESS, headers={"accept-language": "es"}).content == answers[0].content


@pytest.mark.parametrize("address", [ADDRESS, "/mastery/catalogue.jsonld"])
def test_catalogue_says_not_modified_until_something_changes(address: str, full, client) -> None:
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert client.head(address)["ETag"] == first["ETag"]
    ExamVersion.objects.filter(exam__key="statistics").update(title="Statistics anew")
    changed = client.get(address, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_large_catalogue_goes_on_page_by_page(full, client, monkeypatch) -> None:
    monkeypatch.setattr(catalogue_jsonld, "PAGE_SIZE", 3)
    whole: list[int] = []
    seen: set[str] = set()
    for num, links in enumerate((["next"], ["prev", "next"], ["prev"]), start=1):
        address = ADDRESS if num == 1 else f"{ADDRESS}?page={num}"
        response = client.get(address)
        document = response.json()
        assert document["@id"] == f"https://mastery.example.org{address}"
        assert document["numberOfItems"] == 8
        assert [part.split('rel="')[1].rstrip('"') for part in response["Link"].split(", ")] == links
        whole += [entry["position"] for entry in document["itemListElement"]]
        seen |= items(document).keys()
    assert whole == list(range(1, 9))
    assert len(seen) == 8
    for wrong in ("4", "0", "-1", "x", "", "9999999", "²"):
        answer = client.get(ADDRESS, {"page": wrong})
        assert answer.status_code == 404, wrong
        assert "Its pages are 1 to 3." in answer.content.decode()


def test_empty_catalogue_is_a_catalogue(db, client) -> None:
    document = read(client)
    assert (document["numberOfItems"], document["itemListElement"]) == (0, [])


@pytest.mark.parametrize("address", [ADDRESS, "/mastery/catalogue.jsonld", "/api/paid_certificate/v1/achievements/"])
def test_number_of_queries_does_not_grow_with_the_catalogue(
    address: str, full, make_exam, make_achievement, operator, client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    before = queries()
    for num in range(4):
        made = make_exam(f"more-{num}", fee_policy="sitting", required_grants=["payment"])
        make_achievement(made)
        api.set_fee(made.key, amount=Money(100, "EUR"), refund_rule="-", actor_id=operator.pk)
        pathways.create_programme(key=f"more-{num}", title="More", actor_id=operator.pk)
        pathways.publish_programme(
            f"more-{num}",
            rules={
                "all_of": [{"slot": {"key": "a", "title": "A", "routes": [{"kind": "exam", "exam_key": made.key}]}}]
            },
            actor_id=operator.pk,
        )
    assert queries() == before


@pytest.mark.parametrize("address", [ADDRESS, "/mastery/catalogue.jsonld"])
def test_every_term_is_one_of_schema_org_or_open_badges_that_we_meant(address: str, full, client, shared: Path) -> None:
    document = read(client, address)
    contexts = document["@context"] if isinstance(document["@context"], list) else [document["@context"]]
    assert contexts[0] == "https://schema.org"
    expanded = jsonld.expand(document, {"documentLoader": load})
    badges = (shared / "data" / "credentials" / "contexts" / "ob-context-3.0.3.json").read_text()
    said = keys_in(document)
    for name in said:
        if name.startswith("ob:"):
            assert f'"{catalogue_jsonld.OB}{name.removeprefix("ob:")}"' in badges, name
        else:
            assert name in (*PROPERTIES, *ADDRESSES, *DATES), f"no term of schema.org that we meant: {name}"
    # Nothing was dropped: the expansion holds as many properties as were written, and as many texts.
    written = sum(len([name for name in node if not name.startswith("@")]) for node in nodes(document))
    kept = sum(len([name for name in node if not name.startswith("@")]) for node in nodes(expanded))
    assert kept == written
    for node in nodes(expanded):
        for name in node:
            assert name.startswith(("@", SCHEMA, catalogue_jsonld.OB)), name
    assert json.dumps(expanded).count(f'"{SCHEMA}name"') >= 8


@pytest.mark.parametrize("address", [ADDRESS, "/mastery/catalogue.jsonld"])
def test_every_property_stands_where_the_vocabulary_has_it(address: str, full, client) -> None:
    typed = 0
    for node in nodes(read(client, address)):
        kinds = node.get("@type")
        kind = kinds[0] if isinstance(kinds, list) else kinds
        if kind is None:
            # A mere reference, or the reverse of one.
            assert set(node) in ({"@id"}, {"educationalCredentialAwarded"})
            continue
        typed += 1
        strange = {name for name in node if not name.startswith("ob:")} - DOMAINS[kind]
        assert not strange, (kind, strange)
        for value in (node["url"], node["@id"]) if "@id" in node and "url" in node else ():
            assert value.startswith(("http://", "https://"))
    assert typed > 10


def test_misspelt_term_would_be_seen(full, client) -> None:
    document = read(client)
    document["itemListElement"][0]["item"]["competencyRequried"] = "x"
    expanded = jsonld.expand(document, {"documentLoader": load})
    assert "competencyRequried" not in json.dumps(expanded)
    assert "competencyRequried" in keys_in(document)


def test_pages_lead_to_the_catalogue(full, client) -> None:
    link = f'<link rel="alternate" type="application/ld+json" href="{reverse("paid_certificate:catalogue-jsonld")}"'
    version = api.find_achievement(exam_key="statistics")
    for path in (
        reverse("paid_certificate:achievement", args=[version.version_uuid]),
        reverse("paid_certificate:body", args=["institute"]),
        "/mastery/exams/",
        "/pathways/",
    ):
        assert link in client.get(path).content.decode()


def test_catalogue_switched_off_answers_404_and_exams_go_without_it(full, client, settings) -> None:
    settings.PAID_CERTIFICATE_ENABLED = False
    assert client.get(ADDRESS).status_code == 404
    (free,) = [
        entry["item"]
        for entry in read(client, "/mastery/catalogue.jsonld")["itemListElement"]
        if entry["item"]["url"].endswith("/statistics/")
    ]
    assert not {"offers", "isAccessibleForFree", "educationalCredentialAwarded"} & free.keys()
    for path in ("/mastery/exams/", "/pathways/"):
        assert ADDRESS not in client.get(path).content.decode()
