"""What can go wrong while a credential is built, signed or read."""

__all__ = [
    "KeyUnwrapError",
    "MalformedDocument",
    "MalformedKey",
    "MalformedStatusList",
    "ProofsError",
    "SlotUnfit",
    "TemplateMismatch",
    "UnbakedImage",
    "UnknownContext",
    "UnsignedContent",
    "WorkLimitExceeded",
]


class ProofsError(Exception):
    """Base of every error this package raises."""


class MalformedKey(ProofsError):
    """The text or bytes are not a key of the kind expected."""


class KeyUnwrapError(ProofsError):
    """The wrapped private key cannot be opened with the configured key, or was altered."""


class MalformedDocument(ProofsError):
    """The document is not JSON of the shape a credential has, or exceeds a limit."""


class UnknownContext(ProofsError):
    """The document names a JSON-LD context that is not pinned here; contexts are never fetched."""


class UnsignedContent(ProofsError):
    """The document holds a term or relative reference that JSON-LD would drop, so no signature would cover it."""


class WorkLimitExceeded(ProofsError):
    """Canonicalising the document would take more work than is allowed for foreign input."""


class MalformedStatusList(ProofsError):
    """The encoded status list cannot be read, or is shorter than its entries need."""


class TemplateMismatch(ProofsError):
    """The fast path would sign other bytes than the slow path, so it refuses to sign at all."""


class SlotUnfit(TemplateMismatch):
    """This award's texts cannot be filled into the template; the slow path signs it."""


class UnbakedImage(ProofsError):
    """The image is not a PNG or SVG, or holds no credential."""
