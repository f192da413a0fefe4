"""Looking a field up by its name, for the settings of the exam editor."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def setting_value(values: Mapping[str, Any] | str | None, name: str) -> Any:
    """Return the value or message of a field; empty where there is none."""
    value = values.get(name) if isinstance(values, Mapping) else None
    return "" if value is None else value
