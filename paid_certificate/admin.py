"""Read-only views of money and credentials; both change through their own pages, which keep the trace."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from paid_certificate import models


@admin.register(
    models.Achievement,
    models.AchievementVersion,
    models.AuditEntry,
    models.Credential,
    models.Entitlement,
    models.FeeRule,
    models.IssuingBody,
    models.Order,
    models.Payment,
    models.Refund,
    models.Route,
)
class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none: facts are recorded by the app, never typed in."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
