"""What a signed credential tells of an evidence route: how much of which kind, and nothing that stood in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from paid_certificate.claim_wording import kind_words
from paid_certificate.proofs.data import EvidenceData


def evidence_rows(evidence: dict[str, Any], body: str, decided_at: datetime) -> tuple[EvidenceData, ...]:
    """The rows of an award's `evidence`: a person's decision first, then each kind of piece with its number."""
    text = _("A person assessed the evidence for {body}, found each of {n} outcomes shown, and approved on {date}.")
    decision = text.format(body=body, n=evidence["outcomes"], date=decided_at.date().isoformat())
    rows = [EvidenceData("assessment", _("Assessment of evidence by a person"), decision, "Portfolio assessment")]
    for kind, number in evidence["pieces"].items():
        said = _("Pieces of this kind: {n}.").format(n=number)
        if kind == "credential":
            checked = _("Signature and status found valid: {n}.").format(n=evidence["valid_credentials"])
            said = f"{said} {checked}"
        rows.append(EvidenceData(f"evidence-{kind}", kind_words(kind), said, "Evidence"))
    return tuple(rows)
