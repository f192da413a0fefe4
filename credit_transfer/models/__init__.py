"""Models of credit_transfer, one file per aggregate.

The signals are imported here because the event bus looks them up by name as soon as models are loaded.
"""

from credit_transfer.models.agreement import AdmissionOffer, Agreement
from credit_transfer.models.audit import AuditEntry
from credit_transfer.models.credit_value import CreditValue
from credit_transfer.models.desk import AnswerCode, Delivery, DeskAccess, DeskLink
from credit_transfer.models.institution import Institution, Mailbox
from credit_transfer.models.request import Answer, TransferRequest
from credit_transfer.signals import signals

__all__ = [
    "AdmissionOffer",
    "Agreement",
    "Answer",
    "AnswerCode",
    "AuditEntry",
    "CreditValue",
    "Delivery",
    "DeskAccess",
    "DeskLink",
    "Institution",
    "Mailbox",
    "TransferRequest",
    "signals",
]
