"""End many credentials at once: one statement for the rows, one write for each status list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import CredentialEventData, CredentialState, RevocationReason
from paid_certificate.errors import CredentialStateConflict
from paid_certificate.models import AuditEntry, Credential
from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.services.status import set_status
from paid_certificate.signals.signals import CREDENTIAL_REVOKED

CHUNK = 1000
STANDING = [CredentialState.ISSUED, CredentialState.SUSPENDED]


def revoke_credentials(uuids: Iterable[UUID], *, actor_id: int | None, reason: str) -> int:
    """Revoke all of `uuids` that stand, for one reason of the closed list; returns how many. Safe to repeat.

    In chunks that are each whole: after a crash, the same call goes on where it stopped.
    """
    if reason not in set(RevocationReason):
        raise CredentialStateConflict(_("Choose one of the reasons on the page."), fields={"reason": _("Choose one.")})
    return sum(_revoke_chunk(chunk, actor_id, reason) for chunk in chunks(uuids))


def chunks(uuids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """Yield the uuids in lists of a size that every database takes in one statement."""
    remaining = iter(uuids)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _revoke_chunk(uuids: list[UUID], actor_id: int | None, reason: str) -> int:
    with transaction.atomic():
        found = Credential.objects.select_for_update().filter(uuid__in=uuids, state__in=STANDING)
        rows = {row.pk: row for row in found.only("pk", "uuid", "user_id", "achievement_id")}
        Credential.objects.filter(pk__in=rows).update(
            state=CredentialState.REVOKED, ended_at=timezone.now(), ended_reason=reason, modified=timezone.now()
        )
        set_status(rows.values(), StatusPurpose.REVOCATION, True)
        AuditEntry.objects.bulk_create(
            AuditEntry(
                actor_id=actor_id,
                action="revoke",
                object_type="credential",
                object_uuid=row.uuid,
                detail={"reason": reason},
            )
            for row in rows.values()
        )
        achievements = dict(Credential.objects.filter(pk__in=rows).values_list("pk", "achievement__uuid"))
        events = [CredentialEventData(row.uuid, achievements[row.pk], row.user_id) for row in rows.values()]
        transaction.on_commit(lambda: [CREDENTIAL_REVOKED.send_event(credential=event) for event in events])
    return len(rows)
