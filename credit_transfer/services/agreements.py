"""Articulation agreements: drafted, signed by two sides, held, ended, taught out, and followed by versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.articulation import Terms
from credit_transfer.data import AGREEMENT_TRANSITIONS, AgreementData, AgreementState
from credit_transfer.errors import AgreementInvalid, AgreementNotFound, AgreementStateConflict
from credit_transfer.models import Agreement
from credit_transfer.models.audit import record
from credit_transfer.services.agreement_terms import TERM_FIELDS, checked_terms
from credit_transfer.services.institutions import institution_data, institution_row, verified_institution
from credit_transfer.services.transitions import move
from credit_transfer.services.wording import gives_words
from paid_certificate import api as certificates

SIDES = ("body", "institution")


def create_agreement(*, institution_uuid: UUID, achievement_uuid: UUID, actor_id: int, **terms: Any) -> AgreementData:
    """Draft an agreement for the achievement's newest version, or those in `achievement_version_uuids`.

    `terms` are the fields of TERM_FIELDS. Raises AgreementInvalid naming each field that cannot be right.
    """
    institution = institution_row(institution_uuid)
    achievement = certificates.get_achievement(achievement_uuid)
    values = checked_terms(terms, achievement)
    with transaction.atomic():
        row = Agreement.objects.create(
            institution=institution,
            achievement_uuid=achievement_uuid,
            achievement_title=achievement.title,
            body_name=achievement.body.name,
            **values,
        )
        _note("create_agreement", row, actor_id)
    return agreement_data(row)


def update_agreement(uuid: UUID, *, actor_id: int, **terms: Any) -> AgreementData:
    """Change the terms of a draft that nobody has signed yet."""
    with transaction.atomic():
        row = _locked(uuid)
        if row.state != AgreementState.DRAFT or row.body_signed_at or row.institution_signed_at:
            message = _("Terms that somebody has signed do not change. Write a new version of the agreement.")
            raise AgreementStateConflict(message)
        held = {name: getattr(row, name) for name in TERM_FIELDS}
        values = checked_terms(held | terms, certificates.get_achievement(row.achievement_uuid))
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        _note("update_agreement", row, actor_id, fields=sorted(terms))
    return agreement_data(row)


def add_agreement_version(uuid: UUID, *, actor_id: int, **terms: Any) -> AgreementData:
    """Draft the next version of an agreement: its terms, with `terms` changed. It counts once both sides sign it."""
    with transaction.atomic():
        old = _locked(uuid)
        newest = Agreement.objects.filter(series_uuid=old.series_uuid).order_by("-num").first()
        assert newest is not None
        if newest.state == AgreementState.DRAFT:
            message = _("Version {num} is still a draft. Finish it, or end it first.").format(num=newest.num)
            raise AgreementStateConflict(message)
        achievement = certificates.get_achievement(old.achievement_uuid)
        held = {name: getattr(old, name) for name in TERM_FIELDS}
        row = _stored_version(old, newest.num + 1, checked_terms(held | terms, achievement))
        _note("add_version", row, actor_id, num=row.num)
    return agreement_data(row)


def sign_agreement(
    uuid: UUID, *, side: str, name: str, role: str, signed_at: datetime, reference: str, actor_id: int
) -> AgreementData:
    """Record the signature of one `side` (body, institution) on paper `reference`; with both, the agreement counts.

    The version of the same agreement that counted until now ends, and is taught out as it says.
    """
    problems = _signature_problems(side, name, role, signed_at, reference)
    if problems:
        raise AgreementInvalid(_("Correct what is marked. Nothing was saved."), fields=problems)
    with transaction.atomic():
        row = _locked(uuid)
        if row.state != AgreementState.DRAFT or getattr(row, f"{side}_signed_at") is not None:
            raise AgreementStateConflict(_("This side has signed already, or the agreement is no draft any more."))
        verified_institution(row.institution.uuid)
        setattr(row, f"{side}_signed_by", f"{name.strip()}, {role.strip()}")
        setattr(row, f"{side}_signed_at", signed_at)
        row.save()
        _note("sign_agreement", row, actor_id, side=side, reference=reference)
        if row.body_signed_at and row.institution_signed_at:
            _end_predecessor(row, actor_id)
            _move(row, AgreementState.SIGNED, signed_at=max(row.body_signed_at, row.institution_signed_at))
    return agreement_data(row)


def suspend_agreement(uuid: UUID, *, reason: str, actor_id: int) -> AgreementData:
    """Hold a signed agreement: until it is resumed it counts for nobody."""
    return _change(uuid, AgreementState.SUSPENDED, "suspend_agreement", actor_id, reason)


def resume_agreement(uuid: UUID, *, actor_id: int) -> AgreementData:
    """Let a suspended agreement count again."""
    with transaction.atomic():
        row = _locked(uuid)
        if row.state != AgreementState.SUSPENDED:
            raise AgreementStateConflict(_("Only a suspended agreement can be resumed."))
        _move(row, AgreementState.SIGNED, reason="")
        _note("resume_agreement", row, actor_id)
    return agreement_data(row)


def end_agreement(uuid: UUID, *, reason: str, actor_id: int, teach_out_until: datetime | None = None) -> AgreementData:
    """End an agreement; credentials awarded before count until `teach_out_until`, where it is given."""
    now = timezone.now()
    if teach_out_until is not None and teach_out_until <= now:
        message = _("The teach-out must end later than now.")
        raise AgreementInvalid(message, fields={"teach_out_until": message})
    values: dict[str, Any] = {"ended_at": now}
    if teach_out_until is not None:
        values["teach_out_until"] = teach_out_until
    return _change(uuid, AgreementState.ENDED, "end_agreement", actor_id, reason, **values)


def get_agreement(uuid: UUID) -> AgreementData:
    """The agreement in any state, for the operator; raises AgreementNotFound."""
    return agreement_data(agreement_row(uuid))


def list_agreements(*, institution_uuid: UUID | None = None) -> list[AgreementData]:
    """All versions of all agreements, for the operator."""
    rows = Agreement.objects.select_related("institution").prefetch_related("institution__mailboxes")
    if institution_uuid is not None:
        rows = rows.filter(institution__uuid=institution_uuid)
    return [agreement_data(row) for row in rows]


def agreement_row(uuid: UUID) -> Agreement:
    """The row; raises AgreementNotFound."""
    row = Agreement.objects.select_related("institution").filter(uuid=uuid).first()
    if row is None:
        raise AgreementNotFound(_("There is no such agreement. Look in the list of agreements."))
    return row


def terms_of(row: Agreement) -> Terms:
    """What `row` asks, for the pure functions to judge."""
    return Terms(
        version_uuids=frozenset(UUID(value) for value in row.achievement_version_uuids),
        least_identity=row.least_identity,
        least_supervision=row.least_supervision,
        least_score=row.least_score,
        cap=row.cap,
        residency=row.residency,
        other=row.conditions,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        teach_out_until=row.teach_out_until,
        is_signed=row.state == AgreementState.SIGNED,
        ended_at=row.ended_at if row.signed_at else None,
    )


def agreement_data(row: Agreement) -> AgreementData:
    """The record of `row`."""
    levels = tuple((level["scheme"], level["value"]) for level in row.levels)
    same = (
        "uuid series_uuid num achievement_uuid achievement_title body_name equivalent_course credits unit "
        "least_identity least_supervision least_score cap residency conditions valid_from valid_to teach_out_until "
        "body_signed_by body_signed_at institution_signed_by institution_signed_at reason ended_at"
    )
    return AgreementData(
        **{name: getattr(row, name) for name in same.split()},
        institution=institution_data(row.institution),
        achievement_version_uuids=tuple(UUID(value) for value in row.achievement_version_uuids),
        levels=levels,
        state=AgreementState(row.state),
        gives=gives_words(row.equivalent_course, row.credits, row.unit, levels),
    )


def _change(
    uuid: UUID, target: AgreementState, action: str, actor_id: int, reason: str, **values: Any
) -> AgreementData:
    if not reason.strip():
        message = _("Write why. The other side may ask.")
        raise AgreementInvalid(message, fields={"reason": message})
    with transaction.atomic():
        row = _locked(uuid)
        _move(row, target, reason=reason.strip(), **values)
        _note(action, row, actor_id, reason=reason.strip())
    return agreement_data(row)


def _stored_version(old: Agreement, num: int, values: dict[str, Any]) -> Agreement:
    try:
        with transaction.atomic():
            return Agreement.objects.create(
                series_uuid=old.series_uuid,
                num=num,
                institution=old.institution,
                achievement_uuid=old.achievement_uuid,
                achievement_title=old.achievement_title,
                body_name=old.body_name,
                **values,
            )
    except IntegrityError as error:
        raise AgreementStateConflict(_("Somebody else has just added a version. Reload the page.")) from error


def _end_predecessor(row: Agreement, actor_id: int) -> None:
    """End the version in force, so that only one version of an agreement binds at a time."""
    for old in Agreement.objects.select_for_update().filter(series_uuid=row.series_uuid, binding=1):
        reason = _("Replaced by version {num}.").format(num=row.num)
        _move(old, AgreementState.ENDED, ended_at=timezone.now(), reason=reason)
        _note("end_agreement", old, actor_id, replaced_by=row.num)


def _signature_problems(side: str, name: str, role: str, signed_at: datetime, reference: str) -> dict[str, str]:
    problems = {}
    if side not in SIDES:
        problems["side"] = _("Choose which side has signed.")
    for field, value in (("name", name), ("role", role), ("reference", reference)):
        if not value.strip():
            problems[field] = _("This is needed, as it stands on the paper.")
    if signed_at > timezone.now():
        problems["signed_at"] = _("A signature cannot lie in the future.")
    return problems


def _locked(uuid: UUID) -> Agreement:
    agreement_row(uuid)
    return Agreement.objects.select_for_update().get(uuid=uuid)


def _move(row: Agreement, target: AgreementState, **values: Any) -> None:
    move(row, target, table=AGREEMENT_TRANSITIONS, refusal=AgreementStateConflict, **values)


def _note(action: str, row: Agreement, actor_id: int, **detail: object) -> None:
    record(action, actor_id=actor_id, object_type="agreement", object_uuid=row.uuid, **detail)
