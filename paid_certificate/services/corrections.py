"""A holder asks to have the name corrected, and the operator answers: the credential is replaced, or a reason given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import CorrectionData, CorrectionState, CredentialState, SupersedeReason
from paid_certificate.errors import CorrectionRefused, CredentialNotFound
from paid_certificate.models import NameCorrection
from paid_certificate.models.audit import record
from paid_certificate.proofs.text import clean_text
from paid_certificate.services.awards import credential_data, credential_row
from paid_certificate.services.supersede import supersede_credential


def ask_name_correction(
    user_id: int, *, credential_uuid: UUID, new_name: str, why: str = "", links_successor: bool = False
) -> CorrectionData:
    """Ask for another name on one's own credential; one wish at a time. Raises CorrectionRefused."""
    row = credential_row(credential_uuid)
    if row.user_id != user_id:
        raise CredentialNotFound(_("There is no such credential of yours."))
    name = " ".join(clean_text(new_name).split())
    if not name or len(name) > 255:
        message = _("Write the name as it stands on your identity document.")
        raise CorrectionRefused(message, fields={"new_name": message})
    if row.state != CredentialState.ISSUED:
        raise CorrectionRefused(_("Only a valid credential can be corrected."))
    if name == row.holder_name:
        message = _("This is the name that the credential carries already.")
        raise CorrectionRefused(message, fields={"new_name": message})
    try:
        with transaction.atomic():
            wish = NameCorrection.objects.create(
                credential=row,
                new_name=name,
                why=why,
                links_successor=links_successor,
                state=CorrectionState.OPEN,
            )
            record("ask_correction", actor_id=user_id, object_type="credential", object_uuid=row.uuid)
    except IntegrityError as error:
        raise CorrectionRefused(_("You have asked already. We will answer that first.")) from error
    return correction_data(wish)


def approve_name_correction(uuid: UUID, *, actor_id: int) -> CorrectionData:
    """Replace the credential by one with the name asked for. Safe to repeat."""
    with transaction.atomic():
        wish = _locked(uuid)
        if wish.state == CorrectionState.APPROVED:
            return correction_data(wish)
        _decide(wish, CorrectionState.APPROVED, actor_id)
        supersede_credential(
            wish.credential.uuid,
            actor_id=actor_id,
            reason=SupersedeReason.NAME_CHANGED.value,
            holder_name=wish.new_name,
            links_successor=wish.links_successor,
        )
    return correction_data(_rows().get(uuid=uuid))


def refuse_name_correction(uuid: UUID, *, actor_id: int, answer: str) -> CorrectionData:
    """Leave the name as it is and say why."""
    if not answer.strip():
        message = _("Say why, so that the holder knows what to do.")
        raise CorrectionRefused(message, fields={"answer": message})
    with transaction.atomic():
        wish = _locked(uuid)
        _decide(wish, CorrectionState.REFUSED, actor_id, answer=answer.strip())
    return correction_data(wish)


def list_corrections(
    *, state: CorrectionState | None = None, credential_uuid: UUID | None = None
) -> list[CorrectionData]:
    """The wishes, oldest first, of one credential or in one state."""
    rows = _rows()
    if state is not None:
        rows = rows.filter(state=state)
    if credential_uuid is not None:
        rows = rows.filter(credential__uuid=credential_uuid)
    return [correction_data(row) for row in rows]


def correction_data(row: NameCorrection) -> CorrectionData:
    """The record of `row`."""
    return CorrectionData(
        uuid=row.uuid,
        credential=credential_data(row.credential),
        new_name=row.new_name,
        why=row.why,
        links_successor=row.links_successor,
        state=CorrectionState(row.state),
        answer=row.answer,
        created=row.created,
        decided_at=row.decided_at,
    )


def _decide(wish: NameCorrection, state: CorrectionState, actor_id: int, *, answer: str = "") -> None:
    if wish.state != CorrectionState.OPEN:
        raise CorrectionRefused(_("This was answered already. Reload the page to see how."))
    wish.state, wish.answer, wish.decided_by_id, wish.decided_at = state, answer, actor_id, timezone.now()
    wish.save()
    record(f"correction_{state.value}", actor_id=actor_id, object_type="credential", object_uuid=wish.credential.uuid)


def _locked(uuid: UUID) -> NameCorrection:
    wish = NameCorrection.objects.select_for_update().filter(uuid=uuid).first()
    if wish is None:
        raise CredentialNotFound(_("There is no such request."))
    return wish


def _locked_read(uuid: UUID) -> NameCorrection:
    return _rows().get(uuid=uuid)


def _rows() -> Any:
    return NameCorrection.objects.select_related(
        "credential__achievement_version__achievement__body", "credential__achievement", "credential__successor"
    )
