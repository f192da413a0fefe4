"""Reading OLX exports of courses and libraries. Pure: no Django, no platform, no network."""

from __future__ import annotations

from openedx_bridge.olx.data import CourseIdentity, ExportKind, LeftOut, Limits, OlxProblem
from openedx_bridge.olx.errors import ExportTooLargeError, OlxError, UnsafeArchiveError
from openedx_bridge.olx.reading import OlxExport, read_export
from openedx_bridge.olx.xml import canonical_olx, parse_xml, sha256_of

__all__ = [
    "CourseIdentity",
    "ExportKind",
    "ExportTooLargeError",
    "LeftOut",
    "Limits",
    "OlxError",
    "OlxExport",
    "OlxProblem",
    "UnsafeArchiveError",
    "canonical_olx",
    "parse_xml",
    "read_export",
    "sha256_of",
]
