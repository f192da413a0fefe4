"""End or hold a credential. It stays and says so; strangers read it in the status lists."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import CredentialData, CredentialEventData, CredentialState, RevocationReason
from paid_certificate.errors import CredentialStateConflict
from paid_certificate.models import Credential
from paid_certificate.models.audit import record
from paid_certificate.models.credential import OPEN
from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.services.awards import credential_data, credential_row, move_credential
from paid_certificate.services.status import set_status
from paid_certificate.signals.signals import CREDENTIAL_REVOKED

EXPIRED = Q(state=CredentialState.EXPIRED)


def revoke_credential(uuid: UUID, *, actor_id: int | None, reason: str) -> CredentialData:
    """Revoke for good, for one of the reasons of the closed list; safe to repeat."""
    if reason not in {entry.value for entry in RevocationReason}:
        raise CredentialStateConflict(_("Choose one of the reasons on the page."), fields={"reason": _("Choose one.")})
    with transaction.atomic():
        row = locked_credential(uuid)
        if row.state == CredentialState.REVOKED:
            return credential_data(row)
        move_credential(row, CredentialState.REVOKED, ended_at=timezone.now(), ended_reason=reason)
        set_status([row], StatusPurpose.REVOCATION, True)
        record("revoke", actor_id=actor_id, object_type="credential", object_uuid=row.uuid, reason=reason)
        event = CredentialEventData(row.uuid, row.achievement.uuid, row.user_id)
        transaction.on_commit(lambda: CREDENTIAL_REVOKED.send_event(credential=event))
    return credential_data(row)


def suspend_credential(uuid: UUID, *, actor_id: int) -> CredentialData:
    """Put a credential on hold while the body checks something."""
    with transaction.atomic():
        row = locked_credential(uuid)
        move_credential(row, CredentialState.SUSPENDED, ended_at=timezone.now())
        set_status([row], StatusPurpose.SUSPENSION, True)
        record("suspend", actor_id=actor_id, object_type="credential", object_uuid=row.uuid)
    return credential_data(row)


def resume_credential(uuid: UUID, *, actor_id: int) -> CredentialData:
    """End the hold: the credential stands again."""
    with transaction.atomic():
        row = locked_credential(uuid)
        move_credential(row, CredentialState.ISSUED, ended_at=None)
        set_status([row], StatusPurpose.SUSPENSION, False)
        record("resume", actor_id=actor_id, object_type="credential", object_uuid=row.uuid)
    return credential_data(row)


def withdraw_for_decision(decision_uuid: UUID) -> None:
    """A decision no longer stands: revoke what rests on it, or cancel what was not signed yet."""
    _withdraw(Credential.objects.filter(OPEN | EXPIRED, decision_uuid=decision_uuid))


def withdraw_for_completion(completion_uuid: UUID) -> None:
    """A completion no longer stands: as for a decision."""
    _withdraw(Credential.objects.filter(OPEN | EXPIRED, completion_uuid=completion_uuid))


def _withdraw(rows) -> None:  # type: ignore[no-untyped-def]
    for row in rows:
        if row.issued_at is not None:
            revoke_credential(row.uuid, actor_id=None, reason=RevocationReason.RESULT_WITHDRAWN.value)
        else:
            # Also one that is being signed now: the signer's own compare-and-set then stores nothing.
            move_credential(row, CredentialState.CANCELLED)


def locked_credential(uuid: UUID) -> Credential:
    """The row of an award, locked until the transaction ends; raises CredentialNotFound."""
    row = credential_row(uuid)
    Credential.objects.select_for_update().get(pk=row.pk)
    row.refresh_from_db()
    return row
