"""An institution answers, amends, and proves with a code that it is the office that was asked."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from credit_transfer.articulation import canonical_json
from credit_transfer.articulation.answers import AnswerDraft, answer_problems
from credit_transfer.data import (
    REQUEST_TRANSITIONS,
    AnswerData,
    RequestState,
    TransferAnswerEventData,
)
from credit_transfer.errors import AnswerInvalid, CodeInvalid, LinkEnded, RequestStateConflict, TooManyTries
from credit_transfer.models import Answer, AnswerCode, DeskLink, TransferRequest
from credit_transfer.models.audit import record
from credit_transfer.services.desk import visible_row
from credit_transfer.services.institutions import current_mailbox
from credit_transfer.services.links import read_link
from credit_transfer.services.request_data import answer_data
from credit_transfer.services.transitions import move
from credit_transfer.signals.signals import TRANSFER_ANSWERED
from openedx_bridge import api as bridge

CODE_SALT = "credit_transfer.answer_code.v1"
CODE_DIGITS = 6


def request_code(token: str, *, request_uuid: UUID, draft: dict[str, Any] | None = None) -> str:
    """Keep what was written so far and mail a one-time code to the office; returns the address, mostly hidden.

    Raises TooManyTries, LinkInvalid, LinkEnded, RequestNotFound.
    """
    from credit_transfer.tasks import mail_answer_code

    link = read_link(token)
    row = visible_row(link, request_uuid)
    mailbox = current_mailbox(link.institution)
    if mailbox is None:
        raise LinkEnded(_("Mail to your office comes back to us. Write to us from your office, please."))
    hour_ago = timezone.now() - timedelta(hours=1)
    with transaction.atomic():
        TransferRequest.objects.select_for_update().get(pk=row.pk)
        codes = AnswerCode.objects.filter(request__institution=link.institution, created__gt=hour_ago)
        if codes.count() >= settings.CREDIT_TRANSFER_CODES_PER_HOUR:
            raise TooManyTries(_("Too many codes were asked for. Use the newest one, or try again in an hour."))
        if draft is not None:
            TransferRequest.objects.filter(pk=row.pk).update(draft=_kept(draft), modified=timezone.now())
        ends = timezone.now() + timedelta(minutes=settings.CREDIT_TRANSFER_CODE_MINUTES)
        code = AnswerCode.objects.create(request=row, mailbox=mailbox, expires_at=ends)
        record("request_code", actor_id=None, object_type="request", object_uuid=row.uuid, link=str(link.uuid))
        transaction.on_commit(lambda: mail_answer_code.delay(str(code.uuid)))
    return masked(mailbox.email)


def mail_code(uuid: UUID) -> None:
    """Make a code, store its hash and mail it; a repeat replaces it. Never inside a transaction."""
    row = AnswerCode.objects.select_related("request__institution", "mailbox").filter(uuid=uuid).first()
    if row is None or row.used_at is not None or row.expires_at <= timezone.now():
        return
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    AnswerCode.objects.filter(pk=row.pk).update(code_hash=code_hash(row.uuid, code))
    with translation.override(settings.LANGUAGE_CODE):
        values = {"code": code, "minutes": settings.CREDIT_TRANSFER_CODE_MINUTES, "platform": bridge.platform_name()}
        subject = _("Code for your answer at {platform}").format(**values)
        text = _(
            "The code for your answer to a request for credit at {platform}:\n\n{code}\n\nIt is good once, for "
            "{minutes} minutes. If nobody in your office is answering a request now, ignore this mail."
        ).format(**values)
    bridge.send_message(row.mailbox.email, subject=subject, text=text)


def answer_request(
    token: str,
    *,
    request_uuid: UUID,
    code: str,
    kind: str,
    by_name: str,
    by_role: str,
    course: str = "",
    credits: Decimal | None = None,
    unit: str = "",
    conditions: str = "",
    reason: str = "",
) -> AnswerData:
    """Store an answer, or an amendment of one, in the name of whoever holds the office's mailbox.

    Raises AnswerInvalid (fields), CodeInvalid, RequestStateConflict when the time to amend is over.
    """
    link = read_link(token)
    row = visible_row(link, request_uuid)
    draft = AnswerDraft(
        kind, by_name.strip(), by_role.strip(), course.strip(), credits, unit.strip(), conditions, reason
    )
    problems = answer_problems(draft)
    if problems:
        fields = {field: _problem_words(problem) for field, problem in problems.items()}
        raise AnswerInvalid(_("Correct what is marked. Nothing was sent."), fields=fields)
    _require_amendable(row)
    good = _matching_code(row, code)
    return answer_data(_store(link, row, draft, good))


def code_hash(uuid: UUID, code: str) -> str:
    """What is stored of a code: keyed, so that a stolen table does not tell six digits."""
    return salted_hmac(CODE_SALT, canonical_json([str(uuid), code]), algorithm="sha256").hexdigest()


def masked(email: str) -> str:
    """“r…@university.example”: enough for its owner to know where to look."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def _store(link: DeskLink, row: TransferRequest, draft: AnswerDraft, code: AnswerCode) -> Answer:
    from credit_transfer.tasks import tell_learner

    now = timezone.now()
    with transaction.atomic():
        TransferRequest.objects.select_for_update().get(pk=row.pk)
        row.refresh_from_db()
        _require_amendable(row)
        if not AnswerCode.objects.filter(pk=code.pk, used_at__isnull=True).update(used_at=now):
            raise _wrong_code()
        answer = Answer.objects.create(request=row, num=row.answers.count() + 1, **attrs.asdict(draft))
        if row.state != RequestState.ANSWERED:
            amend_until = now + timedelta(days=settings.CREDIT_TRANSFER_AMEND_DAYS)
            values = {"amend_until": amend_until, "opened_at": row.opened_at or now}
            move(row, RequestState.ANSWERED, table=REQUEST_TRANSITIONS, refusal=RequestStateConflict, **values)
        TransferRequest.objects.filter(pk=row.pk).update(draft={})
        detail = {"num": answer.num, "kind": answer.kind, "link": str(link.uuid), "mailbox": str(code.mailbox.uuid)}
        record("answer_request", actor_id=None, object_type="request", object_uuid=row.uuid, **detail)
        event = TransferAnswerEventData(row.uuid, row.institution.uuid, row.user_id, answer.kind, answer.num)
        transaction.on_commit(lambda: TRANSFER_ANSWERED.send_event(transfer=event))
        transaction.on_commit(lambda: tell_learner.delay(str(row.uuid)))
    return answer


