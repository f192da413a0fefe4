"""Where a person stands with an exam, in one word, and the one next step: My exams, the catalogue and the block ask."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import GrantKind, LearnerStatus
from mastery_exam.errors import ExamNotFound, RegistrationRefused
from mastery_exam.models import Attempt, Decision, Exam, Registration
from mastery_exam.services.grants import missing_grants
from mastery_exam.services.registering import refuse_to_register
from mastery_exam.services.sitting import next_try_from
from mastery_exam.services.start_codes import needs_start_code


def learner_status(user_id: int | None, *, exam_key: str) -> LearnerStatus:
    """Say where the person stands; anybody anonymous is not registered. Raises ExamNotFound.

    States: not_registered, registered (something is waited for), waiting_payment, ready, in_progress, waiting_result,
    passed, not_passed, withdrawn.
    """
    exam = Exam.objects.filter(key=exam_key).first()
    if exam is None:
        raise ExamNotFound(_("There is no exam with the key “%(key)s”.") % {"key": exam_key})
    page = reverse("mastery_exam:exam", args=[exam.key])
    if user_id is None:
        return LearnerStatus("not_registered", _("View exam"), page, None)
    registration = Registration.objects.select_related("exam_version", "authorisation").filter(
        user_id=user_id, exam=exam, state=Registration.State.OPEN
    )
    held = registration.first()
    if held is not None:
        return _of_open(held)
    last = Attempt.objects.filter(user_id=user_id, exam=exam).order_by("-num").first()
    return _of_last(last) if last else LearnerStatus("not_registered", _("View exam"), page, None)


def _of_open(registration: Registration) -> LearnerStatus:
    attempt = registration.attempts.filter(state=Attempt.State.IN_PROGRESS).first()
    if attempt is not None:
        url = reverse("mastery_exam:runner", args=[attempt.uuid])
        return LearnerStatus("in_progress", _("Go on with the exam"), url, attempt.ends_at)
    missing = set(missing_grants(registration.authorisation))
    if needs_start_code(registration):
        missing.discard(GrantKind.IDENTITY.value)
    mine = reverse("mastery_exam:my-exams")
    if GrantKind.PAYMENT in missing:
        return LearnerStatus("waiting_payment", _("Go to the payment"), mine, None)
    if missing:
        return LearnerStatus("registered", _("See what we are waiting for"), mine, None)
    opens = _opens(registration.user_id, registration.exam, registration.exam_version.wait_days)
    return LearnerStatus("ready", _("Check in"), reverse("mastery_exam:check-in", args=[registration.uuid]), opens)


def _of_last(attempt: Attempt) -> LearnerStatus:
    url = reverse("mastery_exam:result", args=[attempt.uuid])
    decision = attempt.decisions.order_by("-num").first()
    if attempt.state == Attempt.State.VOIDED or (decision and decision.state == Decision.State.WITHDRAWN):
        return LearnerStatus("withdrawn", _("See what happened"), url, None)
    if decision is None or decision.state == Decision.State.PENDING_CHECK:
        return LearnerStatus("waiting_result", _("See when your result comes"), url, _due(decision))
    if decision.passed:
        return LearnerStatus("passed", _("See your result"), url, None)
    opens = _opens(attempt.user_id, attempt.exam, attempt.exam_version.wait_days)
    return LearnerStatus("not_passed", _("See your result"), url, opens)


def reason_not_to_register(user_id: int, exam_key: str) -> str:
    """Return an empty text when the person can register for the exam now, else the reason in a sentence."""
    try:
        refuse_to_register(user_id, exam_key=exam_key)
    except (RegistrationRefused, ExamNotFound) as reason:
        return str(reason.user_message)
    return ""


def _opens(user_id: int, exam: Exam, wait_days: int) -> datetime | None:
    opens = next_try_from(user_id, exam, wait_days)
    return opens if opens and opens > timezone.now() else None


def _due(decision: Decision | None) -> datetime | None:
    return decision.release_due_at if decision else None
