"""From an approved claim to its award, by the same way as every other route."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from paid_certificate.claim_data import ClaimState, PieceKind
from paid_certificate.data import CredentialData, RouteKind
from paid_certificate.models import EvidenceClaim
from paid_certificate.proofs.foreign import ForeignOutcome
from paid_certificate.services.awards import award_by_route, credential_row
from paid_certificate.services.claim_records import claim_row, evidence_route


def award_for_evidence(claim_uuid: UUID) -> CredentialData | None:
    """Award what an approved claim shows. Safe to repeat.

    None where the claim is not approved, its person was erased, or its route leads to nothing any more.
    """
    row = claim_row(claim_uuid)
    route = evidence_route(row.achievement_id)
    if row.state != ClaimState.APPROVED or row.erased_at is not None or route is None:
        return None
    awarded = award_by_route(
        row.user_id,
        kind=RouteKind.EVIDENCE.value,
        reference=route.reference,
        owed=False,
        values={
            "holder_name": row.holder_name,
            "identity": row.identity,
            "supervision": row.supervision,
            "is_demonstration": False,
            "evidence": _evidence(row),
            "awarded_at": row.decided_at,
        },
    )
    if awarded is not None:
        EvidenceClaim.objects.filter(pk=row.pk).update(credential=credential_row(awarded.uuid))
    return awarded


def _evidence(row: EvidenceClaim) -> dict[str, Any]:
    """What the credential may tell of the evidence: how much of which kind, and nothing that stood in it."""
    pieces = list(row.pieces.all())
    valid = sum(piece.outcome == ForeignOutcome.VALID for piece in pieces)
    return {
        "kind": RouteKind.EVIDENCE.value,
        "key": str(row.uuid),
        "title": row.achievement_version.title,
        "outcomes": len(row.covered),
        "pieces": {kind.value: n for kind in PieceKind if (n := sum(piece.kind == kind for piece in pieces))},
        "valid_credentials": valid,
    }
