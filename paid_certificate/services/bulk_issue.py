"""Issue for all released passes of an exam: counted first, approved when many, in chunks that are safe to run twice."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from mastery_exam.data import DecisionData
from openedx_bridge.errors import SuiteError
from paid_certificate.data import (
    BulkCounts,
    BulkData,
    BulkOutcome,
    BulkState,
    CredentialState,
    RevocationReason,
)
from paid_certificate.errors import BulkNotFound, BulkRefused
from paid_certificate.models import BulkItem, BulkRun, Credential
from paid_certificate.models.audit import record
from paid_certificate.models.credential import OPEN
from paid_certificate.proofs.errors import ProofsError
from paid_certificate.services.award_gaps import award_is_due
from paid_certificate.services.awards import award_for_decision
from paid_certificate.services.batches import revoke_credentials
from paid_certificate.services.issue import issue_credential

CHUNK = 200


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
        BulkItem.objects.bulk_create((BulkItem(run=run, decision_uuid=uuid) for uuid in due), batch_size=CHUNK)
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


def run_bulk_chunk(uuid: UUID) -> bool:
    """Settle the next decisions of a running bulk issue; tells whether some are left. Safe to run twice, or at once."""
    run = _get(uuid)
    if run.state != BulkState.RUNNING:
        return False
    for item in islice(run.items.filter(outcome=BulkOutcome.WAITING).iterator(), CHUNK):
        outcome, credential_uuid, why = _settle(item.decision_uuid)
        credential = Credential.objects.filter(uuid=credential_uuid).first() if credential_uuid else None
        BulkItem.objects.filter(pk=item.pk).update(outcome=outcome, credential=credential, why=why)
    if run.items.filter(outcome=BulkOutcome.WAITING).exists():
        return True
    BulkRun.objects.filter(pk=run.pk, state=BulkState.RUNNING).update(state=BulkState.DONE)
    return False


def resume_bulk_issue(uuid: UUID) -> BulkData:
    """Go on with a bulk issue that a crash stopped, or try again what failed."""
    with transaction.atomic():
        run = _locked(uuid)
        if run.state not in (BulkState.RUNNING, BulkState.DONE):
            raise BulkRefused(_("This bulk issue cannot go on."))
        run.items.filter(outcome=BulkOutcome.FAILED).update(outcome=BulkOutcome.WAITING, why="")
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
    issued = run.items.filter(outcome=BulkOutcome.ISSUED).values_list("credential__uuid", flat=True)
    return revoke_credentials(list(issued), actor_id=actor_id, reason=RevocationReason.ISSUED_IN_ERROR.value)


def get_bulk_issue(uuid: UUID) -> BulkData:
    """The bulk issue with its progress; raises BulkNotFound."""
    return bulk_data(_get(uuid))


def list_bulk_issues() -> list[BulkData]:
    """All bulk issues, newest first."""
    return [bulk_data(run) for run in BulkRun.objects.all()]


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
    credentials = Credential.objects.exclude(decision_uuid=None)
    known = set(credentials.values_list("decision_uuid", flat=True))
    # Whoever holds the achievement by another route gets no second one.
    reference = {"achievement__routes__kind": "exam", "achievement__routes__reference": exam_key}
    holders = set(Credential.objects.filter(OPEN, **reference).values_list("user_id", flat=True))
    due: dict[int, UUID] = {}
    already = not_due = 0
    for decision in _passes(exam_key):
        if decision.uuid in known or decision.user_id in holders or decision.user_id in due:
            already += 1
        elif award_is_due(decision):
            due[decision.user_id] = decision.uuid
        else:
            not_due += 1
    return BulkCounts(len(due), already, not_due), list(due.values())


def _passes(exam_key: str) -> Iterable[DecisionData]:
    return (decision for decision in exams.iter_released_passes() if decision.exam_key == exam_key)


def _settle(decision_uuid: UUID) -> tuple[BulkOutcome, UUID | None, str]:
    """Award and sign for one decision; what goes wrong stays with it and stops no other."""
    try:
        award = award_for_decision(decision_uuid, sign_later=False)
        if award is None:
            return BulkOutcome.SKIPPED, None, _("The pass no longer stands, or was checked too little.")
        if award.state is CredentialState.AWAITING_PAYMENT:
            return BulkOutcome.FEE_DUE, award.uuid, ""
        if award.decision_uuid != decision_uuid:
            return BulkOutcome.SKIPPED, None, _("The person holds this achievement already.")
        issue_credential(award.uuid)
    except (SuiteError, ProofsError, OSError) as error:
        return BulkOutcome.FAILED, None, str(error)
    return BulkOutcome.ISSUED, award.uuid, ""


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
