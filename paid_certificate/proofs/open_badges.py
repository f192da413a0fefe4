"""The Open Badges 3.0 credential, unsigned, from award data.

A document is built from an award and from its *slots*: the texts that differ from one holder to the next. The fast path
(`templates`) builds the same document once with placeholders for the slots, so a builder never looks at a slot's text.
"""

from collections.abc import Hashable, Mapping
from typing import Any

from paid_certificate.proofs.data import (
    AlignmentData,
    AwardData,
    CredentialForm,
    EvidenceData,
    IdentityAssurance,
    IssuerData,
    StatusEntry,
    SupervisionAssurance,
)
from paid_certificate.proofs.errors import MalformedDocument
from paid_certificate.proofs.narrative import criteria_narrative
from paid_certificate.proofs.terms import CREDENTIALS_V2, OPEN_BADGES_V3
from paid_certificate.proofs.text import clean_text, format_datetime, format_number

__all__ = [
    "DEMONSTRATION_PREFIX",
    "achievement_document",
    "award_shape",
    "award_slots",
    "credential",
    "credential_from_slots",
    "evidence_nodes",
    "issuer_profile",
    "status_nodes",
    "subject_node",
    "without_empty",
]

_IDENTITY = {
    IdentityAssurance.NONE: "Identity: not checked. The holder gave the name themselves.",
    IdentityAssurance.CHECKED: "Identity: checked against an identity document.",
}
_SUPERVISION = {
    SupervisionAssurance.NONE: "Supervision: not watched.",
    SupervisionAssurance.ONLINE: "Supervision: watched online.",
    SupervisionAssurance.ONSITE: "Supervision: watched on site by an invigilator.",
}
DEMONSTRATION_PREFIX = "Demonstration: "
_STATEMENT = "Statement of accomplishment: "


def credential(award: AwardData) -> dict[str, Any]:
    """Return the unsigned OpenBadgeCredential of an award: made to be shown, without any score."""
    return credential_from_slots(award, award_slots(award))


def award_slots(award: AwardData) -> dict[str, str]:
    """Return the texts of an award that differ from one holder to the next, cleaned, by slot."""
    slots = {
        "id": award.credential_url,
        "holder_name": clean_text(award.holder_name),
        "awarded": format_datetime(award.awarded),
        "valid_from": format_datetime(award.valid_from),
    }
    if not slots["holder_name"]:
        raise MalformedDocument("A credential names its holder.")
    if award.valid_until:
        slots["valid_until"] = format_datetime(award.valid_until)
    if award.holder_did:
        slots["holder_did"] = award.holder_did
    if award.holder_identity:
        slots["identity_hash"] = award.holder_identity.identity_hash
        slots["identity_salt"] = award.holder_identity.salt
    for number, entry in enumerate(award.status):
        slots[f"status{number}"] = str(entry.index)
    for number, evidence in enumerate(award.evidence):
        slots[f"evidence{number}_name"] = clean_text(evidence.name)
        slots[f"evidence{number}_description"] = clean_text(evidence.description)
    return slots


def award_shape(award: AwardData) -> tuple[Hashable, ...]:
    """Return all that an award says apart from its slots: awards of one shape can share a template."""
    identity = award.holder_identity
    return (
        award.achievement,
        award.issuer,
        award.assurance,
        award.form,
        award.demonstration,
        bool(award.valid_until),
        bool(award.holder_did),
        identity and identity.identity_type,
        tuple((evidence.key, evidence.genre) for evidence in award.evidence),
        tuple((entry.purpose, entry.list_url) for entry in award.status),
    )


def credential_from_slots(award: AwardData, slots: Mapping[str, str]) -> dict[str, Any]:
    """Return the unsigned credential of `award` with the given texts in its slots."""
    document = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_V3],
        "id": slots["id"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _display_name(award),
        "description": _credential_description(award),
        "issuer": issuer_profile(award.issuer),
        "awardedDate": slots["awarded"],
        "validFrom": slots["valid_from"],
        "validUntil": slots.get("valid_until"),
        "credentialSubject": subject_node(award, slots)
        | {
            "creditsEarned": _credits_earned(award),
            "result": [
                {
                    "id": f"{slots['id']}#result-status",
                    "type": ["Result"],
                    "resultDescription": f"{award.achievement.url}#result-status",
                    "status": "Completed",
                }
            ],
            "achievement": achievement_document(award),
        },
        "evidence": evidence_nodes(award, slots),
        "credentialStatus": status_nodes(award.status, slots),
    }
    return without_empty(document)


def achievement_document(award: AwardData) -> dict[str, Any]:
    """Return the achievement as it stands inside a credential, EU Annex I elements included."""
    achievement = award.achievement
    # A level is a claim about what was shown, which nobody endorses in a statement of accomplishment.
    levels = () if award.form is CredentialForm.STATEMENT else achievement.levels
    fields = {
        "id": achievement.url,
        "type": ["Achievement"],
        "achievementType": achievement.achievement_type,
        "name": clean_text(achievement.name),
        "description": clean_text(achievement.description),
        "criteria": {
            "id": f"{achievement.url}#criteria",
            "narrative": criteria_narrative(award),
        },
        "version": achievement.version,
        "inLanguage": achievement.language,
        "humanCode": clean_text(achievement.human_code),
        "fieldOfStudy": clean_text(achievement.field_of_study),
        "specialization": clean_text(achievement.specialization),
        "image": {"id": achievement.image_url, "type": "Image"} if achievement.image_url else None,
        "tag": sorted({clean_text(tag) for tag in achievement.tags}),
        "creditsAvailable": _credits_available(award),
        "creator": {"id": award.issuer.did, "type": ["Profile"]},
        "alignment": _alignments(achievement.url, (*achievement.outcomes, *levels)),
        "resultDescription": [
            {
                "id": f"{achievement.url}#result-status",
                "type": ["ResultDescription"],
                "name": "Decision",
                "resultType": "Status",
            }
        ],
    }
    return without_empty(fields)


