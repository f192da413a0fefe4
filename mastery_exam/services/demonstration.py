"""A demonstration exam of imported items: nobody has set its standard, and everything about it says so."""

from __future__ import annotations

import math
import random
import secrets
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mastery_exam.data import DeliveryRule, ExamDetail, FloorRule, PassMarkRecord, Refusal, ReleasePolicy
from mastery_exam.errors import WrongState
from mastery_exam.models import Bank, Competency, Exam, ExamAuthor, ItemVersion
from mastery_exam.services.authoring import find_bank_row, find_exam_row, latest_versions
from mastery_exam.services.catalogue import exam_detail
from mastery_exam.services.draw_forms import Draw, DrawnForm
from mastery_exam.services.edit_exam import create_exam
from mastery_exam.services.exam_settings import change_settings, read_settings
from mastery_exam.services.publish_exam import freeze, refuse, try_items
from mastery_exam.services.publish_plan import PublishPlan, ScoredItem

PASS_PERCENT = 60
MOST_QUESTIONS = 20
MOST_AREAS = 8
MINUTES_PER_QUESTION = 3
OTHER_AREA = "other"


def publish_demonstration(
    bank_uuid: UUID, *, key: str, title: str, actor_id: int, seed: int | None = None, **draft: Any
) -> ExamDetail:
    """Publish an exam of the bank's items that can be delivered, with a plain share of the marks as its pass mark.

    Areas are those that items are mapped to, or else the chapters that they stood in. Up to 20 questions a form, and a
    second form where the bank holds enough. Repeating it publishes the next version. Raises BankNotFound, InvalidInput,
    WrongState if the key or the bank is that of a real exam, PublishRefused when nothing in the bank can be delivered.
    """
    bank = find_bank_row(bank_uuid)
    _refuse_bank_of_real_exam(bank)
    with transaction.atomic():
        exam = _demonstration_exam(bank, key, title, actor_id, draft)
    deliverable = [v for v in latest_versions(bank).values() if not v.refusals and not v.item.retired]
    scored = [v for v in deliverable if not (v.item.is_practice or v.item.is_pilot)]
    if not scored:
        refuse([_nothing_to_ask()])
    chosen = random.Random(secrets.randbelow(2**31) if seed is None else seed)  # noqa: S311 - a draw, not a secret
    forms = _draw(_by_area(bank, scored), chosen)
    refuse(try_items(item.version for form in forms for item in form))
    with transaction.atomic():
        exam = find_exam_row(key, lock=True)
        plan = _plan(exam, forms, [v for v in deliverable if v.item.is_practice])
        drawn = tuple(_drawn(form) for form in forms)
        draw = Draw(
            record=_record(len(forms[0])),
            seed=chosen.randrange(2**31),
            form_length=len(forms[0]),
            marks_needed=drawn[0].marks_needed,
            forms=drawn,
        )
        version = freeze(plan, draw, actor_id=actor_id, is_demonstration=True)
    return exam_detail(version.exam, version)


def _refuse_bank_of_real_exam(bank: Bank) -> None:
    """A demonstration shows its items to anybody, free and at once; those of a real exam must stay unseen."""
    if Exam.objects.filter(bank=bank, is_demonstration=False).exists():
        raise WrongState(_("A real exam draws from this bank. Import the items into another bank to demonstrate them."))


def _demonstration_exam(bank: Bank, key: str, title: str, actor_id: int, draft: dict[str, Any]) -> Exam:
    exam = Exam.objects.filter(key=key).first()
    if exam is None:
        create_exam(key=key, title=title, bank_uuid=bank.uuid, actor_id=actor_id, **draft)
        Exam.objects.filter(key=key).update(is_demonstration=True)
        exam = find_exam_row(key, lock=True)
    elif not exam.is_demonstration or exam.bank_id != bank.pk:
        raise WrongState(_("The key “%s” belongs to another exam. Choose another key.") % key)
    settings = read_settings(exam.draft)
    wanted = {
        "what_passing_shows": settings.what_passing_shows
        or _("Nothing that counts: this is a demonstration, and nobody has set a standard for it."),
        "terms_text": settings.terms_text
        or _("This exam is a demonstration. Its result and its certificate have no value outside this site."),
        "terms_version": settings.terms_version or "demonstration-1",
        "release_policy": draft.get("release_policy", ReleasePolicy.IMMEDIATE.value),
        "wait_days": draft.get("wait_days", 0),
    }
    exam.draft = change_settings(settings, wanted).as_json()
    exam.title = title
    exam.save()
    ExamAuthor.objects.get_or_create(exam=exam, user_id=actor_id)
    return exam


