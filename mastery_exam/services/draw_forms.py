"""Drawing the parallel forms of a plan and setting their pass mark: no writing, so it may take its time."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
from django.utils.translation import gettext as _

from mastery_exam.data import FloorRule, FormPreview, PassMarkRecord, Refusal
from mastery_exam.errors import PublishRefused
from mastery_exam.psychometrics import (
    AssemblyError,
    BankTooSmallError,
    Form,
    FormsNotParallelError,
    RatedItem,
    angoff,
    assemble_forms,
)
from mastery_exam.services.publish_plan import JUDGES_FOR_A_FIRM_MARK, PublishPlan, ScoredItem


@attrs.frozen
class DrawnForm:
    """A form's items in their order, the marks that pass, and the exact sum of its ratings (None: nobody rated)."""

    items: tuple[ScoredItem, ...]
    marks_needed: int
    sum_of_ratings: Fraction | None

    def preview(self, num: int) -> FormPreview:
        """Return what authors see of it."""
        areas = Counter(item.area_key for item in self.items)
        return FormPreview(num, self.marks_needed, decimal_of(self.sum_of_ratings), tuple(areas.items()))


@attrs.frozen
class Draw:
    """The forms of a version, the floors that hold on each of them, and the pass mark's record."""

    forms: tuple[DrawnForm, ...]
    floors: dict[str, int]
    record: PassMarkRecord
    seed: int

    def digest(self) -> str:
        """Return a digest of the forms and of what decides on them."""
        forms = [[[item.key for item in form.items], form.marks_needed] for form in self.forms]
        return hashlib.sha256(json.dumps([forms, self.floors], sort_keys=True).encode()).hexdigest()


def draw_forms(plan: PublishPlan, *, seed: int) -> Draw:
    """Draw disjoint parallel forms from the plan's rated items; raises PublishRefused with the remedy."""
    rated = [
        RatedItem(item.key, item.area_key, item.rating, frozenset(item.version.item.enemies)) for item in plan.scored
    ]
    try:
        forms = assemble_forms(
            rated,
            blueprint=plan.blueprint,
            n_forms=plan.settings.n_forms,
            own_cut=[area for area, rule in plan.floor_rules.items() if rule == FloorRule.OWN_CUT],
            seed=seed,
        )
    except AssemblyError as error:
        raise _refused(plan, error) from error
    by_key = {item.key: item for item in plan.scored}
    drawn = tuple(_drawn(form, by_key, list(plan.blueprint)) for form in forms)
    return Draw(drawn, _floors(forms, plan.floor_rules), _record(plan, drawn), seed)


def decimal_of(value: Fraction | float | None, places: int = 8) -> Decimal | None:
    """Return an exact value as a decimal of so many places, for storing and showing; never for comparing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return (Decimal(Fraction(value).numerator) / Fraction(value).denominator).quantize(Decimal(1).scaleb(-places))


def _drawn(form: Form, by_key: dict[str, ScoredItem], areas: Sequence[str]) -> DrawnForm:
    items = sorted((by_key[str(key)] for key in form.items), key=lambda item: areas.index(item.area_key))
    return DrawnForm(tuple(items), form.marks_needed, form.rating_sum)


def _floors(forms: Sequence[Form], rules: dict[str, str]) -> dict[str, int]:
    """Return one floor per area for all forms: the lowest of theirs, so that no form asks more than was told."""
    lowest = {area: min(form.floors[area] for form in forms) for area in forms[0].floors}
    return {area: marks for area, marks in lowest.items() if marks > 0 and rules[area] != FloorRule.NONE}


def _record(plan: PublishPlan, forms: Sequence[DrawnForm]) -> PassMarkRecord:
    panel = plan.panel
    if panel is None:
        raise ValueError("Forms are drawn from ratings, and ratings belong to a panel.")
    judges = sorted(panel.judges)
    summaries = [angoff([[float(item.ratings[judge]) for item in form.items] for judge in judges]) for form in forms]
    cut = sum((form.sum_of_ratings or Fraction(0) for form in forms), Fraction(0)) / len(forms)
    return PassMarkRecord(
        method=panel.method,
        judges=tuple(judges),
        rounds=max((rating.panel_round for rating in panel.ratings.all()), default=0),
        cut=decimal_of(cut, 4) or Decimal(0),
        standard_error=decimal_of(max(summary.se for summary in summaries), 4),
        generalised_error=decimal_of(max(summary.se_generalised for summary in summaries), 4),
        held_on=panel.held_on.isoformat() if panel.held_on else "",
        released_on=panel.released_at.date().isoformat() if panel.released_at else "",
        releases=sum(person is not None for person in (panel.released_by_first_id, panel.released_by_second_id)),
        provisional=len(judges) < JUDGES_FOR_A_FIRM_MARK or panel.released_at is None,
    )


def record_json(record: PassMarkRecord) -> dict[str, Any]:
    """Return the record as plain JSON values; decimals become text, so that nothing is rounded on the way."""
    values = attrs.asdict(record)
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def read_record(stored: dict[str, Any]) -> PassMarkRecord:
    """Return a stored record as data."""
    values = {field.name: stored[field.name] for field in attrs.fields(PassMarkRecord) if field.name in stored}
    for name in ("cut", "standard_error", "generalised_error"):
        values[name] = None if values[name] is None else Decimal(values[name])
    return PassMarkRecord(**{**values, "judges": tuple(values["judges"])})


def _refused(plan: PublishPlan, error: AssemblyError) -> PublishRefused:
    if isinstance(error, BankTooSmallError):
        titles = {area.key: area.title for area in plan.areas}
        refusals = [
            Refusal(
                None,
                "bank_too_small",
                _("The area “%(area)s” needs %(count)s more items.") % {"area": titles.get(key, key), "count": count},
                _("Add items, ask for fewer questions in this area, or draw fewer forms."),
            )
            for key, count in error.shortages.items()
        ]
    else:
        code = "forms_not_parallel" if isinstance(error, FormsNotParallelError) else "forms_impossible"
        refusals = [
            Refusal(
                None,
                code,
                _("No %s forms without a common item were found that are equally hard and need the same marks.")
                % plan.settings.n_forms,
                _("Add items of similar difficulty, let fewer items exclude each other, or draw fewer forms."),
            )
        ]
    return PublishRefused(_("The exam was not published. Each line says what to do."), refusals=refusals)
