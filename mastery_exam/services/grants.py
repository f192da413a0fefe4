"""Grants: what an authorisation waits for, given and taken back as rows. A missing one means no."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import GrantKind, RegistrationData
from mastery_exam.errors import InvalidInput, RegistrationClosed
from mastery_exam.models import Authorisation, Grant, Registration
from mastery_exam.models.audit import record
from mastery_exam.services.sitting import find_registration_row, registration_data

REFERENCE_LENGTH = 255


def missing_grants(authorisation: Authorisation) -> tuple[str, ...]:
    """Return what the authorisation still waits for, in the order in which the exam names it."""
    live = set(authorisation.grants.filter(revoked_at__isnull=True).values_list("kind", flat=True))
    return tuple(kind for kind in authorisation.required_grants if kind not in live)


def settle_state(authorisation: Authorisation) -> None:
    """Write whether the authorisation is waiting, ready or used, from its grants and its attempts."""
    if authorisation.state == Authorisation.State.CANCELLED:
        return
    if authorisation.attempts.count() >= authorisation.attempts_allowed:
        state = Authorisation.State.USED
    else:
        state = Authorisation.State.WAITING if missing_grants(authorisation) else Authorisation.State.READY
    if state != authorisation.state:
        authorisation.state = state
        authorisation.save(update_fields=["state", "modified"])


def add_grant(registration_uuid: UUID, *, kind: str, reference: str, actor_id: int | None = None) -> RegistrationData:
    """Give the registration a grant. The same kind with the same reference again changes nothing, nor does a second
    live one of its kind; a revoked reference does not come back by itself.

    `reference` is the giver's own key, such as an entitlement's uuid. Raises RegistrationNotFound,
    RegistrationClosed for a cancelled one, InvalidInput.
    """
    if kind not in {member.value for member in GrantKind}:
        raise InvalidInput(_("“%(kind)s” is no kind of grant.") % {"kind": kind})
    if not reference or len(reference) > REFERENCE_LENGTH:
        raise InvalidInput(_("A grant needs a reference of at most %(n)d characters.") % {"n": REFERENCE_LENGTH})
    registration = find_registration_row(registration_uuid)
    with transaction.atomic():
        authorisation = lock_authorisation(registration)
        if registration.state == Registration.State.CANCELLED:
            raise RegistrationClosed(_("This registration was cancelled. Register again."))
        if _insert(authorisation, kind, reference, actor_id):
            record("grant_added", subject=registration, actor_id=actor_id, kind=kind, reference=reference)
            settle_state(authorisation)
    return registration_data(find_registration_row(registration_uuid))


def revoke_grant(registration_uuid: UUID, *, kind: str, reference: str, reason: str) -> RegistrationData:
    """Take a grant back; the row stays, marked. Safe to repeat.

    Before the start this takes the right to sit away. An attempt that has begun, and its result, are not touched.
    """
    registration = find_registration_row(registration_uuid)
    with transaction.atomic():
        authorisation = lock_authorisation(registration)
        live = authorisation.grants.filter(kind=kind, reference=reference, revoked_at__isnull=True)
        if live.update(revoked_at=timezone.now(), revoked_reason=reason[:REFERENCE_LENGTH]):
            record("grant_revoked", subject=registration, actor_id=None, kind=kind, reference=reference)
            settle_state(authorisation)
    return registration_data(find_registration_row(registration_uuid))


def lock_authorisation(registration: Registration) -> Authorisation:
    """Return the registration's authorisation, locked; every change of a right to sit goes through this lock."""
    return Authorisation.objects.select_for_update().get(registration=registration)


def _insert(authorisation: Authorisation, kind: str, reference: str, actor_id: int | None) -> bool:
    try:
        with transaction.atomic():
            Grant.objects.create(
                authorisation=authorisation,
                kind=kind,
                reference=reference,
                granted_by_id=actor_id,
                granted_at=timezone.now(),
            )
    except IntegrityError:
        return False
    return True
