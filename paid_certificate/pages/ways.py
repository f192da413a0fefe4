"""The ways to an achievement in words and links: what leads to it, to which form, and checked how."""

from __future__ import annotations

import attrs
from django.urls import reverse
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from micromasters_pathway import api as pathways
from micromasters_pathway.data import ProgrammeStatus
from openedx_bridge import api as bridge
from paid_certificate.data import AchievementData, CredentialForm, RouteData, RouteKind


@attrs.frozen
class Way:
    """One way: its kind in words, title and address of where it is gone (empty: nowhere), and what it gives."""

    kind: str
    title: str
    url: str
    gives: str


def ways_of(achievement: AchievementData) -> list[Way]:
    """Every way to the achievement, the full credential first."""
    routes = sorted(achievement.ways, key=lambda route: (route.form != CredentialForm.CREDENTIAL, route.reference))
    return [_way(achievement, route) for route in routes]


def _way(achievement: AchievementData, route: RouteData) -> Way:
    kinds = {
        RouteKind.EXAM: _("Exam"),
        RouteKind.COURSE: _("Course"),
        RouteKind.PROGRAMME: _("Programme"),
        RouteKind.EVIDENCE: _("Evidence of what was learned elsewhere"),
    }
    title, url = _place(achievement, route)
    return Way(kinds[route.kind], title, url, _gives(route))


def _place(achievement: AchievementData, route: RouteData) -> tuple[str, str]:
    """Title and address of an exam, a course or a programme; what is not there any more keeps its key as a title."""
    if route.kind is RouteKind.EVIDENCE:
        url = reverse("paid_certificate:claim-start", args=[achievement.uuid])
        return _("Show what you can do with evidence"), url
    if route.kind is RouteKind.EXAM:
        exam = exams.find_exam(route.reference)
        return (exam.title, exam.url) if exam else (route.reference, "")
    if route.kind is RouteKind.COURSE:
        course = bridge.find_course(route.reference)
        return (course.title, course.url) if course else (route.reference, "")
    programme = pathways.find_programme(route.reference)
    is_public = programme is not None and programme.status != ProgrammeStatus.DRAFT
    return (programme.title, programme.url) if programme and is_public else (route.reference, "")


def _gives(route: RouteData) -> str:
    if route.form is CredentialForm.STATEMENT:
        return _("a statement of accomplishment, which is no credential and carries no credit")
    identity = _("identity checked") if route.least_identity == "checked" else ""
    watched = {"none": "", "online": _("watched online or on site"), "onsite": _("watched on site")}
    asks = ", ".join(filter(None, (identity, watched[route.least_supervision])))
    if not asks:
        return _("the full credential")
    if route.below_gives_statement:
        return _("the full credential ({asks}); otherwise a statement of accomplishment").format(asks=asks)
    return _("the full credential ({asks})").format(asks=asks)
