"""The directory. Recipients come from here alone, never from what a learner types."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.data import INSTITUTION_TRANSITIONS, InstitutionData, InstitutionState, MailboxData
from credit_transfer.errors import InstitutionInvalid, InstitutionNotFound
from credit_transfer.models import Institution, Mailbox
from credit_transfer.models.audit import record
from credit_transfer.services.transitions import move

FIELDS = (
    "name",
    "country_code",
    "website",
    "office_name",
    "appeals_contact",
    "needs_student_id",
    "needs_birth_date",
    "answers_within_days",
)


def create_institution(
    *,
    name: str,
    country_code: str,
    office_name: str,
    office_email: str,
    appeals_contact: str,
    actor_id: int,
    **more: Any,
) -> InstitutionData:
    """Enter an institution, not yet verified, with the first address of its office.

    `more`: website, needs_student_id, needs_birth_date, answers_within_days. Raises InstitutionInvalid.
    """
    given = {"name": name, "country_code": country_code, "office_name": office_name, "appeals_contact": appeals_contact}
    values = _checked(given | more)
    email = _checked_email(office_email)
    with transaction.atomic():
        institution = _stored(Institution(**values))
        Mailbox.objects.create(institution=institution, email=email, rank=1)
        _note("create_institution", institution, actor_id)
    return institution_data(institution)


def update_institution(uuid: UUID, *, actor_id: int, **fields: Any) -> InstitutionData:
    """Change an entry; what was sent before is not touched."""
    values = _checked(fields)
    with transaction.atomic():
        institution = _locked(uuid)
        for name, value in values.items():
            setattr(institution, name, value)
        _stored(institution)
        _note("update_institution", institution, actor_id, fields=sorted(values))
    return institution_data(institution)


def add_mailbox(uuid: UUID, *, email: str, actor_id: int) -> InstitutionData:
    """Add an address of the office; one that had bounced is trusted again and moves to the end."""
    address = _checked_email(email)
    with transaction.atomic():
        institution = _locked(uuid)
        rank = max((box.rank for box in institution.mailboxes.all()), default=0) + 1
        values = {"rank": rank, "bounced_at": None}
        Mailbox.objects.update_or_create(institution=institution, email=address, defaults=values)
        _note("add_mailbox", institution, actor_id)
    return institution_data(institution)


def verify_institution(uuid: UUID, *, how: str, actor_id: int) -> InstitutionData:
    """Record that the operator has checked who this is, and how; from now on it can be asked."""
    if not how.strip():
        message = _("Write how you checked that this is the institution and that the address is its office's.")
        raise InstitutionInvalid(message, fields={"how": message})
    with transaction.atomic():
        institution = _locked(uuid)
        _move(institution, InstitutionState.VERIFIED, verified_at=timezone.now(), verified_by_id=actor_id)
        _note("verify_institution", institution, actor_id, how=how)
    return institution_data(institution)


def close_institution(uuid: UUID, *, actor_id: int) -> InstitutionData:
    """Take an institution out of the directory: nothing new is sent to it, and its agreements are not shown."""
    with transaction.atomic():
        institution = _locked(uuid)
        _move(institution, InstitutionState.CLOSED)
        _note("close_institution", institution, actor_id)
    return institution_data(institution)


def get_institution(uuid: UUID) -> InstitutionData:
    """The institution in any state; raises InstitutionNotFound."""
    return institution_data(institution_row(uuid))


def list_institutions(*, only_verified: bool = True) -> list[InstitutionData]:
    """The directory by name."""
    rows = Institution.objects.prefetch_related("mailboxes")
    if only_verified:
        rows = rows.filter(state=InstitutionState.VERIFIED)
    return [institution_data(row) for row in rows]


def institution_row(uuid: UUID) -> Institution:
    """The row; raises InstitutionNotFound."""
    row = Institution.objects.filter(uuid=uuid).first()
    if row is None:
        raise InstitutionNotFound(_("There is no such institution in the directory. Choose one from the list."))
    return row


def verified_institution(uuid: UUID) -> Institution:
    """The row of an institution that may be asked; raises InstitutionNotFound for any other."""
    row = institution_row(uuid)
    if row.state != InstitutionState.VERIFIED:
        raise InstitutionNotFound(_("{name} cannot be asked here now. Choose another.").format(name=row.name))
    return row


def current_mailbox(institution: Institution) -> Mailbox | None:
    """The first address of the office whose mail has not come back."""
    return institution.mailboxes.filter(bounced_at__isnull=True).order_by("rank", "id").first()


def institution_data(row: Institution) -> InstitutionData:
    """The record of `row`."""
    return InstitutionData(
        uuid=row.uuid,
        state=InstitutionState(row.state),
        verified_at=row.verified_at,
        mailboxes=tuple(MailboxData(box.uuid, box.email, box.rank, box.bounced_at) for box in row.mailboxes.all()),
        **{name: getattr(row, name) for name in FIELDS},
    )


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """`values` trimmed; raises InstitutionInvalid naming each field that cannot be right."""
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise InstitutionInvalid(_("An institution has no field “{name}”.").format(name=sorted(unknown)[0]))
    problems: dict[str, str] = {}
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if "country_code" in values:
        values["country_code"] = values["country_code"].upper()
        if len(values["country_code"]) != 2 or not values["country_code"].isascii():
            problems["country_code"] = _("Write the two letters of the country, such as ES.")
    for name in ("name", "office_name", "appeals_contact"):
        if name in values and not values[name]:
            problems[name] = _("This is needed.")
    if not 1 <= values.get("answers_within_days", 28) <= 365:
        problems["answers_within_days"] = _("Choose from 1 to 365 days.")
    if problems:
        raise InstitutionInvalid(_("Correct what is marked. Nothing was saved."), fields=problems)
    return values


def _checked_email(value: str) -> str:
    try:
        validate_email(value.strip())
    except ValidationError as error:
        message = _("Write one e-mail address, such as registry@university.example.")
        raise InstitutionInvalid(message, fields={"office_email": message}) from error
    return value.strip()


def _stored(institution: Institution) -> Institution:
    try:
        with transaction.atomic():
            institution.save()
    except IntegrityError as error:
        message = _("“{name}” is in the directory already.").format(name=institution.name)
        raise InstitutionInvalid(message, fields={"name": message}) from error
    return institution


def _locked(uuid: UUID) -> Institution:
    institution_row(uuid)
    return Institution.objects.select_for_update().get(uuid=uuid)


def _move(institution: Institution, target: InstitutionState, **values: Any) -> None:
    move(institution, target, table=INSTITUTION_TRANSITIONS, refusal=InstitutionInvalid, **values)


def _note(action: str, institution: Institution, actor_id: int, **detail: object) -> None:
    record(action, actor_id=actor_id, object_type="institution", object_uuid=institution.uuid, **detail)
