"""Read-only views of what was recorded; programmes change through their own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from micromasters_pathway.models import AuditEntry, Completion, Membership, Programme, ProgrammeVersion, RequirementMet


@admin.register(AuditEntry, Completion, Membership, Programme, ProgrammeVersion, RequirementMet)
class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none: facts are recorded by the app, never typed in."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
