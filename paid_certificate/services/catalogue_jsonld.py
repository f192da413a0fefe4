"""The public catalogue for machines: achievements, exams and programmes in terms of schema.org and Open Badges 3.0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

import attrs
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from mastery_exam.data import ExamSummary
from micromasters_pathway import api as pathways
from micromasters_pathway.data import ProgrammeData
from paid_certificate.data import CredentialForm, Purpose, Quote
from paid_certificate.errors import CataloguePageNotFound
from paid_certificate.models import AchievementVersion, IssuingBody, Route
from paid_certificate.services.achievements import newest_versions
from paid_certificate.services.addresses import achievement_url, base_url, body_did, body_url, is_local
from paid_certificate.services.fees import find_quotes

OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
CONTEXT = ["https://schema.org", {"ob": OB}]
PAGE_SIZE = 100

Node = dict[str, Any]


def catalogue_page(num: int = 1, *, request: HttpRequest | None = None) -> tuple[Node, int]:
    """Return page `num` of the catalogue, and how many pages there are; raises CataloguePageNotFound.

    Only what is open to everybody stands in it: achievements of bodies that issue, each in its newest version, and
    published exams and programmes.
    """
    listing = _Listing(request)
    entries = listing.entries()
    pages = max(1, -(-len(entries) // PAGE_SIZE))
    if not 1 <= num <= pages:
        raise CataloguePageNotFound(
            _("The catalogue has no page {num}. Its pages are 1 to {pages}.").format(num=num, pages=pages)
        )
    first = (num - 1) * PAGE_SIZE
    nodes = listing.describe(entries[first : first + PAGE_SIZE])
    document: Node = {
        "@context": CONTEXT,
        "@type": "ItemList",
        "@id": catalogue_url(num),
        "url": catalogue_url(num),
        "numberOfItems": len(entries),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": node}
            for position, node in enumerate(nodes, start=first + 1)
        ],
    }
    return document, pages


def catalogue_url(num: int = 1) -> str:
    """The address of a page of the catalogue."""
    return base_url() + reverse("paid_certificate:catalogue-jsonld") + (f"?page={num}" if num > 1 else "")


def exam_properties(listed: Sequence[ExamSummary]) -> dict[str, Node]:
    """By exam key, what the exams' own catalogue cannot know: what it costs, and the credential it leads to.

    As many queries for a hundred exams as for one.
    """
    given = _given_by("exam", [exam.key for exam in listed])
    quotes = find_quotes(listed)
    return {
        exam.key: _price(quotes.get(exam.key), given.get(exam.key)) | _awarded(given.get(exam.key)) for exam in listed
    }


class _Listing:
    """What is public now, and how each kind of it is told."""

    def __init__(self, request: HttpRequest | None):
        self._request = request
        self._versions = list(newest_versions())
        self._exams = exams.list_exams()
        self._programmes = pathways.list_programmes()

    def entries(self) -> list[AchievementVersion | ExamSummary | ProgrammeData]:
        """All of it, in an order that does not change from one page to the next."""
        return [*self._versions, *self._exams, *self._programmes]

    def describe(self, entries: Iterable[AchievementVersion | ExamSummary | ProgrammeData]) -> list[Node]:
        """One node for each entry."""
        entries = list(entries)
        routes = self._addresses()
        nodes = [_achievement(entry, routes) for entry in entries if isinstance(entry, AchievementVersion)]
        summaries = [entry for entry in entries if isinstance(entry, ExamSummary)]
        nodes += exams.exam_resources(summaries, base_url=base_url(), request=self._request)
        programmes = [entry for entry in entries if isinstance(entry, ProgrammeData)]
        given = _given_by("programme", [programme.key for programme in programmes])
        return nodes + [_programme(programme) | _awarded(given.get(programme.key)) for programme in programmes]

    def _addresses(self) -> dict[tuple[str, str], str]:
        """Where each route leads that everybody may see: an exam or a programme that is not public has no address."""
        found = {("exam", exam.key): exam.url for exam in self._exams}
        found |= {("programme", programme.key): programme.url for programme in self._programmes}
        return {route: urljoin(base_url(), url) for route, url in found.items()}


@attrs.frozen
class _Given:
    """What an exam or a programme leads to: the newest version of an achievement, in one form."""

    version: AchievementVersion
    form: CredentialForm


def _given_by(kind: str, references: Sequence[str]) -> dict[str, _Given]:
    """By reference, what each exam or programme leads to; those that lead to nothing are left out."""
    routes = list(Route.objects.filter(kind=kind, reference__in=references))
    newest = newest_versions().filter(achievement__in={route.achievement_id for route in routes})
    versions = {version.achievement_id: version for version in newest}
    return {
        route.reference: _Given(versions[route.achievement_id], CredentialForm(route.form))
        for route in routes
        if route.achievement_id in versions
    }


def _achievement(version: AchievementVersion, addresses: dict[tuple[str, str], str]) -> Node:
    achievement, url = version.achievement, achievement_url(version.uuid)
    language = version.language
    full = [route for route in achievement.routes.all() if route.form == CredentialForm.CREDENTIAL]
    routes = [addresses.get((route.kind, route.reference)) for route in full]
    node: Node = {
        "@type": ["EducationalOccupationalCredential", "ob:Achievement"],
        "@id": url,
        "url": url,
        "identifier": str(achievement.uuid),
        "version": str(version.num),
        "name": _text(version.title, language),
        "description": _text(version.description, language),
        "inLanguage": language,
        "credentialCategory": "MicroCredential",
        "recognizedBy": _organization(achievement.body),
        "competencyRequired": [_outcome(outcome, language) for outcome in version.outcomes],
        "educationalLevel": [_level(level) for level in version.levels],
        # The whole of it, as it stands inside every credential.
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": f"{url}?format=json",
            "encodingFormat": "application/ld+json",
        },
        "ob:achievementType": "MicroCredential",
        "ob:humanCode": achievement.key,
        "ob:creator": {"@id": body_did(achievement.body.slug)},
    }
    if version.field_of_study:
        node["ob:fieldOfStudy"] = _text(version.field_of_study, language)
    if is_local():
        node["creativeWorkStatus"] = "demonstration"
    if any(routes):
        node["@reverse"] = {"educationalCredentialAwarded": [{"@id": route} for route in routes if route]}
    return node


def _programme(programme: ProgrammeData) -> Node:
    url = urljoin(base_url(), programme.url)
    node: Node = {
        "@type": "EducationalOccupationalProgram",
        "@id": url,
        "url": url,
        "identifier": str(programme.uuid),
        "name": programme.title,
    }
    if programme.summary:
        node["description"] = programme.summary
    if programme.organisation:
        node["provider"] = {"@type": "Organization", "name": programme.organisation}
    return node


def _awarded(given: _Given | None) -> Node:
    """The achievement in one line, for what leads to it."""
    if given is None:
        return {}
    url = achievement_url(given.version.uuid)
    node: Node = {
        "@type": "EducationalOccupationalCredential",
        "url": url,
        "name": _text(given.version.title, given.version.language),
        "recognizedBy": _organization(given.version.achievement.body),
    }
    if given.form is CredentialForm.STATEMENT:
        # Less than the achievement, so not the same thing: it has no address of its own.
        node["credentialCategory"] = "statement of accomplishment"
    else:
        node["@id"] = url
    return {"educationalCredentialAwarded": node}


def _organization(body: IssuingBody) -> Node:
    url = body_url(body.slug)
    return {"@type": "Organization", "@id": url, "url": url, "name": body.name, "legalName": body.legal_name}


def _price(quote: Quote | None, given: _Given | None) -> Node:
    """The total price; what has no price yet says nothing, for nobody can register for it."""
    if quote is None:
        return {}
    if quote.total.is_zero:
        return {"isAccessibleForFree": True}
    offer: Node = {"@type": "Offer", "price": str(quote.total.amount), "priceCurrency": quote.total.currency}
    is_free = quote.purpose is Purpose.CREDENTIAL
    if is_free and given is not None:
        offer["itemOffered"] = {"@id": achievement_url(given.version.uuid)}
    return {"isAccessibleForFree": is_free, "offers": offer}


def _outcome(outcome: dict[str, str], language: str) -> Node:
    term: Node = {"@type": "DefinedTerm", "name": _text(outcome["name"], language)}
    if outcome.get("description"):
        term["description"] = _text(outcome["description"], language)
    if outcome.get("code"):
        term["termCode"] = outcome["code"]
    if outcome.get("url"):
        term["url"] = outcome["url"]
    return term


def _level(level: dict[str, str]) -> Node:
    term: Node = {
        "@type": "DefinedTerm",
        "name": f"{level['scheme']} {level['value']}",
        "termCode": level["value"],
        "inDefinedTermSet": {"@type": "DefinedTermSet", "name": level["scheme"]},
    }
    return term | ({"url": level["url"]} if level.get("url") else {})


def _text(value: str, language: str) -> dict[str, str]:
    """Words for people, with the language they are in."""
    return {"@value": value, "@language": language}
