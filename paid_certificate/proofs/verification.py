"""What a check of a credential found, in codes that a page puts into words."""

from enum import StrEnum
from typing import Any

import attrs

__all__ = ["Check", "CheckName", "Outcome", "Reason", "Verdict", "Verification"]


class CheckName(StrEnum):
    """What is looked at, in this order."""

    STRUCTURE = "structure"
    KEY = "key"
    PROOF = "proof"
    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    VALIDITY = "validity"


class Outcome(StrEnum):
    """How one check went. NOT_APPLICABLE: the document has nothing of the kind, such as no suspension list."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    NOT_APPLICABLE = "not_applicable"


class Reason(StrEnum):
    """Why a check did not pass, as a code that pages put into words."""

    OK = "ok"
    UNREADABLE = "unreadable"
    UNSIGNED_CONTENT = "unsigned_content"
    NO_PROOF = "no_proof"
    KEY_NOT_AT_HAND = "key_not_at_hand"
    KEY_NOT_OF_ISSUER = "key_not_of_issuer"
    KEY_NOT_AUTHORISED = "key_not_authorised"
    KEY_REVOKED = "key_revoked"
    SIGNATURE_WRONG = "signature_wrong"
    STATUS_ABSENT = "status_absent"
    STATUS_NOT_AT_HAND = "status_not_at_hand"
    STATUS_KIND_UNKNOWN = "status_kind_unknown"
    STATUS_LIST_INVALID = "status_list_invalid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"


class Verdict(StrEnum):
    """What a page says in one word. UNDETERMINED: nothing is wrong, but something could not be checked."""

    VALID = "valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


@attrs.frozen
class Check:
    """One check, its outcome, the reason as a code, and a detail for people who read logs."""

    name: CheckName
    outcome: Outcome
    reason: Reason = Reason.OK
    detail: str = ""


@attrs.frozen
class Verification:
    """The checks in order, and the document as it was read; None when it could not be read at all."""

    checks: tuple[Check, ...]
    document: dict[str, Any] | None = None
    issuer: str = ""

    def check(self, name: CheckName) -> Check:
        """Return the check called `name`; it was not made if an earlier one ended the matter."""
        return next((check for check in self.checks if check.name is name), Check(name, Outcome.NOT_CHECKED))

    @property
    def verdict(self) -> Verdict:
        """The worst that the checks say; a credential of doubtful origin is never called revoked or expired."""
        essential = [self.check(name) for name in (CheckName.STRUCTURE, CheckName.KEY, CheckName.PROOF)]
        if any(check.outcome is Outcome.FAILED for check in essential):
            return Verdict.INVALID
        if any(check.outcome is not Outcome.PASSED for check in essential):
            return Verdict.UNDETERMINED
        for name, verdict in ((CheckName.REVOCATION, Verdict.REVOKED), (CheckName.SUSPENSION, Verdict.SUSPENDED)):
            if self.check(name).reason is Reason(verdict.value):
                return verdict
        validity = self.check(CheckName.VALIDITY)
        if validity.outcome is Outcome.FAILED:
            return Verdict.NOT_YET_VALID if validity.reason is Reason.NOT_YET_VALID else Verdict.EXPIRED
        if any(check.outcome in (Outcome.FAILED, Outcome.NOT_CHECKED) for check in self.checks):
            return Verdict.UNDETERMINED
        return Verdict.VALID
