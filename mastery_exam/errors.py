"""What can go wrong in mastery_exam: one class per reason; every text says what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openedx_bridge.errors import ConflictError, NotAllowedError, NotFoundError, SuiteError

if TYPE_CHECKING:
    from .data import ImportProblem, Refusal


class MasteryExamError(SuiteError):
    """Base of the errors of this app."""

    code = "mastery_exam_error"


class ExamNotFound(NotFoundError, MasteryExamError):
    """No exam has this key, or the person may not know of it."""

    code = "exam_not_found"


class BankNotFound(NotFoundError, MasteryExamError):
    """No bank has this id, or the person may not know of it."""

    code = "bank_not_found"


class ItemNotFound(NotFoundError, MasteryExamError):
    """The bank has no such item."""

    code = "item_not_found"


class CompetencyNotFound(NotFoundError, MasteryExamError):
    """The framework has no such competency."""

    code = "competency_not_found"


class FrameworkNotFound(NotFoundError, MasteryExamError):
    """No competency framework has this key."""

    code = "framework_not_found"


class KeyTaken(ConflictError, MasteryExamError):
    """Another object has this key already."""

    code = "key_taken"


class InvalidInput(MasteryExamError):
    """A value is not one that the exam can have; `fields` says which and what to change."""

    code = "invalid_input"


class ImportRefused(MasteryExamError):
    """A file was read and could not be taken in; `problems` names each line."""

    code = "import_refused"

    def __init__(self, user_message: str, *, problems: Sequence[ImportProblem] = (), developer_message: str = "") -> None:
        super().__init__(
            user_message,
            developer_message=developer_message,
            fields={f"line {problem.line}": problem.message for problem in problems},
        )
        self.problems = tuple(problems)


class PublishRefused(ConflictError, MasteryExamError):
    """The exam cannot be published as it is; `refusals` names each obstacle and its remedy."""

    code = "publish_refused"

    def __init__(self, user_message: str, *, refusals: Sequence[Refusal]) -> None:
        super().__init__(
            user_message,
            developer_message="; ".join(f"{r.item_key or '-'}: {r.code}" for r in refusals),
            fields={f"{r.item_key or 'exam'}:{r.code}": f"{r.message} {r.remedy}" for r in refusals},
        )
        self.refusals = tuple(refusals)


class WrongState(ConflictError, MasteryExamError):
    """The exam is not in a state in which this can be done."""

    code = "wrong_state"


class AuthorNotAllowed(NotAllowedError, MasteryExamError):
    """The person may not author this bank or exam."""

    code = "author_not_allowed"
