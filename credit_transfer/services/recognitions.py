"""Where does it count: agreed, recommended, offers; and which conditions a person meets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.articulation import ConditionState, Evidence, Met, evaluate, force_of
from credit_transfer.data import (
    AgreementState,
    Condition,
    InstitutionState,
    OfferData,
    RecognitionData,
    Recognitions,
)
from credit_transfer.models import Agreement
from credit_transfer.services.agreements import agreement_data, terms_of
from credit_transfer.services.credit_values import recommended_credit
from credit_transfer.services.offers import list_offers
from credit_transfer.services.wording import identity_words, supervision_words
from mastery_exam import api as exams
from micromasters_pathway import api as pathways
from openedx_bridge.errors import NotFoundError
from paid_certificate import api as certificates
from paid_certificate.data import AchievementData, CredentialData, CredentialForm, CredentialState


def list_recognitions(
    *, achievement_uuid: UUID | None = None, exam_key: str | None = None, user_id: int | None = None
) -> Recognitions:
    """Where an achievement (or the one that an exam leads to) counts; conditions for `user_id`, unknown without.

    An exam that leads to no achievement counts nowhere yet, which is an answer and no error.
    """
    achievement = _achievement(achievement_uuid, exam_key)
    if achievement is None:
        exam = exams.find_exam(exam_key or "")
        return Recognitions(None, exam.title if exam else "", (), (), ())
    credential = certificates.find_credential(user_id, achievement_uuid=achievement.uuid) if user_id else None
    now = timezone.now()
    agreed = tuple(_agreed(achievement, credential, user_id is not None, now))
    return Recognitions(
        achievement_uuid=achievement.uuid,
        title=achievement.title,
        agreed=agreed,
        recommended=tuple(recommended_credit(achievement.uuid, now)),
        offers=tuple(_offers(achievement, exam_key)),
    )


def count_accepting(exam_key: str) -> int:
    """How many institutions accept the exam by an agreement in force now; suspended and unsigned ones do not count."""
    achievement = certificates.find_achievement(exam_key=exam_key)
    if achievement is None:
        return 0
    now = timezone.now()
    rows = _binding_rows(achievement.uuid)
    return len({row.institution.pk for row in rows if force_of(terms_of(row), now) == "in_force"})


def find_agreement_for(credential: CredentialData, *, institution_uuid: UUID, at: datetime) -> Agreement | None:
    """The institution's agreement that covers the credential's version at `at`, the newest first; or None."""
    for row in reversed(_binding_rows(credential.achievement.uuid)):
        terms = terms_of(row)
        covers = credential.achievement.version_uuid in terms.version_uuids
        if row.institution.uuid == institution_uuid and covers:
            if force_of(terms, at, credential.awarded_at) != "not_in_force":
                return row
    return None


def evidence_of(credential: CredentialData, at: datetime) -> Evidence:
    """What a credential shows to an agreement."""
    expired = credential.valid_until is not None and credential.valid_until <= at
    is_full = credential.form is CredentialForm.CREDENTIAL
    return Evidence(
        version_uuid=credential.achievement.version_uuid,
        identity=credential.identity,
        supervision=credential.supervision,
        score=score_of(credential),
        awarded_at=credential.awarded_at,
        stands=credential.state is CredentialState.ISSUED and is_full and not expired,
        is_demonstration=credential.is_demonstration,
    )


def score_of(credential: CredentialData) -> int | None:
    """The scaled score of the exam behind the credential; None for a programme."""
    if credential.decision_uuid is None:
        return None
    try:
        return exams.get_decision(credential.decision_uuid).scaled_score
    except NotFoundError:
        return None


def conditions_of(row: Agreement, evidence: Evidence | None, *, is_known: bool) -> tuple[Condition, ...]:
    """Each condition of an agreement in words; a known person without the credential does not meet the first."""
    found = evaluate(terms_of(row), evidence)
    return tuple(Condition(met.code, _words(met.code, row), _state(met, evidence, is_known)) for met in found)


def _state(met: Met, evidence: Evidence | None, is_known: bool) -> ConditionState:
    lacks_it = evidence is None and is_known and met.code == "credential"
    return ConditionState.UNMET if lacks_it else met.state


def _agreed(
    achievement: AchievementData, credential: CredentialData | None, is_known: bool, now: datetime
) -> Iterable[RecognitionData]:
    evidence = evidence_of(credential, now) if credential else None
    for row in _binding_rows(achievement.uuid):
        force = force_of(terms_of(row), now, credential.awarded_at if credential else None)
        if force == "not_in_force":
            continue
        data = agreement_data(row)
        yield RecognitionData(
            institution=data.institution,
            gives=data.gives,
            conditions=conditions_of(row, evidence, is_known=is_known),
            valid_until=row.teach_out_until if force == "teach_out" else row.valid_to,
            agreement_uuid=row.uuid,
            is_teach_out=force == "teach_out",
        )


def _binding_rows(achievement_uuid: UUID) -> list[Agreement]:
    """Agreements that may bind: signed, or signed once and ended; of institutions that are still in the directory."""
    rows = Agreement.objects.select_related("institution").prefetch_related("institution__mailboxes")
    states = [AgreementState.SIGNED, AgreementState.ENDED]
    return list(
        rows.filter(
            achievement_uuid=achievement_uuid,
            state__in=states,
            signed_at__isnull=False,
            institution__state=InstitutionState.VERIFIED,
        )
    )


def _achievement(achievement_uuid: UUID | None, exam_key: str | None) -> AchievementData | None:
    if achievement_uuid is not None:
        return certificates.get_achievement(achievement_uuid)
    return certificates.find_achievement(exam_key=exam_key) if exam_key else None


def _offers(achievement: AchievementData, exam_key: str | None) -> list[OfferData]:
    """Offers on the programmes that this achievement is the credential of, or that its exams are part of."""
    keys = [reference for kind, reference in achievement.routes if kind == "programme"]
    exam_keys = [reference for kind, reference in achievement.routes if kind == "exam"]
    if exam_key and exam_key not in exam_keys:
        exam_keys.append(exam_key)
    for key in exam_keys:
        keys += [programme.key for programme in pathways.programmes_of_exam(key)]
    return [offer for key in dict.fromkeys(keys) for offer in list_offers(programme_key=key)]


def _words(code: str, row: Agreement) -> str:
    return {
        "credential": _("You hold this credential, and it stands."),
        "version": _("It was awarded for a version of the achievement that the agreement names."),
        "identity": _("At least: {words}").format(words=identity_words(row.least_identity)),
        "supervision": _("At least: {words}").format(words=supervision_words(row.least_supervision)),
        "score": _("A score of at least {score} on the scale from 0 to 100.").format(score=row.least_score),
        "cap": _("At most: {cap}").format(cap=row.cap),
        "residency": _("Residency: {text}").format(text=row.residency),
        "other": row.conditions,
    }[code]
