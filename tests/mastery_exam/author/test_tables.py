"""CSV and JSON that authors upload: a clear message per line, and nothing taken in unless all of it is right."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastery_exam import api
from mastery_exam.errors import ImportRefused, InvalidInput, WrongState
from mastery_exam.models import Rating
from mastery_exam.services.tables import read_table


def lines_of(error: ImportRefused) -> dict[int, str]:
    return {problem.line: problem.message for problem in error.problems}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "line", "word"),
    [
        ("item,judge,rating\nnowhere,Judge A,0.5", 2, "no item"),
        ("item,judge,rating\nadding_1,Judge A,1.01", 2, "from 0 to 1"),
        ("item,judge,rating\nadding_1,Judge A,-0.1", 2, "from 0 to 1"),
        ("item,judge,rating\nadding_1,Judge A,nan", 2, "from 0 to 1"),
        ("item,judge,rating\nadding_1,Judge A,half", 2, "from 0 to 1"),
        ("item,judge,rating\nadding_1,Judge A,0.12345", 2, "four decimals"),
        ("item,judge,rating\nadding_1,,0.5", 2, "judge"),
        ("item,judge,rating,round\nadding_1,Judge A,0.5,0", 2, "round"),
        ("item,judge,rating,round\nadding_1,Judge A,0.5,x", 2, "round"),
        ("item,judge,rating\nadding_1,Judge A,0.5\nadding_1,Judge A,0.6", 3, "twice"),
        ("item,judge,rating\nadding_1,Judge A,0.5,more", 2, "more cells"),
        ("item,judge,rating\nadding_1,Judge A,0.5\n\nadding_2,Judge A,9", 4, "from 0 to 1"),
    ],
)
def test_import_ratings_wrong_line_is_named_and_nothing_is_written(bank, exam_author, table, line, word):
    before = Rating.objects.count()
    with pytest.raises(ImportRefused) as raised:
        api.import_ratings(bank.uuid, source=table, actor_id=exam_author.pk)
    assert word in lines_of(raised.value)[line]
    assert Rating.objects.count() == before and not Rating.objects.filter(judge_role="Judge A").exists()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xff\xfe\x00i", "UTF-8"),
        (b"item,rating\na\x00,1", "not text"),
        (b"", "first line"),
        (b"item;judge\na;b", "Missing: rating"),
        (b"item,judge,rating,colour\na,b,c,d", "colour"),
        (b"item,judge,rating,item\na,b,c,d", "same name"),
        (b'item,judge,rating\n"a,b,c', "quotation"),
        (b"item,judge,rating\n" + b"a,b,1\n" * 400_000, "2 MB"),
    ],
)
def test_read_table_unreadable_file_says_what_to_do(content, word):
    with pytest.raises(ImportRefused) as raised:
        read_table(content, required=("item", "judge", "rating"))
    assert word in raised.value.user_message


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_read_table_understands_what_spreadsheets_write(separator):
    text = f"\ufeffItem{separator}Judge\r\nä{separator}Professorin\r\n\r\n".encode()
    assert read_table(text, required=("item", "judge")) == [(2, {"item": "ä", "judge": "Professorin"})]


@given(st.text(max_size=200))
def test_read_table_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        rows = read_table(text, required=("item",), optional=("use",))
    except ImportRefused as refused:
        assert refused.user_message
    else:
        assert all(row["item"] for _line, row in rows)


@pytest.mark.django_db
def test_import_ratings_last_round_of_each_judge_counts(bank, exam_author):
    table = "item,judge,rating,round\nadding_1,Lecturer,0.2,2\nadding_1,Teacher,0.4,2\n"
    api.import_ratings(bank.uuid, source=table, actor_id=exam_author.pk)
    item = next(item for item in api.list_items(bank.uuid) if item.key == "adding_1")
    assert item.rating == Decimal("1.2") / 3 and item.judges == 3


@pytest.mark.django_db
def test_record_rating_corrects_and_after_release_is_refused(bank, exam_author, second_author):
    api.record_rating(bank.uuid, item_key="adding_1", judge_role="Lecturer", value="0.3", actor_id=exam_author.pk)
    assert Rating.objects.get(item__key="adding_1", judge_role="Lecturer").value == Decimal("0.3")
    api.release_panel(bank.uuid, actor_id=exam_author.pk)
    with pytest.raises(WrongState, match="second person"):
        api.release_panel(bank.uuid, actor_id=exam_author.pk)
    assert api.release_panel(bank.uuid, actor_id=second_author.pk).released_at
    with pytest.raises(WrongState, match="released"):
        api.record_rating(bank.uuid, item_key="adding_1", judge_role="Lecturer", value="0.9", actor_id=exam_author.pk)
    assert api.open_panel(bank.uuid, actor_id=exam_author.pk).num == 2
    assert api.list_items(bank.uuid)[0].judges == 0


@pytest.mark.django_db
def test_release_panel_new_ratings_undo_the_first_release(bank, exam_author, second_author):
    api.release_panel(bank.uuid, actor_id=exam_author.pk)
    api.record_rating(bank.uuid, item_key="adding_1", judge_role="Lecturer", value="0.3", actor_id=exam_author.pk)
    assert api.release_panel(bank.uuid, actor_id=second_author.pk).released_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("item,competency\nadding_1,geometry", "no area"),
        ("item,use\nadding_1,hidden", "scored, pilot, practice or retired"),
        ("item,seen_before\nadding_1,maybe", "yes or no"),
        ("item,enemies\nadding_1,adding_2;ghost", "ghost"),
        ("item,use\nghost,scored", "no item"),
    ],
)
def test_import_item_table_wrong_line_is_named(bank, exam_author, table, word):
    with pytest.raises(ImportRefused) as raised:
        api.import_item_table(bank.uuid, source=table, actor_id=exam_author.pk)
    assert word in lines_of(raised.value)[2]


@pytest.mark.django_db
def test_import_competencies_csv_adds_and_changes(bank, exam_author):
    table = (
        "key,title,outcome,case_url,study\nadding,Addition,Adds.,https://example.org/a,Unit 1|https://example.org/1\n"
    )
    report = api.import_competencies(bank.framework_key, source=table + "new-one,New,,,\n", actor_id=exam_author.pk)
    assert report.updated == ("adding",) and report.added == ("new-one",)
    area = api.list_competencies(bank.framework_key)[0]
    assert area.title == "Addition" and area.study_links == (("Unit 1", "https://example.org/1"),)
    again = api.import_competencies(bank.framework_key, source=table, actor_id=exam_author.pk)
    assert again.unchanged == ("adding",)


@pytest.mark.django_db
def test_import_competencies_case_package_keeps_statement_and_source(bank, exam_author):
    package = {
        "CFDocument": {"title": "Mathematics"},
        "CFItems": [
            {
                "identifier": "8f1f0c1e",
                "uri": "https://case.example.org/CFItems/8f1f0c1e",
                "humanCodingScheme": "6.SP.A.1",
                "fullStatement": "Recognize a statistical question.",
                "abbreviatedStatement": "Statistical questions",
            }
        ],
    }
    api.import_competencies(bank.framework_key, source=json.dumps(package), actor_id=exam_author.pk)
    area = api.list_competencies(bank.framework_key)[-1]
    assert (area.key, area.title) == ("6-sp-a-1", "Statistical questions")
    assert area.outcome == "Recognize a statistical question."
    assert area.case_url == "https://case.example.org/CFItems/8f1f0c1e"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "source",
    [
        "{",
        '{"CFItems": []}',
        '{"CFItems": [{"fullStatement": 3}]}',
        '{"CFItems": ["text"]}',
        '{"CFItems": [{"fullStatement": "No code"}]}',
        "key,title\nUpper Case,x",
        "key,title\na,x\na,y",
        "key,title,case_url\na,x,javascript:alert(1)",
        "key,title,study\na,x,no bar",
    ],
)
def test_import_competencies_wrong_file_is_refused_whole(bank, exam_author, source):
    before = api.list_competencies(bank.framework_key)
    with pytest.raises(ImportRefused):
        api.import_competencies(bank.framework_key, source=source, actor_id=exam_author.pk)
    assert api.list_competencies(bank.framework_key) == before


@pytest.mark.django_db
def test_remove_competency_with_items_is_refused(bank, exam_author):
    with pytest.raises(InvalidInput, match="mapped"):
        api.remove_competency(bank.framework_key, key="adding", actor_id=exam_author.pk)
