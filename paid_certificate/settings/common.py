"""Settings of paid_certificate that hold everywhere; each keeps what the operator has set."""

from __future__ import annotations

from typing import Any


def plugin_settings(settings: Any) -> None:
    """Set the app's defaults on `settings`; applying it twice changes nothing."""
    defaults = {
        "PAID_CERTIFICATE_ENABLED": True,
        # The public address that credentials, issuers and status lists carry for ever; empty: LMS_ROOT_URL.
        "PAID_CERTIFICATE_PUBLIC_BASE_URL": "",
        "PAID_CERTIFICATE_GATEWAYS": [
            "paid_certificate.providers.zero.ZeroGateway",
            "paid_certificate.providers.invoice.InvoiceGateway",
        ],
        # What an invoice tells the buyer: the account to transfer to.
        "PAID_CERTIFICATE_INVOICE_ACCOUNT": "",
        # How many days a place is held for a payment where a fee rule does not say.
        "PAID_CERTIFICATE_HOLD_DAYS": 20,
        # The operator's page about financial aid, linked before the total.
        "PAID_CERTIFICATE_AID_URL": "",
        # Secret (32 bytes or more, as text) that wraps the private keys of issuing bodies at rest.
        "PAID_CERTIFICATE_KEY_SECRET": "",
        # Earlier values of that secret, newest first, which still open what they wrapped.
        "PAID_CERTIFICATE_OLD_KEY_SECRETS": [],
        # What makes the KeyVault (paid_certificate.proofs.keys) that wraps private keys: a path to a function without
        # arguments, such as a client of a key-management service; empty: the local vault with the secret above.
        "PAID_CERTIFICATE_KEY_VAULT": "",
        # Sign every credential also as an RS256 token (JWT, Open Badges 3.0, 8.2), for systems that read no other form.
        "PAID_CERTIFICATE_JWT": False,
        # A bulk issue of more credentials than this needs a second person's approval.
        "PAID_CERTIFICATE_BULK_APPROVAL_ABOVE": 100,
        # How many months before its end an award may be renewed.
        "PAID_CERTIFICATE_RENEWAL_MONTHS": 6,
        # How many public checks of credentials one address may make in a minute.
        "PAID_CERTIFICATE_CHECKS_PER_MINUTE": 60,
        # The largest file, in megabytes, that a person may hand in as evidence.
        "PAID_CERTIFICATE_EVIDENCE_MB": 5,
        # How many days after the decision, so after the time to appeal, the files of a claim are deleted.
        "PAID_CERTIFICATE_EVIDENCE_KEEP_DAYS": 60,
        # How many days a claim that is never sent is kept before it is withdrawn and its files are deleted.
        "PAID_CERTIFICATE_EVIDENCE_DRAFT_DAYS": 180,
    }
    for name, value in defaults.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
