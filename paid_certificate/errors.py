"""Why the app refuses: one class per reason."""

from openedx_bridge.errors import ConflictError, NotAllowedError, NotFoundError, SuiteError


class CertificateError(SuiteError):
    """Base of the errors of paid_certificate."""


class OrderNotFound(NotFoundError, CertificateError):
    """There is no such order, or it is somebody else's."""

    code = "order_not_found"


class NothingToBuy(ConflictError, CertificateError):
    """What was to be bought is not for sale to this person now."""

    code = "nothing_to_buy"


class FeeNotSet(ConflictError, CertificateError):
    """The exam asks for a fee, and nobody has said how much."""

    code = "fee_not_set"


class GatewayUnknown(CertificateError):
    """There is no such way to pay here."""

    code = "gateway_unknown"


class OrderStateConflict(ConflictError, CertificateError):
    """The order has moved on."""

    code = "order_state_conflict"


class PaymentInvalid(CertificateError):
    """What was said about a payment cannot be right."""

    code = "payment_invalid"


class DeskOnly(NotAllowedError, CertificateError):
    """Only the operator's people may do this."""

    code = "desk_only"


class BodyNotFound(NotFoundError, CertificateError):
    """There is no such issuing body."""

    code = "body_not_found"


class BodyRefused(CertificateError):
    """The issuing body cannot be stored or published like this."""

    code = "body_refused"


class AchievementNotFound(NotFoundError, CertificateError):
    """There is no such achievement."""

    code = "achievement_not_found"


class AchievementRefused(ConflictError, CertificateError):
    """The achievement or its route cannot be stored like this."""

    code = "achievement_refused"


class CataloguePageNotFound(NotFoundError, CertificateError):
    """The public catalogue has no such page."""

    code = "catalogue_page_not_found"


class CredentialNotFound(NotFoundError, CertificateError):
    """There is no such credential, or it is somebody else's."""

    code = "credential_not_found"


class CredentialStateConflict(ConflictError, CertificateError):
    """The credential has moved on."""

    code = "credential_state_conflict"


class CorrectionRefused(ConflictError, CertificateError):
    """The name cannot be corrected like this."""

    code = "correction_refused"


class RenewalRefused(ConflictError, CertificateError):
    """The credential cannot be renewed now."""

    code = "renewal_refused"


class BulkNotFound(NotFoundError, CertificateError):
    """There is no such bulk issue."""

    code = "bulk_not_found"


class BulkRefused(ConflictError, CertificateError):
    """The bulk issue cannot be started, approved or undone like this."""

    code = "bulk_refused"


class CredentialErased(NotFoundError, CertificateError):
    """There was such a document; it was erased at its holder's request."""

    code = "credential_erased"
    status = 410


class KeySecretMissing(ConflictError, CertificateError):
    """The operator has not set the secret that protects signing keys."""

    code = "key_secret_missing"


class ClaimNotFound(NotFoundError, CertificateError):
    """There is no such claim or piece of evidence, or it is somebody else's."""

    code = "claim_not_found"


class ClaimInvalid(CertificateError):
    """What was written or handed in for a claim cannot be taken like this."""

    code = "claim_invalid"


class ClaimStateConflict(ConflictError, CertificateError):
    """The claim has moved on, or cannot be decided like this."""

    code = "claim_state_conflict"
