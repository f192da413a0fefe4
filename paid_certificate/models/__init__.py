"""Models of paid_certificate, one file per aggregate.

The signals are imported here because the event bus looks them up by name as soon as models are loaded.
"""

from paid_certificate.models.achievement import Achievement, AchievementVersion, Route
from paid_certificate.models.audit import AuditEntry
from paid_certificate.models.body import BodyKey, BodyLogo, IssuingBody, Signatory
from paid_certificate.models.bulk import BulkItem, BulkRun
from paid_certificate.models.claim import ClaimTurn, EvidenceAssessor, EvidenceClaim, EvidenceFile, EvidencePiece
from paid_certificate.models.credential import Credential, StatusEntry, StatusList
from paid_certificate.models.fee import FeeRule
from paid_certificate.models.holder import CredentialLook, NameCorrection
from paid_certificate.models.order import Entitlement, Order, Payment, Refund
from paid_certificate.models.token import CredentialToken, TokenKey
from paid_certificate.signals import signals

__all__ = [
    "Achievement",
    "AchievementVersion",
    "AuditEntry",
    "BodyKey",
    "BodyLogo",
    "BulkItem",
    "BulkRun",
    "ClaimTurn",
    "Credential",
    "CredentialLook",
    "CredentialToken",
    "Entitlement",
    "EvidenceAssessor",
    "EvidenceClaim",
    "EvidenceFile",
    "EvidencePiece",
    "FeeRule",
    "IssuingBody",
    "NameCorrection",
    "Order",
    "Payment",
    "Refund",
    "Route",
    "Signatory",
    "StatusEntry",
    "StatusList",
    "TokenKey",
    "signals",
]
