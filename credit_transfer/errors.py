"""Why the app refuses: one class per reason."""

from openedx_bridge.errors import ConflictError, NotAllowedError, NotFoundError, SuiteError


class TransferError(SuiteError):
    """Base of the errors of credit_transfer."""


class InstitutionNotFound(NotFoundError, TransferError):
    """The directory has no such institution, or it is not verified."""

    code = "institution_not_found"


class InstitutionInvalid(TransferError):
    """The institution cannot be stored or verified like this."""

    code = "institution_invalid"


class AgreementNotFound(NotFoundError, TransferError):
    """There is no such agreement."""

    code = "agreement_not_found"


class AgreementInvalid(TransferError):
    """The terms of the agreement cannot be right."""

    code = "agreement_invalid"


class AgreementStateConflict(ConflictError, TransferError):
    """The agreement is not in a state in which this can be done."""

    code = "agreement_state_conflict"


class OfferNotFound(NotFoundError, TransferError):
    """There is no such admission offer."""

    code = "offer_not_found"


class OfferInvalid(TransferError):
    """The terms of the offer cannot be right."""

    code = "offer_invalid"


class OfferStateConflict(ConflictError, TransferError):
    """The offer has moved on."""

    code = "offer_state_conflict"


class CreditValueNotFound(NotFoundError, TransferError):
    """There is no such credit value."""

    code = "credit_value_not_found"


class CreditValueInvalid(TransferError):
    """The credit value cannot be right."""

    code = "credit_value_invalid"


class RequestNotFound(NotFoundError, TransferError):
    """There is no such request, or it is somebody else's."""

    code = "request_not_found"


class RequestRefused(ConflictError, TransferError):
    """The credential cannot be sent like this now."""

    code = "request_refused"


class RequestInvalid(TransferError):
    """Something that the request needs is missing or cannot be right."""

    code = "request_invalid"


class ConsentMissing(TransferError):
    """Nothing is sent without consent."""

    code = "consent_missing"


class RequestStateConflict(ConflictError, TransferError):
    """The request has moved on."""

    code = "request_state_conflict"


class DeliveryStateConflict(ConflictError, TransferError):
    """The mail is not in a state in which this can be recorded."""

    code = "delivery_state_conflict"


class DeliveryNotFound(NotFoundError, TransferError):
    """There is no such mail."""

    code = "delivery_not_found"


class LinkInvalid(NotFoundError, TransferError):
    """The link is not one of ours, or was altered on its way."""

    code = "link_invalid"


class LinkEnded(TransferError):
    """The link was good and has ended."""

    code = "link_ended"
    status = 410


class CodeInvalid(TransferError):
    """The one-time code is wrong, used or over."""

    code = "code_invalid"


class TooManyTries(TransferError):
    """Too much was asked for in too short a time."""

    code = "too_many_tries"
    status = 429


class AnswerInvalid(TransferError):
    """The answer lacks something, or contradicts itself."""

    code = "answer_invalid"


class OfficeOnly(NotAllowedError, TransferError):
    """Only the operator's people may do this."""

    code = "office_only"
