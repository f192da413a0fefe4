"""The keys of issuing bodies: rotation, and what to do when one was stolen or lost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import BodyData, BodyKeyData, CredentialState, KeyKind, SupersedeReason
from paid_certificate.errors import BodyNotFound, BodyRefused
from paid_certificate.models import BodyKey, Credential, IssuingBody, StatusList, TokenKey
from paid_certificate.models.audit import record
from paid_certificate.services.bodies import add_key, body_data
from paid_certificate.services.supersede import supersede_credential
from paid_certificate.services.tokens import add_token_key


def rotate_key(slug: str, *, actor_id: int) -> BodyData:
    """Retire the signing keys and make new ones; what the old keys signed stays good.

    The key for tokens is rotated where there is one; the setting makes the first.
    """
    with transaction.atomic():
        body = _locked_body(slug)
        body.keys.filter(live=1).update(retired_at=timezone.now())
        add_key(body)
        if body.token_keys.filter(live=1).update(retired_at=timezone.now()):
            add_token_key(body)
        record("rotate_key", actor_id=actor_id, object_type="body", object_uuid=body.uuid)
    return body_data(body)


def compromise_key(slug: str, *, name: str, at: datetime, actor_id: int) -> int:
    """Declare the key called `name` stolen since `at`: replace what it signed from then on; returns how many that is.

    The DID document says since when and a new key signs from now on. Status lists that the key may have signed are
    signed anew. What it signed before `at` stays good. Safe to repeat: a crash leaves the rest for the next call.
    """
    if at > timezone.now():
        raise BodyRefused(
            _("A key cannot be stolen in the future."), fields={"at": _("Choose a time that has passed.")}
        )
    at = at.replace(
        microsecond=0
    )  # proofs and DID documents name whole seconds: one of that very second is not trusted
    with transaction.atomic():
        body = _locked_body(slug)
        key = body.keys.filter(public_multikey=name).first() or body.token_keys.filter(thumbprint=name).first()
        if key is None:
            raise BodyRefused(_("“{name}” has no such key.").format(name=body.name))
        key.compromised_at = min(at, key.compromised_at or at)
        key.retired_at = key.retired_at or timezone.now()
        key.save()
        _replace_key(body, key)
        record("compromise_key", actor_id=actor_id, object_type="body", object_uuid=body.uuid, key=name)
    return _replace_signed_by(key, actor_id)


def list_keys(slug: str) -> list[BodyKeyData]:
    """Every key that the body ever had: those for proofs, oldest first, then those for tokens."""
    body = IssuingBody.objects.filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    keys = [_key_data(KeyKind.ED25519, key.public_multikey, key) for key in body.keys.all()]
    return keys + [_key_data(KeyKind.RSA, key.thumbprint, key) for key in body.token_keys.all()]


def _key_data(kind: KeyKind, name: str, key: BodyKey | TokenKey) -> BodyKeyData:
    return BodyKeyData(kind, name, key.created, key.retired_at, key.compromised_at)


def _replace_key(body: IssuingBody, key: BodyKey | TokenKey) -> None:
    """Let another key sign from now on."""
    if isinstance(key, TokenKey):
        if not body.token_keys.filter(live=1).exists():
            add_token_key(body)
        return
    if not body.keys.filter(live=1).exists():
        add_key(body)
    # A list signed by the stolen key would be refused, and with it every credential on it.
    StatusList.objects.filter(body=body).update(document="")


def _replace_signed_by(key: BodyKey | TokenKey, actor_id: int) -> int:
    """Supersede each standing credential: its holder did nothing wrong and gets one that can be checked.

    An erased one has no holder to get anything; the file that they may have kept is refused from now on.
    """
    if isinstance(key, TokenKey):
        rows = Credential.objects.filter(token__signing_key=key, token__signed_at__gte=key.compromised_at)
    else:
        rows = Credential.objects.filter(signing_key=key, issued_at__gte=key.compromised_at)
    standing = rows.filter(state=CredentialState.ISSUED, erased_at__isnull=True)
    uuids = list(standing.values_list("uuid", flat=True))
    for uuid in uuids:
        supersede_credential(uuid, actor_id=actor_id, reason=SupersedeReason.REISSUED.value, links_successor=True)
    return len(uuids)


def _locked_body(slug: str) -> IssuingBody:
    body = IssuingBody.objects.select_for_update().filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    return body
