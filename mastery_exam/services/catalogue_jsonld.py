"""The public catalogue for machines: schema.org terms in JSON-LD (LearningResource, `assesses`, Offer)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest

from mastery_exam import panels
from mastery_exam.data import CompetencyInfo, ExamSummary
from mastery_exam.services.catalogue import list_exams


def catalogue_document(base_url: str, *, request: HttpRequest | None = None) -> dict[str, Any]:
    """Return the published exams as one JSON-LD document with absolute addresses."""
    resources = exam_resources(list_exams(), base_url=base_url, request=request)
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "url": urljoin(base_url, "/mastery/catalogue.jsonld"),
        "numberOfItems": len(resources),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": resource}
            for position, resource in enumerate(resources, start=1)
        ],
    }


def exam_resources(
    exams: Sequence[ExamSummary], *, base_url: str, request: HttpRequest | None = None
) -> list[dict[str, Any]]:
    """Return each exam as a node of a schema.org document; upper apps add offers and credentials to all at once."""
    added = panels.first("exams.jsonld", request=request, exams=exams) or {}
    return [_resource(exam, base_url) | added.get(exam.key, {}) for exam in exams]


def _resource(exam: ExamSummary, base_url: str) -> dict[str, Any]:
    url = urljoin(base_url, exam.url)
    resource: dict[str, Any] = {
        "@type": "LearningResource",
        "@id": url,
        "url": url,
        "identifier": str(exam.uuid),
        "name": _text(exam.title, exam.language),
        "learningResourceType": "assessment",
        "inLanguage": exam.language,
        "timeRequired": f"PT{exam.minutes}M",
        "version": str(exam.version_num),
        "datePublished": exam.published_at.isoformat(),
        "assesses": [_term(area, exam.language) for area in exam.competencies],
    }
    if exam.summary:
        resource["description"] = _text(exam.summary, exam.language)
    if exam.subject:
        resource["about"] = _text(exam.subject, exam.language)
    if exam.body_org:
        resource["provider"] = {"@type": "Organization", "name": exam.body_org}
    if exam.is_demonstration:
        resource["creativeWorkStatus"] = "demonstration"
    return resource


def _term(area: CompetencyInfo, language: str) -> dict[str, Any]:
    term = {
        "@type": "DefinedTerm",
        "termCode": area.key,
        "name": _text(area.title, language),
        "description": _text(area.outcome, language),
    }
    return term | ({"url": area.case_url} if area.case_url else {})


def _text(value: str, language: str) -> dict[str, str]:
    """Words for people, with the language they are in."""
    return {"@value": value, "@language": language}
