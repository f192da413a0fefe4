"""Ending an attempt: by the person, by its time without any browser, or by voiding it. Each is a compare-and-set."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import AttemptData, AttemptEventData, DeliveryRule
from mastery_exam.errors import AttemptEnded, InvalidInput, NotFinished, OtherDevice
from mastery_exam.models import Attempt, Authorisation, Grant, Registration
from mastery_exam.models.audit import record
from mastery_exam.services.devices import holds_attempt
from mastery_exam.services.grants import lock_authorisation, missing_grants, settle_state
from mastery_exam.services.releasing import withdraw_live_decision
from mastery_exam.services.sitting import attempt_data, find_attempt_row
from mastery_exam.signals.signals import ATTEMPT_SUBMITTED


def submit_attempt(
    user_id: int, *, attempt_uuid: UUID, device_token: str | None = None, give_up: bool = False
) -> AttemptData:
    """End the person's attempt; repeated, it changes nothing. After the end of the time it counts as closed by time.

    With a `device_token`, only the device that may write can submit. A classification test ends by itself: before
    that, only `give_up` ends it. Raises AttemptNotFound, AttemptEnded for a voided one, OtherDevice, NotFinished.
    """
    find_attempt_row(attempt_uuid, user_id=user_id)
    with transaction.atomic():
        attempt = find_attempt_row(attempt_uuid, user_id=user_id, lock=True)
        if attempt.state == Attempt.State.VOIDED:
            raise AttemptEnded(_("This try was voided. Look at “My exams”."))
        if attempt.state == Attempt.State.IN_PROGRESS:
            if device_token is not None and not holds_attempt(attempt, device_token):
                raise OtherDevice(_("Open on another device. This one is read-only."))
            rule = attempt.exam_version.delivery_rule
            if rule == DeliveryRule.CLASSIFICATION and not give_up and timezone.now() < attempt.ends_at:
                raise NotFinished(_("The exam is not over yet. Go on, or end it now and be decided by what you did."))
            end_attempt(attempt)
    return get_attempt(attempt_uuid)


def end_attempt(attempt: Attempt) -> None:
    """End an attempt in progress that the caller has locked: submitted, or closed by time after its end."""
    now = timezone.now()
    by_time = now >= attempt.ends_at
    state = Attempt.State.CLOSED_BY_TIME if by_time else Attempt.State.SUBMITTED
    _end(attempt, state, at=min(now, attempt.ends_at), now=now)


def get_attempt(attempt_uuid: UUID) -> AttemptData:
    """Return the attempt, closed first if its time is over; raises AttemptNotFound."""
    close_if_due(attempt_uuid)
    return attempt_data(find_attempt_row(attempt_uuid))


def close_if_due(attempt_uuid: UUID, *, now: datetime | None = None) -> bool:
    """Close the attempt if its time and grace are over; returns whether this call did it."""
    now = now or timezone.now()
    row = Attempt.objects.filter(uuid=attempt_uuid, state=Attempt.State.IN_PROGRESS, ends_at__lte=now).first()
    if row is None or row.accepts_until > now:
        return False
    with transaction.atomic():
        attempt = find_attempt_row(attempt_uuid, lock=True)
        if attempt.state != Attempt.State.IN_PROGRESS:
            return False
        _end(attempt, Attempt.State.CLOSED_BY_TIME, at=attempt.ends_at, now=now)
    return True


def close_own_due(user_id: int) -> None:
    """Close what is due of one person, for pages that show it; whoever reads late finds it closed."""
    rows = Attempt.objects.filter(user_id=user_id, state=Attempt.State.IN_PROGRESS, ends_at__lte=timezone.now())
    for uuid in rows.values_list("uuid", flat=True):
        close_if_due(uuid)


def close_due_attempts(now: datetime | None = None, *, limit: int = 500) -> int:
    """Close every attempt whose time and grace are over, oldest first, each by itself; returns how many it closed."""
    now = now or timezone.now()
    return sum(close_if_due(uuid, now=now) for uuid in due_attempts(now)[:limit])


def due_attempts(now: datetime) -> list[UUID]:
    """The attempts that are over and not closed, oldest first."""
    rows = Attempt.objects.filter(state=Attempt.State.IN_PROGRESS, ends_at__lte=now).order_by("ends_at")
    return [row.uuid for row in rows.only("uuid", "ends_at", "grace_seconds") if row.accepts_until <= now]


def void_attempt(attempt_uuid: UUID, *, actor_id: int, reason: str, our_fault: bool) -> AttemptData:
    """Void the attempt, in any state; nothing is deleted and its decision is withdrawn. Repeated, it changes nothing.

    With `our_fault` the try is given back: the registration opens again, or a newer one gets what this one had.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why the try is voided; the reason is kept and shown to the person."))
    with transaction.atomic():
        attempt = find_attempt_row(attempt_uuid, lock=True)
        if attempt.state != Attempt.State.VOIDED:
            now = timezone.now()
            changed = Attempt.objects.filter(pk=attempt.pk, state=attempt.state).update(
                state=Attempt.State.VOIDED, voided_at=now, void_reason=reason.strip(), our_fault=our_fault, modified=now
            )
            if changed:
                withdraw_live_decision(attempt, actor_id=actor_id, reason=reason.strip())
                _settle_registration(attempt, give_back=our_fault)
                record("attempt_voided", subject=attempt, actor_id=actor_id, our_fault=our_fault)
    return get_attempt(attempt_uuid)


