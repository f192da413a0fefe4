"""Uniqueness among the live rows of a table, on every database that the platform runs on."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When


def live_when(**conditions: Any) -> models.GeneratedField:
    """Return a column that is 1 while `conditions` hold and NULL otherwise, for a unique constraint to include.

    MySQL and MariaDB have no partial indexes and Django skips a conditional constraint on them without an error. But
    NULLs never collide in a unique index, on any of the databases; and a generated column cannot be forgotten.
    """
    return models.GeneratedField(
        expression=Case(When(Q(**conditions), then=Value(1)), default=None),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
        null=True,
        editable=False,
    )