def _by_area(bank: Bank, versions: list[ItemVersion]) -> dict[str, list[ItemVersion]]:
    """Group items by the area they are mapped to; where none is, by the chapter they stood in, as areas of the bank."""
    groups: dict[str, list[ItemVersion]] = defaultdict(list)
    if any(version.item.competency for version in versions):
        for version in versions:
            if version.item.competency:
                groups[version.item.competency.key].append(version)
        return groups
    for version in sorted(versions, key=lambda version: version.item.key):
        chapter = version.item.place[0] if version.item.place else bank.title
        groups[chapter].append(version)
    if len(groups) > MOST_AREAS:
        largest = sorted(groups, key=lambda chapter: -len(groups[chapter]))[: MOST_AREAS - 1]
        rest = [version for chapter, members in groups.items() if chapter not in largest for version in members]
        groups = defaultdict(list, {chapter: groups[chapter] for chapter in largest})
        groups[_("Other questions")] = rest
    return {_area_of(bank, chapter): members for chapter, members in groups.items()}


def _area_of(bank: Bank, chapter: str) -> str:
    title = chapter.strip()[:255] or bank.title
    found = bank.framework.competencies.filter(title=title).first()
    if found:
        return found.key
    num = bank.framework.competencies.count() + 1
    key = f"{slugify(title)[:80] or OTHER_AREA}-{num}"
    return Competency.objects.create(framework=bank.framework, key=key, title=title, num=num).key


def _draw(groups: dict[str, list[ItemVersion]], chosen: random.Random) -> list[list[ScoredItem]]:
    """Deal items from the areas in turn into one form, or two with no common item and the same areas."""
    pools = {area: chosen.sample(members, len(members)) for area, members in groups.items()}
    total = sum(map(len, pools.values()))
    n_forms = 2 if total >= 2 * MOST_QUESTIONS else 1
    forms: list[list[ScoredItem]] = [[] for _form in range(n_forms)]
    while len(forms[0]) < min(MOST_QUESTIONS, total):
        dealt = False
        for area, pool in pools.items():
            if len(pool) >= n_forms and len(forms[0]) < MOST_QUESTIONS:
                for form in forms:
                    form.append(ScoredItem(pool.pop(), area, {}))
                dealt = True
        if not dealt:
            break
    return forms


def _drawn(form: list[ScoredItem]) -> DrawnForm:
    areas = list(dict.fromkeys(item.area_key for item in form))
    items = sorted(form, key=lambda item: areas.index(item.area_key))
    return DrawnForm(tuple(items), _marks_needed(len(items)), None)


def _marks_needed(length: int) -> int:
    return math.ceil(Fraction(PASS_PERCENT * length, 100))


def _record(length: int) -> PassMarkRecord:
    return PassMarkRecord(
        method="plain_share",
        judges=(),
        rounds=0,
        cut=Decimal(PASS_PERCENT * length) / 100,
        standard_error=None,
        generalised_error=None,
        held_on="",
        released_on="",
        releases=0,
        provisional=True,
        share_percent=PASS_PERCENT,
    )


def _plan(exam: Exam, forms: list[list[ScoredItem]], practice: list[ItemVersion]) -> PublishPlan:
    blueprint: dict[str, int] = defaultdict(int)
    for item in forms[0]:
        blueprint[item.area_key] += 1
    settings = read_settings(exam.draft)
    settings = attrs.evolve(
        settings,
        blueprint=dict(blueprint),
        floor_rules=dict.fromkeys(blueprint, FloorRule.NONE.value),
        delivery_rule=DeliveryRule.FIXED.value,
        pilot_items=0,
        n_forms=len(forms),
        minutes=settings.minutes or MINUTES_PER_QUESTION * len(forms[0]) + 2,
    )
    areas = tuple(exam.bank.framework.competencies.filter(key__in=blueprint))
    scored = tuple(item for form in forms for item in form)
    return PublishPlan(exam, settings, areas, scored, tuple(practice), None, exam.versions.order_by("-num").first())


def _nothing_to_ask() -> Refusal:
    return Refusal(
        None,
        "bank_empty",
        _("The bank has no item that this installation can deliver."),
        _("Look at the reasons in the bank's list of items, and import the items again when they are corrected."),
    )
