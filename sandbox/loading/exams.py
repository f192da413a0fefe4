"""The demo's bank and its two exams of fixed forms, built through the api as an author would build them."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.db import transaction
from opaque_keys.edx.keys import CourseKey

from mastery_exam import api
from mastery_exam.data import ExamStatus
from mastery_exam.errors import ExamNotFound
from openedx_bridge import api as bridge
from sandbox.loading.plan import CREDENTIAL_EXAM, DEMO, SITTING_EXAM, Actors, course_key, exam_plan

TERMS = (
    "You sit under your own name and alone. You tell nobody what was asked. "
    "If you cancel before the start, you get your money back; after the start only if the fault was ours. "
    "Your answers are kept for two years and shown to nobody but you and the people who mark and review."
)
RULES = (
    "A calculator and paper are allowed. Other people, other pages and telephones are not. "
    "Breaks do not stop the clock. Leaving the room ends the sitting."
)
APPEALS = (
    "If you disagree with the result, ask a person to review it within 30 days: open the result and say what you ask."
)
COMMON: dict[str, Any] = {
    "what_passing_shows": "You can describe data, reason about chance and draw sound conclusions from a sample.",
    "adjustments": ["25 percent more time", "50 percent more time", "A separate room", "Large print"],
    "max_attempts": 3,
    "wait_days": 14,
    "rules": RULES,
    "appeals": APPEALS,
    "terms_text": TERMS,
    "terms_version": "2026-11",
}
EXAMS: dict[str, dict[str, Any]] = {
    SITTING_EXAM: {
        "title": "Introductory Statistics",
        "fee_policy": "sitting",
        "identity_policy": "in_person",
        "supervision": "onsite",
        "release_policy": "after_check",
        "release_hours": 48,
    },
    CREDENTIAL_EXAM: {
        "title": "Introductory Statistics, pay when you pass",
        "fee_policy": "credential",
        "identity_policy": "none",
        "supervision": "none",
        "release_policy": "immediate",
    },
}


@transaction.atomic
def load_exams(actors: Actors) -> None:
    """Build the bank and publish both exams where they are missing."""
    try:
        bank = api.get_draft(SITTING_EXAM).bank_uuid
    except ExamNotFound:
        bank = _load_bank(actors)
    for key, settings in EXAMS.items():
        _load_exam(key, bank, settings, actors)
    api.add_invigilator(SITTING_EXAM, username="invigilator", actor_id=actors.author)
    block = str(CourseKey.from_string(course_key()).make_usage_key("mastery-exam", "statistics_exam"))
    if api.find_placement(block) is None:
        # The author has saved the block: from then on decisions reach the course's gradebook.
        api.link_placement(block, exam_key=SITTING_EXAM)


def _load_exam(key: str, bank: UUID, settings: dict[str, Any], actors: Actors) -> None:
    try:
        draft = api.get_draft(key)
    except ExamNotFound:
        plan = exam_plan()
        blueprint = {area["key"]: area["items_per_form"] for area in plan["competencies"]}
        about = {"subject": "Statistics", "language": "en", "summary": plan["exam"]["summary"], "owner_org": "Mastery"}
        form = {"blueprint": blueprint, "n_forms": plan["exam"]["forms"], "minutes": plan["exam"]["minutes"]}
        values = about | form | COMMON | settings | {"course_key": course_key()}
        draft = api.create_exam(key=key, bank_uuid=bank, actor_id=actors.author, **values)
    if draft.status == ExamStatus.DRAFT:
        api.publish_exam(key, actor_id=actors.author, seed=2026)


def _load_bank(actors: Actors) -> UUID:
    """Items from the library and, for practice, from the course; areas, uses, enemies and ratings from the plan."""
    bank = api.create_bank(title="Introductory Statistics", owner_org="Mastery", actor_id=actors.author)
    for source in ("library", "course"):
        api.import_items(bank.uuid, source=DEMO / source, actor_id=actors.author)
    for area in exam_plan()["competencies"]:
        api.set_competency(
            bank.framework_key,
            key=area["key"],
            title=area["title"],
            outcome=area["outcome"],
            study_links=[(link["title"], bridge.unit_url(link["usage_key"])) for link in area["study"]],
            actor_id=actors.author,
        )
    api.import_item_table(bank.uuid, source=_item_table(), actor_id=actors.author)
    api.open_panel(bank.uuid, actor_id=actors.author)
    api.import_ratings(bank.uuid, source=_ratings(), actor_id=actors.author)
    # The pass mark is firm once two people have released it.
    api.release_panel(bank.uuid, actor_id=actors.author)
    api.release_panel(bank.uuid, actor_id=actors.operator)
    return bank.uuid


def _item_table() -> str:
    enemies: dict[str, list[str]] = {}
    for pair in exam_plan()["enemies"]:
        for one, other in (pair, reversed(pair)):
            enemies.setdefault(one, []).append(other)
    rows = [
        (item["url_name"], item["competency"], item["use"], ";".join(enemies.get(item["url_name"], [])))
        for item in exam_plan()["items"]
    ]
    return csv_table(("item", "competency", "use", "enemies"), rows)


def _ratings() -> str:
    roles = {judge["key"]: judge["role"] for judge in exam_plan()["standard_setting"]["judges"]}
    rows = [
        (item["url_name"], roles[judge], rating, number)
        for item in exam_plan()["items"]
        for judge, ratings in item.get("ratings", {}).items()
        for number, rating in enumerate(ratings, start=1)
    ]
    return csv_table(("item", "judge", "rating", "round"), rows)


def csv_table(head: tuple[str, ...], rows: list[tuple]) -> str:
    """Return a table as the bank's imports take it."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([head, *rows])
    return buffer.getvalue()
