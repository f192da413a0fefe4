"""Issue for all released passes of an exam: counted first, approved when many, in chunks that are safe to run twice."""

from __future__ import annotations

from functools import partial
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from paid_certificate.data import (
    BulkCounts,
    BulkData,
    BulkOutcome,
    BulkState,
    CredentialState,
    Finding,
    RevocationReason,
    RouteKind,
)
from paid_certificate.errors import BulkNotFound, BulkRefused
from paid_certificate.models import BulkItem, BulkRun, Credential, Route
from paid_certificate.models.audit import record
from paid_certificate.services.award_gaps import HEAVY, Gap, is_missing, published_routes
from paid_certificate.services.award_values import decision_values
from paid_certificate.services.batches import revoke_credentials
from paid_certificate.services.bulk_chunk import LEASE, UNSIGNED
from paid_certificate.services.next_award import form_of

PAGE = 1000  # passes that are counted at once


def count_bulk_issue(exam_key: str) -> BulkCounts:
    """The dry run: what a bulk issue for the exam would do now. Writes nothing."""
    return _sort(exam_key)[0]


def start_bulk_issue(exam_key: str, *, actor_id: int) -> BulkData:
    """Fix the list of decisions to issue for, and begin unless so many need a second person's approval."""
    counts, due = _sort(exam_key)
    if not due:
        raise BulkRefused(_("There is nothing to issue for this exam."))
    needs_approval = counts.due > settings.PAID_CERTIFICATE_BULK_APPROVAL_ABOVE
    with transaction.atomic():
        state = BulkState.AWAITING_APPROVAL if needs_approval else BulkState.RUNNING
        run = BulkRun.objects.create(exam_key=exam_key, state=state, created_by_id=actor_id)
        BulkItem.objects.bulk_create((BulkItem(run=run, decision_uuid=uuid) for uuid in due), batch_size=PAGE)
        record("start_bulk", actor_id=actor_id, object_type="bulk", object_uuid=run.uuid, due=counts.due)
        if not needs_approval:
            _go_on(run)
    return bulk_data(run)


def approve_bulk_issue(uuid: UUID, *, actor_id: int) -> BulkData:
    """Let a large bulk issue begin; by another person than the one who started it."""
    with transaction.atomic():
        run = _locked(uuid)
        if run.state != BulkState.AWAITING_APPROVAL:
            raise BulkRefused(_("This bulk issue waits for no approval."))
        if run.created_by_id == actor_id:
            raise BulkRefused(_("So many credentials need a second person. Ask a colleague to approve."))
        run.state, run.approved_by_id = BulkState.RUNNING, actor_id
        run.save()
        record("approve_bulk", actor_id=actor_id, object_type="bulk", object_uuid=run.uuid)
        _go_on(run)
    return bulk_data(run)


def resume_bulk_issue(uuid: UUID) -> BulkData:
    """Go on with a bulk issue that a crash stopped, or try again what failed."""
    with transaction.atomic():
        run = _locked(uuid)
        if run.state not in (BulkState.RUNNING, BulkState.DONE):
            raise BulkRefused(_("This bulk issue cannot go on."))
        run.items.filter(outcome=BulkOutcome.FAILED).update(outcome=BulkOutcome.WAITING, why="")
        run.items.filter(outcome=BulkOutcome.WAITING).update(claimed_at=None)
        run.state = BulkState.RUNNING
        run.save()
        _go_on(run)
    return bulk_data(run)


def undo_bulk_issue(uuid: UUID, *, actor_id: int) -> int:
    """Stop a bulk issue and revoke all it issued, as issued in error; returns how many. Safe to repeat."""
    with transaction.atomic():
        run = _locked(uuid)
        run.state = BulkState.UNDONE
        run.save()
        record("undo_bulk", actor_id=actor_id, object_type="bulk", object_uuid=run.uuid)
    awarded = run.items.exclude(outcome=BulkOutcome.FEE_DUE).filter(credential__isnull=False)
    # What is being signed at this moment is cancelled, or is issued by the time that we look for what was issued.
    unsigned = Credential.objects.filter(pk__in=awarded.values("credential"), state__in=UNSIGNED)
    unsigned.update(state=CredentialState.CANCELLED, ended_at=timezone.now(), modified=timezone.now())
    issued = awarded.filter(credential__issued_at__isnull=False).values_list("credential__uuid", flat=True)
    return revoke_credentials(list(issued), actor_id=actor_id, reason=RevocationReason.ISSUED_IN_ERROR.value)


