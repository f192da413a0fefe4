"""Read-only views of what was recorded; everything changes through its own pages, which keep the audit."""

from django.contrib import admin

from credit_transfer import models
from openedx_bridge.readonly import ReadOnlyAdmin

admin.site.register(
    [
        models.AdmissionOffer,
        models.Agreement,
        models.Answer,
        models.AnswerCode,
        models.AuditEntry,
        models.CreditValue,
        models.Delivery,
        models.DeskAccess,
        models.DeskLink,
        models.Institution,
        models.Mailbox,
        models.TransferRequest,
    ],
    ReadOnlyAdmin,
)
