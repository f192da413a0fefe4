"""Replaying an attempt from its record: the same seed, exclusions and answers must give the same items and decision.

For an audit or an appeal. Nothing is written; every difference is said in a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from mastery_exam.data import DeliveryRule, ItemUse, ReplayReport
from mastery_exam.models import Attempt, AttemptItem, Decision
from mastery_exam.psychometrics import AssemblyError
from mastery_exam.services.adaptive_sitting import begin_sitting, reasons
from mastery_exam.services.adaptive_version import frozen_items
from mastery_exam.services.deciding import grade_attempt, outcome_of
from mastery_exam.services.drawing import form_keys, linear_form
from mastery_exam.services.given_items import weave, withheld_keys
from mastery_exam.services.seeds import item_seed
from mastery_exam.services.sitting import find_attempt_row

CLOSE = 1e-9


def replay_attempt(attempt_uuid: UUID) -> ReplayReport:
    """Draw, grade and decide the attempt again, and say what is not as recorded. Raises AttemptNotFound, CapaError.

    Its newest decision is compared; one that a review changed keeps the answers that the review credited. An attempt
    that has no decision is compared up to its items.
    """
    attempt = find_attempt_row(attempt_uuid)
    rows = list(attempt.items.select_related("version_item__item_version__item").order_by("position"))
    items = [*_item_differences(attempt, rows), *_seed_differences(attempt, rows)]
    decision = attempt.decisions.order_by("-num").first()
    decided = list(_decision_differences(attempt, rows, decision)) if decision else []
    return ReplayReport(
        attempt_uuid=attempt.uuid,
        delivery_rule=attempt.exam_version.delivery_rule,
        same_items=not items,
        same_decision=not decided,
        differences=(*items, *decided),
    )


def _item_differences(attempt: Attempt, rows: Sequence[AttemptItem]) -> Iterator[str]:
    if attempt.exam_version.delivery_rule == DeliveryRule.CLASSIFICATION:
        yield from _test_differences(attempt, rows)
        return
    try:
        due = _form_of(attempt)
    except AssemblyError as error:
        yield f"The form cannot be drawn again: {error}"
        return
    pilots = attempt.delivery.get("pilots", {})
    expected = [(item.position, item.version_item_id) for item in weave(attempt.exam_version, due, pilots)]
    given = [(row.position, row.version_item_id) for row in rows]
    yield from _departures(attempt, given, expected)


def _form_of(attempt: Attempt) -> list[str]:
    if attempt.form is not None:
        return form_keys(attempt.form)
    version = attempt.exam_version
    return list(linear_form(version, seed=attempt.seed, excluded=withheld_keys(version, attempt.delivery)))


def _departures(attempt: Attempt, given: list[tuple[int, int]], expected: list[tuple[int, int]]) -> Iterator[str]:
    if len(given) != len(expected):
        yield f"{len(given)} questions were given, and {len(expected)} were due."
    for (position, held), (_position, due) in zip(given, expected, strict=False):
        if held != due:
            yield f"Question {position} is {_key(attempt, held)}, and {_key(attempt, due)} was due."


def _test_differences(attempt: Attempt, rows: Sequence[AttemptItem]) -> Iterator[str]:
    """Choose item after item again, with the answers as they were settled; after a departure nothing is comparable."""
    version, pilots = attempt.exam_version, attempt.delivery["pilots"]
    known = frozen_items(version).by_key
    sitting = begin_sitting(version, attempt.seed, attempt.delivery)
    for number, row in enumerate(rows, start=1):
        if row.position != number:
            yield f"Question {number} is missing from the record."
            return
        pilot = pilots.get(str(number))
        if pilot is not None:
            if known[pilot].pk != row.version_item_id:
                yield f"Question {number} is {_key(attempt, row.version_item_id)}, and the pilot {pilot} was due."
            continue
        if sitting.decision is not None:
            yield f"Question {number} was given after the answers had decided."
            return
        try:
            choice = sitting.choose()
        except AssemblyError:
            yield f"Question {number} was given, and no item was left."
            return
        if choice.key != _key(attempt, row.version_item_id):
            yield f"Question {number} is {_key(attempt, row.version_item_id)}, and {choice.key} was due."
            return
        yield from _reason_differences(number, row.chosen_because, reasons(choice))
        if row.settled_at is not None:
            sitting.record(bool(row.settled_correct))
    ended = attempt.state == Attempt.State.SUBMITTED and all(row.settled_at is not None for row in rows)
    if ended and sitting.decision is None and not _bank_is_used_up(sitting.choose):
        yield "The sitting ended before its answers had decided."


def _bank_is_used_up(choose: Callable[[], Any]) -> bool:
    try:
        choose()
    except AssemblyError:
        return True
    return False


def _reason_differences(number: int, kept: Mapping[str, Any], due: Mapping[str, Any]) -> Iterator[str]:
    for name, value in due.items():
        if not _same(kept.get(name), value):
            yield f"Question {number} was chosen with {name} {kept.get(name)}, and it is {value}."


def _seed_differences(attempt: Attempt, rows: Sequence[AttemptItem]) -> Iterator[str]:
    for row in rows:
        if row.seed != item_seed(attempt.seed, row.version_item_id):
            yield f"Question {row.position} has another random variant than the try's seed gives."


def _decision_differences(attempt: Attempt, rows: Sequence[AttemptItem], decision: Decision) -> Iterator[str]:
    graded = grade_attempt(attempt)
    by_position = {item["position"]: item for item in graded}
    for row in rows:
        now = by_position.get(row.position)
        if row.settled_at is None or now is None:
            continue
        yield from _value_differences(f"Question {row.position}:", "answer number", row.settled_seq, now["client_seq"])
        settled, graded_now = _word(row.settled_correct), _word(now["correct"])
        yield from _value_differences(f"Question {row.position}:", "grade", settled, graded_now)
    credited = decision.evidence.get("credited", {})
    revised = [item | {"correct": credited.get(str(item["position"]), item["correct"])} for item in graded]
    yield from _mark_differences(decision, revised)
    outcome, stood_on, marks_needed = outcome_of(attempt, revised)
    yield from _value_differences("The result", "passed", decision.passed, outcome.passed)
    due = {
        "total": outcome.total,
        "marks_needed": marks_needed,
        "scaled_score": outcome.scaled_score,
        "areas": list(outcome.areas),
        "missed_floors": list(outcome.missed_floors),
    }
    for name, value in due.items():
        yield from _value_differences("The decision's", name, getattr(decision, name), value)
    for name in ("theta", "p_above", "bank", "plan", "ended_by"):
        yield from _value_differences("The evidence's", name, decision.evidence.get(name), stood_on.get(name))


def _mark_differences(decision: Decision, revised: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    held = {item["position"]: item["correct"] for item in decision.evidence["items"] if item["use"] == ItemUse.SCORED}
    for item in revised:
        if item["use"] == ItemUse.SCORED and held.get(item["position"]) != item["correct"]:
            was, now = _word(held.get(item["position"])), _word(item["correct"])
            yield f"Question {item['position']} was decided as {was}, and is {now}."


def _value_differences(whose: str, name: str, held: Any, value: Any) -> Iterator[str]:
    if not _same(held, value):
        yield f"{whose} {name} was {held}, and is {value}."


def _same(held: Any, value: Any) -> bool:
    """Whether two values are equal, numbers but for the last digits that another machine may round otherwise."""
    if isinstance(held, float) and isinstance(value, float):
        return math.isclose(held, value, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(held == value)


def _word(right: bool | None) -> str:
    return {True: "right", False: "wrong", None: "not graded"}[right]


def _key(attempt: Attempt, version_item_id: int) -> str:
    known = frozen_items(attempt.exam_version).by_key.values()
    return next((item.key for item in known if item.pk == version_item_id), "no item of this version")
