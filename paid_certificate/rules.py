"""Who may do what with money and credentials; shared by pages, REST and admin."""

from __future__ import annotations

from typing import Any

from openedx_bridge import api as bridge


def can_set_fee(user: Any) -> bool:
    """Site staff, or whoever was given the permission."""
    return bridge.is_global_staff(user) or _has(user, "paid_certificate.add_feerule")


def can_work_desk(user: Any) -> bool:
    """Site staff, or whoever may record payments."""
    return bridge.is_global_staff(user) or _has(user, "paid_certificate.add_payment")


def can_run_bodies(user: Any) -> bool:
    """Site staff, or whoever may change issuing bodies."""
    return bridge.is_global_staff(user) or _has(user, "paid_certificate.change_issuingbody")


def _has(user: Any, permission: str) -> bool:
    return bool(user.is_authenticated and user.is_active and user.has_perm(permission))
