"""The one way in which a state changes: allowed by the table, and only if it is still what was read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.errors import TransferError

State = TypeVar("State", bound=StrEnum)


def move(
    row: models.Model,
    target: State,
    *,
    table: Mapping[State, frozenset[State]],
    refusal: type[TransferError],
    **values: Any,
) -> None:
    """Compare and set `row.state`; raises `refusal` for a forbidden step or when somebody else was faster."""
    state = type(target)(row.state)  # type: ignore[attr-defined]
    if target not in table[state]:
        message = _("This is “{state}” and cannot become “{target}”. Reload the page to see where it stands.")
        raise refusal(message.format(state=state.value, target=target.value))
    unchanged = type(row)._default_manager.filter(pk=row.pk, state=state)
    values |= {"modified": timezone.now()}
    if not unchanged.update(state=target, **values):
        raise refusal(_("Somebody else has just changed this. Reload the page and look again."))
    row.refresh_from_db()
