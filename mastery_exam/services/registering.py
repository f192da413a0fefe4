"""Registering for an exam: the legal name, adjustments before money, the terms as accepted."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mastery_exam.data import DeliveryRule, ExamStatus, FeePolicy, GrantKind, RegistrationData
from mastery_exam.errors import (
    AlreadyPassed,
    ExamNotFound,
    InvalidInput,
    JudgesCannotSit,
    NoFormLeft,
    NoTriesLeft,
    RegistrationClosed,
    RegistrationNotOpen,
    ResultPending,
    TermsChanged,
)
from mastery_exam.models import Attempt, Authorisation, Decision, Exam, ExamVersion, PanelJudge, Registration
from mastery_exam.models.audit import record
from mastery_exam.services.grants import add_grant, lock_authorisation, settle_state
from mastery_exam.services.resits import standing_passes
from mastery_exam.services.sitting import (
    counted_attempts,
    find_registration_row,
    registration_data,
    unseen_forms,
)

NAME_LENGTH = 255
TEXT_LENGTH = 4000
MOST_EXTRA_TIME = 300


def register(
    user_id: int, *, exam_key: str, legal_name: str, adjustments_requested: str = "", terms_version: str
) -> RegistrationData:
    """Register the person for the exam's newest version; an open registration is returned as it is.

    `terms_version` is the version that the person was shown and accepted. Raises ExamNotFound, InvalidInput,
    TermsChanged, or a RegistrationRefused that says why.
    """
    exam, version = _newest(exam_key)
    held = _open_registration(user_id, exam)
    if held is not None:
        return registration_data(held)
    name = clean_name(legal_name)
    if terms_version != version.terms_version:
        raise TermsChanged(_("The terms have changed since you opened this page. Read them again and accept them."))
    refuse_registration(user_id, exam, version)
    try:
        with transaction.atomic():
            row = _create(user_id, version, name, _clean_text(adjustments_requested))
    except IntegrityError:
        held = _open_registration(user_id, exam)
        if held is None:
            raise
        return registration_data(held)
    return registration_data(find_registration_row(row.uuid))


def refuse_registration(user_id: int, exam: Exam, version: ExamVersion) -> None:
    """Raise the RegistrationRefused that keeps the person from registering now, if there is one."""
    if exam.status != ExamStatus.PUBLISHED:
        raise RegistrationNotOpen(_("This exam takes no registrations. Its page says why."))
    if exam.registration_opens_at and exam.registration_opens_at > timezone.now():
        raise RegistrationNotOpen(_("Registration is not open yet. The exam's page says when it opens."))
    if PanelJudge.objects.filter(user_id=user_id, panel__bank=exam.bank_id).exists():
        raise JudgesCannotSit(_("You judge this exam's questions and have seen them, so you cannot sit it."))
    if standing_passes(user_id, exam).filter(resit_allowed_at__isnull=True).exists():
        raise AlreadyPassed(_("You have passed this exam. Your result is under “My exams”."))
    waiting = Attempt.objects.filter(user_id=user_id, exam=exam, state__in=Attempt.ENDED)
    if waiting.exclude(decisions__state__in=(Decision.State.RELEASED, Decision.State.WITHDRAWN)).exists():
        raise ResultPending(_("The result of your last try is not here yet. Wait for it, then register again."))
    if counted_attempts(user_id, exam).count() >= version.max_attempts:
        message = ngettext(
            "This exam allows %(n)d try, and you have used it.",
            "This exam allows %(n)d tries, and you have used them.",
            version.max_attempts,
        )
        raise NoTriesLeft(message % {"n": version.max_attempts})
    if version.delivery_rule == DeliveryRule.FIXED and not unseen_forms(user_id, version.pk):
        raise NoFormLeft(
            _("There is no set of questions left that you have not seen. Ask for help; a new set has to be published.")
        )


def refuse_to_register(user_id: int, *, exam_key: str) -> None:
    """Raise the reason why the person cannot register for the exam now, if there is one: ExamNotFound included."""
    exam, version = _newest(exam_key)
    refuse_registration(user_id, exam, version)


def get_registration(registration_uuid: UUID) -> RegistrationData:
    """Return the registration; raises RegistrationNotFound."""
    return registration_data(find_registration_row(registration_uuid))


def list_registrations(user_id: int) -> list[RegistrationData]:
    """Return all registrations of the person, the newest first."""
    rows = Registration.objects.filter(user_id=user_id).select_related("exam", "exam_version", "authorisation")
    return [registration_data(row) for row in rows.order_by("-created", "-id")]


def change_legal_name(user_id: int, *, registration_uuid: UUID, legal_name: str) -> RegistrationData:
    """Correct the name as it will be printed; not after the start. Raises RegistrationClosed, InvalidInput."""
    name = clean_name(legal_name)
    registration = find_registration_row(registration_uuid, user_id=user_id)
    with transaction.atomic():
        _refuse_after_start(registration, lock_authorisation(registration))
        Registration.objects.filter(pk=registration.pk).update(legal_name=name, modified=timezone.now())
        record("name_changed", subject=registration, actor_id=user_id)
    return get_registration(registration_uuid)


def cancel_registration(user_id: int, *, registration_uuid: UUID) -> RegistrationData:
    """Give the registration up before the start. Raises RegistrationClosed. Safe to repeat."""
    registration = find_registration_row(registration_uuid, user_id=user_id)
    if registration.state == Registration.State.CANCELLED:
        return registration_data(registration)
    with transaction.atomic():
        authorisation = lock_authorisation(registration)
        _refuse_after_start(registration, authorisation)
        Authorisation.objects.filter(pk=authorisation.pk).update(state=Authorisation.State.CANCELLED)
        Registration.objects.filter(pk=registration.pk).update(
            state=Registration.State.CANCELLED, modified=timezone.now()
        )
        record("registration_cancelled", subject=registration, actor_id=user_id)
    return get_registration(registration_uuid)


def approve_adjustments(
    registration_uuid: UUID, *, extra_time_percent: int, actor_id: int, answer: str = ""
) -> RegistrationData:
    """Answer a request for adjustments: extra time in percent (0 to 300) and words. It goes into the end of the try.

    May be corrected until the start. Raises RegistrationClosed, InvalidInput.
    """
    if not 0 <= extra_time_percent <= MOST_EXTRA_TIME:
        raise InvalidInput(_("Extra time is a percentage from 0 to %(most)d.") % {"most": MOST_EXTRA_TIME})
    registration = find_registration_row(registration_uuid)
    with transaction.atomic():
        authorisation = lock_authorisation(registration)
        _refuse_after_start(registration, authorisation)
        authorisation.extra_time_percent = extra_time_percent
        authorisation.adjustments_answer = _clean_text(answer)
        authorisation.save(update_fields=["extra_time_percent", "adjustments_answer", "modified"])
        record("adjustments_answered", subject=registration, actor_id=actor_id, extra_time_percent=extra_time_percent)
    return add_grant(registration_uuid, kind=GrantKind.ADJUSTMENTS, reference=str(registration_uuid), actor_id=actor_id)


def drop_adjustments(user_id: int, *, registration_uuid: UUID) -> RegistrationData:
    """Let the person sit without waiting for the answer about adjustments. Raises RegistrationClosed."""
    registration = find_registration_row(registration_uuid, user_id=user_id)
    with transaction.atomic():
        authorisation = lock_authorisation(registration)
        _refuse_after_start(registration, authorisation)
        required = [kind for kind in authorisation.required_grants if kind != GrantKind.ADJUSTMENTS]
        authorisation.required_grants = required
        authorisation.save(update_fields=["required_grants", "modified"])
        Registration.objects.filter(pk=registration.pk).update(adjustments_requested="", modified=timezone.now())
        record("adjustments_dropped", subject=registration, actor_id=user_id)
        settle_state(authorisation)
    return get_registration(registration_uuid)


def clean_name(value: str) -> str:
    """Return a legal name in any script, in Unicode's composed form and single spaces; raises InvalidInput."""
    name = unicodedata.normalize("NFC", " ".join(str(value).split()))
    message = ""
    if not any(character.isalpha() for character in name):
        message = _("Write your name as it stands on your ID, in the script you want it printed in.")
    elif len(name) > NAME_LENGTH:
        message = _("Write your name in at most %(n)d characters.") % {"n": NAME_LENGTH}
    elif any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in name):
        message = _("Your name holds a character that cannot be printed. Type it again.")
    if message:
        raise InvalidInput(message, fields={"legal_name": message})
    return name


