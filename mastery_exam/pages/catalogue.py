"""The catalogue and an exam's page: for anybody, with no login. Nothing here shows an item."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mastery_exam import panels
from mastery_exam.data import ExamDetail, ExamStatus, ExamSummary, FeePolicy, Supervision
from mastery_exam.services.catalogue import find_exam, get_exam, list_exams, withdrawn_reason
from mastery_exam.services.catalogue_jsonld import catalogue_document
from mastery_exam.services.learner_status import learner_status
from mastery_exam.services.registering import list_registrations
from openedx_bridge.dates import zone_of
from openedx_bridge.open_data import open_json
from openedx_bridge.web import render_page, suite_page

PER_PAGE = 20
NO_BADGE = ("not_registered", "not_passed", "withdrawn")


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the published exams, searched and filtered by the query string."""
    wanted = {name: request.GET.get(name, "").strip() for name in ("q", "subject", "language", "price", "place")}
    try:
        everything = list_exams()
        found = [exam for exam in list_exams(query=wanted["q"]) if _matches(exam, wanted)]
        own = _own_badges(request)
    except DatabaseError:
        return render_page(request, "mastery_exam/catalogue.html", {"unavailable": True, "wanted": wanted}, status=503)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "is_filtered": any(wanted.values()),
        "subjects": sorted({exam.subject for exam in everything if exam.subject}),
        "languages": sorted({(exam.language, _language_name(exam.language)) for exam in everything}),
        "page": page,
        "cards": [_card(request, exam, own.get(exam.key, "")) for exam in page],
        "query": "&".join(f"{name}={value}" for name, value in _query(request).items()),
        "wider_url": panels.first("catalogue.wider_url", request=request),
    }
    return render_page(request, "mastery_exam/catalogue.html", context)


@require_safe
@suite_page
def exam_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell everything about an exam that a person should know before registering."""
    exam = get_exam(slug)
    status = learner_status(request.user.pk if request.user.is_authenticated else None, exam_key=slug)
    opens = exam.registration_opens_at
    context = {
        "exam": exam,
        "status": status,
        "zone": zone_of(request.user.pk),
        "opens": opens if opens and opens > timezone.now() else None,
        "is_withdrawn": exam.status == ExamStatus.WITHDRAWN,
        "withdrawn_reason": withdrawn_reason(slug),
        "successor": find_exam(exam.successor_key) if exam.successor_key else None,
        "passed": panels.render("exam.passed", request=request, exam=exam) if status.state == "passed" else [],
        "issuer": panels.render("exam.issuer", request=request, exam=exam),
        "price": panels.render("exam.price", request=request, exam=exam),
        "recognition": panels.render("exam.recognition", request=request, exam=exam),
        "varies": exam.least_questions < exam.questions,
        "floors": [area for area in exam.competencies if area.least_marks],
        "minimums": any(area.has_minimum for area in exam.competencies),
        "judges": _judges_text(exam),
        "released_on": _released_on(exam),
    }
    return render_page(request, "mastery_exam/exam.html", context)


@require_safe
def catalogue_jsonld(request: HttpRequest) -> HttpResponse:
    """The catalogue for machines: schema.org in JSON-LD, open to everybody."""
    document = catalogue_document(request.build_absolute_uri("/"), request=request)
    return open_json(request, document, content_type="application/ld+json")


def _matches(exam: ExamSummary, wanted: dict[str, str]) -> bool:
    checks = {
        "subject": exam.subject,
        "language": exam.language,
        "price": "free" if exam.fee_policy == FeePolicy.NONE else "fee",
        "place": "onsite" if exam.supervision == Supervision.ONSITE else "online",
    }
    return all(not wanted[name] or wanted[name] == value for name, value in checks.items())


def _card(request: HttpRequest, exam: ExamSummary, badge: str) -> dict[str, Any]:
    return {
        "exam": exam,
        "badge": badge,
        "lines": panels.render("catalogue.card", request=request, exam=exam),
    }


def _own_badges(request: HttpRequest) -> dict[str, str]:
    if not request.user.is_authenticated:
        return {}
    badges = {}
    for key in {registration.exam_key for registration in list_registrations(request.user.pk)}:
        state = learner_status(request.user.pk, exam_key=key).state
        if state == "passed":
            badges[key] = _("passed")
        elif state not in NO_BADGE:
            badges[key] = _("registered")
    return badges


def _query(request: HttpRequest) -> dict[str, str]:
    query = request.GET.copy()
    query.pop("page", None)
    return {part.partition("=")[0]: part.partition("=")[2] for part in query.urlencode().split("&") if part}


def _language_name(tag: str) -> str:
    """Return a language's name in itself, or the tag where Django does not know it."""
    try:
        return get_language_info(tag)["name_local"]
    except KeyError:
        return tag


def _released_on(exam: ExamDetail) -> date | None:
    released = exam.pass_mark.released_on if exam.pass_mark else ""
    return date.fromisoformat(released) if released else None


def _judges_text(exam: ExamDetail) -> str:
    return ", ".join(exam.pass_mark.judges) if exam.pass_mark else ""
