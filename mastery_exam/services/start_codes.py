"""Start codes: an invigilator has seen the person and their ID, and lets them begin."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import GrantKind, IdentityPolicy
from mastery_exam.errors import RegistrationClosed, StaffNotAllowed, StartCodeNeeded, StartCodeWrong
from mastery_exam.models import Attempt, Registration, StartCode
from mastery_exam.models.audit import record
from mastery_exam.rules import active_user, can_invigilate
from mastery_exam.services.grants import add_grant, lock_authorisation
from mastery_exam.services.sitting import find_registration_row

# Neither I, L, O nor 0 and 1: the code is read aloud and copied by hand.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 8
MOST_WRONG_TRIES = 5
IN_PERSON = "in person"


def issue_start_code(registration_uuid: UUID, *, actor_id: int, seat: str = "") -> str:
    """Confirm the person's identity in person and return the code that lets them start; it is shown this once.

    The confirmation is the identity grant; the code is what the person then types. An earlier unused code stops
    working. Raises StaffNotAllowed, RegistrationClosed.
    """
    registration = find_registration_row(registration_uuid)
    actor = active_user(actor_id)
    if actor is None or not can_invigilate(actor, registration.exam) or actor.pk == registration.user_id:
        raise StaffNotAllowed(_("Only an invigilator of this exam may let a person in, and nobody themselves."))
    code = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))
    now = timezone.now()
    with transaction.atomic():
        authorisation = lock_authorisation(registration)
        begun = authorisation.attempts.exclude(state=Attempt.State.VOIDED).exists()
        if begun or registration.state != Registration.State.OPEN:
            raise RegistrationClosed(_("This person has started already, or the registration is closed."))
        _live_codes(registration).update(cancelled_at=now)
        StartCode.objects.create(
            registration=registration,
            code_hash=make_password(code),
            issued_by_id=actor_id,
            seat=seat.strip()[:32],
            expires_at=now + timedelta(minutes=settings.MASTERY_EXAM_START_CODE_MINUTES),
        )
        add_grant(registration_uuid, kind=GrantKind.IDENTITY, reference=IN_PERSON, actor_id=actor_id)
        record("start_code_issued", subject=registration, actor_id=actor_id, seat=seat.strip()[:32])
    return f"{code[:4]}-{code[4:]}"


def needs_start_code(registration: Registration) -> bool:
    """Whether an invigilator has to let the person in."""
    return registration.exam_version.identity_policy == IdentityPolicy.IN_PERSON


def check_start_code(registration: Registration, code: str | None) -> StartCode:
    """Return the live code that `code` is; raises StartCodeNeeded or StartCodeWrong, which counts.

    After five wrong tries the code stops working, so that it cannot be guessed.
    """
    typed = "".join(character for character in (code or "").upper() if character.isalnum())
    if not typed:
        raise StartCodeNeeded(_("Type the start code that the invigilator gave you."))
    live = _live_codes(registration).filter(expires_at__gt=timezone.now()).first()
    if live is None:
        raise StartCodeWrong(_("There is no start code for you that works now. Ask the invigilator for one."))
    if not check_password(typed, live.code_hash):
        StartCode.objects.filter(pk=live.pk).update(wrong_tries=F("wrong_tries") + 1)
        worn = StartCode.objects.filter(pk=live.pk, wrong_tries__gte=MOST_WRONG_TRIES)
        if worn.update(cancelled_at=timezone.now()):
            raise StartCodeWrong(_("That was wrong too often. Ask the invigilator for a new start code."))
        raise StartCodeWrong(_("This is not your start code. Type it again, or ask the invigilator."))
    return live


def use_start_code(code: StartCode) -> None:
    """Mark the code used, inside the transaction of the start; raises StartCodeWrong if it was used meanwhile."""
    now = timezone.now()
    if not StartCode.objects.filter(pk=code.pk, live=1, expires_at__gt=now).update(used_at=now):
        raise StartCodeWrong(_("This start code does not work any more. Ask the invigilator for a new one."))


def _live_codes(registration: Registration) -> QuerySet[StartCode]:
    return StartCode.objects.filter(registration=registration, live=1)
