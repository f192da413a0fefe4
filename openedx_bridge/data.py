"""What the bridge answers with: frozen records of plain values, the same from every backend.

Nothing here may import Django or the platform. Keys are strings, so that records can be stored and compared anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import attrs


class ServiceVariant(StrEnum):
    """Which service this process is."""

    LMS = "lms"
    CMS = "cms"
    SANDBOX = "sandbox"


class IdVerificationStatus(StrEnum):
    """Where a person stands with the platform's own identity check."""

    NONE = "none"
    PENDING = "pending"
    APPROVED = "approved"
    EXPIRED = "expired"


@attrs.frozen
class UserRecord:
    """A person as the platform knows them; `language` is a BCP 47 tag, `time_zone` an IANA name."""

    id: int
    username: str
    email: str
    full_name: str
    language: str
    time_zone: str


@attrs.frozen
class CourseRecord:
    """A course run; `start` and `end` are aware UTC datetimes, or None where the course sets none."""

    key: str
    title: str
    org: str
    number: str
    start: datetime | None
    end: datetime | None
    url: str


@attrs.frozen
class CourseGrade:
    """A learner's grade in a course: `percent` from 0 to 100, `passed_at` the first time it passed (UTC)."""

    passed: bool
    percent: Decimal
    passed_at: datetime | None


@attrs.frozen
class LearnerGrade:
    """A course grade with the learner it belongs to."""

    user_id: int
    grade: CourseGrade


@attrs.frozen
class IdVerification:
    """The latest verification that counts; `name` is the name that was verified, empty where none was recorded."""

    status: IdVerificationStatus
    verified_at: datetime | None = None
    expires_at: datetime | None = None
    name: str = ""

    @property
    def is_approved(self) -> bool:
        """Whether the person's identity is verified now."""
        return self.status is IdVerificationStatus.APPROVED


@attrs.frozen
class LibraryRecord:
    """A content library."""

    key: str
    title: str


@attrs.frozen
class LibraryProblem:
    """A published problem of a content library.

    `olx` is the `<problem>` element with its display name as attribute; `files` maps the names by which the OLX
    refers to its static files (`diagram.png` for `/static/diagram.png`) to their content.
    """

    usage_key: str
    display_name: str
    olx: str
    files: Mapping[str, bytes] = attrs.field(factory=dict)
    tags: tuple[str, ...] = ()
