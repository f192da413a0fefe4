"""Read-only views for the operator; everything changes through pages and REST, which keep the trace.

Item versions and files are left out: whoever may look into the admin need not know the questions.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from mastery_exam import models


@admin.register(
    models.Attempt,
    models.AuditEntry,
    models.Authorisation,
    models.Bank,
    models.Competency,
    models.CompetencyFramework,
    models.Decision,
    models.Exam,
    models.ExamVersion,
    models.Grant,
    models.Incident,
    models.Item,
    models.RatingPanel,
    models.Registration,
    models.ReviewRequest,
    models.ScoreOutbox,
    models.ScorePlacement,
)
class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a row here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False
