"""Who may do what with the directory, agreements and requests; shared by pages, REST and admin."""

from __future__ import annotations

from typing import Any

from openedx_bridge import api as bridge


def can_run_office(user: Any) -> bool:
    """Site staff, or whoever may change agreements."""
    if bridge.is_global_staff(user):
        return True
    return bool(user.is_authenticated and user.is_active and user.has_perm("credit_transfer.change_agreement"))
