"""Read-only views of what was recorded; everything changes through its own pages, which keep the audit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from credit_transfer import models


@admin.register(
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
)
class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
