"""Replace a credential by another: a new name, a correction, a reissue. The old link goes on answering."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import (
    REPLACED_BY_HAND,
    CredentialData,
    CredentialEventData,
    CredentialState,
    RevocationReason,
)
from paid_certificate.errors import CredentialErased, CredentialStateConflict
from paid_certificate.models import Credential
from paid_certificate.models.audit import record
from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.text import clean_text
from paid_certificate.services.awards import credential_data, get_credential, move_credential
from paid_certificate.services.revoke import locked_credential
from paid_certificate.services.status import set_status
from paid_certificate.signals.signals import CREDENTIAL_SUPERSEDED

# What the new award takes over: the same person showed the same thing, in the same way and at the same time.
TAKEN_OVER = (
    "user_id",
    "achievement_id",
    "achievement_version_id",
    "holder_name",
    "route_kind",
    "decision_uuid",
    "completion_uuid",
    "evidence",
    "form",
    "render",
    "signatories",
    "identity",
    "supervision",
    "is_demonstration",
    "awarded_at",
    "valid_until",
)


def supersede_credential(
    uuid: UUID, *, actor_id: int | None, reason: str, holder_name: str = "", links_successor: bool = False
) -> CredentialData:
    """Replace an issued credential and return the new award, which is signed soon after. Safe to repeat.

    Sets the revocation bit of the old, so that strangers stop accepting its file. `holder_name` empty keeps the name;
    `links_successor` is the holder's consent that the old page leads to the new one.
    """
    if reason not in REPLACED_BY_HAND:
        raise CredentialStateConflict(_("Choose one of the reasons on the page."), fields={"reason": _("Choose one.")})
    with transaction.atomic():
        old = locked_credential(uuid)
        if old.state == CredentialState.SUPERSEDED and old.successor is not None:
            return get_credential(old.successor.uuid)
        if old.erased_at is not None:
            raise CredentialErased(_("This credential was erased at its holder's request. Nothing can take its place."))
        if old.state == CredentialState.SUSPENDED:
            raise CredentialStateConflict(_("This credential is on hold. End the hold, then replace it."))
        supersede_row(old, actor_id=actor_id, reason=reason, links_successor=links_successor)
        new = _replacement(old, holder_name)
        _sign_on_commit(new)
    return credential_data(new)


def supersede_row(old: Credential, *, actor_id: int | None, reason: str, links_successor: bool) -> bool:
    """End a locked award because another takes its place; False when it had moved meanwhile."""
    moved = move_credential(
        old,
        CredentialState.SUPERSEDED,
        ended_at=timezone.now(),
        ended_reason=RevocationReason.REPLACED.value,
        links_successor=links_successor,
    )
    if moved:
        set_status([old], StatusPurpose.REVOCATION, True)
        record("supersede", actor_id=actor_id, object_type="credential", object_uuid=old.uuid, reason=reason)
        event = CredentialEventData(old.uuid, old.achievement.uuid, old.user_id)
        transaction.on_commit(lambda: CREDENTIAL_SUPERSEDED.send_event(credential=event))
    return moved


def _replacement(old: Credential, holder_name: str) -> Credential:
    """Insert the new award and tie the old one to it; only after the old one has left the live rows."""
    values = {name: getattr(old, name) for name in TAKEN_OVER}
    if name := " ".join(clean_text(holder_name).split()):
        values["holder_name"] = name
    new = Credential.objects.create(state=CredentialState.READY, **values)
    Credential.objects.filter(pk=old.pk).update(successor=new)
    return new


def _sign_on_commit(new: Credential) -> None:
    from paid_certificate.tasks import sign_credential

    transaction.on_commit(lambda: sign_credential.delay(str(new.uuid)))
