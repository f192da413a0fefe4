"""My exams: one card per exam, with its state, one next step and the deadline."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mastery_exam import panels
from mastery_exam.data import LearnerStatus, RegistrationData
from mastery_exam.services.ending import close_own_due
from mastery_exam.services.learner_status import learner_status, reason_not_to_register
from mastery_exam.services.registering import list_registrations
from mastery_exam.services.releasing import list_decisions
from mastery_exam.services.starting import missing_text
from openedx_bridge.dates import moment, zone_of
from openedx_bridge.web import render_page, suite_page

# What is urgent stands first.
ORDER = (
    "in_progress",
    "ready",
    "waiting_payment",
    "registered",
    "withdrawn",
    "not_passed",
    "passed",
    "waiting_result",
)
SHAPES = {"passed": "good", "in_progress": "warn", "waiting_payment": "warn", "withdrawn": "bad"}


@require_safe
@suite_page
@login_required
def my_exams(request: HttpRequest) -> HttpResponse:
    """Show the person's exams, the most urgent first."""
    user_id = request.user.pk
    close_own_due(user_id)
    newest: dict[str, RegistrationData] = {}
    for registration in list_registrations(user_id):
        newest.setdefault(registration.exam_key, registration)
    zone = zone_of(user_id)
    held = [registration for registration in newest.values() if registration.state != "cancelled"]
    cards = [_card(request, registration, zone) for registration in held]
    cards.sort(key=lambda card: ORDER.index(card["state"]) if card["state"] in ORDER else len(ORDER))
    context = {"cards": cards, "zone": zone, "below": panels.render("my_exams.below", request=request, user_id=user_id)}
    return render_page(request, "mastery_exam/my_exams.html", context)


def _card(request: HttpRequest, registration: RegistrationData, zone: str) -> dict[str, Any]:
    status = learner_status(request.user.pk, exam_key=registration.exam_key)
    decision = next(iter(list_decisions(request.user.pk, exam_key=registration.exam_key)), None)
    next_url = status.next_url
    if status.state == "waiting_payment":
        next_url = panels.first("registration.next_url", request=request, registration=registration) or next_url
    return {
        "title": registration.exam_title,
        "exam_key": registration.exam_key,
        "state": status.state,
        "shape": SHAPES.get(status.state, ""),
        "words": _words(status, registration, zone),
        "next_step": status.next_step,
        "next_url": next_url if next_url != reverse("mastery_exam:my-exams") else "",
        "deadline": _deadline(status, zone),
        "again": _again(request, status, registration),
        "extra": panels.render("my_exams.card", request=request, registration=registration, decision=decision),
    }


def _words(status: LearnerStatus, registration: RegistrationData, zone: str) -> str:
    """The state in words."""
    if status.state == "waiting_result":
        if status.deadline is None:
            return _("Your answers are in. Your result is being worked out.")
        when = {"when": moment(status.deadline, zone)}
        return _("Your result will be here by %(when)s. We check every new question first.") % when
    if status.state in ("registered", "waiting_payment") and registration.missing_grants:
        return missing_text(registration.missing_grants)
    words = {
        "in_progress": _("In progress. The clock is running."),
        "ready": _("Registered. You can sit this exam."),
        "passed": _("You passed."),
        "not_passed": _("You have not passed this time."),
        "withdrawn": _("Something changed about your last try."),
    }
    return words.get(status.state, _("Registered."))


def _deadline(status: LearnerStatus, zone: str) -> str:
    if status.deadline is None:
        return ""
    when = {"when": moment(status.deadline, zone)}
    if status.state == "in_progress":
        return _("Ends %(when)s.") % when
    if status.state == "ready":
        return _("You can start from %(when)s.") % when
    if status.state == "not_passed":
        return _("You can try again from %(when)s.") % when
    return ""


def _again(request: HttpRequest, status: LearnerStatus, registration: RegistrationData) -> dict[str, str] | None:
    """The way to another try, or the reason why there is none."""
    if status.state not in ("not_passed", "withdrawn"):
        return None
    reason = reason_not_to_register(request.user.pk, registration.exam_key)
    if reason:
        return {"reason": reason}
    return {"url": reverse("mastery_exam:register", args=[registration.exam_key])}
