"""A small published exam, built row by row because publishing is tested elsewhere, and ways to sit it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from mastery_exam import api
from mastery_exam.data import AttemptData, DecisionData, PassMarkRecord, RegistrationData
from mastery_exam.models import (
    Attempt,
    Bank,
    Exam,
    ExamVersion,
    Item,
    ItemVersion,
    StoredFile,
    VersionItem,
)
from mastery_exam.services.delivery import render_attempt_item
from mastery_exam.services.draw_forms import record_json

AREAS = ("probability", "inference")
START = datetime(2027, 1, 9, 9, 0, 0, tzinfo=UTC)
DEVICE = "a-device"
OTHER_DEVICE = "another-device"
PASS_MARK = PassMarkRecord(
    method="modified_angoff",
    judges=("Judge A", "Judge B", "Judge C"),
    rounds=2,
    cut=Decimal("2.4"),
    standard_error=Decimal("0.1"),
    generalised_error=Decimal("0.1"),
    held_on="2026-11-02",
    released_on="2026-11-03",
    releases=2,
    provisional=False,
)
PICTURE = b"\x89PNG\r\n\x1a\n not really a picture"

NUMBER = """<problem display_name="Number {n}"><p>Stem of question {n}: how much is \\({n} + 1\\)?</p>
<numericalresponse answer="{answer}"><label>Sum</label><textline/></numericalresponse></problem>"""
CHOICE = """<problem display_name="Choice {n}"><multiplechoiceresponse><label>Stem of question {n}: which one?</label>
<choicegroup type="MultipleChoice"><choice correct="true">The key of {n}</choice>
<choice correct="false">A distractor of {n}</choice></choicegroup></multiplechoiceresponse>
<p><img src="/static/plot.png" alt="A plot"/></p></problem>"""


def make_version(exam: Exam, staff: User, **values: Any) -> ExamVersion:
    """A frozen version with defaults that are easy to count with."""
    defaults: dict[str, Any] = {
        "num": 1,
        "title": exam.title,
        "what_passing_shows": "You can count.",
        "competencies": [
            {"key": key, "title": key.title(), "outcome": f"Does {key}.", "case_url": "", "study_links": []}
            for key in AREAS
        ],
        "blueprint": dict.fromkeys(AREAS, 2),
        "floor_rules": {},
        "floors": dict.fromkeys(AREAS, 1),
        "pass_mark_record": record_json(PASS_MARK),
        "marks_needed": 3,
        "form_length": 4,
        "minutes": 60,
        "max_attempts": 2,
        "wait_days": 0,
        "release_policy": "immediate",
        "release_hours": 48,
        "fee_policy": "none",
        "required_grants": [],
        "identity_policy": "none",
        "supervision": "none",
        "delivery_rule": "fixed",
        "terms_text": "Be honest.",
        "terms_version": "1",
        "seed": 1,
        "published_at": timezone.now(),
        "published_by": staff,
    }
    return ExamVersion.objects.create(exam=exam, **(defaults | values))


def make_item(
    version: ExamVersion, bank: Bank, number: int, area: str, picture: StoredFile, *, is_choice: bool
) -> VersionItem:
    """An item frozen into the version; the even ones are choices with a picture."""
    olx = (CHOICE if is_choice else NUMBER).format(n=number, answer=number + 1)
    item = Item.objects.create(bank=bank, key=f"item-{number}", title=f"Secret title {number}")
    item_version = ItemVersion.objects.create(
        item=item,
        num=1,
        olx=olx,
        olx_sha256=hashlib.sha256(olx.encode()).hexdigest(),
        files={"plot.png": picture.sha256} if is_choice else {},
        parts=1,
        max_points=1,
    )
    return VersionItem.objects.create(
        exam_version=version, item_version=item_version, competency_key=area, rating=Decimal("0.6"), use="scored"
    )


def stored_file() -> StoredFile:
    """The picture of the choice items."""
    digest = hashlib.sha256(PICTURE).hexdigest()
    row, _made = StoredFile.objects.get_or_create(
        sha256=digest, defaults={"content": PICTURE, "size": len(PICTURE), "media_type": "image/png"}
    )
    return row


def registered(user: User, exam: Exam, **values: Any) -> RegistrationData:
    """The person's registration for the exam."""
    version = exam.versions.order_by("-num").first()
    details = {"legal_name": "Ana Ćosić", "terms_version": version.terms_version} | values
    return api.register(user.pk, exam_key=exam.key, **details)


def started(user: User, exam: Exam, **values: Any) -> AttemptData:
    """The person's attempt, in progress on DEVICE."""
    registration = registered(user, exam, **values)
    return api.start_attempt(user.pk, registration_uuid=registration.uuid, device_token=DEVICE)


def answer(user: User, attempt: AttemptData, position: int, *, right: bool, seq: int = 1, device: str = DEVICE) -> Any:
    """Answer one item right or wrong."""
    answers = answers_for(attempt.uuid, position, right=right)
    return api.save_answer(
        user.pk, attempt_uuid=attempt.uuid, position=position, client_seq=seq, answers=answers, device_token=device
    )


def answers_for(attempt_uuid: UUID, position: int, *, right: bool) -> dict[str, str]:
    """What to send for an item to be right or wrong."""
    row = Attempt.objects.get(uuid=attempt_uuid)
    item = row.items.get(position=position)
    item.attempt = row
    (field,) = render_attempt_item(item, answers={}, files_url=lambda sha256, name: name).inputs
    if field.choices:
        key = next(value for value, text in field.choices if text.startswith("The key") == right)
        return {field.name: key}
    number = int(item.version_item.item_version.item.key.removeprefix("item-"))
    return {field.name: str(number + 1 if right else number + 7)}


def sat(user: User, exam: Exam, *, right: int | list[bool], **values: Any) -> AttemptData:
    """An attempt submitted with the first `right` items right, or as the list says; the others wrong."""
    attempt = started(user, exam, **values)
    pattern = right if isinstance(right, list) else [position <= right for position in range(1, 5)]
    for position, is_right in enumerate(pattern, start=1):
        answer(user, attempt, position, right=is_right)
    return api.submit_attempt(user.pk, attempt_uuid=attempt.uuid)


def decided(user: User, exam: Exam, *, right: int | list[bool], **values: Any) -> DecisionData:
    """The decision of an attempt sat as `sat` does; on_commit hooks do not run in a test's transaction."""
    attempt = sat(user, exam, right=right, **values)
    decision = api.decide_attempt(attempt.uuid)
    assert decision is not None
    return decision
