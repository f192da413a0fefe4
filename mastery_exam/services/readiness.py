"""Everything that stands in the way of publishing a plan, short of drawing it, and what else its author should know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from mastery_exam.data import FloorRule, ItemUse, Readiness, Refusal
from mastery_exam.models import VersionItem
from mastery_exam.services.authoring import refusals_of
from mastery_exam.services.delivery_readiness import delivery_notes, delivery_refusals
from mastery_exam.services.publish_plan import JUDGES_FOR_A_FIRM_MARK, PublishPlan


def readiness(plan: PublishPlan) -> Readiness:
    """Return what blocks publishing, short of drawing forms and trying each item again, and what else to know."""
    refusals = [
        *_setting_refusals(plan),
        *_area_refusals(plan),
        *delivery_refusals(plan),
        *_item_refusals(plan),
        *_rating_refusals(plan),
        *_exposure_refusals(plan),
    ]
    return Readiness(tuple(refusals), (*_notes(plan), *delivery_notes(plan), *_seen_notes(plan)))


def _setting_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    settings = plan.settings
    if not settings.what_passing_shows:
        yield Refusal(None, "purpose_missing", _("It does not say what passing shows."), _("Write one sentence."))
    if settings.minutes is None:
        yield Refusal(None, "minutes_missing", _("It has no time limit."), _("Set the minutes of a sitting."))
    if not settings.terms_text or not settings.terms_version:
        yield Refusal(
            None,
            "terms_missing",
            _("It has no terms for candidates, or they have no version."),
            _("Write the terms and name their version, for example a date."),
        )
    if FloorRule.OWN_CUT in plan.floor_rules.values() and settings.max_wrong_fails is None:
        yield Refusal(
            None,
            "own_cut_without_limit",
            _("An area is held to its own cut, and no limit is set for wrong fails."),
            _("Set the most wrong fails per 100: with short areas many who deserve to pass miss one of the cuts."),
        )
    last = plan.last_version
    if last and last.terms_version == settings.terms_version and last.terms_text != settings.terms_text:
        yield Refusal(
            None,
            "terms_changed",
            _("The terms have changed, and their version has not."),
            _("Name a new version, so that it stays clear what each candidate accepted."),
        )


def _area_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    known = {area.key for area in plan.areas}
    wanted = {key: count for key, count in plan.settings.blueprint.items() if count > 0}
    if not wanted:
        yield Refusal(None, "no_areas", _("It has no areas."), _("Add your first area."))
    for key in sorted(set(wanted) - known):
        yield Refusal(
            None,
            "area_unknown",
            _("The blueprint asks for the area “%s”, which the bank's framework does not have.") % key,
            _("Add the area to the framework, or set its questions to 0."),
        )
    held = Counter(item.area_key for item in plan.scored)
    for area in plan.areas:
        if not held[area.key]:
            yield Refusal(
                None,
                "area_empty",
                _("The area “%s” has no items.") % area.title,
                _("Map items to it, or set its questions to 0."),
            )


def _item_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    for version in plan.delivered:
        yield from refusals_of(version)


def _rating_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    judges = set(plan.panel.judges) if plan.panel else set()
    for item in plan.scored:
        if not item.ratings:
            yield Refusal(
                item.key,
                "rating_missing",
                _("No judge has rated it."),
                _("Import a rating from each judge, or retire the item."),
            )
        elif missing := sorted(judges - set(item.ratings)):
            yield Refusal(
                item.key,
                "rating_incomplete",
                _("Not every judge has rated it. Missing: %s.") % ", ".join(missing),
                _("Import the missing ratings, so that every form is judged by the same people."),
            )


def _exposure_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    """An item is either secret or public, in every exam of the bank and for ever: practice shows it to everybody."""
    uses: dict[int, set[str]] = defaultdict(set)
    rows = VersionItem.objects.filter(item_version__item__bank=plan.exam.bank, exam_version__is_demonstration=False)
    for item_id, use in rows.values_list("item_version__item_id", "use").distinct():
        uses[item_id].add(use)
    for version in (*(item.version for item in plan.scored), *plan.pilots):
        if ItemUse.PRACTICE in uses[version.item_id]:
            yield Refusal(
                version.item.key,
                "was_practice",
                _("Everybody could see it in a practice set."),
                _("Keep it in the practice set, or retire it."),
            )
    for version in plan.practice:
        if uses[version.item_id] & {ItemUse.SCORED, ItemUse.PILOT}:
            yield Refusal(
                version.item.key,
                "was_scored",
                _("It is scored or tried out in a published version and would become public."),
                _("Keep it scored, or retire it, and practise with another item."),
            )


def _notes(plan: PublishPlan) -> Iterator[Refusal]:
    panel = plan.panel
    if panel and len(panel.judges) < JUDGES_FOR_A_FIRM_MARK:
        yield Refusal(
            None,
            "provisional_judges",
            _("Fewer than three judges rated the items: the pass mark is provisional, and candidates are told so."),
            _("Ask three judges or more, five for an exam that gives a credential."),
        )
    if panel and not panel.released_at:
        yield Refusal(
            None,
            "provisional_release",
            _("Two people have not released the pass mark yet: it is provisional, and candidates are told so."),
            _("Have two people release it on the bank's page."),
        )


def _seen_notes(plan: PublishPlan) -> Iterator[Refusal]:
    for item in plan.scored:
        if item.version.item.seen_before:
            yield Refusal(
                item.key,
                "seen_before",
                _("It has been shown in a course, so some candidates know it."),
                _("Use items of a restricted bank for a credential."),
            )
