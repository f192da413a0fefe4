"""The requirement tree: reading it, refusing it, and how far a set of met slots goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micromasters_pathway.requirements import AllOf, ExamRoute, NOf, RulesInvalid, Slot, evaluate, parse_rules, to_json


def slot(key: str) -> dict:
    return {"slot": {"key": key, "title": key.upper(), "routes": [{"kind": "exam", "exam_key": f"exam-{key}"}]}}


def test_parse_rules_nested_tree_survives_the_round_trip() -> None:
    raw = {"all_of": [slot("a"), {"n_of": 1, "of": [slot("b"), {"all_of": [slot("c"), slot("d")]}]}]}
    tree = parse_rules(raw)
    assert parse_rules(to_json(tree)) == tree


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ([], "rules"),
        ({}, "rules"),
        ({"all_of": []}, "rules.all_of"),
        ({"all_of": "a"}, "rules.all_of"),
        ({"n_of": 0, "of": [slot("a")]}, "rules.n_of"),
        ({"n_of": 3, "of": [slot("a"), slot("b")]}, "rules.n_of"),
        ({"n_of": True, "of": [slot("a")]}, "rules.n_of"),
        ({"n_of": 1.5, "of": [slot("a")]}, "rules.n_of"),
        ({"all_of": [slot("a"), slot("a")]}, "rules"),
        ({"slot": {"key": "", "title": "A", "routes": []}}, "rules.slot.key"),
        ({"slot": {"key": "a", "title": "A", "routes": []}}, "rules.slot.routes"),
        ({"slot": {"key": "a", "title": "A", "routes": [{"kind": "essay"}]}}, "rules.slot.routes[0].kind"),
        (
            {
                "slot": {
                    "key": "a",
                    "title": "A",
                    "routes": [{"kind": "exam", "exam_key": "x", "least": {"identity": 1}}],
                }
            },
            "rules.slot.routes[0].least.identity",
        ),
        (
            {
                "slot": {
                    "key": "a",
                    "title": "A",
                    "routes": [{"kind": "course", "course_key": "c", "least_percent": "NaN"}],
                }
            },
            "rules.slot.routes[0].least_percent",
        ),
        (
            {
                "slot": {
                    "key": "a",
                    "title": "A",
                    "routes": [{"kind": "course", "course_key": "c", "least_percent": 101}],
                }
            },
            "rules.slot.routes[0].least_percent",
        ),
    ],
)
def test_parse_rules_bad_input_names_the_place(raw: object, place: str) -> None:
    with pytest.raises(RulesInvalid) as refused:
        parse_rules(raw)
    assert refused.value.path == place


def test_parse_rules_too_deep_is_refused() -> None:
    raw: dict = slot("a")
    for _ in range(7):
        raw = {"all_of": [raw]}
    with pytest.raises(RulesInvalid, match="nested deeper"):
        parse_rules(raw)


def test_evaluate_electives_count_only_as_many_as_are_asked_for() -> None:
    tree = parse_rules({"n_of": 2, "of": [slot("a"), slot("b"), slot("c")]})
    result = evaluate(tree, {"a", "b", "c"})
    assert (result.done, result.needed, result.satisfied) == (2, 2, True)


def test_evaluate_elective_group_counts_the_branch_that_is_nearest() -> None:
    tree = parse_rules(
        {"n_of": 1, "of": [{"all_of": [slot("a"), slot("b"), slot("c")]}, {"all_of": [slot("d"), slot("e")]}]}
    )
    result = evaluate(tree, {"d"})
    assert (result.done, result.needed, result.satisfied) == (1, 2, False)


KEYS = st.sampled_from([f"k{i}" for i in range(8)])


@st.composite
def trees(draw: st.DrawFn) -> AllOf | NOf | Slot:
    counter = iter(range(1000))

    def node(depth: int) -> AllOf | NOf | Slot:
        if depth == 0 or draw(st.booleans()):
            return Slot(f"k{next(counter)}", "title", (ExamRoute("exam"),))
        children = tuple(node(depth - 1) for _ in range(draw(st.integers(1, 3))))
        if draw(st.booleans()):
            return AllOf(children)
        return NOf(draw(st.integers(1, len(children))), children)

    return node(3)


@given(tree=trees(), met=st.sets(KEYS), more=KEYS)
def test_evaluate_meeting_one_more_slot_never_takes_completion_away(tree: object, met: set[str], more: str) -> None:
    before, after = evaluate(tree, met), evaluate(tree, met | {more})  # type: ignore[arg-type]
    assert 0 <= before.done <= before.needed
    assert before.satisfied <= after.satisfied
    assert after.satisfied == (after.done == after.needed)
