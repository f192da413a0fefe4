"""What an attempt is given at its start, by the rule of its version: a form, a form of its own, or a first item.

All of it follows from the attempt's seed and what `delivery` records; nothing is written here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from typing import Any, TypeVar

import attrs
from django.utils.translation import gettext as _

from mastery_exam.data import DeliveryRule
from mastery_exam.errors import NoFormLeft
from mastery_exam.models import ExamVersion, Form
from mastery_exam.psychometrics import (
    AssemblyError,
    Sitting,
    draw_eligible,
    draw_form,
    eligibility_probabilities,
)
from mastery_exam.services.adaptive_sitting import begin_sitting, next_item
from mastery_exam.services.adaptive_version import frozen_items, frozen_test, rated_items
from mastery_exam.services.exposure import counts_of
from mastery_exam.services.given_items import GivenItem, seen_keys, weave, withheld_keys
from mastery_exam.services.pilots import place_pilots
from mastery_exam.services.sitting import unseen_forms

T = TypeVar("T")


@attrs.frozen
class Drawn:
    """The items that an attempt begins with, in order, and what their choice hung on.

    `delivery` is kept with the attempt, and empty for a form without pilots; `eligible` are the version items that
    could have been given.
    """

    items: tuple[GivenItem, ...]
    delivery: dict[str, Any]
    form: Form | None = None
    eligible: tuple[int, ...] = ()


def draw_items(user_id: int, version: ExamVersion, *, seed: int) -> Drawn:
    """Return what the person is given at the start; raises NoFormLeft where every form has been seen."""
    if version.delivery_rule == DeliveryRule.CLASSIFICATION:
        return _begin_test(user_id, version, seed)
    if version.delivery_rule == DeliveryRule.LINEAR_ON_THE_FLY:
        return _draw_linear(user_id, version, seed)
    return _take_form(user_id, version, seed)


def must_repeat(user_id: int, version: ExamVersion) -> bool:
    """Whether a whole sitting can only be given with items that the person was given before."""
    if version.delivery_rule == DeliveryRule.FIXED:
        return False
    seen = seen_keys(user_id, version)
    if not seen:
        return False
    draw = linear_form if version.delivery_rule == DeliveryRule.LINEAR_ON_THE_FLY else _sitting
    try:
        draw(version, seed=0, excluded=seen)
    except AssemblyError:
        return True
    return False


def linear_form(version: ExamVersion, *, seed: int, excluded: Collection[str]) -> tuple[str, ...]:
    """Return the keys of the form that the seed draws, in order; raises AssemblyError where there is none.

    It is drawn to the version's target, so that every form needs the version's marks.
    """
    form = draw_form(
        rated_items(version),
        blueprint=version.blueprint,
        target=Fraction(version.delivery_plan["target"]),
        excluded=excluded,
        seed=seed,
    )
    return tuple(str(key) for key in form.items)


def _take_form(user_id: int, version: ExamVersion, seed: int) -> Drawn:
    forms = unseen_forms(user_id, version.pk)
    if not forms:
        raise _no_form_left()
    form = secrets.choice(forms)
    if not version.pilot_items:
        rows = form.items.order_by("position").values_list("version_item_id", flat=True)
        return Drawn(tuple(GivenItem(pk, position) for position, pk in enumerate(rows, start=1)), {}, form)
    keys = form_keys(form)
    pilots = place_pilots(version, seed=seed, seen=seen_keys(user_id, version), apart_from=keys)
    return Drawn(weave(version, keys, pilots), {"pilots": pilots}, form)


def form_keys(form: Form) -> list[str]:
    """Return the keys of a frozen form's items, in order."""
    rows = form.items.order_by("position")
    return list(rows.values_list("version_item__item_version__item__key", flat=True))


def _draw_linear(user_id: int, version: ExamVersion, seed: int) -> Drawn:
    keys, delivery = _first_possible(user_id, version, seed, linear_form)
    withheld = set(withheld_keys(version, delivery))
    eligible = tuple(item.pk for item in frozen_items(version).scored if item.key not in withheld)
    return Drawn(weave(version, keys, delivery["pilots"]), delivery, eligible=eligible)


def _begin_test(user_id: int, version: ExamVersion, seed: int) -> Drawn:
    items = frozen_items(version).scored
    counts = counts_of([item.pk for item in items])
    chances = eligibility_probabilities(
        [counts[item.pk][0] for item in items],
        [counts[item.pk][1] for item in items],
        cap=version.delivery_plan["exposure_cap"],
    )
    mask = draw_eligible(chances, seed=seed)
    _empty, delivery = _first_possible(user_id, version, seed, _sitting)
    delivery["ineligible"] = [item.key for item, eligible in zip(items, mask, strict=True) if not eligible]
    eligible = tuple(item.pk for item, eligible in zip(items, mask, strict=True) if eligible)
    first = next_item(version, begin_sitting(version, seed, delivery), delivery, 1)
    return Drawn((first,), delivery, eligible=eligible)


def _first_possible(user_id: int, version: ExamVersion, seed: int, draw: Callable[..., T]) -> tuple[T, dict[str, Any]]:
    """Return what can be drawn, with its record: without repeats, else with them, at last without pilots."""
    seen = seen_keys(user_id, version)
    pilots = place_pilots(version, seed=seed, seen=seen)
    for delivery in _ways(seen, pilots):
        try:
            return draw(version, seed=seed, excluded=withheld_keys(version, delivery)), delivery
        except AssemblyError:
            continue
    raise _no_form_left()


def _ways(seen: list[str], pilots: dict[str, str]) -> Iterator[dict[str, Any]]:
    yield {"excluded": seen, "repeats": False, "pilots": pilots}
    if seen:
        yield {"excluded": seen, "repeats": True, "pilots": pilots}
    if pilots:
        yield {"excluded": seen, "repeats": bool(seen), "pilots": {}}


def _sitting(version: ExamVersion, *, seed: int, excluded: Collection[str]) -> Sitting:
    return frozen_test(version).test.begin(seed=seed, excluded=excluded)


def _no_form_left() -> NoFormLeft:
    return NoFormLeft(_("There is no set of questions left that you have not seen. No try was used up. Ask for help."))
