"""What a holder gets and gives away: images, wallet, LinkedIn, what strangers see, and how often they looked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import CredentialData, CredentialForm, LooksOfDay
from paid_certificate.errors import CredentialNotFound, CredentialStateConflict
from paid_certificate.formats.badge_image import badge_png, badge_svg
from paid_certificate.models import Credential, CredentialLook
from paid_certificate.models.audit import record
from paid_certificate.proofs.baking import bake_png, bake_svg
from paid_certificate.proofs.terms import CREDENTIALS_V2
from paid_certificate.services.addresses import is_local, wallet_url
from paid_certificate.services.awards import credential_data, credential_row
from paid_certificate.services.issue import get_document

LINKEDIN = "https://www.linkedin.com/profile/add"


def set_sharing(
    user_id: int, *, credential_uuid: UUID, shares_statement: bool, links_successor: bool
) -> CredentialData:
    """Say what strangers see beside the credential: the result statement, and the way to what replaced it."""
    row = credential_row(credential_uuid)
    if row.user_id != user_id:
        raise CredentialNotFound(_("There is no such credential of yours."))
    with transaction.atomic():
        row.shares_statement, row.links_successor = shares_statement, links_successor
        row.save(update_fields=["shares_statement", "links_successor", "modified"])
        record(
            "set_sharing",
            actor_id=user_id,
            object_type="credential",
            object_uuid=row.uuid,
            statement=shares_statement,
            successor=links_successor,
        )
    return credential_data(row)


def badge_image(uuid: UUID, kind: str) -> bytes:
    """The badge as `png` or `svg` with the signed credential inside; raises CredentialStateConflict before signing."""
    document = _signed(uuid)
    signed = json.loads(document)
    title, issuer = signed["name"], signed["issuer"]["name"]
    if kind == "svg":
        return bake_svg(badge_svg(title, issuer), document)
    return bake_png(badge_png(title, issuer), document)


def linkedin_url(credential: CredentialData) -> str:
    """Where the holder adds the credential to a LinkedIn profile, the form filled in."""
    issued, until = credential.issued_at or credential.awarded_at, credential.valid_until
    fields: dict[str, Any] = {
        "startTask": "CERTIFICATION_NAME",
        "name": _shown_title(credential),
        "organizationName": credential.achievement.body.name,
        "issueYear": issued.year,
        "issueMonth": issued.month,
        "certUrl": credential.verify_url,
        "certId": str(credential.uuid),
    }
    if until is not None:
        fields |= {"expirationYear": until.year, "expirationMonth": until.month}
    return f"{LINKEDIN}?{urlencode(fields)}"


def _shown_title(credential: CredentialData) -> str:
    """The title under which it is shown elsewhere: a statement of accomplishment or a demonstration says so."""
    title = credential.achievement.title
    if credential.form is CredentialForm.STATEMENT:
        title = _("Statement of accomplishment: {title}").format(title=title)
    if credential.is_demonstration or is_local():
        title = _("Demonstration: {title}").format(title=title)
    return title


def wallet_protocols(uuid: UUID) -> dict[str, Any]:
    """What a wallet reads at the interaction URL (VCALM 1.0, 3.7): where to fetch the credential, and our page."""
    found = credential_data(credential_row(uuid))
    return {"protocols": {"vcapi": wallet_url(uuid), "website": found.verify_url}}


def wallet_presentation(uuid: UUID) -> dict[str, Any]:
    """What the exchange answers: the credential in a presentation that nobody signs, since nothing is asked for."""
    presentation = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [json.loads(_signed(uuid))],
    }
    return {"verifiablePresentation": presentation}


def record_look(uuid: UUID) -> None:
    """Count a stranger's look at a credential today; who looked is not kept."""
    today = timezone.now().date()
    looks = CredentialLook.objects.filter(credential__uuid=uuid, day=today)
    if looks.update(count=F("count") + 1):
        return
    row = Credential.objects.get(uuid=uuid)
    try:
        with transaction.atomic():
            CredentialLook.objects.create(credential=row, day=today, count=1)
    except IntegrityError:
        looks.update(count=F("count") + 1)


def list_looks(uuid: UUID) -> list[LooksOfDay]:
    """How often strangers looked, by day, newest first."""
    return [LooksOfDay(look.day, look.count) for look in CredentialLook.objects.filter(credential__uuid=uuid)]


def _signed(uuid: UUID) -> str:
    document = get_document(uuid)
    if not document:
        raise CredentialStateConflict(_("This credential is not signed yet. Its page says when it is."))
    return document
