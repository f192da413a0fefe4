"""The shape of every error that a person of ours is meant to read."""

from __future__ import annotations


class SuiteError(Exception):
    """Base of each app's errors: a stable `code`, an HTTP `status`, and a sentence that says what to do.

    `user_message` is shown to people and is translated where it is raised; `fields` maps a form field to its message.
    """

    code = "error"
    status = 400

    def __init__(self, user_message: str, *, developer_message: str = "", fields: dict[str, str] | None = None) -> None:
        super().__init__(developer_message or user_message)
        self.user_message = user_message
        self.developer_message = developer_message or str(user_message)
        self.fields = fields or {}


class NotFoundError(SuiteError):
    """The thing asked for does not exist, or not for this person."""

    code = "not_found"
    status = 404


class NotAllowedError(SuiteError):
    """The person is known and may not do this."""

    code = "not_allowed"
    status = 403


class ConflictError(SuiteError):
    """The request was right a moment ago; somebody else was faster, or the state has moved on."""

    code = "conflict"
    status = 409
