"""A learner asks an institution: what would be sent, consent, and the request itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.articulation import canonical_json, counted_twice, digest
from credit_transfer.data import DeliveryKind, Preview, RequestData, TransferEventData
from credit_transfer.errors import ConsentMissing, RequestInvalid, RequestRefused
from credit_transfer.filters import TransferPackageRequested
from credit_transfer.models import Agreement, Institution, TransferRequest
from credit_transfer.models.audit import record
from credit_transfer.services.agreements import agreement_data
from credit_transfer.services.consent import VERSION, consent_text
from credit_transfer.services.deliver import queue_delivery
from credit_transfer.services.institutions import current_mailbox, institution_data, verified_institution
from credit_transfer.services.package import Additions, build_package
from credit_transfer.services.parts import part_of, parts_sent_before
from credit_transfer.services.recognitions import find_agreement_for
from credit_transfer.services.request_data import request_data
from credit_transfer.services.transcript import preview_rows, statement_rows
from credit_transfer.signals.signals import TRANSFER_REQUESTED
from openedx_bridge.dates import zone_of
from openedx_bridge.errors import NotFoundError
from paid_certificate import api as certificates
from paid_certificate.data import CredentialData

OLDEST_BIRTH = date(1900, 1, 1)


def preview_package(user_id: int, *, credential_uuid: UUID, institution_uuid: UUID, **more: Any) -> Preview:
    """Exactly what a request would send, before anything is stored; `more` are the fields of Additions."""
    credential = sendable_credential(user_id, credential_uuid)
    institution = verified_institution(institution_uuid)
    now = timezone.now()
    agreement = find_agreement_for(credential, institution_uuid=institution.uuid, at=now)
    package = build_package(credential, institution, agreement, Additions(**more), now)
    until = _consent_until(now)
    before = parts_sent_before(user_id, institution)
    return Preview(
        credential_uuid=credential_uuid,
        institution=institution_data(institution),
        always=preview_rows(package),
        with_statement=statement_rows(credential),
        package=package,
        consent_text=consent_text(credential, institution, until, zone_of(user_id)),
        consent_version=VERSION,
        consent_until=until,
        answer_by=_answer_by(institution, now),
        agreement=agreement_data(agreement) if agreement else None,
        overlaps=counted_twice(part_of(credential), before),
    )


def send_request(
    user_id: int,
    *,
    credential_uuid: UUID,
    institution_uuid: UUID,
    consent: bool,
    consent_version: str,
    programme_there: str = "",
    student_id_there: str = "",
    birth_date: date | None = None,
    include_statement: bool = False,
) -> RequestData:
    """Store the request with its consent and its snapshot, and mail the office after the commit.

    Raises ConsentMissing, RequestRefused (demonstration, not standing, one is open), RequestInvalid (a field).
    """
    credential = sendable_credential(user_id, credential_uuid)
    institution = verified_institution(institution_uuid)
    if not consent:
        message = _("Tick the box if you agree. Nothing is sent without it.")
        raise ConsentMissing(message, fields={"consent": message})
    if consent_version != VERSION:
        raise ConsentMissing(_("The text of the consent has changed. Read it again, then send."))
    more = _additions(institution, programme_there, student_id_there, birth_date, include_statement)
    if current_mailbox(institution) is None:
        raise RequestRefused(_("{name} cannot be reached now. We have been told.").format(name=institution.name))
    _ask_filter(user_id, credential_uuid, institution_uuid)
    now = timezone.now()
    agreement = find_agreement_for(credential, institution_uuid=institution.uuid, at=now)
    row = _store(user_id, credential, institution, agreement, more, now)
    return request_data(row)


def sendable_credential(user_id: int, credential_uuid: UUID) -> CredentialData:
    """The learner's own credential that stands and carries credit; raises RequestRefused or not found."""
    credential = certificates.get_credential(credential_uuid)
    if credential.user_id != user_id:
        # The same words as for one that does not exist, so that nobody learns which uuids are taken.
        raise NotFoundError(_("There is no such credential of yours. Look in My exams."))
    if credential.is_demonstration:
        raise RequestRefused(_("This credential is a demonstration. It carries no credit and cannot be sent."))
    if not credential.carries_credit:
        raise RequestRefused(
            _("A statement of accomplishment carries no credit and cannot be sent. Pass the exam first.")
        )
    if certificates.verify_issued(credential_uuid).answer != "valid":
        raise RequestRefused(_("Only a credential that is signed and stands can be sent. Its page says where it is."))
    return credential


