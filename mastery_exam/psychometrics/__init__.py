"""The assessment core: models, forms, selection, decision and the evidence for them.

Pure functions on numpy and scipy: no Django, no database, no clock. What decides about a person is here once, and the
exam, the simulation and the benchmarks all call it.
"""

from .decision import (
    AreaLevel,
    Outcome,
    area_level,
    area_report,
    cut_score,
    decide,
    floor_marks,
    floors_per_area,
    is_close_to_pass_mark,
    lord_sem,
    marks_needed,
    scale_score,
    scale_sem,
)
from .errors import (
    AssemblyError,
    BankTooSmallError,
    FormsNotParallelError,
    NotEnoughDataError,
    PsychometricsError,
    QuotaError,
)
from .exact import as_fraction
from .forms import Form, RatedItem, assemble_forms
from .standard_setting import AngoffSummary, Impact, angoff, impact

__all__ = [
    "AngoffSummary",
    "AreaLevel",
    "AssemblyError",
    "BankTooSmallError",
    "Form",
    "FormsNotParallelError",
    "Impact",
    "NotEnoughDataError",
    "Outcome",
    "PsychometricsError",
    "QuotaError",
    "RatedItem",
    "angoff",
    "area_level",
    "area_report",
    "as_fraction",
    "assemble_forms",
    "cut_score",
    "decide",
    "floor_marks",
    "floors_per_area",
    "impact",
    "is_close_to_pass_mark",
    "lord_sem",
    "marks_needed",
    "scale_score",
    "scale_sem",
]
