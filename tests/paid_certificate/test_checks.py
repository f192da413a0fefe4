"""What the system checks tell an operator whose settings cannot work."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks


def found(settings: Any, **values: Any) -> set[str]:
    """The ids of this app's messages under `values`; what is left out is as production has it."""
    good = {
        "DEBUG": False,
        "PAID_CERTIFICATE_KEY_SECRET": "x" * 32,
        "PAID_CERTIFICATE_PUBLIC_BASE_URL": "https://mastery.example.org",
        "PAID_CERTIFICATE_INVOICE_ACCOUNT": "DE00",
    }
    for name, value in (good | values).items():
        setattr(settings, name, value)
    return {message.id for message in run_checks() if message.id.startswith("paid_certificate.")}


def test_checks_good_settings_are_passed_in_silence(settings: Any) -> None:
    assert found(settings) == set()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PAID_CERTIFICATE_KEY_SECRET", "", "paid_certificate.W001"),
        ("PAID_CERTIFICATE_KEY_SECRET", "x" * 31, "paid_certificate.E001"),
        ("PAID_CERTIFICATE_PUBLIC_BASE_URL", "", "paid_certificate.W002"),
        ("PAID_CERTIFICATE_PUBLIC_BASE_URL", "http://localhost:8000", "paid_certificate.W003"),
        ("PAID_CERTIFICATE_PUBLIC_BASE_URL", "http://mastery.example.org", "paid_certificate.E002"),
        ("PAID_CERTIFICATE_PUBLIC_BASE_URL", "mastery.example.org", "paid_certificate.E002"),
        ("PAID_CERTIFICATE_GATEWAYS", ["nowhere.Gateway"], "paid_certificate.E003"),
        ("PAID_CERTIFICATE_INVOICE_ACCOUNT", "", "paid_certificate.W004"),
        ("PAID_CERTIFICATE_RENEWAL_MONTHS", "6", "paid_certificate.E004"),
        ("PAID_CERTIFICATE_OLD_KEY_SECRETS", ["x" * 31], "paid_certificate.E005"),
        ("PAID_CERTIFICATE_KEY_VAULT", "nowhere.vault", "paid_certificate.E006"),
        ("PAID_CERTIFICATE_RENEWAL_MONTHS", -1, "paid_certificate.E004"),
    ],
)
def test_checks_setting_that_cannot_work_is_named(settings: Any, name: str, value: Any, message: str) -> None:
    assert found(settings, **{name: value}) == {message}
    assert any(name in entry.msg for entry in run_checks() if entry.id == message)


def test_checks_local_address_is_fine_while_debugging(settings: Any) -> None:
    assert found(settings, DEBUG=True, PAID_CERTIFICATE_PUBLIC_BASE_URL="") == set()
