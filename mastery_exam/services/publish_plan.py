"""What would be published now, read from the tables, and everything that stands in the way of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import attrs
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mastery_exam.data import FloorRule, ItemUse, Readiness, Refusal
from mastery_exam.models import Competency, Exam, ExamVersion, ItemVersion, RatingPanel, VersionItem
from mastery_exam.psychometrics import as_fraction
from mastery_exam.services.authoring import current_panel, final_ratings, latest_versions, refusals_of
from mastery_exam.services.exam_settings import ExamSettings, read_settings

JUDGES_FOR_A_FIRM_MARK = 3
ADVISED_FORM_LENGTH = 40
ADVISED_FORMS_IN_BANK = 3


@attrs.frozen
class ScoredItem:
    """An item that may come up in the exam, with its judges' last ratings by role."""

    version: ItemVersion
    area_key: str
    ratings: dict[str, Decimal]

    @property
    def key(self) -> str:
        """The item's key."""
        return self.version.item.key

    @property
    def rating(self) -> Fraction:
        """The exact mean of the ratings."""
        return sum(map(as_fraction, self.ratings.values()), Fraction(0)) / len(self.ratings)


@attrs.frozen
class PublishPlan:
    """The draft with all that it refers to; `areas` are those of the blueprint, in the framework's order."""

    exam: Exam
    settings: ExamSettings
    areas: tuple[Competency, ...]
    scored: tuple[ScoredItem, ...]
    practice: tuple[ItemVersion, ...]
    panel: RatingPanel | None
    last_version: ExamVersion | None

    @property
    def blueprint(self) -> dict[str, int]:
        """Items per form of each area that has any, in order."""
        return {area.key: self.settings.blueprint[area.key] for area in self.areas}

    @property
    def floor_rules(self) -> dict[str, str]:
        """The floor rule of each area."""
        return {area.key: self.settings.floor_rules.get(area.key, FloorRule.DEFAULT.value) for area in self.areas}

    def fingerprint(self) -> str:
        """Return a digest of everything that a version would freeze, to notice a change while forms are drawn."""
        panel = self.panel
        content = {
            "exam": [self.exam.key, self.exam.title, self.exam.status, self.settings.as_json()],
            "areas": [[a.key, a.title, a.outcome, a.case_url, a.study_links] for a in self.areas],
            "scored": [[i.key, i.version.pk, i.area_key, i.version.item.enemies, i.ratings] for i in self.scored],
            "practice": [version.pk for version in self.practice],
            "panel": [panel.pk, panel.released_at, panel.judges] if panel else None,
            "last": self.last_version.num if self.last_version else 0,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def load_plan(exam: Exam) -> PublishPlan:
    """Return what publishing the exam would freeze, without drawing forms."""
    settings = read_settings(exam.draft)
    wanted = {key for key, count in settings.blueprint.items() if count > 0}
    areas = tuple(exam.bank.framework.competencies.filter(key__in=wanted))
    panel = current_panel(exam.bank)
    ratings = final_ratings(panel)
    versions = sorted(latest_versions(exam.bank).values(), key=lambda version: version.item.key)
    live = [version for version in versions if not version.item.retired]
    scored = [
        ScoredItem(version, version.item.competency.key, ratings.get(version.item_id, {}))
        for version in live
        if not version.item.is_practice and version.item.competency and version.item.competency.key in wanted
    ]
    practice = [version for version in live if version.item.is_practice]
    last = exam.versions.order_by("-num").first()
    return PublishPlan(exam, settings, areas, tuple(scored), tuple(practice), panel, last)


def readiness(plan: PublishPlan) -> Readiness:
    """Return what blocks publishing, short of drawing forms and trying each item again, and what else to know."""
    refusals = [
        *_setting_refusals(plan),
        *_area_refusals(plan),
        *_item_refusals(plan),
        *_rating_refusals(plan),
        *_exposure_refusals(plan),
    ]
    return Readiness(tuple(refusals), tuple(_notes(plan)))


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
        missing = wanted[area.key] * plan.settings.n_forms - held[area.key]
        if not held[area.key]:
            yield Refusal(
                None,
                "area_empty",
                _("The area “%s” has no items.") % area.title,
                _("Map items to it, or set its questions to 0."),
            )
        elif missing > 0:
            text = ngettext(
                "The area “%(area)s” needs %(count)s more item for %(forms)s forms without a common item.",
                "The area “%(area)s” needs %(count)s more items for %(forms)s forms without a common item.",
                missing,
            )
            yield Refusal(
                None,
                "bank_too_small",
                text % {"area": area.title, "count": missing, "forms": plan.settings.n_forms},
                _("Add items, ask for fewer questions in this area, or draw fewer forms."),
            )


def _item_refusals(plan: PublishPlan) -> Iterator[Refusal]:
    for version in [*(item.version for item in plan.scored), *plan.practice]:
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
    for item in plan.scored:
        if ItemUse.PRACTICE in uses[item.version.item_id]:
            yield Refusal(
                item.key,
                "was_practice",
                _("Everybody could see it in a practice set."),
                _("Keep it in the practice set, or retire it."),
            )
    for version in plan.practice:
        if ItemUse.SCORED in uses[version.item_id]:
            yield Refusal(
                version.item.key,
                "was_scored",
                _("It is scored in a published version and would become public."),
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
    if plan.settings.n_forms < plan.settings.max_attempts:
        text = _("%(tries)s tries are allowed, and there are %(forms)s forms. Nobody gets a form twice.")
        yield Refusal(
            None,
            "fewer_forms_than_tries",
            text % {"tries": plan.settings.max_attempts, "forms": plan.settings.n_forms},
            _("Draw a form for each try, or allow fewer tries."),
        )
    length = sum(plan.blueprint.values())
    if 0 < length < ADVISED_FORM_LENGTH:
        yield Refusal(
            None,
            "short_form",
            _("A form has %s questions. Short forms decide less surely.") % length,
            _("Use 40 questions or more where much depends on the result."),
        )
    if length and len(plan.scored) < ADVISED_FORMS_IN_BANK * length:
        yield Refusal(
            None,
            "small_bank",
            _("The bank holds fewer than three forms."),
            _("Add items, so that another try always brings other questions."),
        )
    for item in plan.scored:
        if item.version.item.seen_before:
            yield Refusal(
                item.key,
                "seen_before",
                _("It has been shown in a course, so some candidates know it."),
                _("Use items of a restricted bank for a credential."),
            )