def _clean_text(value: str) -> str:
    text = "".join(c for c in str(value) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if len(text) > TEXT_LENGTH:
        raise InvalidInput(_("Write at most %(n)d characters.") % {"n": TEXT_LENGTH})
    return text


def _create(user_id: int, version: ExamVersion, name: str, adjustments: str) -> Registration:
    now: datetime = timezone.now()
    required = list(version.required_grants)
    if version.fee_policy == FeePolicy.SITTING and GrantKind.PAYMENT not in required:
        required.append(GrantKind.PAYMENT.value)
    if adjustments:
        required.append(GrantKind.ADJUSTMENTS.value)
    row = Registration.objects.create(
        user_id=user_id,
        exam_id=version.exam_id,
        exam_version=version,
        legal_name=name,
        adjustments_requested=adjustments,
        terms_version=version.terms_version,
        terms_accepted_at=now,
    )
    authorisation = Authorisation.objects.create(registration=row, required_grants=required)
    settle_state(authorisation)
    record("registered", subject=row, actor_id=user_id, version=version.num, terms_version=version.terms_version)
    return row


def _newest(exam_key: str) -> tuple[Exam, ExamVersion]:
    exam = Exam.objects.filter(key=exam_key).first()
    version = exam.versions.order_by("-num").first() if exam else None
    if exam is None or version is None:
        raise ExamNotFound(_("There is no exam with the key “%(key)s”.") % {"key": exam_key})
    return exam, version


def _open_registration(user_id: int, exam: Exam) -> Registration | None:
    rows = Registration.objects.select_related("exam", "exam_version", "authorisation")
    return rows.filter(user_id=user_id, exam=exam, state=Registration.State.OPEN).first()


def _refuse_after_start(registration: Registration, authorisation: Authorisation) -> None:
    begun = authorisation.attempts.exclude(state=Attempt.State.VOIDED).exists()
    if begun or registration.state != Registration.State.OPEN:
        raise RegistrationClosed(_("This can be changed until the start only. Ask for help if it is wrong."))
