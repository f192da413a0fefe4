"""The platform's own grader on every demo item: deliverable, right is right, wrong is wrong, nothing leaks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from demo_answers import NUMBERS
from demo_items import DemoItem, demo_items, options
from lxml import etree, html

from openedx_bridge.capa import InputKind, ItemGrade, ItemInput, grade_item, inspect_item, render_item

SEEDS = (1, 2026)
ITEM_KEY = "demo"
EVERY_ITEM = pytest.mark.parametrize("item", demo_items().values(), ids=demo_items())

# What a person may write in place of the author's formula, and a mistake that people make.
FORMULAS = {
    "dd_combined_mean": ("m/(m+n)*a + n/(n+m)*b", "(a+b)/2"),
    "pr_at_least_once": ("1 - (1 - P)^N", "n*p"),
    "pr_either_of_two": ("1-(1-a)*(1-b)", "a+b"),
    "ds_error_of_mean": ("s*n^(-1/2)", "s/n"),
    "ds_binomial_spread": ("(n*p - n*p^2)^0.5", "n*p*(1-p)"),
    "in_margin_formula": ("z*sqrt(p-p^2)/sqrt(n)", "z*p*(1-p)/n"),
}
DECIMALS = {"two decimal": 2, "two or more decimal": 2, "three decimal": 3}

Answer = str | list[str]


def inputs_of(item: DemoItem, seed: int) -> tuple[ItemInput, ...]:
    """The inputs as a candidate gets them."""
    page = render_item(item.olx, seed=seed, answers={}, files_url=str, item_key=ITEM_KEY, files=item.files)
    return page.inputs


def grade(item: DemoItem, seed: int, answers: dict[str, Answer]) -> ItemGrade:
    """Grade as an exam does."""
    return grade_item(item.olx, seed=seed, answers=answers, files=item.files, item_key=ITEM_KEY)


def values_of(response: etree._Element, shown: ItemInput) -> list[tuple[str, bool]]:
    """The choices as (value in the page, whether correct), matched by their text."""
    correct = dict(options(response))
    return [(value, correct[" ".join(text.split())]) for value, text in shown.choices]


def rounded(item: DemoItem, response: etree._Element) -> str:
    """The computed number, rounded as the question asks (whole and short numbers as they are)."""
    description = response.findtext("description") or ""
    places = next((places for words, places in DECIMALS.items() if words in description), 4)
    return f"{NUMBERS[item.url_name]:.{places}f}"


def right_answers(item: DemoItem, response: etree._Element, shown: ItemInput) -> Iterator[Answer]:
    """Every answer that must be marked right."""
    if shown.kind is InputKind.CHOICES:
        yield [value for value, right in values_of(response, shown) if right]
    elif shown.choices:
        yield from (value for value, right in values_of(response, shown) if right)
    elif response.tag == "stringresponse":
        accepted = [response.get("answer"), *(more.get("answer") for more in response.iter("additional_answer"))]
        yield from accepted
        yield from (f" {text.upper()} " for text in accepted)
    elif response.tag == "numericalresponse":
        yield response.get("answer")
        yield rounded(item, response)
    else:
        yield response.get("answer")
        yield FORMULAS[item.url_name][0]


def wrong_answers(item: DemoItem, response: etree._Element, shown: ItemInput) -> Iterator[Answer]:
    """Every wrong choice, every set of choices with one mistake, and near misses of what is typed."""
    if shown.kind is InputKind.CHOICES:
        right = {value for value, is_right in values_of(response, shown) if is_right}
        yield from (sorted(right ^ {value}) for value, _ in shown.choices if right != {value})
    elif shown.choices:
        yield from (value for value, right in values_of(response, shown) if not right)
    elif response.tag == "stringresponse":
        yield "something else"
        yield response.get("answer")[:-1]
    elif response.tag == "numericalresponse":
        parameter = response.find("responseparam")
        step = 1.5 * float(parameter.get("default")) if parameter is not None else 1
        yield from (f"{NUMBERS[item.url_name] + sign * step:.6f}" for sign in (-1, 1))
    else:
        yield FORMULAS[item.url_name][1]
        yield f"({response.get('answer')})*1.001"


def part_answers(item: DemoItem, seed: int, of: object) -> list[tuple[str, list[Answer]]]:
    """For each part: its input's name and the answers that `of` gives."""
    shown = inputs_of(item, seed)
    return [
        (field.name, list(of(item, response, field))) for response, field in zip(item.responses, shown, strict=True)
    ]


@EVERY_ITEM
def test_item_is_deliverable_on_a_fresh_machine(item: DemoItem):
    inspection = inspect_item(item.olx, files=item.files, seeds=SEEDS)
    assert inspection.refusals == ()
    assert set(inspection.static_files) == set(item.files)
    assert set(inspection.response_types) == {response.tag for response in item.responses}
    assert inspection.parts == inspection.max_points == len(item.responses)
    assert not inspection.has_script


@EVERY_ITEM
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_are_marked_right(item: DemoItem, seed: int):
    parts = part_answers(item, seed, right_answers)
    keys = {name: answers[0] for name, answers in parts}
    assert grade(item, seed, keys).correct
    for name, answers in parts:
        for answer in answers:
            graded = grade(item, seed, keys | {name: answer})
            assert graded.correct and graded.earned == graded.possible, answer


@EVERY_ITEM
@pytest.mark.parametrize("seed", SEEDS)
def test_one_wrong_part_is_marked_wrong(item: DemoItem, seed: int):
    keys = {name: answers[0] for name, answers in part_answers(item, seed, right_answers)}
    for name, answers in part_answers(item, seed, wrong_answers):
        assert answers
        for answer in answers:
            graded = grade(item, seed, keys | {name: answer})
            assert not graded.correct and graded.earned == graded.possible - 1, answer
            assert not graded.malformed


@EVERY_ITEM
def test_page_holds_the_question_and_no_hint_feedback_or_explanation(item: DemoItem):
    page = render_item(item.olx, seed=7, answers={}, files_url="/files/{}".format, item_key=ITEM_KEY, files=item.files)
    shown = " ".join(html.fromstring(page.html).text_content().split())
    for response in item.responses:
        assert " ".join(response.findtext("label").split()) in shown
    hidden = item.root.iter("hint", "choicehint", "stringequalhint", "solution")
    for element in hidden:
        for sentence in re.split(r"(?<=[.?])\s", " ".join("".join(element.itertext()).split())):
            assert sentence not in page.html
    assert [image.get("src") for image in html.fromstring(page.html).iter("img")] == [
        f"/files/{name}" for name in item.files
    ]
