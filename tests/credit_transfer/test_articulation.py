"""The pure part: terms against evidence, canonical JSON, counting once, what makes an answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_transfer.articulation import (
    IDENTITY_LEVELS,
    SUPERVISION_LEVELS,
    ConditionState,
    Evidence,
    Part,
    Terms,
    canonical_json,
    counted_twice,
    digest,
    evaluate,
    force_of,
)
from credit_transfer.articulation.answers import AnswerDraft, answer_problems

VERSION = UUID(int=1)
# The night in which Madrid leaves summer time, so that a day has 25 hours.
NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
TERMS = Terms(
    version_uuids=frozenset({VERSION}),
    least_identity="checked",
    least_supervision="online",
    least_score=70,
    cap="60 ECTS",
    residency="One semester on campus",
    other="",
    valid_from=NOW - timedelta(days=10),
    valid_to=NOW + timedelta(days=10),
    teach_out_until=None,
    is_signed=True,
)
EVIDENCE = Evidence(VERSION, "checked", "onsite", 70, NOW - timedelta(days=1), stands=True)


def states(terms: Terms, evidence: Evidence | None) -> dict[str, str]:
    return {met.code: met.state.value for met in evaluate(terms, evidence)}


def test_evaluate_visitor_everything_is_unknown() -> None:
    assert set(states(TERMS, None).values()) == {"unknown"}


def test_evaluate_person_who_meets_all_leaves_only_the_institutions_own_unknown() -> None:
    met = dict.fromkeys(("credential", "version", "identity", "supervision", "score"), "met")
    assert states(TERMS, EVIDENCE) == met | {"cap": "unknown", "residency": "unknown"}


@pytest.mark.parametrize(
    ("change", "code", "state"),
    [
        ({"stands": False}, "credential", "unmet"),
        ({"is_demonstration": True}, "credential", "unmet"),
        ({"version_uuid": UUID(int=2)}, "version", "unmet"),
        ({"identity": "none"}, "identity", "unmet"),
        ({"identity": "something new"}, "identity", "unmet"),
        ({"supervision": "none"}, "supervision", "unmet"),
        ({"supervision": "online"}, "supervision", "met"),
        ({"score": 69}, "score", "unmet"),
        ({"score": 70}, "score", "met"),
        ({"score": None}, "score", "unknown"),
    ],
)
def test_evaluate_each_condition_alone(change: dict, code: str, state: str) -> None:
    found = states(TERMS, attrs.evolve(EVIDENCE, **change))
    assert found[code] == state
    assert all(value == "met" for other, value in found.items() if other not in (code, "cap", "residency"))


def test_evaluate_conditions_not_set_are_left_out() -> None:
    easy = attrs.evolve(TERMS, least_identity="none", least_supervision="none", least_score=None, cap="", residency="")
    assert list(states(easy, EVIDENCE)) == ["credential", "version"]


levels = st.tuples(st.sampled_from(IDENTITY_LEVELS), st.sampled_from(SUPERVISION_LEVELS), st.integers(0, 100))


@given(levels, levels, levels)
def test_evaluate_more_checking_never_unmeets_a_condition(asked, less, more) -> None:
    def unmet(shown) -> set[str]:
        identity, supervision, score = shown
        evidence = attrs.evolve(EVIDENCE, identity=identity, supervision=supervision, score=score)
        terms = attrs.evolve(TERMS, least_identity=asked[0], least_supervision=asked[1], least_score=asked[2])
        return {met.code for met in evaluate(terms, evidence) if met.state is ConditionState.UNMET}

    best = (
        max(less[0], more[0], key=IDENTITY_LEVELS.index),
        max(less[1], more[1], key=SUPERVISION_LEVELS.index),
        max(less[2], more[2]),
    )
    assert unmet(best) <= unmet(less) & unmet(more)


AWARDED = NOW - timedelta(days=5)


@pytest.mark.parametrize(
    ("change", "at", "awarded", "force"),
    [
        ({}, NOW, None, "in_force"),
        ({"is_signed": False}, NOW, AWARDED, "not_in_force"),
        ({"valid_from": NOW}, NOW, None, "in_force"),
        ({"valid_from": NOW + timedelta(seconds=1)}, NOW, AWARDED, "not_in_force"),
        ({"valid_to": NOW}, NOW, AWARDED, "not_in_force"),
        ({"valid_to": NOW + timedelta(microseconds=1)}, NOW, None, "in_force"),
        ({"valid_to": None}, NOW + timedelta(days=9999), None, "in_force"),
        ({"valid_to": NOW, "teach_out_until": NOW + timedelta(1)}, NOW, AWARDED, "teach_out"),
        ({"valid_to": NOW, "teach_out_until": NOW + timedelta(1)}, NOW, None, "not_in_force"),
        ({"valid_to": NOW, "teach_out_until": NOW + timedelta(1)}, NOW, NOW, "not_in_force"),
        ({"valid_to": NOW, "teach_out_until": NOW}, NOW, AWARDED, "not_in_force"),
        (
            {"is_signed": False, "ended_at": NOW, "teach_out_until": NOW + timedelta(1)},
            NOW,
            AWARDED,
            "teach_out",
        ),
        ({"is_signed": False, "valid_to": NOW, "teach_out_until": NOW + timedelta(1)}, NOW, AWARDED, "not_in_force"),
    ],
)
def test_force_of_at_the_boundaries(change: dict, at: datetime, awarded: datetime | None, force: str) -> None:
    assert force_of(attrs.evolve(TERMS, **change), at, awarded) == force


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_reads_back_and_ignores_the_order_of_keys(value) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    if isinstance(value, dict):
        assert canonical_json(dict(reversed(value.items()))) == text


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_digest_of_lists_that_join_to_the_same_text_differ(one: list[str], two: list[str]) -> None:
    assert (digest(one) == digest(two)) == (one == two)


@pytest.mark.parametrize("value", [1.5, float("nan"), {1: "a"}, b"a", Decimal(1), {"a": {"b": object()}}])
def test_canonical_json_refuses_what_has_no_one_form(value) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_counted_twice_programme_and_its_part_are_named_once() -> None:
    part = Part("Statistics", "c1", frozenset({"statistics"}))
    programme = Part("Data programme", "c2", frozenset({"statistics", "probability"}))
    other = Part("Latin", "c3", frozenset({"latin"}))
    assert counted_twice(part, [programme, other]) == ("Data programme",)
    assert counted_twice(programme, [other, part]) == ("Statistics",)
    assert counted_twice(other, [programme, part]) == ()


def test_counted_twice_same_credential_sent_again_is_named() -> None:
    part = Part("Statistics", str(uuid4()))
    assert counted_twice(part, [part]) == ("Statistics",)


GOOD = AnswerDraft("full", "Registrar A", "Registrar", course="STAT 101")


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({}, {}),
        ({"course": "", "credits": Decimal(6), "unit": "ECTS"}, {}),
        ({"kind": "partial", "reason": "Half of it"}, {}),
        ({"kind": "none", "course": "", "reason": "No such course here"}, {}),
        ({"kind": ""}, {"kind": "choose"}),
        ({"kind": "maybe"}, {"kind": "choose"}),
        ({"by_name": " "}, {"by_name": "missing"}),
        ({"by_role": ""}, {"by_role": "missing"}),
        ({"kind": "partial"}, {"reason": "needed_unless_full"}),
        ({"kind": "none", "course": ""}, {"reason": "needed_unless_full"}),
        ({"kind": "none", "reason": "No"}, {"credits": "not_with_none"}),
        ({"kind": "none", "course": "", "credits": Decimal(1), "reason": "No"}, {"credits": "not_with_none"}),
        ({"course": " "}, {"course": "course_or_credits"}),
        ({"credits": Decimal(6)}, {"unit": "missing"}),
        ({"credits": Decimal(0), "unit": "ECTS"}, {"credits": "number"}),
        ({"credits": Decimal(-1), "unit": "ECTS"}, {"credits": "number"}),
        ({"credits": Decimal("1.005"), "unit": "ECTS"}, {"credits": "number"}),
        ({"credits": Decimal("NaN"), "unit": "ECTS"}, {"credits": "number"}),
        ({"credits": Decimal("Infinity"), "unit": "ECTS"}, {"credits": "number"}),
        ({"by_name": "x" * 256}, {"by_name": "too_long"}),
        ({"unit": "x" * 65, "credits": Decimal(1)}, {"unit": "too_long"}),
    ],
)
def test_answer_problems(change: dict, problems: dict) -> None:
    assert answer_problems(attrs.evolve(GOOD, **change)) == problems
