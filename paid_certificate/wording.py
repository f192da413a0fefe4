"""Words for people that several pages and papers share."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from paid_certificate.data import CredentialForm


def assurance_words(identity: str, supervision: str) -> str:
    """How identity and sitting were checked, "not checked, not watched" included."""
    checked = {
        "none": _("Identity: not checked."),
        "checked": _("Identity: checked against an identity document."),
    }[identity]
    watched = {
        "none": _("Sitting: not watched."),
        "online": _("Sitting: watched online."),
        "onsite": _("Sitting: watched on site."),
    }[supervision]
    return f"{checked} {watched}"


def form_words(form: str, issuer: str) -> str:
    """In which form an award is, and for a statement of accomplishment what it is not."""
    if form == CredentialForm.STATEMENT:
        text = _("Statement of accomplishment. Not endorsed by {issuer} as a credential; carries no credit.")
        return text.format(issuer=issuer)
    return _("Full credential.")


def validity_words(months: int | None) -> str:
    """For how long an award is valid."""
    if months is None:
        return _("Without an end.")
    return ngettext("{n} month from the award.", "{n} months from the award.", months).format(n=months)


def state_words(state: str) -> str:
    """Where a bulk issue stands, or what became of one of its decisions."""
    return {
        "awaiting_approval": _("waits for approval"),
        "running": _("running"),
        "done": _("done"),
        "undone": _("undone"),
        "waiting": _("waiting"),
        "issued": _("issued"),
        "fee_due": _("fee due"),
        "skipped": _("skipped"),
        "failed": _("failed"),
    }.get(state, state)


def reason_words(reason: str) -> str:
    """Why a credential ended; a closed list that never speaks of money."""
    return {
        "result_withdrawn": _("the exam result was withdrawn"),
        "identity_not_confirmed": _("identity was not confirmed"),
        "issued_in_error": _("it was issued in error"),
        "replaced": _("it was replaced"),
    }.get(reason, "")
