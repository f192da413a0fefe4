"""Sitting an exam again after a pass: a room above opens the way, when what the pass led to ends or can be bettered."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.errors import ExamNotFound
from mastery_exam.models import Decision, Exam
from mastery_exam.models.audit import record


def allow_resit(user_id: int, *, exam_key: str, actor_id: int | None) -> None:
    """Let the person register again although they passed; tries are counted anew from there. Safe to repeat.

    The passes stand as they are. The exam's tries and its rule of unseen questions hold for the new registration.
    """
    exam = Exam.objects.filter(key=exam_key).first()
    if exam is None:
        raise ExamNotFound(_("There is no exam with the key “%(key)s”.") % {"key": exam_key})
    with transaction.atomic():
        for decision in standing_passes(user_id, exam).filter(resit_allowed_at__isnull=True).select_related("attempt"):
            Decision.objects.filter(pk=decision.pk).update(resit_allowed_at=timezone.now())
            record("resit_allowed", subject=decision, actor_id=actor_id)


def standing_passes(user_id: int, exam: Exam) -> QuerySet[Decision]:
    """The person's released passes in the exam."""
    rows = Decision.objects.filter(attempt__user_id=user_id, attempt__exam=exam)
    return rows.filter(state=Decision.State.RELEASED, passed=True)


def last_lapsed_num(user_id: int, exam: Exam) -> int:
    """The number of the last try whose pass may be followed by another; 0 where there is none."""
    rows = standing_passes(user_id, exam).filter(resit_allowed_at__isnull=False)
    return rows.order_by("-attempt__num").values_list("attempt__num", flat=True).first() or 0
