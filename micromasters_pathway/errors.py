"""Why the app refuses: one class per reason."""

from openedx_bridge.errors import ConflictError, NotAllowedError, NotFoundError, SuiteError


class PathwayError(SuiteError):
    """Base of the errors of micromasters_pathway."""


class ProgrammeNotFound(NotFoundError, PathwayError):
    """There is no such programme, or it is not public."""

    code = "programme_not_found"


class ProgrammeRulesInvalid(PathwayError):
    """The rules cannot be published as they are."""

    code = "programme_rules_invalid"


class ProgrammeKeyTaken(ConflictError, PathwayError):
    """Another programme has this key."""

    code = "programme_key_taken"


class ProgrammeNotOpen(ConflictError, PathwayError):
    """Nobody can join the programme now."""

    code = "programme_not_open"


class ProgrammeNotYours(NotAllowedError, PathwayError):
    """Only the programme's authors may change it."""

    code = "programme_not_yours"


class CompletionNotFound(NotFoundError, PathwayError):
    """There is no such completion."""

    code = "completion_not_found"
