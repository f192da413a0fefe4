"""Who may do what with programmes; shared by pages, REST and admin."""

from __future__ import annotations

from typing import Any

from micromasters_pathway.models import Programme
from openedx_bridge import api as bridge


def can_create_programme(user: Any) -> bool:
    """Whoever may author exams or courses on this site may write a programme."""
    return bridge.can_author(user)


def can_edit_programme(user: Any, programme: Programme) -> bool:
    """The owner, while still an author here, and site staff."""
    return bridge.is_global_staff(user) or (programme.owner_id == user.pk and bridge.can_author(user))
