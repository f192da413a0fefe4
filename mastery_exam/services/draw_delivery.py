"""Drawing what a version delivers, by the draft's delivery rule."""

from __future__ import annotations

from fractions import Fraction

import attrs
from django.utils.translation import gettext as _

from mastery_exam.data import DeliveryRule, FloorRule, Refusal
from mastery_exam.errors import PublishRefused
from mastery_exam.psychometrics import (
    AdaptiveTest,
    AssemblyError,
    draw_form,
    floor_marks,
    marks_needed,
)
from mastery_exam.services.delivery_plan import (
    adaptive_bank,
    adaptive_plan,
    delivery_json,
    frozen_parameters,
    linear_area_cuts,
    linear_bank,
    linear_target,
)
from mastery_exam.services.draw_forms import Draw, draw_forms, panel_record
from mastery_exam.services.publish_plan import PublishPlan


def draw_delivery(plan: PublishPlan, *, seed: int) -> Draw:
    """Return what publishing the plan would freeze; raises PublishRefused with the remedy."""
    rule = plan.settings.delivery_rule
    if rule == DeliveryRule.LINEAR_ON_THE_FLY:
        return _forms_on_the_fly(plan, seed)
    if rule == DeliveryRule.CLASSIFICATION:
        return _classification(plan, seed)
    return attrs.evolve(draw_forms(plan, seed=seed), delivery_plan=delivery_json(plan))


def drawn_form_refusal(error: AssemblyError) -> Refusal:
    """Return why forms cannot be drawn on the fly; every one of a thousand must meet the same pass mark."""
    return Refusal(
        None,
        "drawn_forms_unequal",
        _("A form drawn on the fly does not meet the blueprint and the pass mark: %s") % error,
        _("Add items of similar difficulty, let fewer items exclude each other, or use fixed forms."),
    )


def quota_refusal(error: AssemblyError) -> Refusal:
    """Return why a sitting of the classification test cannot meet its blueprint."""
    return Refusal(
        None,
        "blueprint_not_met",
        _("A sitting cannot meet the blueprint: %s") % error,
        _("Add items to the area, ask for fewer questions, or let fewer items exclude each other."),
    )


def _forms_on_the_fly(plan: PublishPlan, seed: int) -> Draw:
    target = linear_target(plan)
    try:
        sample = draw_form(linear_bank(plan), blueprint=plan.blueprint, target=target, seed=seed)
    except AssemblyError as error:
        raise PublishRefused(
            _("The exam was not published. Each line says what to do."), refusals=[drawn_form_refusal(error)]
        ) from error
    by_key = {item.key: item for item in plan.scored}
    # The judges' error on one drawn form stands for that on all: they have the same areas and the same sum.
    items = [by_key[str(key)] for key in sample.items]
    return Draw(
        record=panel_record(plan, [items], cut=target),
        seed=seed,
        form_length=len(items),
        marks_needed=marks_needed([target]),
        floors=_area_floors(plan),
        delivery_plan=delivery_json(plan),
    )


def _area_floors(plan: PublishPlan) -> dict[str, int]:
    """Return one floor per area for all draws, from the part of the target that lies in the area."""
    rules = plan.floor_rules
    floors = {
        key: floor_marks(cut, plan.blueprint[key], own_cut=rules[key] == FloorRule.OWN_CUT)
        for key, cut in linear_area_cuts(plan).items()
        if rules[key] != FloorRule.NONE
    }
    return {key: marks for key, marks in floors.items() if marks > 0}


def _classification(plan: PublishPlan, seed: int) -> Draw:
    test_plan = adaptive_plan(plan)
    try:
        AdaptiveTest(adaptive_bank(plan), test_plan).begin(seed=seed)
    except AssemblyError as error:
        raise PublishRefused(
            _("The exam was not published. Each line says what to do."), refusals=[quota_refusal(error)]
        ) from error
    ratings = sum((item.rating for item in plan.scored), Fraction(0))
    return Draw(
        record=panel_record(plan, [plan.scored], cut=ratings),
        seed=seed,
        form_length=test_plan.max_items,
        marks_needed=None,
        delivery_plan=delivery_json(plan),
        parameters=frozen_parameters(plan),
    )
