"""Issuing bodies: their legal face, look-alike names, and their keys."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from paid_certificate.data import BodyData
from paid_certificate.errors import BodyNotFound, BodyRefused, KeySecretMissing
from paid_certificate.models import BodyKey, IssuingBody
from paid_certificate.models.audit import record
from paid_certificate.proofs.did import VerificationMethodData, did_document
from paid_certificate.proofs.keys import KeyVault, LocalKeyVault, SigningKey, WrappedKey, generate_key, open_key
from paid_certificate.services.addresses import body_did, body_url
from paid_certificate.services.look_alikes import are_alike, name_skeleton

LEGAL_FACE = {
    "legal_name": gettext_lazy("legal name"),
    "legal_statement": gettext_lazy("legal statement"),
    "registration_number": gettext_lazy("registration"),
    "street": gettext_lazy("street"),
    "locality": gettext_lazy("town"),
    "country_code": gettext_lazy("country code"),
    "country": gettext_lazy("country"),
    "complaints_contact": gettext_lazy("complaints and appeals"),
    "privacy_contact": gettext_lazy("privacy contact"),
    "refund_terms": gettext_lazy("refund terms"),
    "accreditation_status": gettext_lazy("accreditation status (“none” is said too)"),
}
OTHER_FIELDS = ("postal_code", "website", "email", "quality_assurance", "awarding_authority")


def create_body(*, slug: str, name: str, actor_id: int, **face: str) -> BodyData:
    """Create an issuing body; raises BodyRefused for a name that another's looks like."""
    unknown = set(face) - set(LEGAL_FACE) - set(OTHER_FIELDS)
    if unknown:
        raise BodyRefused(_("An issuing body has no field “{name}”.").format(name=sorted(unknown)[0]))
    skeleton = name_skeleton(name)
    if not skeleton:
        message = _("Write a name with letters that can be read.")
        raise BodyRefused(message, fields={"name": message})
    twin = next((other for other in IssuingBody.objects.all() if are_alike(name, other.name)), None)
    if twin is not None:
        message = _("“{name}” looks like “{other}”, which issues here already. Choose a name that nobody can mix up.")
        raise BodyRefused(message.format(name=name, other=twin.name), fields={"name": str(message)})
    try:
        with transaction.atomic():
            body = IssuingBody.objects.create(slug=slug, name=name, name_skeleton=skeleton, **face)
            record("create_body", actor_id=actor_id, object_type="body", object_uuid=body.uuid)
    except IntegrityError as error:
        raise BodyRefused(
            _("There is already a body at “{slug}”. Choose another address.").format(slug=slug)
        ) from error
    return body_data(body)


def update_body(slug: str, *, actor_id: int, **face: str) -> BodyData:
    """Change the legal face; what was signed before keeps the face it was signed with."""
    with transaction.atomic():
        body = IssuingBody.objects.select_for_update().filter(slug=slug).first()
        if body is None:
            raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
        for field, value in face.items():
            if field in LEGAL_FACE or field in OTHER_FIELDS:
                setattr(body, field, value)
        missing = missing_fields(body)
        if missing and body.published_at is not None:
            text = _("A body that issues cannot lose its {fields}.")
            raise BodyRefused(text.format(fields=", ".join(missing)))
        body.save()
        record("update_body", actor_id=actor_id, object_type="body", object_uuid=body.uuid, fields=sorted(face))
    return body_data(body)


def body_face(slug: str) -> dict[str, str]:
    """The legal face as typed, for the form."""
    body = IssuingBody.objects.filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    return {field: getattr(body, field) for field in (*LEGAL_FACE, *OTHER_FIELDS)}


def list_all_bodies() -> list[BodyData]:
    """All bodies, those that cannot issue yet included."""
    return [body_data(body) for body in IssuingBody.objects.all()]


