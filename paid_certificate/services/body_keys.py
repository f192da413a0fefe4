"""The keys of issuing bodies: rotation, and what to do when one was stolen or lost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import BodyData, BodyKeyData, CredentialState, SupersedeReason
from paid_certificate.errors import BodyNotFound, BodyRefused
from paid_certificate.models import Credential, IssuingBody, StatusList
from paid_certificate.models.audit import record
from paid_certificate.services.bodies import add_key, body_data
from paid_certificate.services.supersede import supersede_credential


def rotate_key(slug: str, *, actor_id: int) -> BodyData:
    """Retire the signing key and make a new one; what the old key signed stays good."""
    with transaction.atomic():
        body = _locked_body(slug)
        body.keys.filter(live=1).update(retired_at=timezone.now())
        add_key(body)
        record("rotate_key", actor_id=actor_id, object_type="body", object_uuid=body.uuid)
    return body_data(body)


def compromise_key(slug: str, *, public_multikey: str, at: datetime, actor_id: int) -> int:
    """Declare a key stolen since `at`: replace what it signed from then on; returns how many credentials that is.

    The DID document says since when, a new key signs from now on, and the status lists are signed anew with it. What
    the key signed before `at` stays good. Safe to repeat: a crash leaves the rest for the next call.
    """
    if at > timezone.now():
        raise BodyRefused(
            _("A key cannot be stolen in the future."), fields={"at": _("Choose a time that has passed.")}
        )
    with transaction.atomic():
        body = _locked_body(slug)
        key = body.keys.filter(public_multikey=public_multikey).first()
        if key is None:
            raise BodyRefused(_("“{name}” has no such key.").format(name=body.name))
        key.compromised_at = min(at, key.compromised_at or at)
        key.retired_at = key.retired_at or timezone.now()
        key.save()
        if not body.keys.filter(live=1).exists():
            add_key(body)
        # A list signed by the stolen key would be refused, and with it every credential on it.
        StatusList.objects.filter(body=body).update(document="")
        record("compromise_key", actor_id=actor_id, object_type="body", object_uuid=body.uuid, key=public_multikey)
    return _replace_signed_by(key.pk, key.compromised_at, actor_id)


def list_keys(slug: str) -> list[BodyKeyData]:
    """Every key that the body ever had, oldest first."""
    body = IssuingBody.objects.filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    return [
        BodyKeyData(key.public_multikey, key.created, key.retired_at, key.compromised_at) for key in body.keys.all()
    ]


def _replace_signed_by(key_pk: int, since: datetime, actor_id: int) -> int:
    """Supersede each standing credential: its holder did nothing wrong and gets one that can be checked."""
    rows = Credential.objects.filter(signing_key=key_pk, issued_at__gte=since, state=CredentialState.ISSUED)
    uuids = list(rows.values_list("uuid", flat=True))
    for uuid in uuids:
        supersede_credential(uuid, actor_id=actor_id, reason=SupersedeReason.REISSUED.value, links_successor=True)
    return len(uuids)


def _locked_body(slug: str) -> IssuingBody:
    body = IssuingBody.objects.select_for_update().filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    return body
