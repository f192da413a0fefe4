"""Signed links for offices without an account. A link names an institution, ends, and is stored as a hash only."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.articulation import canonical_json
from credit_transfer.data import DeliveryKind
from credit_transfer.errors import LinkEnded, LinkInvalid, TooManyTries
from credit_transfer.models import Delivery, DeskLink, Institution, Mailbox, TransferRequest
from credit_transfer.services.institutions import current_mailbox

# The signature's key is derived from the site's secret for this purpose alone.
SALT = "credit_transfer.desk_link.v1"
# A link is some 250 characters; whatever is much longer is no link of ours.
LONGEST = 1000


class CanonicalSerializer:
    """What is signed is canonical JSON, so that no two payloads can be read as each other."""

    def dumps(self, value: Any) -> bytes:
        """Write the payload."""
        return canonical_json(value).encode()

    def loads(self, data: bytes) -> Any:
        """Read the payload, after its signature was found good."""
        return json.loads(data)


def issue_link(institution: Institution, mailbox: Mailbox, request: TransferRequest | None) -> tuple[str, DeskLink]:
    """Make a link for one mail; returns the token, which is not stored, and its row."""
    expires_at = timezone.now() + timedelta(days=settings.CREDIT_TRANSFER_LINK_DAYS)
    row = DeskLink(institution=institution, mailbox=mailbox, request=request, expires_at=expires_at)
    payload = {
        "ends": int(expires_at.timestamp()),
        "institution": str(institution.uuid),
        "link": str(row.uuid),
        "secret": secrets.token_urlsafe(16),
    }
    token = signing.dumps(payload, salt=SALT, serializer=CanonicalSerializer)
    row.token_sha256 = token_hash(token)
    row.save()
    return token, row


def read_link(token: str) -> DeskLink:
    """The row behind a link that opens; raises LinkInvalid, or LinkEnded once it is over or was taken back."""
    row = find_link(token)
    if not row.mailbox.bounced_at and row.revoked_at is None and timezone.now() < row.expires_at:
        return row
    raise LinkEnded(_("This link has ended. Ask for a new one on its page."))


def find_link(token: str) -> DeskLink:
    """The row behind a link of ours, ended or not; raises LinkInvalid for anything that we did not sign."""
    invalid = LinkInvalid(_("This is not a whole link of ours. Open it from the mail again, or ask us for a new one."))
    if len(token) > LONGEST:
        raise invalid
    try:
        payload = signing.loads(token, salt=SALT, serializer=CanonicalSerializer)
    except (signing.BadSignature, ValueError) as error:
        raise invalid from error
    related = DeskLink.objects.select_related("institution", "mailbox", "request__institution")
    row = related.filter(token_sha256=token_hash(token)).first()
    if row is None or not hmac.compare_digest(payload["institution"], str(row.institution.uuid)):
        raise invalid
    return row


def ended_at(row: DeskLink) -> datetime:
    """When a link ended: at its time, or earlier when it was taken back."""
    moments = [row.expires_at, row.revoked_at, row.mailbox.bounced_at]
    return min(moment for moment in moments if moment is not None)


def send_new_link(token: str) -> None:
    """Mail a new link to the registered address of the old link's institution, whoever asks. TooManyTries."""
    from credit_transfer.services.deliver import queue_delivery

    row = find_link(token)
    hour_ago = timezone.now() - timedelta(hours=1)
    with transaction.atomic():
        institution = Institution.objects.select_for_update().get(pk=row.institution.pk)
        asked = Delivery.objects.filter(institution=institution, kind=DeliveryKind.LINK, created__gt=hour_ago).count()
        if asked >= settings.CREDIT_TRANSFER_LINKS_PER_HOUR:
            raise TooManyTries(_("A new link was sent to your office a moment ago. Look there, or try in an hour."))
        if current_mailbox(institution) is not None:
            queue_delivery(institution, DeliveryKind.LINK, request=row.request)


def token_hash(token: str) -> str:
    """What is stored of a link."""
    return hashlib.sha256(token.encode()).hexdigest()