def _additions(
    institution: Institution, programme_there: str, student_id: str, birth_date: date | None, statement: bool
) -> Additions:
    """What the learner adds; what the institution does not need is not taken, whatever a form sent."""
    problems = {}
    student_id = student_id.strip() if institution.needs_student_id else ""
    birth_date = birth_date if institution.needs_birth_date else None
    if institution.needs_student_id and not student_id:
        problems["student_id_there"] = _("{name} needs your ID there.").format(name=institution.name)
    if institution.needs_birth_date and birth_date is None:
        problems["birth_date"] = _("{name} needs your date of birth.").format(name=institution.name)
    if birth_date is not None and not OLDEST_BIRTH <= birth_date < timezone.now().date():
        problems["birth_date"] = _("Write the day on which you were born.")
    for field, value, most in (("student_id_there", student_id, 64), ("programme_there", programme_there, 255)):
        if len(value) > most:
            problems[field] = _("Write at most {most} characters.").format(most=most)
    if problems:
        raise RequestInvalid(_("Correct what is marked. Nothing was sent."), fields=problems)
    return Additions(programme_there.strip(), student_id, birth_date, statement)


def _ask_filter(user_id: int, credential_uuid: UUID, institution_uuid: UUID) -> None:
    try:
        TransferPackageRequested.run_filter(
            user_id=user_id, credential_uuid=str(credential_uuid), institution_uuid=str(institution_uuid)
        )
    except TransferPackageRequested.PreventTransfer as refused:
        raise RequestRefused(str(refused)) from refused


def _store(
    user_id: int,
    credential: CredentialData,
    institution: Institution,
    agreement: Agreement | None,
    more: Additions,
    now: datetime,
) -> TransferRequest:
    package = build_package(credential, institution, agreement, more, now)
    until = _consent_until(now)
    try:
        with transaction.atomic():
            row = TransferRequest.objects.create(
                user_id=user_id,
                institution=institution,
                agreement=agreement,
                credential_uuid=credential.uuid,
                achievement_title=credential.achievement.title,
                holder_name=credential.holder_name,
                programme_there=more.programme_there,
                student_id_there=more.student_id_there,
                birth_date=more.birth_date,
                include_statement="result_statement" in package,
                consent_text=consent_text(credential, institution, until, zone_of(user_id)),
                consent_version=VERSION,
                consented_at=now,
                consent_until=until,
                package=canonical_json(package),
                package_sha256=digest(package),
                answer_by=_answer_by(institution, now),
            )
            _announce(row, user_id)
    except IntegrityError as error:
        message = _("You have asked {name} already and it has not answered. Your requests show where it stands.")
        raise RequestRefused(message.format(name=institution.name)) from error
    return row


def _announce(row: TransferRequest, user_id: int) -> None:
    record(
        "send_request",
        actor_id=user_id,
        object_type="request",
        object_uuid=row.uuid,
        package_sha256=row.package_sha256,
        consent_version=row.consent_version,
    )
    queue_delivery(row.institution, DeliveryKind.REQUEST, request=row)
    event = TransferEventData(row.uuid, row.institution.uuid, user_id)
    transaction.on_commit(lambda: TRANSFER_REQUESTED.send_event(transfer=event))


def _consent_until(now: datetime) -> datetime:
    return now + timedelta(days=settings.CREDIT_TRANSFER_CONSENT_DAYS)


def _answer_by(institution: Institution, now: datetime) -> datetime:
    return now + timedelta(days=institution.answers_within_days)
