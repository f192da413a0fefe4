"""Drawing what a version delivers from a plan, and setting its pass mark: no writing, so it may take its time.

Parallel forms are drawn here, for good; `draw_delivery` goes by the plan's rule.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
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
class FrozenParameters:
    """An item's parameters, D = 1, on the scale of the plan's cut, and the `ParameterState` that they are in."""

    a: float
    b: float
    c: float
    state: str


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
    """What a version delivers and decides by, whatever its rule.

    `forms` are those of the fixed rule alone. `form_length` is the most scored items of a sitting; `marks_needed` None
    where no number of marks decides; `floors` hold in every sitting. `delivery_plan` and `parameters` (by the id of the
    item version) are what `delivery_plan` makes of the draft.
    """

    record: PassMarkRecord
    seed: int
    form_length: int
    marks_needed: int | None
    floors: dict[str, int] = attrs.field(factory=dict)
    forms: tuple[DrawnForm, ...] = ()
    delivery_plan: dict[str, Any] = attrs.field(factory=dict)
    parameters: Mapping[int, FrozenParameters] = attrs.field(factory=dict)

    def digest(self) -> str:
        """Return a digest of everything in the draw but the record and the seed."""
        content = {
            "forms": [[[item.key for item in form.items], form.marks_needed] for form in self.forms],
            "decides": [self.form_length, self.marks_needed, self.floors],
            "delivery_plan": self.delivery_plan,
            "parameters": [[pk, attrs.astuple(row)] for pk, row in self.parameters.items()],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


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
        raise refused_draw(plan, error) from error
    by_key = {item.key: item for item in plan.scored}
    drawn = tuple(_drawn(form, by_key, list(plan.blueprint)) for form in forms)
    cut = sum((form.rating_sum for form in forms), Fraction(0)) / len(forms)
    return Draw(
        record=panel_record(plan, [form.items for form in drawn], cut=cut),
        seed=seed,
        form_length=len(drawn[0].items),
        marks_needed=drawn[0].marks_needed,
        floors=_floors(forms, plan.floor_rules),
        forms=drawn,
    )


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


def panel_record(plan: PublishPlan, tests: Sequence[Sequence[ScoredItem]], *, cut: Fraction) -> PassMarkRecord:
    """Return the record of a cut, with the largest of the standard errors that the judges have on these tests."""
    panel = plan.panel
    if panel is None:
        raise ValueError("Forms are drawn from ratings, and ratings belong to a panel.")
    judges = sorted(panel.judges)
    summaries = [angoff([[float(item.ratings[judge]) for item in test] for judge in judges]) for test in tests]
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


def refused_draw(plan: PublishPlan, error: AssemblyError) -> PublishRefused:
    """Return the refusal of a plan of which no forms can be drawn."""
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
