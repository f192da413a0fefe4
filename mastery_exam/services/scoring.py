"""From graded items to a decision: the one place where the rule of an exam version is applied. No database here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

from mastery_exam.psychometrics.consistency import beta_binomial_evidence
from mastery_exam.psychometrics.decision import area_report, decide, scale_score, scale_sem

RULE = "total at or above the marks needed, and each area at or above its floor"


@attrs.frozen
class ScoredItem:
    """One item as graded: one mark if every part is right, none otherwise; `rating` is the judges' mean."""

    position: int
    competency_key: str
    correct: bool
    rating: Decimal | None


@attrs.frozen
class FormRule:
    """What a form and its version decide by. `areas` are (key, title) in order; `floors` whole marks by area.

    `cut_error` is the standard error of the judges' cut in marks, judges and items as samples; 0 where it is not known.
    """

    marks_needed: int
    floors: Mapping[str, int]
    areas: tuple[tuple[str, str], ...]
    cut_error: float = 0.0


@attrs.frozen
class FormOutcome:
    """A decision before it is stored; `area_marks` is evidence and never told. Without a scale there is no score."""

    passed: bool
    total: int
    scaled_score: int | None
    uncertainty_points: int | None
    areas: tuple[dict[str, str], ...]
    missed_floors: tuple[str, ...]
    area_marks: Mapping[str, int]


def score_form(items: Sequence[ScoredItem], *, rule: FormRule) -> FormOutcome:
    """Decide a fixed form: exact marks against the marks needed and the floors, then the reporting scale.

    Raises ValueError for no items, which is no form.
    """
    if not items:
        raise ValueError("A form without items decides nothing.")
    marks: dict[str, int] = defaultdict(int)
    ratings: dict[str, list[Fraction]] = defaultdict(list)
    for item in items:
        marks[item.competency_key] += item.correct
        ratings[item.competency_key].append(_rating(item, rule.marks_needed, len(items)))
    total = sum(marks.values())
    outcome = decide(total, marks, marks_needed=rule.marks_needed, floors=rule.floors)
    levels = area_report(marks, ratings=ratings)
    return FormOutcome(
        passed=outcome.passed,
        total=total,
        scaled_score=scale_score(total, marks_needed=rule.marks_needed, n_items=len(items)),
        uncertainty_points=scale_sem(marks_needed=rule.marks_needed, n_items=len(items)) if len(items) > 1 else None,
        areas=tuple(
            {"key": key, "title": title, "standing": str(levels[key])} for key, title in rule.areas if key in levels
        ),
        missed_floors=outcome.missed_floors,
        area_marks=dict(marks),
    )


def posterior_of(items: Sequence[ScoredItem], *, rule: FormRule) -> dict[str, Any]:
    """Return how sure these marks make that the person is above the judges' cut: for the record and its report alone.

    A beta-binomial posterior under a flat prior, the cut's error averaged over. No candidate is ever shown it, and no
    credential holds it: the judges' error makes it far less certain than it looks for one person.
    """
    cut = sum((_rating(item, rule.marks_needed, len(items)) for item in items), Fraction(0))
    found = beta_binomial_evidence(sum(item.correct for item in items), len(items), cut=cut, cut_se=rule.cut_error)
    return {
        "model": "beta-binomial",
        "prior": list(found.prior),
        "n_items": found.n_items,
        "cut": float(cut),
        "cut_se": found.cut_se,
        "p_above": found.p_above,
    }


def evidence_of(outcome: FormOutcome, *, rule: FormRule, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return everything the decision was computed from, as JSON: for a review, an audit or a new computation."""
    return {
        "rule": RULE,
        "total": outcome.total,
        "marks_needed": rule.marks_needed,
        "questions": len(items),
        "floors": dict(rule.floors),
        "area_marks": dict(outcome.area_marks),
        "items": list(items),
    }


def _rating(item: ScoredItem, marks_needed: int, questions: int) -> Fraction:
    """The judges' mean; without one (a demonstration) the plain share that the pass mark stands for."""
    return Fraction(marks_needed, questions) if item.rating is None else Fraction(item.rating)
