"""Items come from OLX exports and content libraries; what changed becomes a new version, what cannot is named."""

from __future__ import annotations

import pytest
from small_bank import archive, choice, write_library

from mastery_exam import api
from mastery_exam.errors import BankNotFound
from mastery_exam.models import Item, ItemVersion, StoredFile
from openedx_bridge.backend import get_backend
from openedx_bridge.data import LibraryProblem
from openedx_bridge.olx import OlxError

pytestmark = pytest.mark.django_db
PICTURE = '<img src="/static/plot.png" alt="A plot"/>'


@pytest.fixture
def empty_bank(exam_author):
    return api.create_bank(title="Empty", actor_id=exam_author.pk)


def take(bank, source, actor):
    return api.import_items(bank.uuid, source=source, actor_id=actor.pk)


def test_import_items_folder_and_archive_give_the_same_items(empty_bank, exam_author, tmp_path):
    folder = write_library(tmp_path / "lib", {"one": choice("One"), "two": choice("Two")})
    assert take(empty_bank, folder, exam_author).added == ("one", "two")
    again = take(empty_bank, archive(folder), exam_author)
    assert again.unchanged == ("one", "two") and not again.updated and not again.added
    assert ItemVersion.objects.count() == 2


def test_import_items_changed_question_becomes_the_next_version(empty_bank, exam_author, tmp_path):
    take(empty_bank, write_library(tmp_path / "a", {"one": choice("One"), "two": choice("Two")}), exam_author)
    report = take(
        empty_bank, write_library(tmp_path / "b", {"one": choice("One, better"), "two": choice("Two")}), exam_author
    )
    assert report.updated == ("one",) and report.unchanged == ("two",)
    item = Item.objects.get(key="one")
    assert item.latest_num == 2 and [version.num for version in item.versions.all()] == [1, 2]
    assert "better" not in item.versions.get(num=1).olx


def test_import_items_changed_picture_alone_becomes_the_next_version(empty_bank, exam_author, tmp_path):
    problem = {"one": choice("One", extra=PICTURE)}
    take(empty_bank, write_library(tmp_path / "a", problem, files={"plot.png": b"first"}), exam_author)
    report = take(empty_bank, write_library(tmp_path / "b", problem, files={"plot.png": b"second"}), exam_author)
    assert report.updated == ("one",)
    assert {bytes(file.content) for file in StoredFile.objects.all()} == {b"first", b"second"}


def test_import_items_same_picture_in_two_items_is_stored_once(empty_bank, exam_author, tmp_path):
    problems = {name: choice(name, extra=PICTURE) for name in ("one", "two")}
    take(empty_bank, write_library(tmp_path / "a", problems, files={"plot.png": b"same"}), exam_author)
    assert StoredFile.objects.count() == 1


def test_import_items_undeliverable_ones_are_taken_in_with_the_reason(empty_bank, exam_author, tmp_path):
    folder = write_library(
        tmp_path / "a", {"good": choice("Good"), "bad": "<problem><p>Nothing to answer</p></problem>"}
    )
    report = take(empty_bank, folder, exam_author)
    assert report.undeliverable == ("bad",) and "bad" in report.added
    item = next(item for item in api.list_items(empty_bank.uuid) if item.key == "bad")
    assert item.refusals[0].code == "no_response" and item.refusals[0].remedy
    assert api.get_bank(empty_bank.uuid).num_undeliverable == 1


def test_import_items_broken_file_is_left_out_and_named(empty_bank, exam_author, tmp_path):
    folder = write_library(tmp_path / "a", {"good": choice("Good"), "torn": "<problem><p>"})
    report = take(empty_bank, folder, exam_author)
    assert report.added == ("good",)
    assert any("torn" in entry.name for entry in report.left_out)


def test_import_items_file_too_large_for_a_row_makes_its_item_undeliverable(
    empty_bank, exam_author, tmp_path, monkeypatch
):
    from mastery_exam.services import import_items

    monkeypatch.setattr(import_items, "LARGEST_FILE", 4)
    problem = {"one": choice("One", extra=PICTURE)}
    report = take(empty_bank, write_library(tmp_path / "a", problem, files={"plot.png": b"12345"}), exam_author)
    assert report.undeliverable == ("one",) and not StoredFile.objects.exists()
    assert [refusal.code for refusal in api.list_items(empty_bank.uuid)[0].refusals] == ["file_too_large"]


def test_import_items_names_that_a_database_could_mix_up_are_left_out(empty_bank, exam_author, tmp_path):
    problems = {"sum": choice("One"), "Sum": choice("Two"), "súm": choice("Three")}
    report = take(empty_bank, write_library(tmp_path / "a", problems), exam_author)
    assert len(report.added) == 1 and len(report.left_out) == 2
    again = take(empty_bank, tmp_path / "a", exam_author)
    assert again.unchanged == report.added and len(again.left_out) == 2


def test_import_items_messy_course_keeps_what_can_be_kept(empty_bank, exam_author, request):
    folder = request.config.rootpath / "tests" / "fixtures" / "olx" / "messy_course"
    report = take(empty_bank, folder, exam_author)
    assert report.added and report.left_out
    assert len(report.added) == len(set(report.added))


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08\x00broken", b"PK\x03\x04broken"])
def test_import_items_unreadable_file_is_refused_and_changes_nothing(empty_bank, exam_author, tmp_path, content):
    file = tmp_path / "broken.tar.gz"
    file.write_bytes(content)
    with pytest.raises(OlxError):
        take(empty_bank, file, exam_author)
    assert not Item.objects.exists()


def test_import_items_unknown_bank_is_not_found(exam_author, tmp_path):
    import uuid

    with pytest.raises(BankNotFound):
        api.import_items(uuid.uuid4(), source=tmp_path, actor_id=exam_author.pk)


def test_import_library_takes_published_problems_with_their_files_and_labels(empty_bank, exam_author):
    api.set_competency(empty_bank.framework_key, key="sums", title="Sums", actor_id=exam_author.pk)
    key = "lib:Org:arithmetic"
    problem = LibraryProblem(
        "lb:Org:arithmetic:problem:one", "One", choice("One", extra=PICTURE), {"plot.png": b"plot"}, ("Sums", "Easy")
    )
    get_backend().add_library(key, title="Arithmetic", problems=[problem])
    report = api.import_library(empty_bank.uuid, library_key=key, actor_id=exam_author.pk)
    assert report.added == ("one",)
    item = api.list_items(empty_bank.uuid)[0]
    assert item.competency_key == "sums" and not item.refusals
    assert api.get_bank(empty_bank.uuid).source_key == key
    assert api.import_library(empty_bank.uuid, library_key=key, actor_id=exam_author.pk).unchanged == ("one",)


def test_import_items_reimport_keeps_mapping_and_flags(bank, exam_author, tmp_path):
    before = {item.key: (item.competency_key, item.is_practice) for item in api.list_items(bank.uuid)}
    take(bank, write_library(tmp_path / "again", {"adding_1": choice("New words")}), exam_author)
    assert {item.key: (item.competency_key, item.is_practice) for item in api.list_items(bank.uuid)} == before
