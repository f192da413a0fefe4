"""What each delivery rule needs before it can be published, and what else its author should know."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mastery_exam.data import DeliveryRule, FloorRule, Refusal
from mastery_exam.services.delivery_plan import find_theta_cut
from mastery_exam.services.publish_plan import PublishPlan

JUDGES_FOR_DRAWN_FORMS = 5
FORMS_IN_BANK = 3
ADVISED_LENGTH = 40


def delivery_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    """Yield why the draft's delivery rule cannot be published with this bank."""
    rule = plan.settings.delivery_rule
    if rule == DeliveryRule.FIXED:
        yield from _bank_refusals(plan, plan.settings.n_forms)
    else:
        yield from _calibration_refusals(plan)
    if rule == DeliveryRule.LINEAR_ON_THE_FLY:
        yield from _bank_refusals(plan, FORMS_IN_BANK)
        yield from _judges_refusals(plan)
    if rule == DeliveryRule.CLASSIFICATION:
        yield from _scale_refusals(plan)
        yield from _length_refusals(plan)
        yield from _quota_refusals(plan)
    missing = plan.settings.pilot_items - len(plan.pilots)
    if missing > 0:
        text = ngettext(
            "A sitting tries out %(wanted)s questions, and the bank has %(count)s item too few to try out.",
            "A sitting tries out %(wanted)s questions, and the bank has %(count)s items too few to try out.",
            missing,
        )
        yield Refusal(
            None,
            "too_few_pilots",
            text % {"wanted": plan.settings.pilot_items, "count": missing},
            _("Set the use of items of these areas to “tried out”, or try out fewer questions."),
        )


def delivery_notes(plan: PublishPlan) -> Iterator[Refusal]:
    """Yield what does not block publishing but costs something: repeats, short tests, small banks."""
    rule = plan.settings.delivery_rule
    if rule == DeliveryRule.FIXED and plan.settings.n_forms < plan.settings.max_attempts:
        text = _("%(tries)s tries are allowed, and there are %(forms)s forms. Nobody gets a form twice.")
        yield Refusal(
            None,
            "fewer_forms_than_tries",
            text % {"tries": plan.settings.max_attempts, "forms": plan.settings.n_forms},
            _("Draw a form for each try, or allow fewer tries."),
        )
    if rule != DeliveryRule.FIXED:
        yield from _repeat_notes(plan)
    yield from _length_notes(plan)
    if rule == DeliveryRule.CLASSIFICATION:
        yield from _classification_notes(plan)


def longest_sitting(plan: PublishPlan) -> int:
    """Return the most scored items of a sitting."""
    if plan.settings.delivery_rule == DeliveryRule.CLASSIFICATION:
        return plan.settings.max_items
    return sum(plan.blueprint.values())


