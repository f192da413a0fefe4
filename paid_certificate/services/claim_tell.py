"""Tell a person by mail that something happened to their claim; what it is stands on their page only."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from openedx_bridge import api as bridge
from openedx_bridge.refusals import UserNotFound
from paid_certificate.claim_data import ClaimState
from paid_certificate.services.addresses import base_url
from paid_certificate.services.claim_records import claim_row


def tell_claimant(claim_uuid: UUID) -> None:
    """Mail the person in their language; nothing is sent to somebody who is gone or has withdrawn."""
    row = claim_row(claim_uuid)
    if row.erased_at is not None or row.state not in (ClaimState.RETURNED, ClaimState.APPROVED, ClaimState.REFUSED):
        return
    try:
        person = bridge.get_user(row.user_id)
    except UserNotFound:
        return
    if not person.email:
        return
    with translation.override(person.language or "en"):
        title = " ".join(row.achievement_version.title.split())
        url = base_url() + reverse("paid_certificate:claim", args=[row.uuid])
        if row.state == ClaimState.RETURNED:
            subject = _("A question about your evidence for “{title}”")
            text = _("An assessor has a question about your evidence for “{title}”. Read and answer it here:\n{url}")
        else:
            subject = _("Your evidence for “{title}” was assessed")
            text = _("There is a decision on your evidence for “{title}”. Read it here:\n{url}")
    subject, text = subject.format(title=title), text.format(title=title, url=url)
    bridge.send_message(person.email, subject=subject, text=text)
