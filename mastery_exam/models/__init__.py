"""Models of mastery_exam, one file per aggregate."""

from mastery_exam.signals import signals  # the event bus looks for events when models are loaded

from .attempt import Answer, Attempt, AttemptItem, Incident
from .audit import AuditEntry
from .bank import Bank, BankAuthor, Item, ItemVersion, Rating, RatingPanel, StoredFile
from .decision import Decision, ReviewRequest, ScoreOutbox, ScorePlacement
from .exam import Exam, ExamAuthor, ExamVersion, Form, FormItem, ItemExposure, VersionItem
from .framework import Competency, CompetencyFramework
from .measurement import BankCalibration, CalibratedItem, SimulationRun
from .panel import Bookmark, JudgeLimits, PanelJudge, PanelRound
from .registration import Authorisation, Grant, Invigilator, Registration, StartCode

__all__ = [
    "Answer",
    "Attempt",
    "AttemptItem",
    "AuditEntry",
    "Authorisation",
    "Bank",
    "BankAuthor",
    "BankCalibration",
    "Bookmark",
    "CalibratedItem",
    "Competency",
    "CompetencyFramework",
    "Decision",
    "Exam",
    "ExamAuthor",
    "ExamVersion",
    "Form",
    "FormItem",
    "Grant",
    "Incident",
    "Invigilator",
    "Item",
    "ItemExposure",
    "ItemVersion",
    "JudgeLimits",
    "PanelJudge",
    "PanelRound",
    "Rating",
    "RatingPanel",
    "Registration",
    "ReviewRequest",
    "ScoreOutbox",
    "ScorePlacement",
    "SimulationRun",
    "StartCode",
    "StoredFile",
    "VersionItem",
    "signals",
]
