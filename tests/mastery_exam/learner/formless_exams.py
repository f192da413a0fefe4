"""Exams whose items are drawn or chosen for each attempt, written row by row as publishing freezes them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from mastery_sittings import AREAS, answer, make_item, make_version, started, stored_file

from mastery_exam import api
from mastery_exam.data import AttemptData, ItemUse, SettledItem
from mastery_exam.models import Attempt, Bank, CompetencyFramework, Exam, ExamAuthor, ExamVersion, VersionItem
from mastery_exam.psychometrics import AdaptivePlan, ItemParameters, PosteriorRule, Quota, plan_to_dict
from mastery_exam.services.exposure import open_counts

LEAST, MOST = 4, 10
DEVICE = "a-device"


def classification(**plan: Any) -> dict[str, Any]:
    """A version's fields for a short classification test, at least one item of each area."""
    quotas = {area: Quota(minimum=1) for area in AREAS}
    given = {"rule": PosteriorRule(0.9), "min_items": LEAST, "max_items": MOST, "quotas": quotas, "randomesque": 3}
    settings = AdaptivePlan(**(given | plan))
    return {
        "delivery_rule": "classification",
        "delivery_plan": {"plan": plan_to_dict(settings), "exposure_cap": 1.0, "calibration": None, "enemies": []},
        "blueprint": dict.fromkeys(AREAS, 1),
        "floors": {},
        "marks_needed": None,
        "form_length": settings.max_items,
        "can_go_back": False,
        "max_attempts": 5,
    }


def linear(**values: Any) -> dict[str, Any]:
    """A version's fields for forms of four, two of each area, drawn for each attempt; every one needs 3 marks."""
    return {
        "delivery_rule": "linear_on_the_fly",
        "delivery_plan": {"target": "12/5", "enemies": []},
        "max_attempts": 5,
    } | values


def make_formless(
    staff: User, *, key: str = "formless", n_items: int = 36, pilots: int = 0, **version: Any
) -> ExamVersion:
    """An exam with one version of two areas, its items in turn of either, and pilots beside them."""
    framework = CompetencyFramework.objects.create(key=f"{key}-areas", title="Areas")
    bank = Bank.objects.create(title=f"Bank of {key}", framework=framework, created_by=staff)
    exam = Exam.objects.create(key=key, title="Statistics", bank=bank, status="published", created_by=staff)
    ExamAuthor.objects.create(exam=exam, user=staff)
    row = make_version(exam, staff, **version)
    freeze_items(row, bank, n_items, pilots)
    return row


def freeze_items(row: ExamVersion, bank: Bank, n_items: int, pilots: int, *, first: int = 1) -> None:
    """Freeze scored items with their parameters, then pilots, and open their counts."""
    picture = stored_file()
    for number in range(first, first + n_items + pilots):
        item = make_item(row, bank, number, AREAS[number % 2], picture, is_choice=number % 4 == 0)
        if number >= first + n_items:
            VersionItem.objects.filter(pk=item.pk).update(use=ItemUse.PILOT, rating=None)
            continue
        rating = Decimal("0.50") + Decimal(number % 5) / 20
        b = float(ItemParameters.from_ratings([float(rating)]).b[0])
        VersionItem.objects.filter(pk=item.pk).update(rating=rating, a=1.0, b=b, c=0.0, parameter_state="judged")
    open_counts(row)


def sit_through(user: User, attempt: AttemptData, right: Callable[[int], bool]) -> list[SettledItem]:
    """Answer and settle item after item, `right` by position, until the attempt is over."""
    steps, position = [], 1
    while position is not None:
        answer(user, attempt, position, right=right(position))
        steps.append(settle(user, attempt, position))
        position = steps[-1].position
    return steps


def settle(user: User, attempt: AttemptData, position: int, seq: int = 1, device: str = DEVICE) -> SettledItem:
    """Leave an item for good."""
    return api.settle_item(user.pk, attempt_uuid=attempt.uuid, position=position, client_seq=seq, device_token=device)


def sat_through(user: User, exam: Exam, right: Callable[[int], bool]) -> Attempt:
    """An attempt that its rule has ended."""
    attempt = started(user, exam)
    sit_through(user, attempt, right)
    return Attempt.objects.get(uuid=attempt.uuid)
