"""Creating and changing a draft: limits, messages by field, keys for ever unique."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastery_exam import api
from mastery_exam.errors import InvalidInput, KeyTaken, WrongState
from mastery_exam.services.exam_settings import ExamSettings, change_settings, read_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minutes", 0),
        ("minutes", "many"),
        ("minutes", 1.5),
        ("minutes", True),
        ("n_forms", 0),
        ("max_attempts", 0),
        ("wait_days", -1),
        ("release_policy", "never"),
        ("fee_policy", "later"),
        ("identity_policy", ["none"]),
        ("supervision", None),
        ("blueprint", {"adding": -1}),
        ("blueprint", ["adding"]),
        ("floor_rules", {"adding": "whole_cut"}),
        ("adjustments", [1]),
        ("approval_required", "yes"),
        ("terms_text", 5),
        ("rules", "x" * 20_001),
        ("nonsense", 1),
    ],
)
def test_change_settings_wrong_value_names_its_field(name, value):
    with pytest.raises(InvalidInput) as raised:
        change_settings(ExamSettings(), {name: value, "what_passing_shows": "fine"})
    assert set(raised.value.fields) == {name}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "minutes": st.integers(1, 1440),
            "n_forms": st.integers(1, 20),
            "blueprint": st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.integers(0, 200)),
            "adjustments": st.lists(st.text(min_size=1).filter(str.strip), max_size=3),
            "terms_text": st.text(max_size=100),
        },
    )
)
def test_settings_stored_and_read_again_are_the_same(changes):
    settings = change_settings(ExamSettings(), changes)
    assert read_settings(settings.as_json()) == settings


@pytest.mark.django_db
def test_update_exam_leaves_alone_what_is_not_named(exam_key, exam_author):
    api.update_exam(exam_key, actor_id=exam_author.pk, subject="Mathematics")
    draft = api.get_draft(exam_key)
    assert draft.subject == "Mathematics" and draft.settings["minutes"] == 60


@pytest.mark.django_db
def test_update_exam_one_wrong_field_saves_nothing(exam_key, exam_author):
    with pytest.raises(InvalidInput) as raised:
        api.update_exam(exam_key, actor_id=exam_author.pk, title="", minutes=0, subject="Mathematics")
    assert set(raised.value.fields) == {"title", "minutes"}
    assert api.get_draft(exam_key).subject == ""


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "Upper", "has space", "ünïcode", "x" * 101, "../up"])
def test_create_exam_key_that_makes_no_address_is_refused(bank, exam_author, key):
    with pytest.raises(InvalidInput):
        api.create_exam(key=key, title="T", bank_uuid=bank.uuid, actor_id=exam_author.pk)


@pytest.mark.django_db
def test_create_exam_same_key_is_taken(bank, exam_key, exam_author):
    with pytest.raises(KeyTaken):
        api.create_exam(key=exam_key, title="T", bank_uuid=bank.uuid, actor_id=exam_author.pk)


@pytest.mark.django_db
def test_update_exam_naive_time_is_taken_as_utc_and_kept_aware(exam_key, exam_author):
    api.update_exam(exam_key, actor_id=exam_author.pk, registration_opens_at="2027-01-03T08:00")
    assert api.get_draft(exam_key).registration_opens_at == datetime(2027, 1, 3, 8, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["course-v1:No+Such+Run", "nonsense"])
def test_update_exam_unknown_course_is_refused(exam_key, exam_author, key):
    with pytest.raises(InvalidInput) as raised:
        api.update_exam(exam_key, actor_id=exam_author.pk, course_key=key)
    assert "course_key" in raised.value.fields


@pytest.mark.django_db
def test_withdraw_exam_only_once_published_and_with_a_reason(exam_key, exam_author):
    with pytest.raises(WrongState):
        api.withdraw_exam(exam_key, actor_id=exam_author.pk, reason="x")
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    with pytest.raises(InvalidInput):
        api.withdraw_exam(exam_key, actor_id=exam_author.pk, reason="  ")
    assert api.withdraw_exam(exam_key, actor_id=exam_author.pk, reason="Old.").status == "withdrawn"
