"""Who may do what with money and credentials; shared by pages, REST and admin."""

from __future__ import annotations

from typing import Any

from openedx_bridge import api as bridge
from paid_certificate.models import EvidenceAssessor, IssuingBody


def can_set_fee(user: Any) -> bool:
    """Site staff, or whoever was given the permission."""
    return bridge.is_global_staff(user) or _has(user, "paid_certificate.add_feerule")


def can_work_desk(user: Any) -> bool:
    """Site staff, or whoever may record payments."""
    return bridge.is_global_staff(user) or _has(user, "paid_certificate.add_payment")


def can_run_bodies(user: Any) -> bool:
    """Site staff, or whoever may change issuing bodies."""
    return bridge.is_global_staff(user) or _has(user, "paid_certificate.change_issuingbody")


def can_assess(user: Any, body_slug: str) -> bool:
    """Whether the person may assess evidence for the body, if it is not their own: its assessors and site staff."""
    return body_slug in assessed_bodies(user)


def is_assessor(user: Any) -> bool:
    """Whether the person was named an assessor of any body; site staff have a desk of their own to start from."""
    return bool(user.is_authenticated and user.is_active) and EvidenceAssessor.objects.filter(user_id=user.pk).exists()


def assessed_bodies(user: Any) -> list[str]:
    """The bodies for which the person may assess evidence."""
    if not (user.is_authenticated and user.is_active):
        return []
    if bridge.is_global_staff(user):
        return list(IssuingBody.objects.values_list("slug", flat=True))
    return list(EvidenceAssessor.objects.filter(user_id=user.pk).values_list("body__slug", flat=True))


def _has(user: Any, permission: str) -> bool:
    return bool(user.is_authenticated and user.is_active and user.has_perm(permission))
