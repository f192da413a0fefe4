"""Creating an exam, changing its draft, and withdrawing it; what is published never changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mastery_exam.data import DraftData, ExamStatus
from mastery_exam.errors import InvalidInput, KeyTaken, WrongState
from mastery_exam.models import Exam, ExamAuthor
from mastery_exam.models.audit import record
from mastery_exam.services.authoring import find_bank_row, find_exam_row
from mastery_exam.services.exam_settings import NAMES, change_settings, read_settings
from openedx_bridge import api as bridge
from openedx_bridge.refusals import InvalidKey

COLUMNS = ("title", "subject", "language", "summary", "owner_org", "course_key", "registration_opens_at")
LENGTHS = {"title": 255, "subject": 100, "language": 35, "summary": 2000, "owner_org": 255}


def create_exam(*, key: str, title: str, bank_uuid: UUID, actor_id: int, **draft: Any) -> DraftData:
    """Create an exam that draws from the bank; its first author is the actor.

    `draft` may hold whatever `update_exam` takes. Raises BankNotFound, InvalidInput,
    KeyTaken.
    """
    if not key or slugify(key) != key or len(key) > 100:
        raise InvalidInput(
            _("The key of an exam stands in its address: small letters, digits and hyphens only."),
            fields={"key": _("Write small letters, digits and hyphens.")},
        )
    bank = find_bank_row(bank_uuid)
    exam = Exam(key=key, bank=bank, created_by_id=actor_id, owner_org=bank.owner_org)
    _change(exam, {"title": title, **draft})
    try:
        with transaction.atomic():
            exam.save()
            ExamAuthor.objects.create(exam=exam, user_id=actor_id)
            record("create", subject=exam, actor_id=actor_id)
    except IntegrityError as error:
        raise KeyTaken(
            _("Another exam has the key “%(key)s”. Choose another.") % {"key": key},
            fields={"key": _("This key is in use.")},
        ) from error
    return draft_data(exam)


def update_exam(key: str, *, actor_id: int, **changes: Any) -> DraftData:
    """Change what the next version will be; names as in COLUMNS and `ExamSettings`. What is not named stays.

    Settings may also be given together, as the mapping `settings`.
    Raises ExamNotFound, WrongState once withdrawn, InvalidInput with a message per field.
    """
    with transaction.atomic():
        exam = find_exam_row(key, lock=True)
        if exam.status == ExamStatus.WITHDRAWN:
            raise WrongState(_("This exam is withdrawn and cannot be changed."))
        _change(exam, changes)
        exam.save()
        record("update", subject=exam, actor_id=actor_id, changed=sorted(changes))
    return draft_data(exam)


def get_draft(key: str) -> DraftData:
    """Return the exam as its authors see it, in any state; raises ExamNotFound."""
    return draft_data(find_exam_row(key))


def add_exam_author(key: str, *, user_id: int, actor_id: int) -> None:
    """Let the user change and publish the exam; repeating it changes nothing."""
    with transaction.atomic():
        exam = find_exam_row(key, lock=True)
        _row, added = ExamAuthor.objects.get_or_create(exam=exam, user_id=user_id)
        if added:
            record("add_author", subject=exam, actor_id=actor_id, user_id=user_id)


def withdraw_exam(key: str, *, actor_id: int, reason: str, successor_key: str | None = None) -> DraftData:
    """Close the exam to new registrations for good; its page stays, says so and links its successor.

    Results stand. Raises ExamNotFound, InvalidInput, WrongState unless it is published.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why the exam is withdrawn; people read it."), fields={"reason": _("Write a reason.")})
    with transaction.atomic():
        exam = find_exam_row(key, lock=True)
        if exam.status != ExamStatus.PUBLISHED:
            raise WrongState(_("Only a published exam can be withdrawn."))
        if successor_key:
            exam.successor = find_exam_row(successor_key)
            if exam.successor == exam:
                raise InvalidInput(_("An exam cannot follow itself."), fields={"successor": _("Name another exam.")})
        exam.status, exam.withdrawn_reason = ExamStatus.WITHDRAWN.value, reason.strip()
        exam.save()
        record("withdraw", subject=exam, actor_id=actor_id, successor=successor_key)
    return draft_data(exam)


def draft_data(exam: Exam) -> DraftData:
    """Return the exam's draft as data."""
    return DraftData(
        uuid=exam.uuid,
        key=exam.key,
        title=exam.title,
        subject=exam.subject,
        language=exam.language,
        summary=exam.summary,
        owner_org=exam.owner_org,
        course_key=exam.course_key,
        bank_uuid=exam.bank.uuid,
        status=exam.status,
        is_demonstration=exam.is_demonstration,
        registration_opens_at=exam.registration_opens_at,
        settings=read_settings(exam.draft).as_json(),
    )


def _change(exam: Exam, changes: Mapping[str, Any]) -> None:
    errors: dict[str, str] = {}
    settings = {name: value for name, value in changes.items() if name not in (*COLUMNS, "settings")}
    settings |= changes.get("settings", {})
    for name in (name for name in COLUMNS if name in changes):
        try:
            setattr(exam, name, _column(name, changes[name]))
        except ValueError as error:
            errors[name] = str(error)
    try:
        exam.draft = change_settings(read_settings(exam.draft), settings).as_json()
    except InvalidInput as error:
        errors |= error.fields
    if errors:
        raise InvalidInput(_("Some settings cannot be saved. Each says what to change."), fields=errors)


def _column(name: str, value: Any) -> Any:
    if name == "registration_opens_at":
        return _moment(value)
    if name == "course_key":
        return _course_key(value)
    text = value.replace("\x00", "").strip() if isinstance(value, str) else None
    if text is None or len(text) > LENGTHS[name]:
        raise ValueError(_("Write at most %s characters.") % LENGTHS[name])
    if name in ("title", "language") and not text:
        raise ValueError(_("This cannot be empty."))
    return text


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(_("Write a date and time such as 2027-01-03T09:00.")) from error
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _course_key(value: Any) -> str | None:
    if value in (None, ""):
        return None
    try:
        course = bridge.find_course(value)
    except InvalidKey as error:
        raise ValueError(error.user_message) from error
    if course is None:
        raise ValueError(_("There is no course %s here.") % value)
    return str(value)


__all__ = [
    "COLUMNS",
    "NAMES",
    "add_exam_author",
    "create_exam",
    "draft_data",
    "get_draft",
    "update_exam",
    "withdraw_exam",
]
