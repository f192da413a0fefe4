"""Applied after the operator's YAML, so that what must hold has the last word."""

from credit_transfer.settings.common import plugin_settings

__all__ = ["plugin_settings"]