def get_bulk_issue(uuid: UUID) -> BulkData:
    """The bulk issue with its progress; raises BulkNotFound."""
    return bulk_data(_get(uuid))


def list_bulk_issues() -> list[BulkData]:
    """All bulk issues, newest first."""
    return [bulk_data(run) for run in BulkRun.objects.all()]


def find_bulk_gaps() -> list[Gap]:
    """Bulk issues on which nobody has been at work for a while, though they are not done."""
    idle = timezone.now() - LEASE
    stalled = BulkRun.objects.filter(state=BulkState.RUNNING, modified__lt=idle)
    text, repair = _("The bulk issue for “{exam}” stopped half-way."), _("Go on with it.")
    return [
        (
            Finding("bulk_stopped", run.uuid, run.created_by_id, text.format(exam=run.exam_key), repair),
            partial(resume_bulk_issue, run.uuid),
        )
        for run in stalled
        if not run.items.filter(claimed_at__gte=idle).exists()
    ]


def bulk_data(run: BulkRun) -> BulkData:
    """The record of `run`."""
    outcomes = dict(run.items.order_by().values_list("outcome").annotate(Count("id")))
    return BulkData(
        uuid=run.uuid,
        exam_key=run.exam_key,
        state=BulkState(run.state),
        created_by_id=run.created_by_id,
        approved_by_id=run.approved_by_id,
        created=run.created,
        total=sum(outcomes.values()),
        outcomes=outcomes,
    )


def _sort(exam_key: str) -> tuple[BulkCounts, list[UUID]]:
    """Count the released passes of the exam, and list those to issue for: one for each person."""
    due: dict[int, UUID] = {}
    already = not_due = 0
    route = published_routes(RouteKind.EXAM).get(exam_key)
    passes = exams.iter_released_passes(exam_key=exam_key)
    while page := list(islice(passes, PAGE)):
        credentials = Credential.objects.filter(decision_uuid__in=[decision.uuid for decision in page])
        known = set(credentials.values_list("decision_uuid", flat=True))
        # Whoever holds the achievement by another route gets no second one.
        held = _held(route, [decision.user_id for decision in page])
        for decision in page:
            if decision.uuid in known or decision.user_id in due:
                already += 1
            elif route is None or form_of(route, decision.identity, decision.supervision) is None:
                not_due += 1
            elif is_missing(held.get(decision.user_id, []), route, decision_values(decision)):
                due[decision.user_id] = decision.uuid
            else:
                already += 1
    return BulkCounts(len(due), already, not_due), list(due.values())


def _held(route: Route | None, user_ids: list[int]) -> dict[int, list[Credential]]:
    """What each of the people has of the route's achievement, oldest first."""
    held: dict[int, list[Credential]] = {}
    if route is not None:
        rows = Credential.objects.filter(achievement=route.achievement, user_id__in=user_ids).defer(*HEAVY)
        for row in rows:
            held.setdefault(row.user_id, []).append(row)
    return held


def _go_on(run: BulkRun) -> None:
    from paid_certificate.tasks import run_bulk

    transaction.on_commit(lambda: run_bulk.delay(str(run.uuid)))


def _get(uuid: UUID) -> BulkRun:
    run = BulkRun.objects.filter(uuid=uuid).first()
    if run is None:
        raise BulkNotFound(_("There is no such bulk issue."))
    return run


def _locked(uuid: UUID) -> BulkRun:
    _get(uuid)
    return BulkRun.objects.select_for_update().get(uuid=uuid)
