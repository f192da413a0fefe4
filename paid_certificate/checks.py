"""System checks that tell the operator which setting of paid_certificate cannot work."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from paid_certificate.data import MAX_VALID_MONTHS
from paid_certificate.services.addresses import LOCAL_HOSTS

LEAST_SECRET = 32  # bytes, as LocalKeyVault asks
INVOICE = "paid_certificate.providers.invoice.InvoiceGateway"


@register()
def check_key_secret(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """What wraps signing keys is there: a vault that can be imported, or a secret that is long enough."""
    if settings.PAID_CERTIFICATE_KEY_VAULT:
        return _check_vault(settings.PAID_CERTIFICATE_KEY_VAULT)
    size = len(settings.PAID_CERTIFICATE_KEY_SECRET.encode())
    hint = "Set it to at least 32 random characters and keep a copy: without it no signing key can be opened."
    if not size:
        # No error: the app is installed before it is configured, and an error would stop its migrations.
        return [Warning("PAID_CERTIFICATE_KEY_SECRET is not set.", hint=hint, id="paid_certificate.W001")]
    if size < LEAST_SECRET:
        return [Error(f"PAID_CERTIFICATE_KEY_SECRET has {size} bytes.", hint=hint, id="paid_certificate.E001")]
    if any(len(secret.encode()) < LEAST_SECRET for secret in settings.PAID_CERTIFICATE_OLD_KEY_SECRETS):
        text, hint = "PAID_CERTIFICATE_OLD_KEY_SECRETS holds one that is too short.", "Correct it, or take it out."
        return [Error(text, hint=hint, id="paid_certificate.E005")]
    return []


def _check_vault(path: str) -> list[CheckMessage]:
    try:
        import_string(path)
    except ImportError as error:
        text = f"PAID_CERTIFICATE_KEY_VAULT is {path}, which cannot be imported: {error}."
        return [Error(text, hint="Correct the path, or leave it empty.", id="paid_certificate.E006")]
    return []


@register()
def check_public_address(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """In production, what is signed carries an https address that strangers reach."""
    if settings.DEBUG:
        return []
    hint = (
        "Set it to the https address under which credentials answer for ever, such as https://credentials.example.org."
    )
    address = settings.PAID_CERTIFICATE_PUBLIC_BASE_URL
    if not address:
        text = "PAID_CERTIFICATE_PUBLIC_BASE_URL is not set, so credentials carry LMS_ROOT_URL."
        return [Warning(text, hint=hint, id="paid_certificate.W002")]
    parts = urlsplit(address)
    if (parts.hostname or "") in LOCAL_HOSTS:
        text = f"PAID_CERTIFICATE_PUBLIC_BASE_URL is {address}: all credentials will be demonstrations."
        return [Warning(text, hint=hint, id="paid_certificate.W003")]
    if parts.scheme != "https" or not parts.hostname:
        text = f"PAID_CERTIFICATE_PUBLIC_BASE_URL is {address}, from which no did:web can be made."
        return [Error(text, hint=hint, id="paid_certificate.E002")]
    return []


@register()
def check_gateways(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Every gateway can be imported, and invoices say where to transfer to."""
    found: list[CheckMessage] = []
    for path in settings.PAID_CERTIFICATE_GATEWAYS:
        try:
            import_string(path)
        except ImportError as error:
            text = f"PAID_CERTIFICATE_GATEWAYS names {path}, which cannot be imported: {error}."
            found.append(Error(text, hint="Correct the path, or take it out.", id="paid_certificate.E003"))
    if INVOICE in settings.PAID_CERTIFICATE_GATEWAYS and not settings.PAID_CERTIFICATE_INVOICE_ACCOUNT:
        text = "PAID_CERTIFICATE_INVOICE_ACCOUNT is empty, so invoices do not say where to transfer the money."
        hint = "Set the account, or take the invoice gateway out of PAID_CERTIFICATE_GATEWAYS."
        found.append(Warning(text, hint=hint, id="paid_certificate.W004"))
    return found


@register()
def check_renewal(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """The time before its end in which an award may be renewed is a number of months."""
    months = settings.PAID_CERTIFICATE_RENEWAL_MONTHS
    if isinstance(months, int) and not isinstance(months, bool) and 0 <= months <= MAX_VALID_MONTHS:
        return []
    text = f"PAID_CERTIFICATE_RENEWAL_MONTHS is {months!r}, from which no day can be counted."
    hint = f"Set it to a whole number of months from 0 to {MAX_VALID_MONTHS}."
    return [Error(text, hint=hint, id="paid_certificate.E004")]
