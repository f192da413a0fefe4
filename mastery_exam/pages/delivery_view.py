"""The editor's fields for the delivery rule, and what a published version says of its own."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from mastery_exam.data import DeliveryRule, StoppingRule
from mastery_exam.models import Bank, CalibratedItem, ExamVersion
from mastery_exam.psychometrics import AdaptivePlan, plan_from_dict
from mastery_exam.services.exam_settings import PLANNED
from mastery_exam.services.exam_words import length_text

# The settings that belong to some rules alone; those of the others are left as they are when the draft is saved.
RULES_OF: dict[str, tuple[DeliveryRule, ...]] = {
    "n_forms": (DeliveryRule.FIXED,),
    **dict.fromkeys(PLANNED, (DeliveryRule.CLASSIFICATION,)),
    "calibration_num": (DeliveryRule.LINEAR_ON_THE_FLY, DeliveryRule.CLASSIFICATION),
}


def is_of_rule(name: str, rule: str) -> bool:
    """Tell whether a setting matters under a delivery rule."""
    return rule in RULES_OF.get(name, tuple(DeliveryRule))


def delivery_choices(bank: Bank) -> dict[str, list[tuple[str, str]]]:
    """Return the options of the rule's fields, the bank's calibrations among them."""
    return {
        "delivery": [
            (DeliveryRule.FIXED.value, _("Fixed forms: a few equal sets of questions, drawn when you publish")),
            (DeliveryRule.LINEAR_ON_THE_FLY.value, _("A form of its own for each sitting, all equally hard")),
            (DeliveryRule.CLASSIFICATION.value, _("One question after another, until pass or not is clear")),
        ],
        "stopping": stopping_choices(),
        "calibration": [("", _("From the judges' ratings")), *_calibrations(bank)],
    }


def stopping_choices() -> list[tuple[str, str]]:
    """Return the rules by which a test stops, in words."""
    return [
        (StoppingRule.POSTERIOR.value, _("When it is likely enough on which side of the pass mark the person is")),
        (StoppingRule.SPRT.value, _("When the answers fit just above or just below the mark much better (SPRT)")),
        (StoppingRule.GLR.value, _("When the answers fit one whole side of the mark much better (GLR)")),
        (StoppingRule.INTERVAL.value, _("When the estimate lies clear of the pass mark (interval)")),
    ]


def sitting_facts(version: ExamVersion) -> list[tuple[str, str]]:
    """Return what a version without fixed forms delivers, as names and values for its authors."""
    facts = [(_("Each sitting"), length_text(version))]
    if version.marks_needed is not None:
        facts.append((_("Marks needed"), str(version.marks_needed)))
    return facts + plan_facts(version)


def plan_facts(version: ExamVersion) -> list[tuple[str, str]]:
    """Return the plan of a version's delivery, beside its length and marks: when it stops, what is tried out."""
    facts = []
    if version.delivery_rule == DeliveryRule.CLASSIFICATION:
        facts += _test_facts(plan_from_dict(version.delivery_plan["plan"]), version)
    if version.pilot_items:
        facts.append((_("Tried out, not counted"), str(version.pilot_items)))
    return facts


def rule_name(rule: str) -> str:
    """Return a delivery rule's name in a few words."""
    return {
        DeliveryRule.FIXED: _("Parallel forms, frozen"),
        DeliveryRule.LINEAR_ON_THE_FLY: _("A form drawn for each sitting"),
        DeliveryRule.CLASSIFICATION: _("Adaptive classification"),
    }[DeliveryRule(rule)]


def _test_facts(plan: AdaptivePlan, version: ExamVersion) -> list[tuple[str, str]]:
    num = version.delivery_plan["calibration"]
    source = _("calibration %s") % num if num else _("the judges' ratings")
    stops = dict(stopping_choices())[version.delivery_plan["plan"]["rule"]["name"]]
    return [
        (_("It stops"), stops),
        (_("How sure it must be"), f"{_confidence(plan):g}"),
        (_("Pass mark"), _("%(cut).2f logits, difficulties from %(source)s") % {"cut": plan.cut, "source": source}),
        (_("Wrong pass over wrong fail"), f"{plan.loss_ratio:g}"),
        (_("Limit of sittings for a question"), _("about %.0f %%") % (100 * version.delivery_plan["exposure_cap"])),
    ]


def _confidence(plan: AdaptivePlan) -> float:
    confidence = getattr(plan.rule, "confidence", None)
    return round(1 - plan.rule.alpha, 6) if confidence is None else confidence


def _calibrations(bank: Bank) -> Iterable[tuple[str, str]]:
    for row in bank.calibrations.order_by("-num").prefetch_related("items"):
        ready = sum(item.state == CalibratedItem.State.CALIBRATED for item in row.items.all())
        text = _("From calibration %(num)s: %(people)s people, %(ready)s items with enough answers")
        yield str(row.num), text % {"num": row.num, "people": row.n_persons, "ready": ready}
