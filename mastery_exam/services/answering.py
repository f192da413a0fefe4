"""Keeping answers: each is appended under a number of the client's, and nothing is ever overwritten."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import AnswerReceipt
from mastery_exam.errors import (
    AnswerConflict,
    AnswerUnreadable,
    AttemptEnded,
    AttemptNotFound,
    CannotGoBack,
    OtherDevice,
    TimeIsUp,
)
from mastery_exam.models import Answer, Attempt, AttemptItem
from mastery_exam.models.audit import record
from mastery_exam.services.delivery import check_stored_answers
from mastery_exam.services.devices import device_hash, holds_attempt
from mastery_exam.services.ending import close_if_due
from mastery_exam.services.sitting import find_attempt_row

MOST_INPUTS = 100
MOST_VALUES = 100
VALUE_LENGTH = 2000
NAME_LENGTH = 200
TOTAL_LENGTH = 60_000
LARGEST_SEQ = 2**31 - 1

# PostgreSQL's JSON takes no NUL and no lone surrogate, and no keyboard sends control characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def save_answer(
    user_id: int,
    *,
    attempt_uuid: UUID,
    position: int,
    client_seq: int,
    answers: Mapping[str, Any],
    device_token: str,
) -> AnswerReceipt:
    """Append what the person has answered to one item and return the receipt; the same again gives the same receipt.

    `answers` maps input names to a string or a list of strings. The answer with the highest number that arrived before
    the end, the grace included, counts. Raises AttemptNotFound, TimeIsUp, AttemptEnded, OtherDevice, AnswerConflict,
    AnswerUnreadable, CannotGoBack for an item that is settled.
    """
    clean = clean_answers(answers)
    if not 1 <= client_seq <= LARGEST_SEQ:
        raise AnswerUnreadable(_("This answer has no usable number. Load the page again."))
    close_if_due(attempt_uuid)
    with transaction.atomic():
        attempt = writable_attempt(user_id, attempt_uuid, device_token)
        item = item_of(attempt, position)
        saved_at = _append(item, client_seq, clean)
    malformed = check_stored_answers(item, clean)
    return AnswerReceipt(position, client_seq, saved_at, attempt.ends_at, malformed)


def flag_item(user_id: int, *, attempt_uuid: UUID, position: int, flagged: bool, device_token: str) -> bool:
    """Flag an item to come back to, or take the flag away. Raises as save_answer does, CannotGoBack included."""
    close_if_due(attempt_uuid)
    with transaction.atomic():
        attempt = writable_attempt(user_id, attempt_uuid, device_token)
        item = item_of(attempt, position)
        if not attempt.exam_version.can_go_back:
            raise CannotGoBack(_("This exam has no going back, so that no question can be flagged."))
        AttemptItem.objects.filter(pk=item.pk).update(flagged=flagged)
    return flagged


def take_over(user_id: int, *, attempt_uuid: UUID, device_token: str) -> None:
    """Make this device the one that may write; the one before becomes read-only. Raises as save_answer does."""
    close_if_due(attempt_uuid)
    with transaction.atomic():
        attempt = writable_attempt(user_id, attempt_uuid, None)
        if not holds_attempt(attempt, device_token):
            Attempt.objects.filter(pk=attempt.pk).update(device_hash=device_hash(device_token))
            record("device_changed", subject=attempt, actor_id=user_id)


def writable_attempt(user_id: int, attempt_uuid: UUID, device_token: str | None) -> Attempt:
    """Return the attempt locked, if this person may write to it from this device now (any device with None)."""
    attempt = find_attempt_row(attempt_uuid, user_id=user_id, lock=True)
    refuse_to_write(attempt, device_token)
    return attempt


def refuse_to_write(attempt: Attempt, device_token: str | None) -> None:
    """Raise why nothing can be written to the attempt now: TimeIsUp, AttemptEnded, OtherDevice (None: any device)."""
    if attempt.state == Attempt.State.CLOSED_BY_TIME or timezone.now() >= attempt.accepts_until:
        raise TimeIsUp(_("Time is up. We submitted what you had answered."))
    if attempt.state != Attempt.State.IN_PROGRESS:
        raise AttemptEnded(_("This try has ended. Nothing more can be changed."))
    if device_token is not None and not holds_attempt(attempt, device_token):
        raise OtherDevice(_("Open on another device. This one is read-only."))


def item_of(attempt: Attempt, position: int) -> AttemptItem:
    """Return the attempt's item at its place; raises AttemptNotFound."""
    item = AttemptItem.objects.filter(attempt=attempt, position=position).first()
    if item is None:
        raise AttemptNotFound(_("This try has no question %(n)s.") % {"n": position})
    item.attempt = attempt
    return item


def refuse_settled(item: AttemptItem) -> None:
    """Raise CannotGoBack for an item whose answer has been taken."""
    if item.settled_at is not None:
        raise CannotGoBack(_("You have left this question. This exam has no going back."))


def last_seq(item: AttemptItem) -> int:
    """Return the number of the item's last answer, 0 without one."""
    return item.answers.aggregate(last=Max("client_seq"))["last"] or 0


def next_seq(item: AttemptItem) -> int:
    """Return the next free number for an answer to the item."""
    return last_seq(item) + 1


def last_answers(item: AttemptItem) -> dict[str, Any]:
    """Return what the person has answered to the item so far."""
    answer = item.answers.order_by("-client_seq").first()
    return answer.answers if answer else {}


def clean_answers(answers: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return the answers as they are stored, without control characters; raises AnswerUnreadable."""
    if not isinstance(answers, Mapping) or len(answers) > MOST_INPUTS:
        raise AnswerUnreadable(_("This is not a set of answers to one question. Load the page again."))
    clean: dict[str, str | list[str]] = {}
    for sent, value in answers.items():
        name = _CONTROL.sub("", sent) if isinstance(sent, str) else ""
        if not 0 < len(name) <= NAME_LENGTH:
            raise AnswerUnreadable(_("This is not a set of answers to one question. Load the page again."))
        values = value if isinstance(value, list) else [value]
        if len(values) > MOST_VALUES:
            raise AnswerUnreadable(_("There are too many values in one answer."))
        texts = [_text(each) for each in values]
        clean[name] = texts if isinstance(value, list) else texts[0]
    if len(json.dumps(clean)) > TOTAL_LENGTH:
        raise AnswerUnreadable(_("Your answer is too long. Shorten it; what you typed before is still saved."))
    return clean


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise AnswerUnreadable(_("An answer is text, a number or a list of these."))
    text = _CONTROL.sub("", str(value))
    if len(text) > VALUE_LENGTH:
        raise AnswerUnreadable(_("Your answer is too long. Shorten it; what you typed before is still saved."))
    return text


def _append(item: AttemptItem, client_seq: int, answers: dict[str, Any]) -> datetime:
    """Store the answer under its number; the attempt is locked, so nobody else can take the number meanwhile."""
    held = item.answers.filter(client_seq=client_seq).first()
    if held is None:
        refuse_settled(item)
        now = timezone.now()
        Answer.objects.create(attempt_item=item, client_seq=client_seq, answers=answers, received_at=now)
        return now
    if held.answers == answers:
        return held.received_at
    free = next_seq(item)
    raise AnswerConflict(
        _("This answer's number is taken. It is being sent again under a new one."), fields={"next_seq": str(free)}
    )
