"""What can go wrong when an item is constructed, rendered or graded."""

from __future__ import annotations

import html

from openedx_bridge.errors import SuiteError

_MESSAGE_LENGTH = 500


class CapaError(SuiteError):
    """Base of the adapter's errors."""

    code = "capa_error"
    status = 500


class EngineMissingError(CapaError):
    """No CAPA engine is installed here: neither the platform's own nor that of xblocks-contrib."""

    code = "capa_engine_missing"


class ItemBrokenError(CapaError):
    """The item's own OLX makes the engine fail. Inspection refuses such an item before it is published."""

    code = "item_broken"
    status = 422


def as_sentence(error: Exception) -> str:
    """Return what the engine said, which may be HTML over several lines, as the end of a sentence."""
    text = " ".join(html.unescape(str(error)).split())[:_MESSAGE_LENGTH].rstrip(".")
    return f"{text or type(error).__name__}."
