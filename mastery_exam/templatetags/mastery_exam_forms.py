"""Looking a field up by its name, for the settings of the exam editor."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.simple_tag
def setting_value(values: Mapping[str, Any] | str | None, name: str) -> Any:
    """Return the value or message of a field; empty where there is none."""
    value = values.get(name) if isinstance(values, Mapping) else None
    return "" if value is None else value


@register.simple_tag
def percent(share: float | None) -> str:
    """Return a share as a percentage of one decimal; a dash where there is none."""
    return "–" if share is None else f"{number_format(round(100 * share, 1), 1)} %"


@register.simple_tag
def decimals(value: float | None, places: int) -> str:
    """Return a number with so many decimals; a dash where there is none."""
    return "–" if value is None else number_format(value, places)
