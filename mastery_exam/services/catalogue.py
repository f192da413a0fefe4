"""What everybody may know of the exams: the list, and one exam's page. Never an item, an answer or a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from mastery_exam.data import (
    CompetencyInfo,
    DeliveryRule,
    ExamDetail,
    ExamStatus,
    ExamSummary,
    FloorRule,
    ItemUse,
    Supervision,
)
from mastery_exam.errors import ExamNotFound
from mastery_exam.models import Exam, ExamVersion
from mastery_exam.services.authoring import study_links_of
from mastery_exam.services.draw_forms import read_record
from mastery_exam.services.exam_words import least_questions, length_text, most_questions, pass_mark_text


def list_exams(
    *, query: str = "", subject: str = "", language: str = "", include_demonstrations: bool = True
) -> list[ExamSummary]:
    """Return the published exams by title; each word of the query stands somewhere in what is told of the exam."""
    rows = newest_versions().filter(exam__status=ExamStatus.PUBLISHED)
    if subject:
        rows = rows.filter(exam__subject=subject)
    if language:
        rows = rows.filter(exam__language=language)
    if not include_demonstrations:
        rows = rows.filter(is_demonstration=False)
    exams = [_summary(version) for version in rows.order_by("title", "exam__key")]
    words = query.casefold().split()
    return [exam for exam in exams if all(word in _haystack(exam) for word in words)]


def find_exam(key: str) -> ExamDetail | None:
    """Return a published or withdrawn exam, or None; one that was never published has no version and is not found."""
    version = newest_versions().filter(exam__key=key).first()
    return exam_detail(version.exam, version) if version else None


def get_exam(key: str) -> ExamDetail:
    """Return a published or withdrawn exam; raises ExamNotFound."""
    exam = find_exam(key)
    if exam is None:
        raise ExamNotFound(_("There is no exam at this address. Look for it in the list of exams."))
    return exam


def newest_versions() -> QuerySet[ExamVersion]:
    """The newest version of each exam that has any, with the exam loaded."""
    newest = ExamVersion.objects.filter(exam=OuterRef("exam")).order_by("-num").values("num")[:1]
    return (
        ExamVersion.objects.annotate(newest_num=Subquery(newest))
        .filter(num=F("newest_num"))
        .select_related("exam", "exam__successor")
    )


def withdrawn_reason(key: str) -> str:
    """Return why an exam was withdrawn; empty if it was not."""
    return Exam.objects.filter(key=key).values_list("withdrawn_reason", flat=True).first() or ""


def exam_detail(exam: Exam, version: ExamVersion) -> ExamDetail:
    """Return what the exam's page tells of a version."""
    return ExamDetail(
        **_facts(exam, version),
        what_passing_shows=version.what_passing_shows,
        can_go_back=version.can_go_back,
        pass_mark=read_record(version.pass_mark_record),
        adjustments=tuple(version.adjustments),
        rules=version.rules,
        appeals=version.appeals,
        terms_text=version.terms_text,
        terms_version=version.terms_version,
        release_policy=version.release_policy,
        release_hours=version.release_hours,
        num_forms=version.forms.count(),
        num_practice=version.items.filter(use=ItemUse.PRACTICE).count(),
    )


def _summary(version: ExamVersion) -> ExamSummary:
    return ExamSummary(**_facts(version.exam, version))


def _facts(exam: Exam, version: ExamVersion) -> dict[str, Any]:
    return {
        "uuid": exam.uuid,
        "key": exam.key,
        "title": version.title,
        "subject": exam.subject,
        "language": exam.language,
        "summary": exam.summary,
        "body_org": exam.owner_org,
        "minutes": version.minutes,
        "questions": most_questions(version),
        "least_questions": least_questions(version),
        "pilot_questions": version.pilot_items,
        "length_text": length_text(version),
        "marks_needed": version.marks_needed,
        "pass_mark_text": pass_mark_text(version),
        "delivery_rule": version.delivery_rule,
        "delivery": _("on site") if version.supervision == Supervision.ONSITE else _("online"),
        "is_demonstration": version.is_demonstration,
        "is_provisional": version.pass_mark_record.get("provisional", True),
        "version_num": version.num,
        "version_uuid": version.uuid,
        "fee_policy": version.fee_policy,
        "url": reverse("mastery_exam:exam", args=[exam.key]),
        "competencies": tuple(_areas(version)),
        "identity_policy": version.identity_policy,
        "supervision": version.supervision,
        "max_attempts": version.max_attempts,
        "wait_days": version.wait_days,
        "status": exam.status,
        "published_at": version.published_at,
        "course_key": exam.course_key,
        "registration_opens_at": exam.registration_opens_at,
        "successor_key": exam.successor.key if exam.successor else None,
    }


def _areas(version: ExamVersion) -> list[CompetencyInfo]:
    total = sum(version.blueprint.values())
    return [
        CompetencyInfo(
            key=area["key"],
            title=area["title"],
            outcome=area["outcome"],
            weight=Decimal(version.blueprint[area["key"]]) / total,
            num_items=version.blueprint[area["key"]],
            case_url=area["case_url"],
            least_marks=version.floors.get(area["key"], 0),
            study_links=study_links_of(area["study_links"]),
            has_minimum=_has_minimum(version, area["key"]),
        )
        for area in version.competencies
    ]


def _has_minimum(version: ExamVersion, area_key: str) -> bool:
    """Whether the area has a floor; without fixed forms it follows the questions given, and stands in no number."""
    if version.delivery_rule == DeliveryRule.CLASSIFICATION:
        return version.floor_rules.get(area_key, FloorRule.DEFAULT) != FloorRule.NONE
    return area_key in version.floors


def _haystack(exam: ExamSummary) -> str:
    areas = (f"{area.title} {area.outcome}" for area in exam.competencies)
    return " ".join([exam.title, exam.subject, exam.summary, exam.body_org, exam.key, *areas]).casefold()
