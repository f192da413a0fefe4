"""The invigilator's desk: who may work there, the seat list, and notes on what happened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs
from django.db import transaction
from django.utils.translation import gettext as _

from mastery_exam.errors import ExamNotFound, InvalidInput, StaffNotAllowed
from mastery_exam.models import Attempt, Exam, Incident, Invigilator, Registration
from mastery_exam.models.audit import record
from mastery_exam.rules import active_user, can_invigilate
from mastery_exam.services.grants import missing_grants
from mastery_exam.services.releasing import refuse_stranger
from mastery_exam.services.sitting import find_registration_row
from openedx_bridge import api as bridge

NOTE_LENGTH = 4000


@attrs.frozen
class Seat:
    """A person on the seat list: the name on the ID, what is still missing, and where the sitting stands."""

    registration_uuid: UUID
    legal_name: str
    seat: str
    state: str
    missing_grants: tuple[str, ...]
    extra_time_percent: int
    started_at: datetime | None
    ends_at: datetime | None
    incidents: tuple[tuple[datetime, str], ...]


def add_invigilator(exam_key: str, *, username: str, actor_id: int) -> None:
    """Let somebody work at the exam's desk. Raises ExamNotFound, StaffNotAllowed, InvalidInput. Safe to repeat."""
    exam = _exam(exam_key)
    refuse_stranger(exam, actor_id)
    user = bridge.find_user_by_username(username.strip())
    if user is None:
        message = _("There is no account with the username “%(name)s”.") % {"name": username.strip()}
        raise InvalidInput(message, fields={"username": message})
    with transaction.atomic():
        _row, made = Invigilator.objects.get_or_create(exam=exam, user_id=user.id)
        if made:
            record("invigilator_added", subject=exam, actor_id=actor_id, user_id=user.id)


def list_seats(exam_key: str, *, actor_id: int) -> list[Seat]:
    """Return everybody who is to sit or is sitting, by name. No item and no result. Raises StaffNotAllowed."""
    exam = _exam(exam_key)
    _refuse(exam, actor_id)
    rows = Registration.objects.filter(exam=exam, state=Registration.State.OPEN).select_related("authorisation")
    rows = rows.prefetch_related("incidents", "start_codes", "attempts").order_by("legal_name", "pk")
    return [_seat(row) for row in rows]


def note_incident(registration_uuid: UUID, *, actor_id: int, note: str) -> None:
    """Keep a note about a person's sitting. Raises RegistrationNotFound, StaffNotAllowed, InvalidInput."""
    registration = find_registration_row(registration_uuid)
    _refuse(registration.exam, actor_id)
    text = note.replace("\x00", "").strip()
    if not text or len(text) > NOTE_LENGTH:
        message = _("Write what happened, in at most %(n)d characters.") % {"n": NOTE_LENGTH}
        raise InvalidInput(message, fields={"note": message})
    with transaction.atomic():
        attempt = registration.attempts.order_by("-num").first()
        row = Incident.objects.create(registration=registration, attempt=attempt, note=text, by_id=actor_id)
        record("incident_noted", subject=row, actor_id=actor_id, registration=str(registration.uuid))


def _seat(row: Registration) -> Seat:
    running = next((a for a in row.attempts.all() if a.state == Attempt.State.IN_PROGRESS), None)
    codes = sorted(row.start_codes.all(), key=lambda code: code.pk)
    return Seat(
        registration_uuid=row.uuid,
        legal_name=row.legal_name,
        seat=codes[-1].seat if codes else "",
        state="sitting" if running else "let_in" if any(code.live for code in codes) else "waiting",
        missing_grants=missing_grants(row.authorisation),
        extra_time_percent=row.authorisation.extra_time_percent,
        started_at=running.started_at if running else None,
        ends_at=running.ends_at if running else None,
        incidents=tuple((incident.created, incident.note) for incident in row.incidents.all()),
    )


def _exam(exam_key: str) -> Exam:
    exam = Exam.objects.filter(key=exam_key).first()
    if exam is None:
        raise ExamNotFound(_("There is no exam with the key “%(key)s”.") % {"key": exam_key})
    return exam


def _refuse(exam: Exam, actor_id: int) -> None:
    actor = active_user(actor_id)
    if actor is None or not can_invigilate(actor, exam):
        raise StaffNotAllowed(_("Only the invigilators of this exam may see its seat list."))
