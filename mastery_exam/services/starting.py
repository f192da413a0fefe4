"""Starting an attempt: the right to sit, items never seen before, and an end that is fixed once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import AttemptData, AttemptEventData, ExamStatus, GrantKind
from mastery_exam.errors import (
    GrantMissing,
    InvalidInput,
    NoTriesLeft,
    RegistrationClosed,
    RegistrationNotOpen,
    StartCodeNeeded,
    StartRefused,
    TooEarly,
)
from mastery_exam.filters import AttemptAuthorizationRequested
from mastery_exam.models import Attempt, AttemptItem, Authorisation, Registration, StartCode
from mastery_exam.models.audit import record
from mastery_exam.services.devices import device_hash
from mastery_exam.services.drawing import Drawn, draw_items, must_repeat
from mastery_exam.services.exposure import count
from mastery_exam.services.grants import lock_authorisation, missing_grants, settle_state
from mastery_exam.services.seeds import SEEDS, item_seed
from mastery_exam.services.sitting import (
    attempt_data,
    counted_attempts,
    find_attempt_row,
    find_registration_row,
    next_try_from,
)
from mastery_exam.services.start_codes import check_start_code, needs_start_code, use_start_code
from mastery_exam.services.transactions import in_transaction
from mastery_exam.signals.signals import ATTEMPT_STARTED
from openedx_bridge.dates import moment, zone_of


def start_attempt(
    user_id: int, *, registration_uuid: UUID, start_code: str | None = None, device_token: str
) -> AttemptData:
    """Start the clock and return the attempt; one that is already in progress is returned as it is.

    `device_token` is the random token of the device that may write. Raises RegistrationNotFound, RegistrationClosed,
    or a StartRefused, NoTriesLeft or NoFormLeft that says why; then no try is used up.
    """
    registration = find_registration_row(registration_uuid, user_id=user_id)
    if not device_token:
        raise InvalidInput(_("Open the check-in page again; this browser has not said who it is."))
    running = _in_progress(registration)
    if running is not None:
        return attempt_data(running)
    refuse_start(registration)
    code = check_start_code(registration, start_code) if needs_start_code(registration) else None
    _ask_filter(registration)
    try:
        attempt = in_transaction(lambda: _start(registration, code, device_token))
    except IntegrityError:
        running = _in_progress(registration)
        if running is None:
            raise
        return attempt_data(running)
    return attempt_data(find_attempt_row(attempt.uuid))


def refuse_start(registration: Registration) -> None:
    """Raise what keeps the person from starting now, the start code apart."""
    version = registration.exam_version
    if registration.state != Registration.State.OPEN:
        raise RegistrationClosed(_("This registration is finished or cancelled. Look at “My exams”."))
    if registration.exam.status == ExamStatus.WITHDRAWN:
        raise RegistrationNotOpen(_("This exam was withdrawn. Its page says what to do. No try was used up."))
    missing = missing_grants(registration.authorisation)
    if missing == (GrantKind.IDENTITY.value,) and needs_start_code(registration):
        raise StartCodeNeeded(_("Waiting for the invigilator to let you in."))
    if missing:
        raise GrantMissing(missing_text(missing), developer_message=f"missing grants: {', '.join(missing)}")
    if registration.authorisation.attempts.count() >= registration.authorisation.attempts_allowed:
        raise RegistrationClosed(_("This registration's try has been used. Look at “My exams”."))
    if counted_attempts(registration.user_id, registration.exam).count() >= version.max_attempts:
        raise NoTriesLeft(_("You have used all the tries that this exam allows."))
    opens = next_try_from(registration.user_id, registration.exam, version.wait_days)
    if opens is not None and opens > timezone.now():
        when = moment(opens, zone_of(registration.user_id))
        raise TooEarly(_("You can start your next try from %(when)s.") % {"when": when})


def missing_text(missing: tuple[str, ...]) -> str:
    """Say in a sentence what is waited for first."""
    sentences = {
        "payment": _("We have not received your payment yet. You do not need to pay again if you have paid."),
        "identity": _("Your identity has not been checked yet. We will write to you."),
        "approval": _("Your registration has not been approved yet. We will write to you."),
        "adjustments": _("You asked for adjustments. A person is looking at your request and will answer it here."),
    }
    return sentences[missing[0]]


def end_of(started_at: datetime, *, minutes: int, extra_time_percent: int) -> datetime:
    """Return the end of a sitting: its minutes and the person's extra time, counted in whole seconds, rounded up."""
    seconds = -(-minutes * 60 * (100 + extra_time_percent) // 100)
    return started_at + timedelta(seconds=seconds)


def minutes_of(registration: Registration) -> int:
    """Return the minutes that the person has, adjustments included, rounded down as they are told."""
    seconds = (
        end_of(
            datetime.min,
            minutes=registration.exam_version.minutes,
            extra_time_percent=registration.authorisation.extra_time_percent,
        )
        - datetime.min
    )
    return int(seconds.total_seconds()) // 60


def will_repeat(registration: Registration) -> bool:
    """Whether the person's next try can only be given with questions that they have met before."""
    return must_repeat(registration.user_id, registration.exam_version)


def _start(registration: Registration, code: StartCode | None, device_token: str) -> Attempt:
    authorisation = lock_authorisation(registration)
    registration = find_registration_row(registration.uuid)
    if _in_progress(registration) is not None:
        raise IntegrityError("an attempt is in progress")
    refuse_start(registration)
    if code is not None:
        use_start_code(code)
    seed = secrets.randbelow(SEEDS)
    drawn = draw_items(registration.user_id, registration.exam_version, seed=seed)
    attempt = _create(registration, authorisation, drawn, seed, code, device_token)
    settle_state(authorisation)
    record("attempt_started", subject=attempt, actor_id=registration.user_id, num=attempt.num)
    if drawn.delivery:
        count(eligible=drawn.eligible, given=[item.version_item_id for item in drawn.items])
    event = AttemptEventData(attempt.uuid, registration.exam.key, registration.user_id)
    transaction.on_commit(lambda: ATTEMPT_STARTED.send_event(attempt=event), robust=True)
    return attempt


def _create(
    registration: Registration,
    authorisation: Authorisation,
    drawn: Drawn,
    seed: int,
    code: StartCode | None,
    device_token: str,
) -> Attempt:
    version = registration.exam_version
    started_at = timezone.now().replace(microsecond=0)
    checked = code is not None and code.confirmed_identity
    attempt = Attempt.objects.create(
        authorisation=authorisation,
        registration=registration,
        user_id=registration.user_id,
        exam_id=registration.exam_id,
        exam_version=version,
        form=drawn.form,
        delivery=drawn.delivery,
        num=Attempt.objects.filter(user_id=registration.user_id, exam_id=registration.exam_id).count() + 1,
        seed=seed,
        started_at=started_at,
        ends_at=end_of(started_at, minutes=version.minutes, extra_time_percent=authorisation.extra_time_percent),
        grace_seconds=settings.MASTERY_EXAM_GRACE_SECONDS,
        device_hash=device_hash(device_token),
        assurance_identity=Attempt.Identity.CHECKED if checked else Attempt.Identity.NONE,
        assurance_supervision=version.supervision,
    )
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            version_item_id=item.version_item_id,
            position=item.position,
            seed=item_seed(seed, item.version_item_id),
            chosen_because=item.chosen_because,
        )
        for item in drawn.items
    )
    return attempt


def _in_progress(registration: Registration) -> Attempt | None:
    rows = Attempt.objects.select_related("exam", "exam_version", "registration", "form")
    return rows.filter(
        user_id=registration.user_id, exam_id=registration.exam_id, state=Attempt.State.IN_PROGRESS
    ).first()


def _ask_filter(registration: Registration) -> None:
    try:
        AttemptAuthorizationRequested.run_filter(
            user_id=registration.user_id,
            exam_key=registration.exam.key,
            registration_uuid=str(registration.uuid),
        )
    except AttemptAuthorizationRequested.PreventAttempt as refusal:
        raise StartRefused(str(refusal.message), developer_message="refused by a filter") from refusal
