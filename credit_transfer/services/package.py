"""What an institution gets about one credential: a snapshot of plain JSON, taken at the learner's consent."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import attrs

from credit_transfer.models import Agreement, Institution
from credit_transfer.services.credit_values import list_credit_values
from credit_transfer.services.recognitions import score_of
from credit_transfer.services.wording import number
from paid_certificate import api as certificates
from paid_certificate.data import AchievementData, CredentialData

FORMAT = "openedx_mastery.transfer_package.v1"
# The reporting scale of every exam: 0 to 100, and 60 passes.
SCALE = {"minimum": "0", "maximum": "100", "pass_mark": "60"}


@attrs.frozen
class Additions:
    """What the learner adds to the credential for this institution."""

    programme_there: str = ""
    student_id_there: str = ""
    birth_date: date | None = None
    include_statement: bool = False


def build_package(
    credential: CredentialData, institution: Institution, agreement: Agreement | None, more: Additions, at: datetime
) -> dict[str, Any]:
    """Everything that is sent, and nothing else. Numbers with fractions are text, so that it has one canonical form."""
    achievement = credential.achievement
    package: dict[str, Any] = {
        "format": FORMAT,
        "created": at.isoformat(),
        "institution": {"uuid": str(institution.uuid), "name": institution.name},
        "programme_there": more.programme_there,
        "holder": {"name": credential.holder_name},
        "achievement": _achievement(achievement),
        "award": _award(credential),
        "result": {"decision": "passed"},
        "issuer": _issuer(achievement),
        "credit": _credit(achievement, credential.awarded_at),
        "agreement": _agreement(agreement),
        # The signed documents stay text: to write their numbers anew could break their signatures.
        "credential": certificates.get_document(credential.uuid),
    }
    if more.student_id_there:
        package["holder"]["student_id_there"] = more.student_id_there
    if more.birth_date is not None:
        package["holder"]["birth_date"] = more.birth_date.isoformat()
    statement = certificates.get_statement(credential.uuid) if more.include_statement else ""
    if statement:
        score = score_of(credential)
        package["result"] |= {"score": None if score is None else str(score), "scale": SCALE}
        package["result_statement"] = statement
    return package


def open_package(package: dict[str, Any]) -> dict[str, Any]:
    """The package for readers, its signed documents as JSON and not as text."""
    signed = {name: json.loads(package[name]) for name in ("credential", "result_statement") if package.get(name)}
    return package | signed


def _achievement(achievement: AchievementData) -> dict[str, Any]:
    return {
        "url": achievement.url,
        "title": achievement.title,
        "version": str(achievement.version_num),
        "description": achievement.description,
        "criteria": achievement.criteria,
        "outcomes": [str(outcome) for outcome in achievement.outcomes],
        "levels": [{"scheme": scheme, "value": value} for scheme, value in achievement.levels],
        "workload": achievement.workload,
        "field_of_study": achievement.field_of_study,
    }


def _award(credential: CredentialData) -> dict[str, Any]:
    return {
        "credential_uuid": str(credential.uuid),
        "awarded_at": credential.awarded_at.isoformat(),
        "issued_at": credential.issued_at.isoformat() if credential.issued_at else None,
        "valid_until": credential.valid_until.isoformat() if credential.valid_until else None,
        "identity": credential.identity,
        "supervision": credential.supervision,
        "route": credential.route_kind,
        "verify_url": credential.verify_url,
    }


def _issuer(achievement: AchievementData) -> dict[str, str]:
    body = achievement.body
    same = "name legal_name legal_statement registration_number address country website accreditation_status"
    values = {name: getattr(body, name) for name in (*same.split(), "quality_assurance", "did")}
    values["accreditation_status"] = values["accreditation_status"] or "none"
    return values


def _credit(achievement: AchievementData, awarded_at: datetime) -> list[dict[str, Any]]:
    """What was recommended when the credential was awarded: a later recommendation does not change the award."""
    return [
        {
            "amount": number(value.amount),
            "unit": value.unit,
            "levels": [{"scheme": scheme, "value": level} for scheme, level in value.levels],
            "isced_f": value.isced_f,
            "hours": value.hours,
            "recommender": value.recommender,
            "evidence": value.evidence,
            "evidence_url": value.evidence_url,
            "valid_from": value.valid_from.isoformat(),
            "valid_to": value.valid_to.isoformat() if value.valid_to else None,
        }
        for value in list_credit_values(achievement_uuid=achievement.uuid)
        if value.valid_from <= awarded_at and (value.valid_to is None or awarded_at < value.valid_to)
    ]


def _agreement(agreement: Agreement | None) -> dict[str, Any] | None:
    if agreement is None:
        return None
    return {
        "uuid": str(agreement.uuid),
        "version": agreement.num,
        "equivalent_course": agreement.equivalent_course,
        "credits": number(agreement.credits) if agreement.credits is not None else None,
        "unit": agreement.unit,
        "signed_at": agreement.signed_at.isoformat() if agreement.signed_at else None,
    }
