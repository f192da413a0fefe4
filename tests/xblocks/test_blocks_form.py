"""The Studio form: who gets it, who may save it, and what is refused with which words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from studio_blocks import CASES, every_block, load, send, shown

from mastery_exam import api as exams
from mastery_exam.models import Exam
from sandbox.models import Block

EXAM = CASES[0]
Place = Callable[..., Block]
ClientOf = Callable[[User], Client]


def fields_of(row: Block) -> dict[str, Any]:
    row.refresh_from_db()
    return dict(row.fields)


@every_block
def test_form_of_the_team_offers_the_keys_of_this_site(place: Place, team: User, case: Any) -> None:
    html = shown(place(case), team, "studio_view", "studio")
    assert re.search(rf'<option value="{case.key}" selected>', html)
    assert all(f'data-field-name="{name}"' in html for name in load(place(case, "two")).editable_fields)
    assert 'for="xb-field-edit-display_name"' in html
    assert "Save" in html and "Cancel" in html


@every_block
@pytest.mark.parametrize("mode", ["studio", "preview", "lms"])
def test_form_for_a_stranger_holds_no_field_and_no_key(place: Place, learner: User, case: Any, mode: str) -> None:
    row = place(case, display_name="x")
    for user in (learner, None):
        html = shown(row, user, "studio_view", mode)
        assert "You may not edit this course." in html
        assert case.key not in html and "<select" not in html and "<input" not in html


@every_block
def test_form_in_the_lms_is_closed_to_the_team_too(place: Place, team: User, case: Any) -> None:
    assert "<select" not in shown(place(case), team, "studio_view", "lms")


@every_block
def test_key_that_is_no_longer_offered_stays_chosen(place: Place, team: User, case: Any) -> None:
    html = shown(place(case, **{case.field: "gone"}), team, "studio_view", "studio")
    assert re.search(r'<option value="gone" selected>\s*no longer offered \(gone\)', html)


@every_block
@pytest.mark.parametrize("mode", ["studio", "preview", "lms"])
def test_save_by_a_stranger_is_forbidden_and_changes_nothing(
    place: Place, client_of: ClientOf, learner: User, case: Any, mode: str
) -> None:
    row = place(case, display_name="Before")
    answer = send(client_of(learner), row, {"values": {"display_name": "After", case.field: case.key}}, mode=mode)
    assert answer.status_code == 403
    assert fields_of(row) == {"display_name": "Before"}
    assert exams.find_placement(str(row.usage_key)) is None


@every_block
def test_save_by_another_courses_team_is_forbidden(
    place: Place, client_of: ClientOf, make_user: Any, case: Any
) -> None:
    from openedx_bridge.backend import get_backend

    other = make_user("other_author")
    get_backend().add_course_staff(other.pk, "course-v1:Mastery+OTHER+2026")
    row = place(case)
    assert send(client_of(other), row, {"values": {"display_name": "After"}}).status_code == 403
    assert "display_name" not in fields_of(row)


@every_block
def test_save_by_the_team_keeps_the_values(place: Place, client_of: ClientOf, team: User, case: Any) -> None:
    row = place(case, display_name="Before")
    body = {"values": {"display_name": "  After ", case.field: f" {case.key} "}, "defaults": []}
    answer = send(client_of(team), row, body)
    assert (answer.status_code, answer.json()) == (200, {"result": "success"})
    assert fields_of(row) == {"display_name": "After", case.field: case.key}


@every_block
def test_defaults_take_a_field_back(place: Place, client_of: ClientOf, team: User, case: Any) -> None:
    row = place(case, **{case.field: case.key, "display_name": "Mine"})
    assert send(client_of(team), row, {"values": {}, "defaults": ["display_name"]}).status_code == 200
    assert fields_of(row) == {case.field: case.key}


@every_block
def test_taking_the_key_back_is_refused(place: Place, client_of: ClientOf, team: User, case: Any) -> None:
    row = place(case)
    answer = send(client_of(team), row, {"values": {}, "defaults": [case.field]})
    assert answer.status_code == 400
    assert fields_of(row) == {case.field: case.key}


BAD = {
    "no JSON": "{",
    "a list": [],
    "a number": 3,
    "null": None,
    "nothing": {},
    "values that are no object": {"values": ["display_name"]},
    "defaults that are no list": {"values": {}, "defaults": "display_name"},
    "an unknown field": {"values": {"has_score": True}},
    "the name of a method": {"values": {"student_view": "x"}},
    "an unknown default": {"values": {}, "defaults": ["scope_ids"]},
    "defaults that are no names": {"values": {}, "defaults": [{}]},
    "a title that is a list": {"values": {"display_name": ["x"]}},
    "a title that is an object": {"values": {"display_name": {"a": 1}}},
    "a title that is a number": {"values": {"display_name": 7}},
    "a title that is true": {"values": {"display_name": True}},
    "a title that is nothing": {"values": {"display_name": None}},
    "a title without an end": {"values": {"display_name": "x" * 256}},
    "a key that is empty": {"values": {"KEY": ""}},
    "a key that is blank": {"values": {"KEY": "  "}},
    "a key that is not there": {"values": {"KEY": "no-such"}},
    "a key that is a number": {"values": {"KEY": 5}},
    "a key that is a list": {"values": {"KEY": ["statistics"]}},
    "a key that is nothing": {"values": {"KEY": None}},
    "a key that is a path": {"values": {"KEY": "../../etc/passwd"}},
    "a key with a null character": {"values": {"KEY": "no\u0000such"}},
    "a good title with a bad key": {"values": {"display_name": "After", "KEY": "no-such"}},
}


@every_block
def test_bad_input_is_refused_with_words_and_changes_nothing(
    place: Place, client_of: ClientOf, team: User, case: Any
) -> None:
    row, client = place(case, **{case.field: case.key, "display_name": "Before"}), client_of(team)
    for name, sent in BAD.items():
        body = sent if isinstance(sent, str) else json.loads(json.dumps(sent).replace('"KEY"', f'"{case.field}"'))
        answer = send(client, row, body)
        assert answer.status_code == 400, name
        assert answer.json()["error"], name
        assert fields_of(row) == {case.field: case.key, "display_name": "Before"}, name


def test_weight_that_is_no_number_from_zero_up_is_refused(place: Place, client_of: ClientOf, team: User) -> None:
    row, client = place(EXAM, exam_key="statistics", weight=2.0), client_of(team)
    for weight in ("heavy", "", None, [], {}, True, -1, "-0.5", "NaN", float("nan"), "inf", "1e999"):
        answer = send(client, row, {"values": {"weight": weight}})
        assert answer.status_code == 400, weight
        assert "does not fit the field “Weight”" in answer.json()["error"]
        assert fields_of(row)["weight"] == 2.0


def test_weight_that_is_a_number_is_kept(place: Place, client_of: ClientOf, team: User) -> None:
    row, client = place(EXAM), client_of(team)
    for weight, kept in ((0, 0.0), ("0.5", 0.5), (3, 3.0)):
        assert send(client, row, {"values": {"weight": weight}}).status_code == 200
        assert fields_of(row)["weight"] == kept


def test_exam_that_is_withdrawn_is_refused(
    place: Place, client_of: ClientOf, team: User, exam: Exam, operator: User
) -> None:
    exams.withdraw_exam(exam.key, reason="Too old", actor_id=operator.pk)
    answer = send(client_of(team), place(EXAM, display_name="x"), {"values": {"exam_key": exam.key}})
    assert answer.status_code == 400 and "is withdrawn. Choose its successor." in answer.json()["error"]


def test_exam_to_which_no_achievement_belongs_is_refused_by_the_certificate(
    place: Place, client_of: ClientOf, team: User, make_exam: Any
) -> None:
    make_exam("alone")
    answer = send(client_of(team), place(CASES[1]), {"values": {"exam_key": "alone"}})
    assert answer.status_code == 400 and "Nobody issues a credential" in answer.json()["error"]


@every_block
def test_block_has_no_other_handler(place: Place, case: Any) -> None:
    kind = type(load(place(case)))
    handlers = [name for name in dir(kind) if getattr(getattr(kind, name, None), "_is_xblock_handler", False)]
    assert handlers == ["submit_studio_edits"]


@every_block
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"display_name": "x"}, "is chosen."),
        ({"KEY": "gone"}, "gone"),
        ({"KEY": "OK", "display_name": "x" * 300}, "Title"),
    ],
)
def test_validate_tells_what_an_import_brought(
    place: Place, team: User, case: Any, fields: dict[str, str], words: str
) -> None:
    given = {name.replace("KEY", case.field): value.replace("OK", case.key) for name, value in fields.items()}
    messages = load(place(case, **given), team, "studio").validate().messages
    assert any(words in message.text and message.type == "error" for message in messages)


def test_validate_tells_of_a_weight_that_an_import_brought(place: Place, team: User) -> None:
    messages = load(place(EXAM, exam_key="statistics", weight=-1), team, "studio").validate().messages
    assert any("Weight" in message.text for message in messages)
