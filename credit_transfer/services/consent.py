"""The words to which a learner consents. A changed text is a new version; what was agreed to is stored whole."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from credit_transfer.models import Institution
from openedx_bridge.dates import moment
from paid_certificate.data import CredentialData

VERSION = "2026-11"


def consent_text(credential: CredentialData, institution: Institution, until: datetime, zone: str) -> str:
    """To whom, what, until when, and how to withdraw; `zone` is the time zone in which the date is named."""
    text = _(
        "I agree that {body} sends to {institution} ({office}) what this page shows above for “{title}”. "
        "{institution} may see it here until {until}. I can withdraw this on the page of the request at any time: "
        "its access then ends. What it has stored or decided before stays with it under its own rules, and I can ask "
        "it about that."
    )
    return text.format(
        body=credential.achievement.body.name,
        institution=institution.name,
        office=institution.office_name,
        title=credential.achievement.title,
        until=moment(until, zone),
    )
