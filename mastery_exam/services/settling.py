"""Leaving an item for good, where there is no going back: its answer is graded, and the next item chosen, or the end.

The answer is graded outside any lock; the rest is one step under the attempt's lock, in which the whole sitting is
rebuilt from its record. Nobody is told whether an answer was right.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import ItemUse, SettledItem
from mastery_exam.errors import AnswerConflict, AttemptNotFound, WrongState
from mastery_exam.models import Attempt, AttemptItem, ExamVersion
from mastery_exam.psychometrics import AssemblyError, Sitting
from mastery_exam.services.adaptive_sitting import next_item, resume_sitting
from mastery_exam.services.answering import last_seq, refuse_to_write, writable_attempt
from mastery_exam.services.delivery import grade_stored_answers
from mastery_exam.services.ending import close_if_due, end_attempt
from mastery_exam.services.exposure import count
from mastery_exam.services.given_items import GivenItem
from mastery_exam.services.progress import open_position
from mastery_exam.services.seeds import item_seed
from mastery_exam.services.sitting import find_attempt_row
from mastery_exam.services.transactions import in_transaction
from openedx_bridge.capa import CapaError


@attrs.frozen
class Settlement:
    """What settling an item writes; `seq` is the answer that counts, None for none; `right` None where not gradable."""

    position: int
    seq: int | None
    right: bool | None


def settle_item(user_id: int, *, attempt_uuid: UUID, position: int, client_seq: int, device_token: str) -> SettledItem:
    """Take the stored answer `client_seq` (0: none) to the open item for good, and go on. Repeated, it changes nothing.

    Raises AttemptNotFound, WrongState where the exam lets people go back, AnswerConflict where the last stored answer
    has another number, TimeIsUp, AttemptEnded, OtherDevice, CapaError (then nothing is settled; try again).
    """
    close_if_due(attempt_uuid)
    attempt = find_attempt_row(attempt_uuid, user_id=user_id)
    if attempt.exam_version.can_go_back:
        raise WrongState(_("In this exam you can go back, so that an answer is never taken for good before the end."))
    item = attempt.items.select_related("version_item__item_version").filter(position=position).first()
    if item is None:
        raise AttemptNotFound(_("This try has no question %(n)s.") % {"n": position})
    if item.settled_at is not None:
        return _standing(attempt)
    refuse_to_write(attempt, device_token)
    item.attempt = attempt
    settlement = _graded(item, client_seq)
    in_transaction(lambda: _settle(user_id, attempt.exam_version, attempt_uuid, settlement, device_token))
    return _standing(find_attempt_row(attempt_uuid))


def _graded(item: AttemptItem, client_seq: int) -> Settlement:
    """Grade the answer outside any lock; a stored answer never changes, so that it is enough to name it later."""
    answer = item.answers.order_by("-client_seq").first()
    _refuse_other(answer.client_seq if answer else 0, client_seq)
    try:
        right = grade_stored_answers(item, answer.answers if answer else {}).correct
    except CapaError:
        # A pilot that cannot be graded stands in nobody's way.
        if item.version_item.use != ItemUse.PILOT:
            raise
        return Settlement(item.position, client_seq or None, None)
    return Settlement(item.position, client_seq or None, right)


def _refuse_other(held: int, client_seq: int) -> None:
    if held != client_seq:
        message = _("A newer answer to this question is stored. Look at it, then go on.")
        raise AnswerConflict(message, fields={"next_seq": str(held + 1)})


def _settle(user_id: int, version: ExamVersion, attempt_uuid: UUID, settlement: Settlement, device_token: str) -> None:
    attempt = writable_attempt(user_id, attempt_uuid, device_token)
    rows = list(attempt.items.order_by("position"))
    row = next(each for each in rows if each.position == settlement.position)
    if row.settled_at is not None:
        return
    _refuse_other(last_seq(row), settlement.seq or 0)
    now = timezone.now()
    row.settled_at, row.settled_seq, row.settled_correct = now, settlement.seq, settlement.right
    row.save(update_fields=["settled_at", "settled_seq", "settled_correct"])
    given = _next(version, attempt, rows, now=now)
    if given is None:
        end_attempt(attempt)
        return
    AttemptItem.objects.create(
        attempt=attempt,
        version_item_id=given.version_item_id,
        position=given.position,
        seed=item_seed(attempt.seed, given.version_item_id),
        chosen_because=given.chosen_because,
    )
    count(given=[given.version_item_id])


def _next(version: ExamVersion, attempt: Attempt, rows: list[AttemptItem], *, now: datetime) -> GivenItem | None:
    """Return what comes after the settled items, or None where the test is over or its time is."""
    sitting = settled_sitting(version, attempt, rows)
    if sitting.decision is not None or now >= attempt.ends_at:
        return None
    try:
        return next_item(version, sitting, attempt.delivery, len(rows) + 1)
    except AssemblyError:
        # Publishing simulates this away; should it happen, the answers so far decide.
        return None


def settled_sitting(version: ExamVersion, attempt: Attempt, rows: list[AttemptItem]) -> Sitting:
    """Return the attempt's sitting after its settled items; pilots are no part of it."""
    pilots = attempt.delivery["pilots"]
    scored = [row for row in rows if str(row.position) not in pilots and row.settled_at is not None]
    return resume_sitting(version, attempt, [(row, bool(row.settled_correct)) for row in scored])


def _standing(attempt: Attempt) -> SettledItem:
    return SettledItem(position=open_position(attempt), finished=attempt.state != Attempt.State.IN_PROGRESS)
