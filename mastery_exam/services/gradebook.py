"""The gradebook hears of decisions: a row per placement and decision is kept until the host has stored the score."""

from __future__ import annotations

from decimal import Decimal

import attrs
from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey

from mastery_exam.errors import ExamNotFound, InvalidInput
from mastery_exam.models import Decision, Exam, ScoreOutbox, ScorePlacement
from openedx_bridge import api as bridge

SCALE_TOP = Decimal(100)


@attrs.frozen
class PlacementData:
    """A block in a course and the exam it stands for; None while it is unlinked."""

    usage_key: str
    exam_key: str | None


def link_placement(usage_key: str, *, exam_key: str) -> PlacementData:
    """Say which exam a block stands for, and send the gradebook what has been decided already. Safe to repeat.

    Raises InvalidInput for what is no usage key, ExamNotFound.
    """
    try:
        UsageKey.from_string(usage_key)
    except InvalidKeyError as error:
        raise InvalidInput(_("“%(key)s” is no key of a block in a course.") % {"key": usage_key}) from error
    exam = Exam.objects.filter(key=exam_key).first()
    if exam is None:
        raise ExamNotFound(_("There is no exam with the key “%(key)s”.") % {"key": exam_key})
    with transaction.atomic():
        placement, _made = ScorePlacement.objects.update_or_create(
            usage_key=usage_key, defaults={"exam": exam, "unlinked": False}
        )
        told = Decision.objects.filter(attempt__exam=exam, state=Decision.State.RELEASED)
        _queue(placement, list(told))
    return PlacementData(usage_key, exam.key)


def unlink_placement(usage_key: str) -> None:
    """Have the block stand for no exam until an author chooses one; what the gradebook holds stays."""
    with transaction.atomic():
        ScoreOutbox.objects.filter(
            placement__usage_key=usage_key, state__in=(ScoreOutbox.State.WAITING, ScoreOutbox.State.NOT_ENROLLED)
        ).delete()
        ScorePlacement.objects.filter(usage_key=usage_key).update(exam=None, unlinked=True, modified=timezone.now())


def find_placement(usage_key: str) -> PlacementData | None:
    """Return what the block stands for, or None for a block that is not known."""
    row = ScorePlacement.objects.select_related("exam").filter(usage_key=usage_key).first()
    return PlacementData(row.usage_key, row.exam.key if row.exam else None) if row else None


def queue_scores(decision: Decision) -> None:
    """Put a decision that came or went into the outbox of every placement of its exam, in the caller's transaction."""
    for placement in ScorePlacement.objects.filter(exam_id=decision.attempt.exam_id):
        _queue(placement, [decision])


def requeue_user(user_id: int, *, course_key: str) -> None:
    """Try again what could not be sent because the person was not enrolled in the course."""
    rows = ScoreOutbox.objects.filter(state=ScoreOutbox.State.NOT_ENROLLED, decision__attempt__user_id=user_id)
    for row in rows.select_related("placement"):
        if str(UsageKey.from_string(row.placement.usage_key).course_key) == course_key:
            ScoreOutbox.objects.filter(pk=row.pk).update(state=ScoreOutbox.State.WAITING, modified=timezone.now())
            _send_later(row.pk)


def send_score(outbox_id: int) -> bool:
    """Have the host store what one outbox row asks for; returns whether it did. Safe to repeat.

    What is stored is where the person stands now, the best pass or else the newest result; so rows may arrive in any
    order. Nothing is stored for somebody who is not enrolled.
    """
    row = ScoreOutbox.objects.select_related("placement__exam", "decision__attempt").filter(pk=outbox_id).first()
    if row is None or row.placement.exam is None:
        return False
    user_id, usage_key = row.decision.attempt.user_id, row.placement.usage_key
    if not bridge.is_enrolled(user_id, course_key=str(UsageKey.from_string(usage_key).course_key)):
        _mark(row, ScoreOutbox.State.NOT_ENROLLED, error="")
        return False
    earned = _standing(user_id, row.placement.exam)
    if not bridge.store_score(user_id, usage_key=usage_key, earned=earned, possible=SCALE_TOP):
        _mark(row, ScoreOutbox.State.WAITING, error="the host did not store the score")
        return False
    _mark(row, ScoreOutbox.State.SENT, error="")
    return True


def waiting_scores() -> list[int]:
    """The outbox rows that are still to be sent, oldest first."""
    return list(ScoreOutbox.objects.filter(state=ScoreOutbox.State.WAITING).order_by("pk").values_list("pk", flat=True))


def _standing(user_id: int, exam: Exam) -> Decimal:
    """The score that stands, out of 100; an attempt without a scale counts as all or nothing."""
    released = Decision.objects.filter(attempt__user_id=user_id, attempt__exam=exam, state=Decision.State.RELEASED)
    all_or_nothing = Case(When(passed=True, then=int(SCALE_TOP)), default=0)
    scored = released.annotate(score=Coalesce("scaled_score", all_or_nothing))
    row = scored.order_by("-passed", "-score", "-released_at").first()
    return Decimal(row.score) if row else Decimal(0)


def _queue(placement: ScorePlacement, decisions: list[Decision]) -> None:
    for decision in decisions:
        row, _made = ScoreOutbox.objects.update_or_create(
            placement=placement,
            decision=decision,
            defaults={"state": ScoreOutbox.State.WAITING, "error": "", "sent_at": None},
        )
        _send_later(row.pk)


def _send_later(outbox_id: int) -> None:
    from mastery_exam.tasks import send_score_later

    transaction.on_commit(lambda: send_score_later.delay(outbox_id), robust=True)


def _mark(row: ScoreOutbox, state: str, *, error: str) -> None:
    now = timezone.now()
    sent_at = now if state == ScoreOutbox.State.SENT else None
    ScoreOutbox.objects.filter(pk=row.pk).update(
        state=state, error=error, sent_at=sent_at, tries=F("tries") + 1, modified=now
    )
