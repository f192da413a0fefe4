"""The authors' desk for results: release after the check, reviews, adjustments, voiding. It shows no answers."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mastery_exam import rules
from mastery_exam.data import GrantKind
from mastery_exam.errors import InvalidInput
from mastery_exam.models import Attempt, Exam
from mastery_exam.pages.actions import author_page, perform, require
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.ending import void_attempt
from mastery_exam.services.grants import add_grant
from mastery_exam.services.invigilating import add_invigilator
from mastery_exam.services.registering import approve_adjustments
from mastery_exam.services.releasing import release_decisions, withdraw_decision
from mastery_exam.services.results_queue import results_queue
from mastery_exam.services.reviewing import answer_review
from mastery_exam.services.sitting import find_attempt_row, find_decision_row, find_registration_row
from openedx_bridge.dates import zone_of
from openedx_bridge.web import render_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def results_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what waits for a person, or do what one of the forms asks."""
    exam = find_exam_row(slug)
    require(rules.can_edit_exam(request.user, exam))
    actions = {
        "release": _release,
        "review": _review,
        "adjustments": _adjustments,
        "approve": _approve,
        "void": _void,
        "withdraw": _withdraw,
        "invigilator": _invigilator,
    }
    error = perform(request, actions, exam) if request.method == "POST" else None
    context = {"exam": exam, "queue": results_queue(exam), "zone": zone_of(request.user.pk), "error": error}
    return render_page(request, "mastery_exam/author_results.html", context, status=400 if error else 200)


def _release(request: HttpRequest, exam: Exam) -> str:
    chosen = [_uuid(value) for value in request.POST.getlist("decision")]
    if not chosen:
        raise InvalidInput(_("Choose the results to release."))
    n = len(release_decisions(exam.key, actor_id=request.user.pk, decision_uuids=chosen))
    return ngettext("%(n)d result was released.", "%(n)d results were released.", n) % {"n": n}


def _review(request: HttpRequest, exam: Exam) -> str:
    text = request.POST.get("credited", "")
    if not re.fullmatch(r"[\d\s,;]*", text):
        raise InvalidInput(_("Name the questions by their numbers, such as 3, 7."))
    credited = {int(number): True for number in re.findall(r"\d+", text)}
    answer = request.POST.get("answer", "")
    answer_review(_uuid(request.POST.get("review")), actor_id=request.user.pk, answer=answer, credited=credited)
    return _("The request was answered.")


def _adjustments(request: HttpRequest, exam: Exam) -> str:
    registration = _own_registration(request, exam)
    percent = request.POST.get("extra_time_percent", "").strip()
    if not percent.isdecimal():
        raise InvalidInput(_("Extra time is a percentage, such as 25; 0 for none."))
    approve_adjustments(
        registration,
        extra_time_percent=int(percent),
        actor_id=request.user.pk,
        answer=request.POST.get("answer", ""),
    )
    return _("The request for adjustments was answered.")


def _approve(request: HttpRequest, exam: Exam) -> str:
    registration = _own_registration(request, exam)
    add_grant(registration, kind=GrantKind.APPROVAL, reference=f"user:{request.user.pk}", actor_id=request.user.pk)
    return _("The registration was approved.")


def _void(request: HttpRequest, exam: Exam) -> str:
    attempt = _of(exam, find_attempt_row(_uuid(request.POST.get("attempt"))))
    our_fault = bool(request.POST.get("our_fault"))
    void_attempt(attempt.uuid, actor_id=request.user.pk, reason=request.POST.get("reason", ""), our_fault=our_fault)
    return _("The try was voided. Nothing was deleted.")


def _withdraw(request: HttpRequest, exam: Exam) -> str:
    decision = find_decision_row(_uuid(request.POST.get("decision")))
    _of(exam, decision.attempt)
    withdraw_decision(decision.uuid, actor_id=request.user.pk, reason=request.POST.get("reason", ""))
    return _("The result was withdrawn.")


def _invigilator(request: HttpRequest, exam: Exam) -> str:
    add_invigilator(exam.key, username=request.POST.get("username", ""), actor_id=request.user.pk)
    return _("The invigilator was added.")


def _own_registration(request: HttpRequest, exam: Exam) -> UUID:
    registration = find_registration_row(_uuid(request.POST.get("registration")))
    require(registration.exam_id == exam.pk)
    return registration.uuid


def _of(exam: Exam, attempt: Attempt) -> Attempt:
    """Return the attempt; an author of one exam has no hand in another's."""
    require(attempt.exam_id == exam.pk)
    return attempt


def _uuid(value: str | None) -> UUID:
    try:
        return UUID(value or "")
    except ValueError as error:
        raise InvalidInput(_("This form is not known any more. Load the page again and repeat.")) from error