def publish_body(slug: str, *, actor_id: int) -> BodyData:
    """Let a body issue: its legal face must be complete, and it gets its first key. Safe to repeat."""
    with transaction.atomic():
        body = IssuingBody.objects.select_for_update().filter(slug=slug).first()
        if body is None:
            raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
        missing = missing_fields(body)
        if missing:
            text = _("“{name}” cannot issue yet. Still missing: {fields}.")
            raise BodyRefused(text.format(name=body.name, fields=", ".join(missing)))
        if not body.keys.filter(live=1).exists():
            add_key(body)
        if body.published_at is None:
            body.published_at = timezone.now()
            body.save()
            record("publish_body", actor_id=actor_id, object_type="body", object_uuid=body.uuid)
    return body_data(body)


def get_body(slug: str) -> BodyData:
    """The body; raises BodyNotFound."""
    body = IssuingBody.objects.filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    return body_data(body)


def list_bodies() -> list[BodyData]:
    """All published bodies by name."""
    return [body_data(body) for body in IssuingBody.objects.filter(published_at__isnull=False)]


def did_document_of(slug: str) -> dict[str, Any]:
    """The body's DID document with every public key it ever had."""
    body = IssuingBody.objects.prefetch_related("keys", "token_keys").filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    methods = [VerificationMethodData(key.public_multikey, key.compromised_at) for key in body.keys.all()]
    methods += [
        VerificationMethodData(public_jwk=key.public_jwk, revoked=key.compromised_at) for key in body.token_keys.all()
    ]
    return did_document(body_did(slug), methods, also_known_as=[body_url(slug)])


def signing_key(body: IssuingBody) -> SigningKey:
    """Open the body's signing key; raises KeySecretMissing, or BodyRefused when there is none."""
    return open_body_key(live_key(body))


def live_key(body: IssuingBody) -> BodyKey:
    """The key that signs for the body now; raises BodyRefused when there is none."""
    key = body.keys.select_related("body").filter(live=1).first()
    if key is None:
        raise BodyRefused(_("“{name}” has no signing key. Publish the body first.").format(name=body.name))
    return key


def open_body_key(key: BodyKey) -> SigningKey:
    """Open a stored key; raises KeySecretMissing."""
    wrapped = WrappedKey(key.public_multikey, bytes(key.wrapped_private))
    return open_key(key_vault(), body_did(key.body.slug), wrapped)


def key_vault() -> KeyVault:
    """The vault that the settings describe."""
    if settings.PAID_CERTIFICATE_KEY_VAULT:
        return cast("KeyVault", import_string(settings.PAID_CERTIFICATE_KEY_VAULT)())
    secret, *old = (
        text.encode() for text in (settings.PAID_CERTIFICATE_KEY_SECRET, *settings.PAID_CERTIFICATE_OLD_KEY_SECRETS)
    )
    if len(secret) < 32:
        raise KeySecretMissing(
            _("Signing keys need a secret. Set PAID_CERTIFICATE_KEY_SECRET to at least 32 random characters.")
        )
    return LocalKeyVault(secret, *old)


def add_key(body: IssuingBody) -> BodyKey:
    """Make a key pair for `body`; the private part leaves this function wrapped only."""
    made = generate_key(key_vault(), body_did(body.slug))
    return BodyKey.objects.create(body=body, public_multikey=made.public_multikey, wrapped_private=made.wrapped_private)


def missing_fields(body: IssuingBody) -> list[str]:
    """What the legal face still lacks, in words."""
    return [str(label) for field, label in LEGAL_FACE.items() if not getattr(body, field).strip()]


def body_data(body: IssuingBody) -> BodyData:
    """The record of `body`."""
    place = " ".join(part for part in (body.postal_code, body.locality) if part)
    return BodyData(
        uuid=body.uuid,
        slug=body.slug,
        name=body.name,
        legal_name=body.legal_name,
        legal_statement=body.legal_statement,
        registration_number=body.registration_number,
        address=", ".join(part for part in (body.street, place, body.country) if part),
        country_code=body.country_code,
        country=body.country,
        website=body.website,
        email=body.email,
        complaints_contact=body.complaints_contact,
        privacy_contact=body.privacy_contact,
        refund_terms=body.refund_terms,
        accreditation_status=body.accreditation_status,
        quality_assurance=body.quality_assurance,
        awarding_authority=body.awarding_authority,
        did=body_did(body.slug),
        url=body_url(body.slug),
        is_published=body.published_at is not None,
        missing=tuple(missing_fields(body)),
    )
