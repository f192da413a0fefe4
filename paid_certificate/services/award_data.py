"""What an award says, put together once from what stands in the tables, for the signature to cover."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.errors import AchievementNotFound
from paid_certificate.models import AchievementVersion, Credential
from paid_certificate.proofs import data as proofs
from paid_certificate.proofs.open_badges import achievement_document, issuer_profile
from paid_certificate.proofs.terms import CREDENTIALS_V2, OPEN_BADGES_V3
from paid_certificate.services.addresses import (
    achievement_url,
    credential_url,
    is_local,
    statement_url,
)
from paid_certificate.services.claim_evidence import evidence_rows
from paid_certificate.services.render_data import credit_data, freeze, issuer_data, render_of

PASS_MARK, SCALE_END = Decimal(60), Decimal(100)


@attrs.frozen
class SharedData:
    """What awards say alike where the same was frozen for them; `source` is what it was put together from."""

    source: tuple[int, dict[str, Any], bool]
    achievement: proofs.AchievementData
    issuer: proofs.IssuerData


def shared_data(row: Credential, last: SharedData | None = None) -> SharedData:
    """What the award of `row` shares with others; `last` where that is the same, for putting it together takes long."""
    version, render, has_credit = row.achievement_version, render_of(row), carries_credit(row)
    source = (version.pk, render, has_credit)
    if last is not None and last.source == source:
        return last
    achievement = _achievement(version, render, carries_credit=has_credit)
    return SharedData(source, achievement, issuer_data(render, version.achievement.body.slug))


def award_data(
    row: Credential, status: tuple[proofs.StatusEntry, ...], shared: SharedData | None = None
) -> proofs.AwardData:
    """Everything that the credential of `row` says, as it was frozen at the award."""
    shared = shared or shared_data(row)
    return proofs.AwardData(
        credential_url=credential_url(row.uuid),
        achievement=shared.achievement,
        issuer=shared.issuer,
        holder_name=row.holder_name,
        awarded=row.awarded_at,
        valid_from=row.awarded_at,
        valid_until=row.valid_until,
        assurance=proofs.Assurance(
            proofs.IdentityAssurance(row.identity), proofs.SupervisionAssurance(row.supervision)
        ),
        evidence=_evidence(row),
        status=status,
        form=proofs.CredentialForm(row.form),
        # Nobody but this machine can check what a local address signs, so it says that it is a demonstration.
        demonstration=row.is_demonstration or is_local(),
    )


def carries_credit(row: Credential) -> bool:
    """Whether the award may name credit: neither a statement of accomplishment does, nor a demonstration."""
    return row.form == proofs.CredentialForm.CREDENTIAL and not row.is_demonstration and not is_local()


def result_data(row: Credential, award: proofs.AwardData) -> proofs.ResultData | None:
    """The result statement of an exam's award; None for a programme, which has no score of its own."""
    evidence = row.evidence
    if evidence["kind"] != "exam" or evidence["score"] is None:
        return None
    margin = evidence["margin"]
    return proofs.ResultData(
        statement_url=statement_url(row.uuid),
        award=award,
        score=proofs.ScaleScore(
            value=Decimal(evidence["score"]),
            minimum=Decimal(0),
            maximum=SCALE_END,
            required=PASS_MARK,
            margin=None if margin is None else Decimal(margin),
        ),
        areas=tuple(
            proofs.AreaResult(area["key"], area["title"], area["standing"].capitalize()) for area in evidence["areas"]
        ),
        status=award.status,
    )


def achievement_jsonld(version_uuid: UUID) -> dict[str, Any]:
    """The achievement's own document, as it stands inside every credential, for whoever follows its address."""
    version = AchievementVersion.objects.select_related("achievement__body").filter(uuid=version_uuid).first()
    if version is None:
        raise AchievementNotFound(_("There is no such achievement."))
    now = timezone.now()
    render = freeze(version, now)["render"]
    sample = proofs.AwardData(
        credential_url=achievement_url(version.uuid),
        achievement=_achievement(version, render, carries_credit=not is_local()),
        issuer=issuer_data(render, version.achievement.body.slug),
        holder_name="-",
        awarded=now,
        valid_from=now,
        demonstration=is_local(),
    )
    document = {"@context": [CREDENTIALS_V2, OPEN_BADGES_V3]} | achievement_document(sample)
    return document | {"creator": issuer_profile(sample.issuer)}


def _achievement(
    version: AchievementVersion, render: dict[str, Any], *, carries_credit: bool
) -> proofs.AchievementData:
    return proofs.AchievementData(
        url=achievement_url(version.uuid),
        name=version.title,
        description=version.description,
        criteria=version.criteria,
        version=str(version.num),
        language=version.language,
        human_code=version.achievement.key,
        field_of_study=version.field_of_study,
        outcomes=tuple(_outcome(version, number, outcome) for number, outcome in enumerate(version.outcomes, start=1)),
        levels=tuple(
            proofs.AlignmentData(
                name=f"{level['scheme']} {level['value']}",
                url=level.get("url") or f"{achievement_url(version.uuid)}#level-{number}",
                framework=level["scheme"],
                code=level["value"],
            )
            for number, level in enumerate(version.levels, start=1)
        ),
        workload=version.workload,
        assessment_type=version.assessment_type,
        participation=version.participation,
        quality_assurance=render["quality_assurance"],
        prerequisites=version.prerequisites,
        stackability=version.stackability,
        further_information=version.further_information,
        credit=credit_data(render) if carries_credit else None,
    )


def _outcome(version: AchievementVersion, number: int, outcome: dict[str, str]) -> proofs.AlignmentData:
    return proofs.AlignmentData(
        name=outcome["name"],
        url=outcome.get("url") or f"{achievement_url(version.uuid)}#outcome-{number}",
        framework=outcome.get("framework", ""),
        code=outcome.get("code", ""),
        description=outcome.get("description", ""),
        target_type="CFItem" if outcome.get("url") else "ext:LearningOutcome",
    )


def _evidence(row: Credential) -> tuple[proofs.EvidenceData, ...]:
    evidence = row.evidence
    if evidence["kind"] == "exam":
        sat = evidence["sat_at"][:10]
        text = _("Mastery exam “{title}”, version {num}, sat on {date}.")
        text = text.format(title=evidence["title"], num=evidence["version_num"], date=sat)
        return (proofs.EvidenceData("exam", evidence["title"], text, "Examination"),)
    if evidence["kind"] == "course":
        text = _("Course “{title}” ({org}, {number}), passed on {date}.")
        text = text.format(
            **{name: evidence[name] for name in ("title", "org", "number")}, date=evidence["passed_at"][:10]
        )
        return (proofs.EvidenceData("course", evidence["title"], text, "Course"),)
    if evidence["kind"] == "evidence":
        return evidence_rows(evidence, row.achievement_version.achievement.body.name, row.awarded_at)
    return tuple(
        proofs.EvidenceData(
            f"part-{number}", part["title"], _("Counted for this programme."), part["kind"].capitalize()
        )
        for number, part in enumerate(evidence["parts"], start=1)
    )
