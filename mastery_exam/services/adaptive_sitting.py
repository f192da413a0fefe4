"""A classification test as it is sat: begun from an attempt's record, resumed from it, and its next item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mastery_exam.models import Attempt, AttemptItem, ExamVersion
from mastery_exam.psychometrics import Choice, Sitting
from mastery_exam.services.adaptive_version import frozen_items, frozen_test
from mastery_exam.services.given_items import GivenItem, withheld_keys


def begin_sitting(version: ExamVersion, seed: int, delivery: Mapping[str, Any]) -> Sitting:
    """Return the sitting of a classification test as an attempt's record has it, before its first item."""
    return _sitting(version, seed, delivery, ())


def resume_sitting(version: ExamVersion, attempt: Attempt, record: Iterable[tuple[AttemptItem, bool]]) -> Sitting:
    """Return the attempt's sitting after the scored items of `record`, in order, each with whether it was right.

    The items stay as they were given, so that a sitting goes on over any change of the software.
    """
    taken = [(_choice(version, row, number), right) for number, (row, right) in enumerate(record)]
    return _sitting(version, attempt.seed, attempt.delivery, taken)


def next_item(version: ExamVersion, sitting: Sitting, delivery: Mapping[str, Any], position: int) -> GivenItem:
    """Return what stands at `position`, where the sitting has come: a pilot, or what the test chooses.

    Raises AssemblyError where no item is left that may be given.
    """
    items = frozen_items(version)
    pilot = delivery["pilots"].get(str(position))
    if pilot is not None:
        return GivenItem(items.by_key[pilot].pk, position)
    choice = sitting.choose()
    return GivenItem(items.scored[choice.index].pk, position, reasons(choice))


def reasons(choice: Choice) -> dict[str, Any]:
    """Return why an item was chosen, as it is kept with the item."""
    return {
        "information": choice.information,
        "theta": choice.theta,
        "drawn_from": choice.drawn_from,
        "eligibility_relaxed": choice.eligibility_relaxed,
        "competency": choice.competency,
    }


def _sitting(
    version: ExamVersion, seed: int, delivery: Mapping[str, Any], taken: Iterable[tuple[Choice, bool]]
) -> Sitting:
    frozen = frozen_test(version)
    excluded, eligible = withheld_keys(version, delivery), frozen.eligible(delivery["ineligible"])
    return frozen.test.resume(taken, seed=seed, eligible=eligible, excluded=excluded)


def _choice(version: ExamVersion, row: AttemptItem, number: int) -> Choice:
    frozen, why = frozen_test(version), row.chosen_because
    index = frozen.number[row.version_item_id]
    bank = frozen.test.bank
    return Choice(
        position=number,
        index=index,
        key=bank.keys[index],
        competency=bank.competencies[index],
        theta=why["theta"],
        information=why["information"],
        drawn_from=why["drawn_from"],
        eligibility_relaxed=why["eligibility_relaxed"],
    )
