"""Why the host could not answer: one class per reason."""

from __future__ import annotations

from .errors import NotFoundError, SuiteError


class UserNotFound(NotFoundError):
    """The host has no such user."""

    code = "user_not_found"


class CourseNotFound(NotFoundError):
    """The host has no such course."""

    code = "course_not_found"


class LibraryNotFound(NotFoundError):
    """The host has no such content library."""

    code = "library_not_found"


class InvalidKey(SuiteError):
    """The text is no key of a course, a library or a block."""

    code = "invalid_key"


class ExportRefused(SuiteError):
    """The host cannot write the course as OLX."""

    code = "export_refused"
