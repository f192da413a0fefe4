"""Read-only views of money and credentials; both change through their own pages, which keep the trace."""

from django.contrib import admin

from openedx_bridge.readonly import ReadOnlyAdmin
from paid_certificate import models

admin.site.register(
    [
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
    ],
    ReadOnlyAdmin,
)