def issuer_profile(issuer: IssuerData) -> dict[str, Any]:
    """Return the issuing body's Profile with its legal statement and country."""
    address = issuer.address
    statement = [issuer.legal_statement.rstrip("."), f"Accreditation: {(issuer.accreditation or 'none').rstrip('.')}"]
    return without_empty(
        {
            "id": issuer.did,
            "type": ["Profile"],
            "name": clean_text(issuer.name),
            "url": issuer.url,
            "email": issuer.email,
            "description": clean_text(". ".join(part for part in statement if part)) + ".",
            "image": {"id": issuer.image_url, "type": "Image"} if issuer.image_url else None,
            "address": {
                "id": f"{issuer.did}#address",
                "type": ["Address"],
                "addressCountryCode": address.country_code,
                "addressCountry": clean_text(address.country),
                "addressRegion": clean_text(address.region),
                "addressLocality": clean_text(address.locality),
                "streetAddress": clean_text(address.street),
                "postalCode": clean_text(address.postal_code),
            },
        }
    )


def _display_name(award: AwardData) -> str:
    name = clean_text(award.achievement.name)
    if award.form is CredentialForm.STATEMENT:
        name = _STATEMENT + name
    return DEMONSTRATION_PREFIX + name if award.demonstration else name


def _credential_description(award: AwardData) -> str:
    parts = []
    if award.demonstration:
        parts.append("A demonstration: no standard was set for it, and it carries no credit.")
    if award.form is CredentialForm.STATEMENT:
        parts.append(_statement_words(award))
    return " ".join([*parts, clean_text(award.achievement.description)])


def _statement_words(award: AwardData) -> str:
    was = "was" if award.assurance.identity is IdentityAssurance.CHECKED else "was not"
    issuer = clean_text(award.issuer.name)
    return (
        "A statement of accomplishment: it states what was done. "
        f"It is not endorsed by {issuer} as a credential, identity {was} checked, and it carries no credit."
    )


def _carries_credit(award: AwardData) -> bool:
    return award.achievement.credit is not None and award.form is CredentialForm.CREDENTIAL and not award.demonstration


def _credits_available(award: AwardData) -> int | float | None:
    credit = award.achievement.credit
    return format_number(credit.amount) if credit and _carries_credit(award) else None


def _credits_earned(award: AwardData) -> int | float | None:
    credit = award.achievement.credit
    if credit is None or not credit.earned or not _carries_credit(award):
        return None
    if not award.issuer.awarding_authority:
        raise MalformedDocument("Only an issuer with a recorded awarding authority can say that credit was earned.")
    return format_number(credit.amount)


def subject_node(award: AwardData, slots: Mapping[str, str]) -> dict[str, Any]:
    """Return who the document is about: the name in clear, and a wallet's DID or a salted hash where there is one."""
    name = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": slots["holder_name"],
        "identityType": "name",
    }
    subject: dict[str, Any] = {"id": slots.get("holder_did"), "type": ["AchievementSubject"], "identifier": [name]}
    if award.holder_identity:
        subject["identifier"].append(
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": slots["identity_hash"],
                "identityType": award.holder_identity.identity_type,
                "salt": slots["identity_salt"],
            }
        )
    return subject


def evidence_nodes(award: AwardData, slots: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return how identity and sitting were checked, "not checked" included, then what the award rests on."""
    checks = (
        EvidenceData("identity-check", "Identity", _IDENTITY[award.assurance.identity], "Identity verification"),
        EvidenceData("supervision", "Supervision", _SUPERVISION[award.assurance.supervision], "Supervision"),
    )
    entries = [(entry, entry.name, entry.description) for entry in checks]
    entries += [
        (entry, slots[f"evidence{number}_name"], slots[f"evidence{number}_description"])
        for number, entry in enumerate(award.evidence)
    ]
    return [
        {
            "id": f"{slots['id']}#{entry.key}",
            "type": ["Evidence"],
            "name": name,
            "description": description,
            "genre": clean_text(entry.genre),
        }
        for entry, name, description in entries
    ]


def status_nodes(entries: tuple[StatusEntry, ...], slots: Mapping[str, str]) -> dict[str, Any] | list[dict[str, Any]]:
    """Return one entry as an object, which the Open Badges schema asks for, and several as the array VC 2.0 allows."""
    documents = [
        {
            "id": f"{entry.list_url}#{slots[f'status{number}']}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": entry.purpose.value,
            "statusListIndex": slots[f"status{number}"],
            "statusListCredential": entry.list_url,
        }
        for number, entry in enumerate(entries)
    ]
    return documents[0] if len(documents) == 1 else documents


def _alignments(base: str, alignments: tuple[AlignmentData, ...]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{base}#alignment-{number}",
            "type": ["Alignment"],
            "targetName": clean_text(alignment.name),
            "targetUrl": alignment.url,
            "targetFramework": clean_text(alignment.framework),
            "targetCode": clean_text(alignment.code),
            "targetDescription": clean_text(alignment.description),
            "targetType": alignment.target_type,
        }
        for number, alignment in enumerate(alignments, 1)
    ]


def without_empty(value: Any) -> Any:
    """Drop members that say nothing: an empty text, list or object, or None, would be shown without being signed."""
    if isinstance(value, dict):
        cleaned = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in cleaned.items() if item is not None and item not in ("", [], {})}
    return [without_empty(item) for item in value] if isinstance(value, list) else value
