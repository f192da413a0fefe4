"""The result statement, unsigned: scale score and areas, which the credential does not show.

It is about the sitting, an achievement of type Assessment with an address of its own, so that no reader takes it for
the credential.
"""

from collections.abc import Hashable, Mapping
from typing import Any

from paid_certificate.proofs.data import ResultData
from paid_certificate.proofs.open_badges import (
    DEMONSTRATION_PREFIX,
    award_shape,
    award_slots,
    evidence_nodes,
    issuer_profile,
    status_nodes,
    subject_node,
    without_empty,
)
from paid_certificate.proofs.terms import CREDENTIALS_V2, OPEN_BADGES_V3
from paid_certificate.proofs.text import clean_text, format_number

__all__ = ["result_shape", "result_slots", "result_statement", "statement_from_slots"]


def result_statement(result: ResultData) -> dict[str, Any]:
    """Return the unsigned result statement, for the holder and for transfers they consent to."""
    return statement_from_slots(result, result_slots(result))


def result_slots(result: ResultData) -> dict[str, str]:
    """Return the texts of a result that differ from one holder to the next, by slot."""
    slots = {key: text for key, text in award_slots(result.award).items() if not key.startswith("status")}
    slots["id"] = result.statement_url
    for number, entry in enumerate(result.status):
        slots[f"status{number}"] = str(entry.index)
    if result.score:
        slots["score"] = str(format_number(result.score.value))
        if result.score.margin is not None:
            slots["margin"] = str(format_number(result.score.margin))
    for number, area in enumerate(result.areas):
        slots[f"area{number}"] = clean_text(area.band)
    return slots


def result_shape(result: ResultData) -> tuple[Hashable, ...]:
    """Return all that a result says apart from its slots."""
    score = result.score
    return (
        award_shape(result.award),
        score and (score.minimum, score.maximum, score.required, score.margin is None),
        tuple((area.key, area.name) for area in result.areas),
        tuple((entry.purpose, entry.list_url) for entry in result.status),
    )


def statement_from_slots(result: ResultData, slots: Mapping[str, str]) -> dict[str, Any]:
    """Return the unsigned result statement with the given texts in its slots."""
    award, achievement = result.award, result.award.achievement
    name = f"Result statement: {clean_text(achievement.name)}"
    base = f"{achievement.url}/result"
    rows = _rows(result, slots)
    document = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_V3],
        "id": slots["id"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": DEMONSTRATION_PREFIX + name if award.demonstration else name,
        "description": "The result behind a credential. By itself it is not the credential.",
        "issuer": issuer_profile(award.issuer),
        "awardedDate": slots["awarded"],
        "validFrom": slots["valid_from"],
        "validUntil": slots.get("valid_until"),
        "credentialSubject": subject_node(award, slots)
        | {
            "narrative": _margin(slots),
            "result": [
                {"id": f"{slots['id']}#{key}", "type": ["Result"], "resultDescription": f"{base}#{key}"} | value
                for key, value, _ in rows
            ],
            "achievement": {
                "id": base,
                "type": ["Achievement"],
                "achievementType": "Assessment",
                "name": name,
                "description": clean_text(achievement.description),
                "version": achievement.version,
                "inLanguage": achievement.language,
                "criteria": {"id": f"{base}#criteria", "narrative": clean_text(achievement.criteria)},
                "creator": {"id": award.issuer.did, "type": ["Profile"]},
                "resultDescription": [
                    {"id": f"{base}#{key}", "type": ["ResultDescription"]} | description for key, _, description in rows
                ],
            },
        },
        "evidence": evidence_nodes(award, slots),
        "credentialStatus": status_nodes(result.status, slots),
    }
    return without_empty(document)


def _rows(result: ResultData, slots: Mapping[str, str]) -> list[tuple[str, dict[str, str], dict[str, str]]]:
    """Return key, result and description of the decision, of the scaled score and of every area."""
    rows = [("status", {"status": "Completed"}, {"name": "Decision", "resultType": "Status"})]
    if score := result.score:
        scale = {"valueMin": score.minimum, "valueMax": score.maximum, "requiredValue": score.required}
        description = {"name": "Scaled score", "resultType": "ScaledScore"}
        description |= {key: str(format_number(value)) for key, value in scale.items()}
        rows.append(("score", {"value": slots["score"]}, description))
    for number, area in enumerate(result.areas):
        description = {"name": clean_text(area.name), "resultType": "PerformanceLevel"}
        rows.append((f"area-{area.key}", {"value": slots[f"area{number}"]}, description))
    return rows


def _margin(slots: Mapping[str, str]) -> str:
    if "margin" not in slots:
        return ""
    return f"The score is measured to within {slots['margin']} points either way (one standard error)."
