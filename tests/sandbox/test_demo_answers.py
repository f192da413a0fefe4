"""The numbers, formulas, choices and statements that the demo items call right are those that a computation gives."""

from __future__ import annotations

import random
import re

import pytest
from demo_answers import FORMULAS, NEAREST_CHOICE, NUMBERS, STATEMENTS
from demo_items import demo_items, options


def authored_number(answer: str) -> float:
    """A number as an author writes it: decimal, or a fraction."""
    numerator, _, denominator = answer.partition("/")
    return float(numerator) / float(denominator or 1)


def names_of(tag: str) -> set[str]:
    """The items that hold a response of this type."""
    return {name for name, item in demo_items().items() if any(response.tag == tag for response in item.responses)}


def test_tables_cover_every_number_and_formula():
    assert set(NUMBERS) == names_of("numericalresponse")
    assert set(FORMULAS) == names_of("formularesponse")


@pytest.mark.parametrize("url_name", NUMBERS)
def test_number_matches_the_computed_value_well_inside_the_tolerance(url_name: str):
    (response,) = demo_items()[url_name].responses
    parameter = response.find("responseparam")
    tolerance = 1e-9 if parameter is None else float(parameter.get("default"))
    assert abs(authored_number(response.get("answer")) - NUMBERS[url_name]) <= tolerance / 10


@pytest.mark.parametrize("url_name", FORMULAS)
def test_formula_agrees_with_an_independent_one_at_random_points(url_name: str):
    calc = pytest.importorskip("calc", reason="openedx-calc is not installed")
    (response,) = demo_items()[url_name].responses
    names, _, ranges = response.get("samples").partition("@")
    low, high = ([float(bound) for bound in part.split(",")] for part in ranges.partition("#")[0].split(":"))
    rng = random.Random(url_name)
    for _ in range(20):
        values = [rng.uniform(*bounds) for bounds in zip(low, high, strict=True)]
        point = dict(zip(names.split(","), values, strict=True))
        assert calc.evaluator(point, {}, response.get("answer")) == pytest.approx(FORMULAS[url_name](**point), rel=1e-9)


@pytest.mark.parametrize("url_name", NEAREST_CHOICE)
def test_right_choice_is_the_one_nearest_to_the_computed_value(url_name: str):
    (response,) = demo_items()[url_name].responses
    values = {float(re.search(r"-?\d+(?:\.\d+)?", text)[0]): right for text, right in options(response)}
    nearest = min(values, key=lambda value: abs(value - NEAREST_CHOICE[url_name]))
    assert [value for value, right in values.items() if right] == [nearest]


@pytest.mark.parametrize("url_name", STATEMENTS)
def test_statements_called_true_are_the_true_ones(url_name: str):
    (response,) = demo_items()[url_name].responses
    assert [right for _, right in options(response)] == [bool(truth) for truth in STATEMENTS[url_name]]
