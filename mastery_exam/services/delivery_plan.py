"""What a version freezes for the rules without forms: each item's parameters, the test's plan, the cut aimed at.

Publishing writes what these functions return and the simulation runs on it, so that what was simulated is what is
delivered.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mastery_exam.data import DeliveryRule, ParameterState, StoppingRule
from mastery_exam.psychometrics import (
    AdaptiveBank,
    AdaptivePlan,
    GeneralisedLikelihoodRatio,
    IntervalRule,
    ItemParameters,
    PosteriorRule,
    Quota,
    RatedItem,
    SequentialProbabilityRatio,
    as_fraction,
    plan_to_dict,
    raw_cut_to_theta,
)
from mastery_exam.psychometrics import StoppingRule as CoreRule
from mastery_exam.services.draw_forms import FrozenParameters, decimal_of
from mastery_exam.services.publish_plan import PublishPlan, ScoredItem


def frozen_parameters(plan: PublishPlan) -> dict[int, FrozenParameters]:
    """Return the parameters of each scored item by the id of its item version; none where no rule needs them.

    A calibrated item has its own; any other is a Rasch item where the judges see it, b = cut - logit(mean rating).
    """
    if plan.settings.delivery_rule != DeliveryRule.CLASSIFICATION:
        return {}
    cut = theta_cut(plan)
    return {item.version.pk: _parameters(plan, item, cut) for item in plan.scored}


def theta_cut(plan: PublishPlan) -> float:
    """Return the cut in logits; raises ValueError where `find_theta_cut` finds none, which publishing refuses."""
    cut = find_theta_cut(plan)
    if cut is None:
        raise ValueError("The ratings of the calibrated items have no place on the calibration's scale.")
    return cut


def find_theta_cut(plan: PublishPlan) -> float | None:
    """Return the cut in logits, or None where no ability has as many expected marks as the judges ask.

    0 where difficulties are the judges'. With a calibration, the theta at which the marks expected on the calibrated
    items are the sum of their ratings (the inverse of their test characteristic curve).
    """
    known = [item for item in plan.scored if item.ratings and plan.is_calibrated(item)]
    if not known:
        return 0.0
    rows = [plan.calibrated[item.version.pk] for item in known]
    items = ItemParameters([row.a for row in rows], [row.b for row in rows], [row.c for row in rows])
    try:
        return raw_cut_to_theta(float(sum((item.rating for item in known), Fraction(0))), items)[0]
    except ValueError:
        return None


def adaptive_bank(plan: PublishPlan) -> AdaptiveBank:
    """Return the scored items as the core's bank, in the order in which they are frozen."""
    frozen = frozen_parameters(plan)
    rows = [frozen[item.version.pk] for item in plan.scored]
    return AdaptiveBank(
        keys=tuple(item.key for item in plan.scored),
        items=ItemParameters([row.a for row in rows], [row.b for row in rows], [row.c for row in rows]),
        competencies=tuple(item.area_key for item in plan.scored),
        enemies=frozenset(frozenset(pair) for pair in enemy_pairs(plan)),
    )


def adaptive_plan(plan: PublishPlan) -> AdaptivePlan:
    """Return the draft's classification test; raises ValueError for numbers that contradict each other.

    The blueprint's counts are the least items of each area, and the areas' shares all along. The prior is that of the
    calibration's candidates, or N(0, 1) around the judges' cut.
    """
    settings = plan.settings
    return AdaptivePlan(
        cut=theta_cut(plan),
        rule=_stopping_rule(settings.stopping_rule, Decimal(settings.confidence)),
        loss_ratio=float(settings.loss_ratio),
        # No decision before each area has its least, so that no sitting is shorter than their sum.
        min_items=max(settings.min_items, sum(plan.blueprint.values())),
        max_items=settings.max_items,
        quotas={key: Quota(minimum=count) for key, count in plan.blueprint.items()},
        randomesque=settings.randomesque,
        prior_sd=plan.calibration.population_sd if plan.calibration else 1.0,
    )


def linear_bank(plan: PublishPlan) -> list[RatedItem]:
    """Return the scored items with their ratings as they are frozen, to eight places."""
    return [
        RatedItem(item.key, item.area_key, _frozen_rating(item), frozenset(item.version.item.enemies))
        for item in plan.scored
    ]


def linear_target(plan: PublishPlan) -> Fraction:
    """Return the cut in marks that every drawn form aims at: the mean rating of each area times its questions."""
    return sum(linear_area_cuts(plan).values(), Fraction(0))


def linear_area_cuts(plan: PublishPlan) -> dict[str, Fraction]:
    """Return the part of `linear_target` that lies in each area."""
    cuts = {}
    for key, count in plan.blueprint.items():
        ratings = [_frozen_rating(item) for item in plan.scored if item.area_key == key]
        cuts[key] = count * sum(ratings, Fraction(0)) / len(ratings)
    return cuts


def delivery_json(plan: PublishPlan) -> dict[str, Any]:
    """Return what `ExamVersion.delivery_plan` holds."""
    settings = plan.settings
    if settings.delivery_rule == DeliveryRule.LINEAR_ON_THE_FLY:
        return {"target": str(linear_target(plan)), "enemies": enemy_pairs(plan)}
    if settings.delivery_rule == DeliveryRule.CLASSIFICATION:
        return {
            "plan": plan_to_dict(adaptive_plan(plan)),
            "exposure_cap": float(settings.exposure_cap),
            "calibration": plan.calibration.num if plan.calibration else None,
            "enemies": enemy_pairs(plan),
        }
    return {"enemies": enemy_pairs(plan)} if plan.pilots else {}


def enemy_pairs(plan: PublishPlan) -> list[list[str]]:
    """Return the pairs of items that may not meet in one sitting, each pair and all of them in order."""
    items = [*(scored.version.item for scored in plan.scored), *(pilot.item for pilot in plan.pilots)]
    known = {item.key for item in items}
    pairs = {
        tuple(sorted((item.key, other)))
        for item in items
        for other in item.enemies
        if other in known and other != item.key
    }
    return [list(pair) for pair in sorted(pairs)]


def _parameters(plan: PublishPlan, item: ScoredItem, cut: float) -> FrozenParameters:
    if plan.is_calibrated(item):
        row = plan.calibrated[item.version.pk]
        return FrozenParameters(row.a, row.b, row.c, ParameterState.CALIBRATED.value)
    judged = ItemParameters.from_ratings([float(item.rating)], cut=cut)
    return FrozenParameters(1.0, float(judged.b[0]), 0.0, ParameterState.JUDGED.value)


def _frozen_rating(item: ScoredItem) -> Fraction:
    return as_fraction(decimal_of(item.rating) or 0)


def _stopping_rule(name: str, confidence: Decimal) -> CoreRule:
    sure, wrong = float(confidence), float(1 - confidence)
    rules: Mapping[str, CoreRule] = {
        StoppingRule.POSTERIOR: PosteriorRule(sure),
        StoppingRule.SPRT: SequentialProbabilityRatio(alpha=wrong, beta=wrong),
        StoppingRule.GLR: GeneralisedLikelihoodRatio(alpha=wrong, beta=wrong),
        StoppingRule.INTERVAL: IntervalRule(sure),
    }
    return rules[name]
