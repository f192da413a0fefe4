"""What is frozen at the award and signed later: the issuer's face, its signatories and the recommended credit.

An award may wait a year for its fee, and is reissued years later. What its documents say held when it was made, and is
kept as plain values on the award; nothing here is read again from the body's profile.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from paid_certificate.data import CredentialForm
from paid_certificate.models import AchievementVersion, Credential, IssuingBody
from paid_certificate.panels import recommended_credit
from paid_certificate.proofs import data as proofs
from paid_certificate.services.addresses import body_did, body_url, is_local, logo_url
from paid_certificate.services.body_marks import current_logo, in_office

FACE = ("name", "website", "email", "legal_statement", "accreditation_status", "awarding_authority")
ADDRESS = ("country_code", "country", "locality", "street", "postal_code")


def freeze(version: AchievementVersion, at: datetime) -> dict[str, Any]:
    """The fields `render` and `signatories` of a full credential that is awarded at `at`."""
    body = version.achievement.body
    return {
        "render": {
            "issuer": {name: getattr(body, name) for name in (*FACE, *ADDRESS)} | {"logo": current_logo(body)},
            "quality_assurance": body.quality_assurance,
            "credit": _credit(version, at),
        },
        "signatories": in_office(body.pk, at.date()),
    }


def frozen_for(frozen: dict[str, Any], form: str, *, is_demonstration: bool) -> dict[str, Any]:
    """What of `frozen` an award keeps: a demonstration has no credit, a statement neither credit nor signatories."""
    is_statement = form == CredentialForm.STATEMENT
    if is_statement or is_demonstration or is_local():
        frozen = frozen | {"render": frozen["render"] | {"credit": None}}
    return frozen | {"signatories": []} if is_statement else frozen


def render_of(row: Credential) -> dict[str, Any]:
    """What was frozen for `row`; an award from before anything was frozen says what holds now."""
    if row.render:
        return row.render
    frozen = freeze(row.achievement_version, row.awarded_at)
    return frozen_for(frozen, row.form, is_demonstration=row.is_demonstration)["render"]


def issuer_data(render: dict[str, Any], slug: str) -> proofs.IssuerData:
    """The issuer as frozen in `render`, at the addresses of the body called `slug`."""
    face = render["issuer"]
    return proofs.IssuerData(
        did=body_did(slug),
        name=face["name"],
        url=face["website"] or body_url(slug),
        address=proofs.AddressData(**{name: face[name] for name in ADDRESS}),
        legal_statement=face["legal_statement"],
        email=face["email"],
        image_url=logo_url(slug, face["logo"]) if face["logo"] else "",
        accreditation=face["accreditation_status"],
        awarding_authority=face["awarding_authority"],
    )


def credit_data(render: dict[str, Any]) -> proofs.CreditData | None:
    """The credit as frozen in `render`, or None."""
    credit = render["credit"]
    if credit is None:
        return None
    return proofs.CreditData(
        amount=Decimal(credit["amount"]),
        unit=credit["unit"],
        recommender=credit["recommender"],
        evidence_url=credit["evidence_url"],
        valid_from=datetime.fromisoformat(credit["valid_from"]),
        valid_until=datetime.fromisoformat(credit["valid_until"]) if credit["valid_until"] else None,
        earned=credit["earned"],
    )


def _credit(version: AchievementVersion, at: datetime) -> dict[str, Any] | None:
    body: IssuingBody = version.achievement.body
    found = recommended_credit(version.achievement.uuid, at)
    if not found:
        return None
    credit = found[0]
    return {
        "amount": credit.amount,
        "unit": credit.unit,
        "recommender": credit.recommender,
        "evidence_url": credit.evidence_url,
        "valid_from": credit.valid_from.isoformat(),
        "valid_until": credit.valid_to.isoformat() if credit.valid_to else None,
        "earned": bool(body.awarding_authority),
    }
