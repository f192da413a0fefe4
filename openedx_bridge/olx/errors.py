"""Why an export cannot be read at all. What can be passed over is reported as left out instead."""

from __future__ import annotations

from openedx_bridge.errors import SuiteError


class OlxError(SuiteError):
    """Base of the errors of reading OLX."""

    code = "olx_unreadable"


class UnsafeArchiveError(OlxError):
    """The archive tries to write outside its own folder."""

    code = "olx_archive_unsafe"


class ExportTooLargeError(OlxError):
    """The export holds more than the limits allow."""

    code = "olx_too_large"
    status = 413
