"""End many credentials at once: in one transaction, and each status list is written once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import CREDENTIAL_TRANSITIONS, CredentialEventData, CredentialState, RevocationReason
from paid_certificate.errors import CredentialStateConflict
from paid_certificate.models import Achievement, AuditEntry, Credential
from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.services.status import set_status
from paid_certificate.signals.signals import CREDENTIAL_REVOKED

T = TypeVar("T")

BATCH = 10_000  # credentials in one transaction
CHUNK = 1000  # credentials that one statement names, on every database
REVOCABLE = [state for state, targets in CREDENTIAL_TRANSITIONS.items() if CredentialState.REVOKED in targets]


def revoke_credentials(uuids: Iterable[UUID], *, actor_id: int | None, reason: str) -> int:
    """Revoke all of `uuids` that stand, for one reason of the closed list; returns how many. Safe to repeat.

    In batches that are each whole: after a crash, the same call goes on where it stopped.
    """
    if reason not in set(RevocationReason):
        raise CredentialStateConflict(_("Choose one of the reasons on the page."), fields={"reason": _("Choose one.")})
    # In the same order everywhere, so that two calls wait for each other and never both.
    return sum(_revoke_batch(batch, actor_id, reason) for batch in _chunks(sorted(set(uuids)), BATCH))


def _revoke_batch(uuids: list[UUID], actor_id: int | None, reason: str) -> int:
    with transaction.atomic():
        rows: list[Credential] = []
        for chunk in _chunks(uuids, CHUNK):
            found = Credential.objects.select_for_update().filter(uuid__in=chunk, state__in=REVOCABLE)
            rows += found.order_by("uuid").only("pk", "uuid", "user_id", "achievement_id")
        for part in _chunks(rows, CHUNK):
            now = timezone.now()
            Credential.objects.filter(pk__in=[row.pk for row in part]).update(
                state=CredentialState.REVOKED, ended_at=now, ended_reason=reason, modified=now
            )
        set_status(rows, StatusPurpose.REVOCATION, True)
        AuditEntry.record_all(
            "revoke",
            actor_id=actor_id,
            object_type="credential",
            object_uuids=[row.uuid for row in rows],
            reason=reason,
        )
        achievements = dict(
            Achievement.objects.filter(pk__in={row.achievement_id for row in rows}).values_list("pk", "uuid")
        )
        events = [CredentialEventData(row.uuid, achievements[row.achievement_id], row.user_id) for row in rows]
        transaction.on_commit(lambda: [CREDENTIAL_REVOKED.send_event(credential=event) for event in events])
    return len(rows)


def _chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk
