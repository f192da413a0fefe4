"""The demo's exam without going back, in each state that its pages have."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import attrs

from mastery_exam import api as exams
from mastery_exam.models import Attempt, AttemptItem
from mastery_exam.services.delivery import render_attempt_item
from sandbox.loading.numeracy import numeracy
from sandbox.loading.plan import ADAPTIVE_EXAM

DEVICE = "the-device-of-the-stage"
ITEMS = {item["key"]: item for item in numeracy()["items"]}


@attrs.frozen
class OneWay:
    """The sittings and the registration that the screens show."""

    running: UUID
    passed: UUID
    not_passed: UUID
    given_up: UUID
    ready: UUID


def stage_one_way(people: dict[str, int], legal_name: str) -> OneWay:
    """Sit the exam: one under way, one passed, one not, one given up, and somebody who is about to start again."""
    running = start(people["learner"], legal_name)
    answer_and_go_on(people["learner"], running, 1, right=True)
    given_up = start(people["author"], legal_name)
    answer_and_go_on(people["author"], given_up, 1, right=True)
    exams.submit_attempt(people["author"], attempt_uuid=given_up, give_up=True)
    not_passed = sit(people["invigilator"], legal_name, right=False)
    ready = exams.register(people["invigilator"], exam_key=ADAPTIVE_EXAM, **_terms(legal_name))
    return OneWay(
        running=running,
        passed=sit(people["student"], legal_name, right=True),
        not_passed=not_passed,
        given_up=given_up,
        ready=ready.uuid,
    )


def start(user_id: int, legal_name: str) -> UUID:
    """Register and start."""
    registration = exams.register(user_id, exam_key=ADAPTIVE_EXAM, **_terms(legal_name))
    return exams.start_attempt(user_id, registration_uuid=registration.uuid, device_token=DEVICE).uuid


def sit(user_id: int, legal_name: str, *, right: bool) -> UUID:
    """Sit until the exam ends by itself; returns the attempt."""
    attempt_uuid = start(user_id, legal_name)
    for position in count(1):
        if answer_and_go_on(user_id, attempt_uuid, position, right=right):
            return attempt_uuid
    raise AssertionError


def answer_and_go_on(user_id: int, attempt_uuid: UUID, position: int, *, right: bool) -> bool:
    """Answer a question and leave it; returns whether that was the last."""
    exams.save_answer(
        user_id,
        attempt_uuid=attempt_uuid,
        position=position,
        client_seq=1,
        answers=dict([answer_to(attempt_uuid, position, right=right)]),
        device_token=DEVICE,
    )
    return exams.settle_item(
        user_id, attempt_uuid=attempt_uuid, position=position, client_seq=1, device_token=DEVICE
    ).finished


def answer_to(attempt_uuid: UUID, position: int, *, right: bool) -> tuple[str, str]:
    """The input's name, and a value for it that is right or wrong."""
    attempt = Attempt.objects.get(uuid=attempt_uuid)
    row = AttemptItem.objects.select_related("version_item__item_version__item").get(attempt=attempt, position=position)
    row.attempt = attempt
    (shown,) = render_attempt_item(row, answers={}, files_url=lambda sha256, name: name).inputs
    item = ITEMS[row.version_item.item_version.item.key]
    if "choices" not in item:
        return shown.name, item["answer"] if right else str(float(item["answer"]) + 1)
    return shown.name, next(value for value, text in shown.choices if (text == item["choices"][0]) == right)


def _terms(legal_name: str) -> dict[str, str]:
    return {"legal_name": legal_name, "terms_version": exams.get_exam(ADAPTIVE_EXAM).terms_version}
