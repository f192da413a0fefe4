"""Exams, their banks and drafts: what is shown before anybody registers, and what their authors work with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from mastery_exam.data_words import DeliveryRule, ReleasePolicy


@attrs.frozen
class CompetencyInfo:
    """An area of an exam as everybody may see it; `weight` is its share of the items, `least_marks` its floor.

    Where the number of questions depends on the answers, `num_items` is the least of this area, and a floor that
    `has_minimum` tells of follows the questions that were given: no number of marks can be told before.
    """

    key: str
    title: str
    outcome: str
    weight: Decimal
    num_items: int
    case_url: str
    least_marks: int = 0
    study_links: tuple[tuple[str, str], ...] = ()
    has_minimum: bool = False


@attrs.frozen
class PassMarkRecord:
    """How the pass mark was set, frozen with the version; `judges` are roles, dates are ISO 8601 or empty.

    `cut` is the mean over the forms, in marks; where forms are drawn on the fly, what every one of them aims at, and in
    a classification test that of its whole bank. `standard_error` (of the judges, items fixed) and `generalised_error`
    (judges and items as samples) are the largest of any form, in marks, and None with one judge or none.
    `share_percent` is set where there was no standard setting and a plain share of the marks passes.
    """

    method: str
    judges: tuple[str, ...]
    rounds: int
    cut: Decimal
    standard_error: Decimal | None
    generalised_error: Decimal | None
    held_on: str
    released_on: str
    releases: int
    provisional: bool
    share_percent: int | None = None


@attrs.frozen
class ExamSummary:
    """A published or withdrawn exam in one card: no item, no answer, nothing of any person.

    `questions` is the most that a sitting has, `pilot_questions` of them unscored; `least_questions` is lower where the
    number depends on the answers; `length_text` says it in words. `marks_needed` is None where no number of marks
    decides.
    """

    uuid: UUID
    key: str
    title: str
    subject: str
    language: str
    summary: str
    body_org: str
    minutes: int
    questions: int
    marks_needed: int | None
    pass_mark_text: str
    delivery: str
    is_demonstration: bool
    version_num: int
    version_uuid: UUID
    fee_policy: str
    url: str
    competencies: tuple[CompetencyInfo, ...]
    identity_policy: str
    supervision: str
    max_attempts: int
    wait_days: int
    status: str
    published_at: datetime
    is_provisional: bool = False
    course_key: str | None = None
    registration_opens_at: datetime | None = None
    successor_key: str | None = None
    delivery_rule: str = DeliveryRule.FIXED
    least_questions: int = 0
    pilot_questions: int = 0
    length_text: str = ""


@attrs.frozen
class ExamDetail(ExamSummary):
    """Everything that the exam's page tells before anybody registers."""

    what_passing_shows: str = ""
    can_go_back: bool = True
    pass_mark: PassMarkRecord | None = None
    adjustments: tuple[str, ...] = ()
    rules: str = ""
    appeals: str = ""
    terms_text: str = ""
    terms_version: str = ""
    release_policy: str = ReleasePolicy.AFTER_CHECK
    release_hours: int = 0
    num_forms: int = 1
    num_practice: int = 0


@attrs.frozen
class Refusal:
    """One thing that stands in the way of publishing: which item, what, and what to do about it."""

    item_key: str | None
    code: str
    message: str
    remedy: str


@attrs.frozen
class Readiness:
    """What stands in the way of publishing, and what does not but should be known; each with its remedy."""

    refusals: tuple[Refusal, ...]
    notes: tuple[Refusal, ...]


@attrs.frozen
class FormPreview:
    """A form as it would be drawn or was frozen; `areas` counts its items per area key."""

    num: int
    marks_needed: int
    sum_of_ratings: Decimal | None
    areas: tuple[tuple[str, int], ...]


@attrs.frozen
class ImportProblem:
    """One line of a file, or one problem of an export, that was not taken in, and why."""

    line: int
    message: str
    name: str = ""


@attrs.frozen
class ImportReport:
    """What an import did, by item key; `left_out` says why."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    left_out: tuple[ImportProblem, ...] = ()
    undeliverable: tuple[str, ...] = ()


@attrs.frozen
class CompetencyData:
    """An area of a framework."""

    key: str
    title: str
    outcome: str
    case_url: str
    num: int
    study_links: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class BankData:
    """A bank as its authors see it."""

    uuid: UUID
    title: str
    owner_org: str
    source_kind: str
    source_key: str
    framework_key: str
    num_items: int
    num_undeliverable: int


@attrs.frozen
class PanelData:
    """A standard setting as its authors see it; `releases` counts who released its cut, of the two people needed.

    `open_round` is the round in which the invited judges rate now; `is_frozen` where a published version uses it.
    """

    uuid: UUID
    num: int
    method: str
    judges: tuple[str, ...]
    rounds: int
    held_on: date | None
    releases: int
    released_at: datetime | None
    open_round: int | None = None
    is_frozen: bool = False


@attrs.frozen
class ItemData:
    """An item of a bank with what its authors need to decide; never for learners."""

    uuid: UUID
    key: str
    title: str
    competency_key: str | None
    is_practice: bool
    is_pilot: bool
    seen_before: bool
    retired: bool
    version_num: int
    response_types: tuple[str, ...]
    parts: int
    refusals: tuple[Refusal, ...]
    rating: Decimal | None
    judges: int


@attrs.frozen
class DraftData:
    """An exam as its authors see it, in any state; `settings` are those of its next version."""

    uuid: UUID
    key: str
    title: str
    subject: str
    language: str
    summary: str
    owner_org: str
    course_key: str | None
    bank_uuid: UUID
    status: str
    is_demonstration: bool
    registration_opens_at: datetime | None
    settings: dict[str, Any]


@attrs.frozen
class PracticeItem:
    """A practice item's place in the practice set; its HTML comes from `render_practice_item`."""

    position: int
    title: str
    competency_key: str | None
