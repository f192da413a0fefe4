"""What a process that died between a commit and its handler left undone, found from the tables alone, and repaired."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam.data import Finding, ReleasePolicy
from mastery_exam.models import Attempt, Decision, ScoreOutbox
from mastery_exam.services.deciding import decide_attempt
from mastery_exam.services.ending import close_if_due, due_attempts
from mastery_exam.services.gradebook import send_score
from mastery_exam.services.releasing import release_due
from openedx_bridge.errors import SuiteError

log = logging.getLogger(__name__)

# Younger ones are with a worker.
IN_HAND = timedelta(minutes=2)

Repair = Callable[[], object]


def reconcile(dry_run: bool = True, *, now: datetime | None = None) -> list[Finding]:
    """Return what is undone, oldest first within its kind, and repair it unless `dry_run`. Safe to run twice.

    A finding with an empty `repair` needs a person. One that cannot be repaired is logged and found again next time.
    """
    now = now or timezone.now()
    found = []
    for finding, repair in [*_due(now), *_undecided(now), *_unreleased(now), *_unsent(now)]:
        found.append(finding)
        if dry_run or repair is None:
            continue
        try:
            repair()
        except SuiteError as error:
            log.warning("%s %s could not be repaired: %s", finding.kind, finding.object_uuid, error.developer_message)
    return found


def _due(now: datetime) -> Iterator[tuple[Finding, Repair | None]]:
    for row in Attempt.objects.filter(uuid__in=due_attempts(now)).order_by("ends_at"):
        finding = Finding(
            "due_not_closed", row.uuid, row.user_id, _("Time is over and the try is open."), _("Close it.")
        )
        yield finding, partial(close_if_due, row.uuid, now=now)


def _undecided(now: datetime) -> Iterator[tuple[Finding, Repair | None]]:
    rows = Attempt.objects.filter(state__in=Attempt.ENDED, decisions__isnull=True, closed_at__lte=now - IN_HAND)
    for row in rows.order_by("closed_at"):
        finding = Finding("not_decided", row.uuid, row.user_id, _("The try ended and has no result."), _("Decide it."))
        yield finding, partial(decide_attempt, row.uuid)


def _unreleased(now: datetime) -> Iterator[tuple[Finding, Repair | None]]:
    rows = Decision.objects.filter(state=Decision.State.PENDING_CHECK, release_due_at__lte=now)
    for row in rows.select_related("attempt__exam_version").order_by("release_due_at"):
        by_itself = row.attempt.exam_version.release_policy == ReleasePolicy.IMMEDIATE
        repair_text = _("Release it.") if by_itself else ""
        what = _("The result was promised by now and is not released.")
        finding = Finding("release_due", row.uuid, row.attempt.user_id, what, repair_text)
        yield finding, partial(release_due, now) if by_itself else None


def _unsent(now: datetime) -> Iterator[tuple[Finding, Repair | None]]:
    rows = ScoreOutbox.objects.filter(state=ScoreOutbox.State.WAITING, modified__lte=now - IN_HAND)
    for row in rows.select_related("decision__attempt").order_by("modified"):
        what = _("The gradebook has not stored the score.")
        finding = Finding("score_not_sent", row.decision.uuid, row.decision.attempt.user_id, what, _("Send it again."))
        yield finding, partial(send_score, row.pk)
