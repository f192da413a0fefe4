"""The result, for its candidate only: the decision, its uncertainty, the next step, what to study, a person to ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mastery_exam import panels
from mastery_exam.data import AreaStanding, DecisionData, ReleasePolicy
from mastery_exam.errors import InvalidInput
from mastery_exam.models import Attempt, Decision
from mastery_exam.pages.review import reference_of, submitted_text
from mastery_exam.psychometrics.decision import SCALE_PASS, is_close_to_pass_mark
from mastery_exam.services.authoring import study_links_of
from mastery_exam.services.catalogue import exam_detail, find_exam, newest_versions
from mastery_exam.services.drawing import must_repeat
from mastery_exam.services.ending import close_if_due
from mastery_exam.services.learner_status import learner_status, reason_not_to_register
from mastery_exam.services.releasing import find_decision
from mastery_exam.services.reviewing import find_review, request_review, review_until
from mastery_exam.services.sitting import attempt_data, find_attempt_row
from openedx_bridge.dates import zone_of
from openedx_bridge.web import render_page, suite_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@suite_page
@login_required
def result(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """Show where the result stands; a POST asks for a review. No item is ever shown here."""
    find_attempt_row(attempt_uuid, user_id=request.user.pk)
    close_if_due(attempt_uuid)
    attempt = find_attempt_row(attempt_uuid, user_id=request.user.pk)
    if attempt.state == Attempt.State.IN_PROGRESS:
        return redirect("mastery_exam:runner", attempt_uuid=attempt_uuid)
    if request.GET.get("ended") and attempt.state in Attempt.ENDED:
        # The runner's script led here when the sitting ended: say so once, at the page's own address.
        messages.success(request, submitted_text(attempt_data(attempt), zone_of(request.user.pk)))
        return redirect("mastery_exam:result", attempt_uuid=attempt_uuid)
    decision = find_decision(attempt_uuid=attempt_uuid)
    if request.method == "POST" and decision is not None:
        try:
            request_review(request.user.pk, decision_uuid=decision.uuid, text=request.POST.get("text", ""))
        except InvalidInput as error:
            return _show(request, attempt, decision, errors=error.fields)
        messages.success(request, _("Your request was sent. A person will answer it here."))
        return redirect("mastery_exam:result", attempt_uuid=attempt_uuid)
    return _show(request, attempt, decision)


def _show(
    request: HttpRequest, attempt: Attempt, decision: DecisionData | None, *, errors: dict[str, str] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "attempt": attempt,
        "version": attempt.exam_version,
        "exam": attempt.exam,
        "zone": zone_of(request.user.pk),
        "reference": reference_of(attempt.uuid),
        "decision": decision,
        "view": _view_of(attempt, decision),
        "checked_first": attempt.exam_version.release_policy == ReleasePolicy.AFTER_CHECK,
        "errors": errors or {},
    }
    if context["view"] in ("passed", "not_passed"):
        context |= _released(request, attempt, decision)  # type: ignore[arg-type]
    return render_page(request, "mastery_exam/result.html", context, status=400 if errors else 200)


def _view_of(attempt: Attempt, decision: DecisionData | None) -> str:
    """Which of the page's states this is."""
    if attempt.state == Attempt.State.VOIDED:
        return "our_fault" if attempt.our_fault else "voided"
    if decision is None:
        return "deciding"
    if decision.state == Decision.State.PENDING_CHECK:
        return "waiting"
    if decision.state != Decision.State.RELEASED:
        return "withdrawn" if decision.released_at else "deciding"
    return "passed" if decision.passed else "not_passed"


def _released(request: HttpRequest, attempt: Attempt, decision: DecisionData) -> dict[str, Any]:
    score, points = decision.scaled_score, decision.uncertainty_points
    is_close = score is not None and points is not None and is_close_to_pass_mark(score, points=points)
    titles = {area["key"]: area["title"] for area in attempt.exam_version.competencies}
    review = find_review(decision.uuid)
    evidence = attempt.decisions.values_list("evidence", flat=True).get(uuid=decision.uuid)
    released_at = decision.released_at or decision.decided_at
    return {
        "pass_mark": SCALE_PASS,
        "is_close": is_close,
        "missed": [titles.get(key, key) for key in decision.missed_floors],
        "reached_total": evidence.get("above_cut", False) if score is None else score >= SCALE_PASS,
        "ended_early": evidence.get("ended_early", False),
        "minimums": _has_minimums(attempt),
        "may_repeat": not decision.passed and _must_repeat(attempt),
        "areas": [_area(area.key, area.title, area.standing, attempt) for area in decision.areas],
        "next": panels.render("result.next", request=request, decision=decision),
        "price": panels.render("exam.price", request=request, exam=find_exam(attempt.exam.key))
        if not decision.passed
        else [],
        "status": learner_status(request.user.pk, exam_key=attempt.exam.key),
        "no_retry": "" if decision.passed else reason_not_to_register(request.user.pk, attempt.exam.key),
        "in_course": attempt.exam.placements.filter(unlinked=False).exists(),
        "review": review,
        "review_until": review_until(released_at),
        "previous": _previous(attempt, decision),
        "judges": ", ".join(attempt.exam_version.pass_mark_record.get("judges", [])),
    }


def _must_repeat(attempt: Attempt) -> bool:
    """Whether another try, at the version that is sat now, would bring questions that the person has met."""
    return must_repeat(attempt.user_id, newest_versions().get(exam=attempt.exam))


def _has_minimums(attempt: Attempt) -> bool:
    return any(area.has_minimum for area in exam_detail(attempt.exam, attempt.exam_version).competencies)


def _area(key: str, title: str, standing: str, attempt: Attempt) -> dict[str, Any]:
    words = {AreaStanding.ABOVE: _("Above"), AreaStanding.NEAR: _("Near"), AreaStanding.BELOW: _("Below")}
    frozen = next((area for area in attempt.exam_version.competencies if area["key"] == key), {})
    return {
        "title": title,
        "standing": standing,
        "words": words[AreaStanding(standing)],
        "outcome": frozen.get("outcome", ""),
        "study": study_links_of(frozen.get("study_links", [])),
    }


def _previous(attempt: Attempt, decision: DecisionData) -> Decision | None:
    """The released decision that this one replaced, if it did."""
    rows = attempt.decisions.filter(state=Decision.State.SUPERSEDED, released_at__isnull=False, num__lt=decision.num)
    return rows.order_by("-num").first()
