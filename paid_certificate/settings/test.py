"""Applied after the operator's YAML, so that what must hold has the last word."""

from paid_certificate.settings.common import plugin_settings

__all__ = ["plugin_settings"]
