"""How long evidence is kept: files go a stated time after the decision; what was found, and fingerprints, stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.claim_data import ClaimState
from paid_certificate.data import Finding
from paid_certificate.models import EvidenceClaim, EvidenceFile, EvidencePiece
from paid_certificate.models.audit import record
from paid_certificate.services.claim_records import claim_row, move_claim

DECIDED = (ClaimState.APPROVED, ClaimState.REFUSED)


def delete_files(row: EvidenceClaim) -> None:
    """Delete what was handed in for a claim; call it inside the transaction that holds the row's lock."""
    EvidenceFile.objects.filter(piece__claim=row).delete()
    EvidenceClaim.objects.filter(pk=row.pk).update(files_deleted_at=timezone.now())
    record("delete_evidence", actor_id=None, object_type="evidence_claim", object_uuid=row.uuid)


def delete_all(row: EvidenceClaim) -> None:
    """Delete the files and every word of what was handed in and said; call it as `delete_files`."""
    delete_files(row)
    row.pieces.update(title="", text="", file_name="", sha256="", summary={}, checks=[])
    row.turns.update(text="")


def scrub_claims(user_id: int) -> None:
    """Take everything personal out of a retired person's claims; an open one is withdrawn. Safe to repeat."""
    with transaction.atomic():
        for row in EvidenceClaim.objects.select_for_update().filter(user_id=user_id, erased_at__isnull=True):
            if row.live:
                move_claim(row, ClaimState.WITHDRAWN, actor_id=None)
            delete_all(row)
            EvidenceClaim.objects.filter(pk=row.pk).update(
                holder_name="", reason="", identity_how="", erased_at=timezone.now()
            )


def find_claim_gaps() -> list[tuple[Finding, Callable[[], object] | None]]:
    """Files kept longer than promised, drafts that nobody sent, and approvals without an award."""
    return [*_kept_too_long(), *_never_sent(), *_approved_without_award()]


def _kept_too_long() -> list[tuple[Finding, Callable[[], object] | None]]:
    # The days differ from claim to claim, as its holder was told; no database adds them to a date as another does.
    held = EvidencePiece.objects.filter(files__isnull=False).values("claim_id")
    rows = EvidenceClaim.objects.filter(state__in=DECIDED, decided_at__isnull=False, pk__in=held)
    now = timezone.now()
    over = [row for row in rows if row.decided_at and row.decided_at + timedelta(days=row.keep_days) <= now]
    return [
        (
            Finding(
                "evidence_kept_too_long",
                row.uuid,
                row.user_id,
                _("The files of a decided claim are past their time."),
                _("Delete them; what was found stays."),
            ),
            partial(_delete_decided, row),
        )
        for row in over
    ]


def _never_sent() -> list[tuple[Finding, Callable[[], object] | None]]:
    before = timezone.now() - timedelta(days=settings.PAID_CERTIFICATE_EVIDENCE_DRAFT_DAYS)
    rows = EvidenceClaim.objects.filter(state=ClaimState.DRAFT, modified__lte=before)
    return [
        (
            Finding(
                "claim_never_sent",
                row.uuid,
                row.user_id,
                _("A claim was begun and not sent."),
                _("Withdraw it and delete its files."),
            ),
            partial(_withdraw_stale, row),
        )
        for row in rows
    ]


def _approved_without_award() -> list[tuple[Finding, Callable[[], object] | None]]:
    from paid_certificate.services.claim_awards import award_for_evidence

    return [
        (
            Finding(
                "claim_without_credential",
                row.uuid,
                row.user_id,
                _("An approved claim has no credential."),
                _("Award it."),
            ),
            partial(award_for_evidence, row.uuid),
        )
        for row in EvidenceClaim.objects.filter(
            state=ClaimState.APPROVED, credential__isnull=True, erased_at__isnull=True
        )
    ]


def _delete_decided(row: EvidenceClaim) -> None:
    with transaction.atomic():
        delete_files(claim_row(row.uuid, lock=True))


def _withdraw_stale(row: EvidenceClaim) -> None:
    with transaction.atomic():
        locked = claim_row(row.uuid, lock=True)
        move_claim(locked, ClaimState.WITHDRAWN, actor_id=None)
        delete_all(locked)
