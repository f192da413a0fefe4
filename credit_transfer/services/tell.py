"""Tell a learner by mail that an institution has answered; the answer itself is on their page only."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from credit_transfer.data import RequestState
from credit_transfer.models import TransferRequest
from credit_transfer.services.deliver import public_url
from openedx_bridge import api as bridge
from openedx_bridge.refusals import UserNotFound


def tell_answer(request_uuid: UUID) -> None:
    """Mail the learner in their language; nothing is sent to somebody who is gone or has withdrawn."""
    row = TransferRequest.objects.select_related("institution").filter(uuid=request_uuid).first()
    if row is None or row.state != RequestState.ANSWERED:
        return
    try:
        person = bridge.get_user(row.user_id)
    except UserNotFound:
        return
    if not person.email:
        return
    url = public_url(reverse("credit_transfer:request-status", args=[row.uuid]))
    with translation.override(person.language or "en"):
        values = {"institution": row.institution.name, "title": " ".join(row.achievement_title.split()), "url": url}
        subject = _("{institution} has answered your request").format(**values)
        text = _("{institution} has answered your request for credit for “{title}”. Read the answer here:\n{url}")
    bridge.send_message(person.email, subject=subject, text=text.format(**values))