def tries_without_repeats(plan: PublishPlan) -> int:
    """Return how many sittings of the greatest length the bank gives one person without a common item."""
    held = _held(plan)
    longest, least = longest_sitting(plan), sum(plan.blueprint.values())
    if not least:
        return 0
    by_area = [held[key] // max(1, math.ceil(longest * count / least)) for key, count in plan.blueprint.items()]
    return min([len(plan.scored) // max(1, longest), *by_area])


def _bank_refusals(plan: PublishPlan, n_forms: int) -> Iterator[Refusal]:
    held = _held(plan)
    is_fixed = plan.settings.delivery_rule == DeliveryRule.FIXED
    for area in plan.areas:
        missing = plan.blueprint[area.key] * n_forms - held[area.key]
        if held[area.key] and missing > 0:
            text = ngettext(
                "The area “%(area)s” needs %(count)s more item for %(forms)s forms without a common item.",
                "The area “%(area)s” needs %(count)s more items for %(forms)s forms without a common item.",
                missing,
            )
            yield Refusal(
                None,
                "bank_too_small" if is_fixed else "bank_under_three_forms",
                text % {"area": area.title, "count": missing, "forms": n_forms},
                _("Add items, ask for fewer questions in this area, or draw fewer forms.")
                if is_fixed
                else _("Add items, ask for fewer questions in this area, or use fixed forms."),
            )


def _judges_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    """A form that nobody looked at stands on its items' ratings alone, so these must be firm."""
    judges = len(plan.panel.judges) if plan.panel else 0
    if judges >= JUDGES_FOR_DRAWN_FORMS or (plan.scored and all(map(plan.is_calibrated, plan.scored))):
        return
    yield Refusal(
        None,
        "too_few_judges",
        _("Forms drawn on the fly need five judges, or items calibrated from answers. There are %s judges.") % judges,
        _("Ask more judges, choose a calibration that has all the items, or use fixed forms."),
    )


def _calibration_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    num = plan.settings.calibration_num
    if num is None:
        return
    if plan.calibration is None:
        yield Refusal(
            None,
            "calibration_unknown",
            _("The bank has no calibration with the number %s.") % num,
            _("Choose one that the bank has, or leave the choice empty to use the judges' ratings."),
        )
    elif not any(map(plan.is_calibrated, plan.scored)):
        yield Refusal(
            None,
            "calibration_without_items",
            _("None of the items is calibrated in calibration %s.") % num,
            _("Choose another calibration, or leave the choice empty to use the judges' ratings."),
        )


def _scale_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    if find_theta_cut(plan) is None:
        yield Refusal(
            None,
            "cut_not_on_scale",
            _("The judges' ratings ask for fewer marks than guessing gives, or for all of them: no ability has these."),
            _("Rate the items again, choose another calibration, or use the judges' ratings."),
        )


def _length_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    settings = plan.settings
    if settings.min_items > settings.max_items:
        text = _("It cannot ask at least %(least)s and at most %(most)s questions.")
        yield Refusal(
            None,
            "least_above_most",
            text % {"least": settings.min_items, "most": settings.max_items},
            _("Lower the least number of questions, or raise the most."),
        )
    least = sum(plan.blueprint.values())
    if least > settings.max_items:
        text = _("The areas ask for %(least)s questions together, and a sitting has at most %(most)s.")
        yield Refusal(
            None,
            "areas_above_most",
            text % {"least": least, "most": settings.max_items},
            _("Ask for fewer questions in an area, or raise the most."),
        )
    if FloorRule.OWN_CUT in plan.floor_rules.values():
        yield Refusal(
            None,
            "own_cut_not_adaptive",
            _("An area is held to its own cut, and each sitting has other questions on it, often few."),
            _("Choose “its cut minus one standard error” or “none” for each area, or use fixed forms."),
        )


def _quota_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    held = _held(plan)
    for area in plan.areas:
        missing = plan.blueprint[area.key] - held[area.key]
        if held[area.key] and missing > 0:
            text = ngettext(
                "The area “%(area)s” needs %(count)s more item for one sitting.",
                "The area “%(area)s” needs %(count)s more items for one sitting.",
                missing,
            )
            yield Refusal(
                None,
                "bank_too_small",
                text % {"area": area.title, "count": missing},
                _("Add items, or ask for fewer questions in this area."),
            )
    missing = plan.settings.max_items - len(plan.scored)
    if plan.scored and missing > 0:
        text = _("A sitting may have %(most)s questions, and the bank holds %(held)s.")
        yield Refusal(
            None,
            "bank_too_small",
            text % {"most": plan.settings.max_items, "held": len(plan.scored)},
            _("Add items, or lower the most questions of a sitting."),
        )


def _repeat_notes(plan: PublishPlan) -> Iterator[Refusal]:
    free = tries_without_repeats(plan)
    if 0 < free < plan.settings.max_attempts:
        text = ngettext(
            "%(tries)s tries are allowed, and only %(count)s is sure to have no question that the person has seen.",
            "%(tries)s tries are allowed, and only %(count)s are sure to have no question that the person has seen.",
            free,
        )
        yield Refusal(
            None,
            "repeats_in_tries",
            text % {"tries": plan.settings.max_attempts, "count": free},
            _("Add items, or allow fewer tries. Check-in tells people that questions may come again."),
        )


def _length_notes(plan: PublishPlan) -> Iterator[Refusal]:
    length = longest_sitting(plan)
    if 0 < length < ADVISED_LENGTH:
        yield Refusal(
            None,
            "short_form",
            _("A form has %s questions. Short forms decide less surely.") % length
            if plan.settings.delivery_rule != DeliveryRule.CLASSIFICATION
            else _("A sitting has at most %s questions. Short sittings decide less surely.") % length,
            _("Use 40 questions or more where much depends on the result."),
        )
    if length and len(plan.scored) < FORMS_IN_BANK * length:
        yield Refusal(
            None,
            "small_bank",
            _("The bank holds fewer than three forms.")
            if plan.settings.delivery_rule != DeliveryRule.CLASSIFICATION
            else _("The bank holds fewer than three times the questions of the longest sitting."),
            _("Add items, so that another try always brings other questions."),
        )


def _classification_notes(plan: PublishPlan) -> Iterator[Refusal]:
    cap = float(plan.settings.exposure_cap)
    least = max(plan.settings.min_items, sum(plan.blueprint.values()))
    if plan.scored and len(plan.scored) * cap < least:
        text = _(
            "With %(held)s items and %(least)s questions a sitting, some come up in over %(cap).0f %% of sittings."
        )
        yield Refusal(
            None,
            "exposure_cap_strained",
            text % {"held": len(plan.scored), "cap": 100 * cap, "least": least},
            _("Add items, or raise the limit. The areas go before the limit; the simulation shows what comes of it."),
        )
    if plan.calibration and (rest := sum(not plan.is_calibrated(item) for item in plan.scored)):
        text = ngettext(
            "%(count)s item has too few answers in calibration %(num)s: the judges' ratings place it.",
            "%(count)s items have too few answers in calibration %(num)s: the judges' ratings place them.",
            rest,
        )
        yield Refusal(
            None,
            "items_not_calibrated",
            text % {"count": rest, "num": plan.calibration.num},
            _("Collect answers and calibrate again, or publish as it is."),
        )


def _held(plan: PublishPlan) -> Counter[str]:
    return Counter(item.area_key for item in plan.scored)
