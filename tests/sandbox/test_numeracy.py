"""The items of the demo's adaptive exam: right by computation, deliverable, graded right and wrong, nothing leaks."""

from __future__ import annotations

from collections import Counter

import pytest

from openedx_bridge.capa import grade_item, inspect_item, render_item
from sandbox.loading.numeracy import SETTINGS, numeracy, problem_olx

ITEMS = {item["key"]: item for item in numeracy()["items"]}
EVERY_ITEM = pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
SEED = 7


def inputs_of(item):
    return render_item(problem_olx(item), seed=SEED, answers={}, files_url=str, item_key="demo").inputs


def is_right(item, name, value):
    return grade_item(problem_olx(item), seed=SEED, answers={name: value}, item_key="demo").correct


def test_items_are_enough_for_three_tries_without_a_common_question():
    areas = Counter(item["area"] for item in ITEMS.values())

    assert len(ITEMS) == len(numeracy()["items"]) >= SETTINGS["max_attempts"] * SETTINGS["max_items"]
    assert set(areas) == {area["key"] for area in numeracy()["areas"]}
    assert len(set(areas.values())) == 1


@EVERY_ITEM
def test_item_is_rated_by_every_judge_in_steps_of_five_hundredths(item):
    assert len(item["ratings"]) == len(numeracy()["judges"])
    assert all(0 < rating < 1 and round(rating * 20, 9).is_integer() for rating in item["ratings"])


@pytest.mark.parametrize("item", [item for item in ITEMS.values() if "work" in item], ids=lambda item: item["key"])
def test_number_is_what_its_working_gives(item):
    worked = eval(item["work"], {"__builtins__": {}, "sorted": sorted})

    assert worked == pytest.approx(float(item["answer"]))


@EVERY_ITEM
def test_item_is_deliverable_and_marks_right_and_wrong(item):
    (shown,) = inputs_of(item)
    assert not inspect_item(problem_olx(item), files={}, seeds=(SEED,)).refusals
    if "choices" in item:
        verdicts = {text: is_right(item, shown.name, value) for value, text in shown.choices}
        assert verdicts == {text: place == 0 for place, text in enumerate(item["choices"])}
        return
    assert is_right(item, shown.name, item["answer"])
    assert not is_right(item, shown.name, str(float(item["answer"]) + 0.5))


@EVERY_ITEM
def test_item_shows_neither_its_answer_nor_its_working(item):
    page = render_item(problem_olx(item), seed=SEED, answers={}, files_url=str, item_key="demo").html

    assert item.get("because", item.get("work")) not in page
    assert "correct=" not in page and "<solution" not in page
