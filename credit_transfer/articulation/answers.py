"""What an institution's answer must hold to be one. Pure: problems are named, others put them into words."""

from __future__ import annotations

from decimal import Decimal

import attrs

KINDS = ("full", "partial", "none")


@attrs.frozen
class AnswerDraft:
    """An answer as somebody wrote it; `credits` None where no number was given."""

    kind: str
    by_name: str
    by_role: str
    course: str = ""
    credits: Decimal | None = None
    unit: str = ""
    conditions: str = ""
    reason: str = ""


def answer_problems(draft: AnswerDraft) -> dict[str, str]:
    """What stands in the way of sending the answer: field to problem, empty when nothing does.

    Problems: `choose`, `missing`, `needed_unless_full`, `not_with_none`, `course_or_credits`, `number`, `too_long`.
    """
    problems: dict[str, str] = {}
    if draft.kind not in KINDS:
        problems["kind"] = "choose"
    for name in ("by_name", "by_role"):
        if not getattr(draft, name).strip():
            problems[name] = "missing"
    if draft.kind in ("partial", "none") and not draft.reason.strip():
        problems["reason"] = "needed_unless_full"
    problems |= _credit_problems(draft)
    for name in ("by_name", "by_role", "course"):
        if len(getattr(draft, name)) > 255:
            problems[name] = "too_long"
    if len(draft.unit) > 64:
        problems["unit"] = "too_long"
    return problems


def _credit_problems(draft: AnswerDraft) -> dict[str, str]:
    credits = draft.credits
    if draft.kind == "none":
        return {"credits": "not_with_none"} if credits is not None or draft.course.strip() else {}
    if credits is None:
        return {} if draft.course.strip() else {"course": "course_or_credits"}
    if not credits.is_finite() or not 0 < credits < 100_000 or credits != round(credits, 2):
        return {"credits": "number"}
    return {} if draft.unit.strip() else {"unit": "missing"}
