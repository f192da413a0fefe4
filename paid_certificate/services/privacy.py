"""What becomes of a person's credentials and orders when the host retires them: a status, and nothing about anybody."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from paid_certificate.data import CredentialState
from paid_certificate.models import Credential, CredentialLook, CredentialToken, NameCorrection, Refund
from paid_certificate.models.audit import record
from paid_certificate.services.claim_keep import scrub_claims

UNSIGNED = [CredentialState.AWAITING_PAYMENT, CredentialState.READY, CredentialState.SIGNING, CredentialState.FAILED]


def retire_user(user_id: int) -> None:
    """Scrub names, signed documents and free text of a person; states and amounts stay. Safe to repeat.

    Nothing is revoked: a file that its holder kept goes on telling the truth, and our page tells its status.
    """
    with transaction.atomic():
        mine = Credential.objects.select_for_update().filter(user_id=user_id)
        # Straight to the end, past the table of transitions: a worker that is signing now must not store a name.
        mine.filter(state__in=UNSIGNED).update(state=CredentialState.CANCELLED, ended_at=timezone.now())
        for row in mine.filter(erased_at__isnull=True):
            row.holder_name = row.document = row.statement = row.failure = ""
            row.evidence = {name: row.evidence[name] for name in ("kind", "key") if name in row.evidence}
            row.erased_at = timezone.now()
            row.save()
            record("erase", actor_id=None, object_type="credential", object_uuid=row.uuid)
        CredentialToken.objects.filter(credential__user_id=user_id).update(document="", statement="")
        CredentialLook.objects.filter(credential__user_id=user_id).delete()
        NameCorrection.objects.filter(credential__user_id=user_id).update(new_name="", why="", answer="")
        Refund.objects.filter(order__user_id=user_id).update(reason="")
        scrub_claims(user_id)
