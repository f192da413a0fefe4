"""What the learner's use cases share: finding rows, and turning them into data objects."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from mastery_exam.data import AreaResult, AttemptData, DecisionData, RegistrationData, ReviewData
from mastery_exam.errors import AttemptNotFound, DecisionNotFound, RegistrationNotFound
from mastery_exam.models import Attempt, Decision, Exam, ExamVersion, Form, Registration, ReviewRequest
from mastery_exam.services.resits import last_lapsed_num


def find_registration_row(registration_uuid: UUID, *, user_id: int | None = None) -> Registration:
    """Return the registration, of this person if one is named; raises RegistrationNotFound."""
    rows = Registration.objects.select_related("exam", "exam_version", "authorisation")
    row = rows.filter(uuid=registration_uuid, **_of_user(user_id)).first()
    if row is None:
        raise RegistrationNotFound(_("There is no such registration. Look at “My exams”."))
    return row


def find_attempt_row(attempt_uuid: UUID, *, user_id: int | None = None, lock: bool = False) -> Attempt:
    """Return the attempt, of this person if one is named, locked if asked; raises AttemptNotFound.

    The locked row comes alone: MariaDB would lock what is joined to it too, and so the exam for everybody.
    """
    rows = Attempt.objects.all()
    rows = rows.select_for_update() if lock else rows.select_related("exam", "exam_version", "registration", "form")
    row = rows.filter(uuid=attempt_uuid, **_of_user(user_id)).first()
    if row is None:
        raise AttemptNotFound(_("There is no such try. Look at “My exams”."))
    return row


def find_decision_row(decision_uuid: UUID, *, user_id: int | None = None) -> Decision:
    """Return the decision, of this person if one is named; raises DecisionNotFound."""
    filters = {} if user_id is None else {"attempt__user_id": user_id}
    row = with_attempt(Decision.objects.all()).filter(uuid=decision_uuid, **filters).first()
    if row is None:
        raise DecisionNotFound(_("There is no such result. Look at “My exams”."))
    return row


def with_attempt(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Load what `decision_data` reads."""
    return rows.select_related("attempt__exam", "attempt__exam_version", "attempt__registration")


def counted_attempts(user_id: int, exam: Exam) -> QuerySet[Attempt]:
    """The tries that count against the exam's limit: all but those that ended by a fault of ours.

    After a pass that may be followed by another (`resits`), only those since that pass.
    """
    rows = Attempt.objects.filter(user_id=user_id, exam=exam, num__gt=last_lapsed_num(user_id, exam))
    return rows.exclude(state=Attempt.State.VOIDED, our_fault=True)


def most_questions(version: ExamVersion) -> int:
    """Return the most questions of a sitting, those that are tried out among them."""
    return version.form_length + version.pilot_items


def unseen_forms(user_id: int, version_id: int) -> list[Form]:
    """The forms of the version with no item that the person was ever given, in this or an earlier version."""
    seen = Attempt.objects.filter(user_id=user_id).values("items__version_item__item_version__item_id")
    forms = Form.objects.filter(exam_version_id=version_id)
    known = Count("items", filter=Q(items__version_item__item_version__item_id__in=seen))
    return list(forms.annotate(known=known).filter(known=0).order_by("num"))


def next_try_from(user_id: int, exam: Exam, wait_days: int) -> datetime | None:
    """When the wait after the last counted try ends, or None where there was none. It may lie in the past."""
    last = counted_attempts(user_id, exam).order_by("-num").first()
    if last is None:
        return None
    return (last.submitted_at or last.voided_at or last.ends_at) + timedelta(days=wait_days)


def registration_data(row: Registration) -> RegistrationData:
    """Return the registration as callers see it."""
    from mastery_exam.services.grants import missing_grants

    authorisation = row.authorisation
    return RegistrationData(
        uuid=row.uuid,
        user_id=row.user_id,
        exam_key=row.exam.key,
        exam_title=row.exam_version.title,
        version_num=row.exam_version.num,
        legal_name=row.legal_name,
        state=row.state,
        fee_policy=row.exam_version.fee_policy,
        missing_grants=missing_grants(authorisation),
        attempts_allowed=authorisation.attempts_allowed,
        attempts_used=authorisation.attempts.count(),
        authorisation_uuid=authorisation.uuid,
        adjustments_requested=row.adjustments_requested,
        adjustments_answer=authorisation.adjustments_answer,
        extra_time_percent=authorisation.extra_time_percent,
        created=row.created,
    )


def attempt_data(row: Attempt) -> AttemptData:
    """Return the attempt as callers see it."""
    return AttemptData(
        uuid=row.uuid,
        registration_uuid=row.registration.uuid,
        exam_key=row.exam.key,
        exam_title=row.exam_version.title,
        version_num=row.exam_version.num,
        user_id=row.user_id,
        form_num=row.form.num if row.form else None,
        questions=most_questions(row.exam_version),
        state=row.state,
        started_at=row.started_at,
        ends_at=row.ends_at,
        submitted_at=row.submitted_at,
        closed_at=row.closed_at,
        num=row.num,
        accepts_until=row.accepts_until,
        identity=row.assurance_identity,
        supervision=row.assurance_supervision,
        our_fault=row.our_fault,
    )


def decision_data(row: Decision) -> DecisionData:
    """Return the decision as callers see it: on the reporting scale, areas without counts."""
    attempt = row.attempt
    return DecisionData(
        uuid=row.uuid,
        attempt_uuid=attempt.uuid,
        registration_uuid=attempt.registration.uuid,
        exam_key=attempt.exam.key,
        exam_title=attempt.exam_version.title,
        version_num=attempt.exam_version.num,
        user_id=attempt.user_id,
        legal_name=attempt.registration.legal_name,
        passed=row.passed,
        scaled_score=row.scaled_score,
        uncertainty_points=row.uncertainty_points,
        areas=tuple(AreaResult(area["key"], area["title"], area["standing"]) for area in row.areas),
        missed_floors=tuple(row.missed_floors),
        identity=attempt.assurance_identity,
        supervision=attempt.assurance_supervision,
        is_demonstration=attempt.exam_version.is_demonstration,
        sat_at=attempt.submitted_at or attempt.ends_at,
        decided_at=row.decided_at,
        released_at=row.released_at,
        state=row.state,
        num=row.num,
        release_due_at=row.release_due_at,
        withdrawn_at=row.withdrawn_at,
        reason=row.reason,
    )


def review_data(row: ReviewRequest) -> ReviewData:
    """Return the request for review as callers see it."""
    return ReviewData(
        uuid=row.uuid,
        decision_uuid=row.decision.uuid,
        user_id=row.user_id,
        text=row.text,
        deadline=row.deadline,
        state=row.state,
        answer=row.answer,
        created=row.created,
    )


def _of_user(user_id: int | None) -> dict[str, int]:
    return {} if user_id is None else {"user_id": user_id}
