"""Settings of credit_transfer that hold everywhere; each keeps what the operator has set."""

from __future__ import annotations

from typing import Any


def plugin_settings(settings: Any) -> None:
    """Set the app's defaults on `settings`; applying it twice changes nothing."""
    defaults = {
        "CREDIT_TRANSFER_ENABLED": True,
        # The public address that mails carry; empty: LMS_ROOT_URL.
        "CREDIT_TRANSFER_PUBLIC_BASE_URL": "",
        # How many days an office's link opens the desk.
        "CREDIT_TRANSFER_LINK_DAYS": 30,
        # How many days an institution may see what was sent to it, counted from the learner's consent.
        "CREDIT_TRANSFER_CONSENT_DAYS": 180,
        # How many days after its first answer an institution may amend it.
        "CREDIT_TRANSFER_AMEND_DAYS": 30,
        # How many days before its deadline, and then between reminders, an office is reminded.
        "CREDIT_TRANSFER_REMIND_DAYS": 7,
        # How many minutes a one-time code is good for, and how many wrong tries end it.
        "CREDIT_TRANSFER_CODE_MINUTES": 30,
        "CREDIT_TRANSFER_CODE_TRIES": 5,
        # How many codes, and how many new links, one office may ask for in an hour.
        "CREDIT_TRANSFER_CODES_PER_HOUR": 10,
        "CREDIT_TRANSFER_LINKS_PER_HOUR": 3,
        # How often one address may open the desk in a minute.
        "CREDIT_TRANSFER_DESK_PER_MINUTE": 60,
    }
    for name, value in defaults.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