def _require_amendable(row: TransferRequest) -> None:
    if row.state in (RequestState.SENT, RequestState.OPENED):
        return
    if row.state == RequestState.ANSWERED and row.amend_until and timezone.now() < row.amend_until:
        return
    raise RequestStateConflict(_("The time to amend this answer is over. Write to the learner, or to us."))


def _matching_code(row: TransferRequest, code: str) -> AnswerCode:
    """The newest code of the request, if it is this one. A wrong try is counted at once, whatever comes after."""
    newest = row.codes.select_related("mailbox").order_by("-created", "-id").first()
    is_open = newest is not None and newest.used_at is None and newest.expires_at > timezone.now() and newest.code_hash
    if newest is None or not is_open or newest.tries >= settings.CREDIT_TRANSFER_CODE_TRIES:
        raise _wrong_code()
    AnswerCode.objects.filter(pk=newest.pk).update(tries=models.F("tries") + 1)
    if not hmac.compare_digest(newest.code_hash, code_hash(newest.uuid, "".join(code.split()))):
        raise _wrong_code()
    return newest


def _wrong_code() -> CodeInvalid:
    message = _("This code is not the newest one, was used, or is over. Ask for a new one; what you wrote is kept.")
    return CodeInvalid(message, fields={"code": message})


def _kept(draft: dict[str, Any]) -> dict[str, str]:
    """The fields of an unfinished answer, as text, none of them without end."""
    names = [field.name for field in attrs.fields(AnswerDraft)]
    return {name: str(draft.get(name) or "")[:5000] for name in names}


def _problem_words(problem: str) -> str:
    return {
        "choose": _("Choose one: full, part or none."),
        "missing": _("This is needed."),
        "needed_unless_full": _("Give the reason, so that the learner can understand or appeal."),
        "not_with_none": _("With no credit there can be no course and no number of credits."),
        "course_or_credits": _("Name the course, the credits, or both."),
        "number": _("Write how much credit: more than 0, with two decimals at most."),
        "too_long": _("This is too long."),
    }[problem]
