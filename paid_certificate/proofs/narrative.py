"""The Annex I elements for which Open Badges has no member of its own, as labelled lines of the criteria."""

from paid_certificate.proofs.data import AwardData, CredentialForm, CreditData
from paid_certificate.proofs.text import clean_text, format_datetime, format_number

__all__ = ["credit_sentence", "criteria_narrative"]


def criteria_narrative(award: AwardData) -> str:
    """Return the criteria in Markdown: what had to be shown, then one line for each further standard element."""
    achievement = award.achievement
    lines = [
        ("Notional workload", achievement.workload),
        ("Type of assessment", achievement.assessment_type),
        ("Form of participation", achievement.participation),
        ("Quality assurance", achievement.quality_assurance),
        ("Prerequisites", achievement.prerequisites),
        ("Stackability", achievement.stackability),
        ("Further information", achievement.further_information),
    ]
    if achievement.credit and award.form is CredentialForm.CREDENTIAL and not award.demonstration:
        label = "Credit awarded" if achievement.credit.earned else "Credit recommended"
        lines.insert(1, (label, credit_sentence(achievement.credit)))
    labelled = [f"{label}: {cleaned}" for label, text in lines if (cleaned := clean_text(text))]
    return "\n\n".join([clean_text(achievement.criteria), *labelled])


def credit_sentence(credit: CreditData) -> str:
    """Return amount and unit of a credit, who recommends it on what evidence, and from when to when."""
    source = "by" if credit.earned else "recommended by"
    parts = [f"{format_number(credit.amount)} {clean_text(credit.unit)}, {source} {clean_text(credit.recommender)}"]
    if credit.evidence_url:
        parts.append(f"evidence: {credit.evidence_url}")
    if credit.valid_from:
        parts.append(f"from {format_datetime(credit.valid_from)[:10]}")
    if credit.valid_until:
        parts.append(f"until {format_datetime(credit.valid_until)[:10]}")
    return "; ".join(parts) + "."
