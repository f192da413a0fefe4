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


class PanelNotFound(NotFoundError, MasteryExamError):
    """There is no such panel of judges, or the person is not one of them."""

    code = "panel_not_found"


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

    def __init__(
        self, user_message: str, *, problems: Sequence[ImportProblem] = (), developer_message: str = ""
    ) -> None:
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


class SimulationNotFound(NotFoundError, MasteryExamError):
    """There is no such simulation."""

    code = "simulation_not_found"


class NotEnoughResponses(ConflictError, MasteryExamError):
    """Too few people have answered for an estimate."""

    code = "not_enough_responses"


class WrongState(ConflictError, MasteryExamError):
    """The exam is not in a state in which this can be done."""

    code = "wrong_state"


class AuthorNotAllowed(NotAllowedError, MasteryExamError):
    """The person may not author this bank or exam."""

    code = "author_not_allowed"


class RegistrationNotFound(NotFoundError, MasteryExamError):
    """There is no such registration, or it is somebody else's."""

    code = "registration_not_found"


class AttemptNotFound(NotFoundError, MasteryExamError):
    """There is no such attempt, or it is somebody else's."""

    code = "attempt_not_found"


class DecisionNotFound(NotFoundError, MasteryExamError):
    """There is no such decision, or it is somebody else's."""

    code = "decision_not_found"


class ReviewNotFound(NotFoundError, MasteryExamError):
    """There is no such request for review."""

    code = "review_not_found"


class RegistrationRefused(ConflictError, MasteryExamError):
    """The person cannot register for this exam now; the code says why."""

    code = "registration_refused"


class RegistrationNotOpen(RegistrationRefused):
    """The exam takes no registrations now."""

    code = "registration_not_open"


class AlreadyPassed(RegistrationRefused):
    """The person has passed this exam."""

    code = "already_passed"


class ResultPending(RegistrationRefused):
    """The person's last try has no result yet."""

    code = "result_pending"


class NoTriesLeft(RegistrationRefused):
    """The person has used all tries that the exam allows."""

    code = "no_tries_left"


class NoFormLeft(RegistrationRefused):
    """The person has seen every form; a form is never given twice."""

    code = "no_form_left"


class JudgesCannotSit(RegistrationRefused):
    """The person has seen the exam's questions as a judge."""

    code = "judges_cannot_sit"


class TermsChanged(ConflictError, MasteryExamError):
    """The accepted terms are not those in force."""

    code = "terms_changed"


class RegistrationClosed(ConflictError, MasteryExamError):
    """The registration is cancelled or finished, or the attempt has begun, so that this can no longer be changed."""

    code = "registration_closed"


class StartRefused(NotAllowedError, MasteryExamError):
    """The attempt may not start; the code says why."""

    code = "start_refused"


class GrantMissing(StartRefused):
    """Something that the authorisation needs has not been granted."""

    code = "grant_missing"


class TooEarly(StartRefused):
    """The wait between two tries is not over."""

    code = "too_early"


class StartCodeNeeded(StartRefused):
    """The exam needs a start code from an invigilator."""

    code = "start_code_needed"


class StartCodeWrong(StartRefused):
    """The start code is not the one that was given, or it no longer works."""

    code = "start_code_wrong"


class AttemptEnded(ConflictError, MasteryExamError):
    """The attempt has ended; nothing more can be written."""

    code = "attempt_ended"


class TimeIsUp(AttemptEnded):
    """The attempt's time is over, with the grace."""

    code = "time_is_up"


class OtherDevice(ConflictError, MasteryExamError):
    """The attempt is open on another device, which alone may write."""

    code = "other_device"


class AnswerConflict(ConflictError, MasteryExamError):
    """Another answer has this sequence number already; `fields["next_seq"]` is the next free one."""

    code = "answer_conflict"


class CannotGoBack(ConflictError, MasteryExamError):
    """The exam has no going back, and the item is not the one that is open."""

    code = "cannot_go_back"


class NotFinished(ConflictError, MasteryExamError):
    """Nothing is decided yet and time is left; the person ends the attempt only by giving it up."""

    code = "not_finished"


class AnswerUnreadable(MasteryExamError):
    """What was sent is no set of answers to an item, or is far too long."""

    code = "answer_unreadable"


class StaffNotAllowed(NotAllowedError, MasteryExamError):
    """The person does not work on this exam."""

    code = "staff_not_allowed"
