"""The public catalogue for machines: schema.org terms in JSON-LD (LearningResource, `assesses`, Offer)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest

from mastery_exam import panels
from mastery_exam.data import ExamSummary
from mastery_exam.services.catalogue import list_exams


def catalogue_document(base_url: str, *, request: HttpRequest | None = None) -> dict[str, Any]:
    """Return the published exams as one JSON-LD document with absolute addresses."""
    exams = list_exams()
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "url": urljoin(base_url, "/mastery/catalogue.jsonld"),
        "numberOfItems": len(exams),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": _resource(exam, base_url, request)}
            for position, exam in enumerate(exams, start=1)
        ],
    }


def _resource(exam: ExamSummary, base_url: str, request: HttpRequest | None) -> dict[str, Any]:
    """Return one exam; upper apps add offers and recognitions through the slot `exam.jsonld`."""
    url = urljoin(base_url, exam.url)
    resource: dict[str, Any] = {
        "@type": "LearningResource",
        "@id": url,
        "url": url,
        "identifier": str(exam.uuid),
        "name": exam.title,
        "description": exam.summary,
        "learningResourceType": "assessment",
        "inLanguage": exam.language,
        "timeRequired": f"PT{exam.minutes}M",
        "version": str(exam.version_num),
        "datePublished": exam.published_at.isoformat(),
        "assesses": [_term(area) for area in exam.competencies],
    }
    if exam.subject:
        resource["about"] = exam.subject
    if exam.body_org:
        resource["provider"] = {"@type": "Organization", "name": exam.body_org}
    if exam.is_demonstration:
        resource["creativeWorkStatus"] = "demonstration"
    return resource | (panels.first("exam.jsonld", request=request, exam=exam) or {})


def _term(area: Any) -> dict[str, str]:
    term = {"@type": "DefinedTerm", "termCode": area.key, "name": area.title, "description": area.outcome}
    return term | ({"url": area.case_url} if area.case_url else {})