def _end(attempt: Attempt, state: str, *, at: datetime, now: datetime) -> None:
    """Write the end if nobody did before, and have the attempt decided once that is committed."""
    from mastery_exam.tasks import decide_attempt_later

    changed = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.IN_PROGRESS).update(
        state=state, submitted_at=at, closed_at=now, modified=now
    )
    if not changed:
        return
    _settle_registration(attempt, give_back=False)
    actor_id = attempt.user_id if state == Attempt.State.SUBMITTED else None
    record("attempt_ended", subject=attempt, actor_id=actor_id, state=str(state))
    event = AttemptEventData(attempt.uuid, attempt.exam.key, attempt.user_id)
    attempt_uuid = str(attempt.uuid)
    transaction.on_commit(lambda: ATTEMPT_SUBMITTED.send_event(attempt=event), robust=True)
    transaction.on_commit(lambda: decide_attempt_later.delay(attempt_uuid), robust=True)


def _settle_registration(attempt: Attempt, *, give_back: bool) -> None:
    """Finish the registration when its tries are used; with `give_back`, allow one more try."""
    authorisation = lock_authorisation(attempt.registration)
    newer = Registration.objects.filter(
        user_id=attempt.user_id, exam_id=attempt.exam_id, state=Registration.State.OPEN
    ).exclude(pk=attempt.registration_id)
    if give_back and (other := newer.first()) is not None:
        _give_to(other, attempt, authorisation)
        return
    if give_back:
        authorisation.attempts_allowed += 1
        authorisation.save(update_fields=["attempts_allowed", "modified"])
    settle_state(authorisation)
    used_up = authorisation.state == Authorisation.State.USED
    state = Registration.State.FINISHED if used_up else Registration.State.OPEN
    Registration.objects.filter(pk=attempt.registration_id).exclude(state=Registration.State.CANCELLED).update(
        state=state, modified=timezone.now()
    )


def _give_to(newer: Registration, attempt: Attempt, old: Authorisation) -> None:
    """The person registered again before the fault was known: that one becomes free, or carries two tries."""
    target = lock_authorisation(newer)
    missing = missing_grants(target)
    inherited = old.grants.filter(revoked_at__isnull=True, kind__in=missing)
    now = timezone.now()
    if not missing:
        target.attempts_allowed += 1
        target.save(update_fields=["attempts_allowed", "modified"])
    for grant in inherited:
        Grant.objects.create(
            authorisation=target, kind=grant.kind, reference=f"given-back:{attempt.uuid}", granted_at=now
        )
    settle_state(target)
