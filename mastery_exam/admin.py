"""Read-only views for the operator; everything changes through pages and REST, which keep the trace.

Item versions and files are left out: whoever may look into the admin need not know the questions.
"""

from django.contrib import admin

from mastery_exam import models
from openedx_bridge.readonly import ReadOnlyAdmin

admin.site.register(
    [
        models.Attempt,
        models.AuditEntry,
        models.Authorisation,
        models.Bank,
        models.BankCalibration,
        models.CalibratedItem,
        models.Competency,
        models.CompetencyFramework,
        models.Decision,
        models.Exam,
        models.ExamVersion,
        models.Grant,
        models.Incident,
        models.Item,
        models.PanelJudge,
        models.PanelRound,
        models.RatingPanel,
        models.Registration,
        models.ReviewRequest,
        models.ScoreOutbox,
        models.ScorePlacement,
        models.SimulationRun,
    ],
    ReadOnlyAdmin,
)
