"""Points, partial credit, malformed answers, and whatever else a browser or an attacker may send."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from specimens import SPECIMENS, answers_to, item, render

from openedx_bridge.capa import (
    CapaError,
    ItemBrokenError,
    ItemGrade,
    PartState,
    check_answers,
    grade_item,
    inspect_item,
)

NUMBER = SPECIMENS["number with tolerance"].olx
FORMULA = SPECIMENS["formula"].olx


def checkboxes(credit: str) -> str:
    choices = "".join(f'<choice correct="{"true" if n in "ace" else "false"}">{n}</choice>' for n in "abcde")
    return item(
        f'<choiceresponse partial_credit="{credit}"><label>Vowels?</label><checkboxgroup>{choices}</checkboxgroup>'
        "</choiceresponse>"
    )


def points_choice(credit: str) -> str:
    return item(
        f'<multiplechoiceresponse partial_credit="{credit}"><label>Best?</label><choicegroup>'
        '<choice correct="true">best</choice><choice correct="partial" point_value="0.3">good</choice>'
        '<choice correct="partial">fair</choice><choice correct="false">bad</choice>'
        "</choicegroup></multiplechoiceresponse>"
    )


def number(credit: str) -> str:
    return item(
        f'<numericalresponse answer="100" partial_credit="{credit}"><label>n</label>'
        '<responseparam type="tolerance" default="1" partial_range="5" partial_answers="50"/>'
        "<formulaequationinput/></numericalresponse>"
    )


def custom(check: str, inputs: str = "<textline/>") -> str:
    script = f'<script type="loncapa/python">\n{check}\n</script>'
    return item(f'{script}<customresponse cfn="check"><label>Answer</label>{inputs}</customresponse>')


def grade(olx: str, given: dict[int, Any], **kwargs: Any) -> ItemGrade:
    return grade_item(olx, seed=5, answers=answers_to(render(olx), given), item_key="k", **kwargs)


@pytest.mark.parametrize(
    ("olx", "given", "earned", "state"),
    [
        (checkboxes("EDC"), {0: ["a", "c", "e"]}, "1", PartState.CORRECT),
        (checkboxes("EDC"), {0: ["a", "c"]}, "0.8", PartState.PARTLY_CORRECT),
        (checkboxes("EDC"), {0: ["b", "d"]}, "0", PartState.INCORRECT),
        (checkboxes("halves"), {0: ["a", "c"]}, "0.5", PartState.PARTLY_CORRECT),
        (checkboxes("halves"), {0: ["a"]}, "0.25", PartState.PARTLY_CORRECT),
        (checkboxes("halves"), {0: ["b"]}, "0", PartState.INCORRECT),
        (points_choice("points"), {0: "best"}, "1", PartState.CORRECT),
        (points_choice("points"), {0: "good"}, "0.3", PartState.PARTLY_CORRECT),
        (points_choice("points"), {0: "fair"}, "0.5", PartState.PARTLY_CORRECT),
        (points_choice("points"), {0: "bad"}, "0", PartState.INCORRECT),
        (number("close"), {0: "104"}, "0.5", PartState.PARTLY_CORRECT),
        (number("close"), {0: "106"}, "0", PartState.INCORRECT),
        (number("list"), {0: "50"}, "0.5", PartState.PARTLY_CORRECT),
        (number("list,close"), {0: "54"}, "0.25", PartState.PARTLY_CORRECT),
        (custom("def check(e, a):\n    return {'ok': 'partial', 'msg': 'SECRET'}"), {0: "x"}, "0.5", "partly_correct"),
        (custom("def check(e, a):\n    return {'ok': True, 'grade_decimal': 0.7}"), {0: "x"}, "0.7", "correct"),
    ],
)
def test_partial_credit_is_given_as_the_author_set_it(olx: str, given: dict, earned: str, state: str):
    result = grade(olx, given)
    assert (result.earned, result.parts[0].state) == (Decimal(earned), state)
    assert result.correct is (state == PartState.CORRECT)


def test_correct_input_with_several_points_earns_them_all():
    olx = item('<numericalresponse answer="2"><label>n</label><textline points="3"/></numericalresponse>')
    assert (grade(olx, {0: "2"}).earned, grade(olx, {0: "3"}).possible) == (3, 3)


def test_custom_check_of_several_inputs_grades_each():
    check = (
        "def check(e, a):\n    return {'input_list': [{'ok': a[0] == '1', 'msg': ''}, {'ok': a[1] == '2', 'msg': ''}]}"
    )
    olx = custom(check, '<textline label="First"/><textline label="Second"/>')
    assert [field.label for field in render(olx).inputs] == ["First", "Second"]
    assert [part.state for part in grade(olx, {0: "1", 1: "3"}).parts] == ["correct", "incorrect"]
    assert [part.state for part in grade(olx, {0: "1"}).parts] == ["correct", "unanswered"]


@pytest.mark.parametrize(
    ("olx", "answer"),
    [
        (NUMBER, "four"),
        (NUMBER, "3,5"),
        (NUMBER, "2 +"),
        (NUMBER, "((1)"),
        (NUMBER, "1/0"),
        (NUMBER, "x"),
        (NUMBER, "9**9"),
        (NUMBER, "9^9^9^9"),
        (NUMBER, "fact(170)^fact(170)"),
        (NUMBER, "fact(9999999)"),
        (NUMBER, "FACTORIAL(fact(9))"),
        (NUMBER, "10^400"),
        (FORMULA, "x^9^9^9"),
        (FORMULA, "fact(x)"),
        (NUMBER, "fact(-1)"),
        (NUMBER, "(" * 500),
        (FORMULA, "2*y"),
        (FORMULA, "x+"),
        (FORMULA, "the square"),
    ],
)
def test_malformed_mathematics_is_neither_right_nor_wrong_and_says_what_to_write(olx: str, answer: str):
    result = grade(olx, {0: answer})
    (name,) = result.malformed
    assert (result.parts[0].state, result.earned, result.possible) == (PartState.MALFORMED, 0, 1)
    assert result.malformed[name].startswith("Write a ")
    assert check_answers(olx, seed=5, answers={name: answer}, item_key="k") == dict(result.malformed)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("120", "fact(5)"),
        ("1.5", "3/2"),
        ("0.03", "3%"),
        ("1e5", "10^5"),
        ("8", "2^3"),
        ("0.125", "2^-3"),
        ("2", "sqrt(4)"),
        ("22100", "factorial( 52 )/(fact(3)*fact(49))"),
        ("6.02e23", "6.02*10^23"),
        ("12345678901234567890", "12345678901234567890"),
        ("-3", "-3"),
        ("3", " 3 "),
        ("1+2*j", "1+2*j"),
    ],
)
def test_number_may_be_written_as_an_expression(key: str, answer: str):
    olx = item(f'<numericalresponse answer="{key}"><label>n</label><textline/></numericalresponse>')
    assert grade(olx, {0: answer}).correct


@pytest.mark.parametrize("answer", ["2*x1+x_2", "2.0*x1 + 1*x_2", "x1+x1+x_2^1", "x_2+2*x1"])
def test_formula_may_use_names_with_digits(answer: str):
    olx = item(
        '<formularesponse answer="2*x1+x_2" samples="x1,x_2@1,1:3,3#5"><label>f</label><textline/></formularesponse>'
    )
    assert grade(olx, {0: answer}).correct


def test_formula_is_compared_at_the_same_points_each_time_and_at_others_for_another_seed():
    olx = item(
        '<formularesponse answer="x" samples="x@0:2#1"><responseparam type="tolerance" default="1"/><label>f</label>'
        "<textline/></formularesponse>"
    )
    answers = {render(olx).inputs[0].name: "2*x"}
    results = {
        seed: {grade_item(olx, seed=seed, answers=answers, item_key="k").correct for _ in range(8)} for seed in range(8)
    }
    assert all(len(result) == 1 for result in results.values())
    assert set.union(*results.values()) == {True, False}


def test_malformed_part_leaves_the_other_parts_judged():
    result = grade(SPECIMENS["several parts"].olx, {0: "two", 1: "Ouagadougou"})
    assert [part.state for part in result.parts] == [PartState.MALFORMED, PartState.CORRECT]
    assert (result.earned, result.correct) == (1, False)


def test_check_that_fails_on_an_unexpected_answer_makes_it_malformed():
    result = grade(SPECIMENS["custom check"].olx, {0: "in the spring"})
    assert result.parts[0].state is PartState.MALFORMED
    assert "could not be read" in next(iter(result.malformed.values()))


def test_key_that_cannot_be_evaluated_is_the_items_fault_and_not_the_persons():
    broken = NUMBER.replace('answer="4317.25"', 'answer="many"')
    with pytest.raises(ItemBrokenError, match="own key"):
        grade(broken, {0: "4"})
    assert [refusal.code for refusal in inspect_item(broken, files={}).refusals] == ["broken"]


@pytest.mark.parametrize(
    "sent",
    [True, {"a": 1}, [["x"]], ["1", "2"], "x" * 2001, ["1"] * 101, b"1", object()],
    ids=lambda sent: type(sent).__name__,
)
def test_answer_of_an_unreadable_shape_is_malformed(sent: Any):
    (field,) = render(NUMBER).inputs
    result = grade_item(NUMBER, seed=5, answers={field.name: sent}, item_key="k")
    assert result.malformed[field.name] == "Write one answer of at most 2000 characters."
    assert result.parts[0].state is PartState.MALFORMED


@pytest.mark.parametrize("sent", ["choice_0", "2", "true", ["choice_0", "choice_1"]])
def test_choice_that_was_not_offered_is_malformed(sent: Any):
    olx = SPECIMENS["single choice"].olx
    (field,) = render(olx).inputs
    result = grade_item(olx, seed=5, answers={field.name: sent}, item_key="k")
    assert result.malformed == {field.name: "Choose from the answers shown."}


@pytest.mark.parametrize("sent", [4317.25, 4317, "4317.25\x00", ["4317.25"], ["", "4317.25"], [4317.25]])
def test_number_is_read_however_a_client_sends_it(sent: Any):
    (field,) = render(NUMBER).inputs
    for name in (field.name, f"{field.name}[]"):
        assert grade_item(NUMBER, seed=5, answers={name: sent}, item_key="k").correct


def test_change_of_key_in_an_answer_pool_still_finds_the_answer_given():
    olx = item(
        '<multiplechoiceresponse><label>Even?</label><choicegroup answer-pool="2">'
        + "".join(f'<choice correct="{str(n % 2 == 0).lower()}">{n}</choice>' for n in range(1, 9))
        + "</choicegroup></multiplechoiceresponse>"
    )
    other = olx.replace("true", "x").replace("false", "true").replace('"x"', '"false"')
    for seed in range(10):
        rendered = render(olx, seed=seed)
        ((value, text),) = [c for c in rendered.inputs[0].choices if int(c[1]) % 2 == 0]
        answers = {rendered.inputs[0].name: value}
        before = grade_item(olx, seed=seed, answers=answers, item_key="k")
        after = grade_item(other, seed=seed, answers=answers, item_key="k")
        assert (before.correct, after.correct) == (True, False)
        assert before.parts[0].response == after.parts[0].response == (f"choice_{int(text) - 1}",)


def test_shuffle_and_pool_are_stable_by_seed_and_differ_between_seeds():
    choices = "".join(f'<choice correct="{str(n == 0).lower()}">{n}</choice>' for n in range(8))
    for kind in ('shuffle="true"', 'answer-pool="4"'):
        olx = item(
            f"<multiplechoiceresponse><label>Zero?</label><choicegroup {kind}>{choices}</choicegroup>"
            "</multiplechoiceresponse>"
        )
        orders = [[text for _, text in render(olx, seed=seed).inputs[0].choices] for seed in (1, 1, 2, 3, 4)]
        assert orders[0] == orders[1]
        assert len({tuple(order) for order in orders}) > 2
        assert all("0" in order for order in orders)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from([k for k, s in SPECIMENS.items() if not s.has_script]), data=st.data())
def test_no_answer_makes_rendering_or_grading_fail(kind: str, data: st.DataObject):
    olx = SPECIMENS[kind].olx
    answers = {field.name: data.draw(JSON) for field in render(olx).inputs}
    result = grade_item(olx, seed=5, answers=answers, item_key="k")
    assert 0 <= result.earned <= result.possible
    assert {part.input for part in result.parts if part.state is PartState.MALFORMED} >= set(result.malformed)
    assert "SECRET" not in render(olx, answers=answers).html


@pytest.mark.parametrize(
    "olx", ["", "<problem", "<p/>", "<problem><numericalresponse><textline/></numericalresponse></problem>"]
)
def test_broken_item_raises_the_adapters_own_error(olx: str):
    with pytest.raises(CapaError):
        grade_item(olx, seed=1, answers={}, item_key="k")
    with pytest.raises(CapaError):
        render(olx)
