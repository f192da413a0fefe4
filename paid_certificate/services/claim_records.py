"""A claim and its pieces as data, and the one place where a claim changes its state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from paid_certificate.claim_data import (
    CLAIM_TRANSITIONS,
    ClaimData,
    ClaimState,
    OutcomeData,
    PieceData,
    PieceKind,
    Supplier,
    TurnData,
    TurnKind,
    summary_from,
)
from paid_certificate.data import RouteKind
from paid_certificate.errors import ClaimNotFound, ClaimStateConflict
from paid_certificate.models import AchievementVersion, EvidenceClaim, EvidenceFile, EvidencePiece, Route
from paid_certificate.models.audit import record
from paid_certificate.proofs.foreign import ForeignOutcome
from paid_certificate.services.achievements import achievement_data


def claim_row(uuid: UUID, *, lock: bool = False) -> EvidenceClaim:
    """The row of a claim, locked for change where asked; raises ClaimNotFound."""
    # The lock comes first and alone: a join would lock rows of the achievement as well.
    rows = EvidenceClaim.objects.select_for_update() if lock else claim_rows()
    row = rows.filter(uuid=uuid).first()
    if row is None:
        raise ClaimNotFound(_("There is no such claim. Open it again from the list."))
    return row


def own_claim_row(user_id: int, uuid: UUID, *, lock: bool = False) -> EvidenceClaim:
    """The row of the person's own claim; somebody else's is as if it were not there."""
    row = claim_row(uuid, lock=lock)
    if row.user_id != user_id:
        raise ClaimNotFound(_("There is no such claim of yours. Open it again from “My exams”."))
    return row


def claim_rows() -> Any:
    """The claims with what their data needs, oldest first."""
    # What a file is, without its megabytes.
    files = Prefetch("pieces__files", queryset=EvidenceFile.objects.only("id", "piece_id", "role"))
    return EvidenceClaim.objects.select_related(
        "achievement_version__achievement__body", "achievement", "credential"
    ).prefetch_related("pieces", files, "turns", "achievement_version__achievement__routes")


def move_claim(row: EvidenceClaim, target: ClaimState, *, actor_id: int | None, **values: Any) -> None:
    """Compare and set the state, and write it down; raises ClaimStateConflict where that step is not open."""
    state = ClaimState(row.state)
    moved = target in CLAIM_TRANSITIONS[state] and EvidenceClaim.objects.filter(pk=row.pk, state=state).update(
        state=target, **values
    )
    if not moved:
        message = _("This claim has moved on meanwhile. Reload the page to see where it stands.")
        raise ClaimStateConflict(message, developer_message=f"{state.value} cannot become {target.value}")
    row.refresh_from_db()
    record(f"claim_{target.value}", actor_id=actor_id, object_type="evidence_claim", object_uuid=row.uuid)


def evidence_route(achievement_id: int) -> Route | None:
    """The route by evidence to an achievement of a body that issues, or None."""
    routes = Route.objects.select_related("achievement__body")
    return routes.filter(
        achievement_id=achievement_id, kind="evidence", achievement__body__published_at__isnull=False
    ).first()


def outcome_names(version: AchievementVersion) -> list[str]:
    """The learning outcomes of a version, in their order."""
    return [outcome["name"] for outcome in version.outcomes]


def claim_data(row: EvidenceClaim) -> ClaimData:
    """The record of `row`."""
    pieces = tuple(row.pieces.all())
    routes = row.achievement_version.achievement.routes.all()
    route = next((route for route in routes if route.kind == RouteKind.EVIDENCE), None)
    decided, keep = row.decided_at, timedelta(days=row.keep_days)
    return ClaimData(
        uuid=row.uuid,
        user_id=row.user_id,
        holder_name=row.holder_name,
        achievement=achievement_data(row.achievement_version),
        state=ClaimState(row.state),
        outcomes=tuple(
            OutcomeData(num, name, sum(num in piece.outcomes for piece in pieces), num in row.covered)
            for num, name in enumerate(outcome_names(row.achievement_version), start=1)
        ),
        pieces=tuple(_piece_data(piece, row.uuid) for piece in pieces),
        turns=tuple(TurnData(TurnKind(turn.kind), turn.text, turn.created) for turn in row.turns.all()),
        identity=row.identity,
        identity_how=row.identity_how,
        supervision=row.supervision,
        least_identity=route.least_identity if route else "none",
        least_supervision=route.least_supervision if route else "none",
        reason=row.reason,
        appeal=row.appeal,
        submitted_at=row.submitted_at,
        decided_at=decided,
        keep_until=decided + keep if decided else None,
        files_deleted_at=row.files_deleted_at,
        credential_uuid=row.credential.uuid if row.credential else None,
        created=row.created,
        url=reverse("paid_certificate:claim", args=[row.uuid]),
    )


def piece_data(row: EvidencePiece) -> PieceData:
    """The record of one piece."""
    return _piece_data(row, row.claim.uuid)


def _piece_data(row: EvidencePiece, claim_uuid: UUID) -> PieceData:
    return PieceData(
        uuid=row.uuid,
        claim_uuid=claim_uuid,
        kind=PieceKind(row.kind),
        title=row.title,
        text=row.text,
        outcomes=tuple(row.outcomes),
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        outcome=ForeignOutcome(row.outcome) if row.outcome else None,
        summary=summary_from(row.summary),
        checks=tuple(row.checks),
        supplier=Supplier(row.supplier),
        checked_at=row.checked_at,
        is_submitted=row.submitted_at is not None,
        has_original=any(file.role == EvidenceFile.ORIGINAL for file in row.files.all()),
        created=row.created,
    )


def require_current_version(row: EvidenceClaim) -> None:
    """Raise ClaimStateConflict where the outcomes have changed since: the award would name others than were shown."""
    newest = row.achievement.versions.order_by("-num")[0]
    if outcome_names(newest) != outcome_names(row.achievement_version):
        message = _("The outcomes have changed since this claim was begun. A new claim is about the new ones.")
        raise ClaimStateConflict(message)
