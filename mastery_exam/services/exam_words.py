"""What is told of an exam in words before anybody registers: how long it is, and what passes. No technical word."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mastery_exam.data import DeliveryRule
from mastery_exam.models import ExamVersion
from mastery_exam.psychometrics.decision import SCALE_PASS, SCALE_TOP


def most_questions(version: ExamVersion) -> int:
    """The most questions of a sitting, those being tried out among them."""
    return version.form_length + version.pilot_items


def least_questions(version: ExamVersion) -> int:
    """The least questions of a sitting; fewer than the most only where the number depends on the answers."""
    if version.delivery_rule != DeliveryRule.CLASSIFICATION:
        return most_questions(version)
    plan = version.delivery_plan["plan"]
    areas = sum(quota["minimum"] for quota in plan["quotas"].values())
    return max(int(plan["min_items"]), areas) + version.pilot_items


def length_text(version: ExamVersion) -> str:
    """Return "24 questions", or "10 to 40 questions" where the number depends on the answers."""
    least, most = least_questions(version), most_questions(version)
    if least < most:
        return _("%(least)s to %(most)s questions") % {"least": least, "most": most}
    return ngettext("%(count)s question", "%(count)s questions", most) % {"count": most}


def pass_mark_text(version: ExamVersion) -> str:
    """Return the pass mark in words; where no number of marks decides, how the decision is told instead."""
    if version.marks_needed is None:
        return _("set by judges; you are told whether you passed, without a score")
    words = (
        _("%(mark)s on a scale from 0 to %(top)s; that is %(marks)s of the %(questions)s questions that count")
        if version.pilot_items
        else _("%(mark)s on a scale from 0 to %(top)s; that is %(marks)s of the %(questions)s questions")
    )
    values = {"mark": SCALE_PASS, "top": SCALE_TOP, "marks": version.marks_needed, "questions": version.form_length}
    return words % values
