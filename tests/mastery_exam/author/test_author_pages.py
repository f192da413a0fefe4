"""The authors' pages without JavaScript: from an empty bank to a published exam, and every kind of wrong input."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from small_bank import JUDGES, archive, choice, keys, write_library

from mastery_exam import api
from mastery_exam.models import Bank, Exam, ExamVersion, Item
from openedx_bridge.backend import get_backend

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_of, exam_author):
    return client_of(exam_author)


def post(browser, address: str, **form):
    return browser.post(address, form, follow=True)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_author_goes_from_an_empty_bank_to_a_published_exam_with_forms_alone(
    browser, tmp_path, second_author, client_of, django_capture_on_commit_callbacks
):
    post(browser, "/mastery/author/", action="bank", title="Arithmetic", owner_org="Org")
    bank = Bank.objects.get()
    page = f"/mastery/author/banks/{bank.uuid}/"
    names = [name for members in keys().values() for name in members]
    folder = write_library(tmp_path / "lib", {name: choice(f"Question {name}") for name in names})
    upload = SimpleUploadedFile("library.tar.gz", archive(folder).read())
    assert "8 items added" in text_of(post(browser, page, action="import", file=upload))
    for key in keys():
        assert "is saved" in text_of(post(browser, page, action="area", key=key, title=key.title()))
    form = {"action": "items", "item": [str(item.uuid) for item in Item.objects.all()]}
    for item in Item.objects.all():
        form |= {f"{item.uuid}-area": item.key.split("_")[0], f"{item.uuid}-use": "scored"}
    assert "8 items were changed" in text_of(browser.post(page, form, follow=True))
    rows = "\n".join(f"{name},{judge},0.6" for name in names for judge in JUDGES)
    assert "Ratings of 8 items" in text_of(post(browser, page, action="ratings", text=f"item,judge,rating\n{rows}"))
    workbench = f"{page}panels/1/"
    assert "A second person" in text_of(post(browser, workbench, action="release"))
    assert "may now read" in text_of(post(browser, page, action="author", username="second_author"))
    assert "released by two people" in text_of(post(client_of(second_author), workbench, action="release"))

    post(browser, "/mastery/author/", action="exam", key="arithmetic", title="Arithmetic", bank=str(bank.uuid))
    editor = "/mastery/author/exams/arithmetic/"
    assert "Add your first area." in text_of(browser.get(editor))
    saved = post(
        browser, editor, action="settings", what_passing_shows="Can count.", minutes="60", n_forms="2",
        terms_text="Be honest.", terms_version="1", **{"blueprint-adding": "2", "blueprint-times": "2"},
    )  # fmt: skip
    assert "Nothing blocks publishing." in text_of(saved)
    assert "Marks needed" in text_of(browser.get(f"{editor}?forms=1"))
    with django_capture_on_commit_callbacks(execute=True):
        waits = post(browser, editor, action="publish")
    assert waits.redirect_chain[-1][0] == f"{editor}simulation/" and "is being simulated first" in text_of(waits)
    assert not ExamVersion.objects.exists()
    report = text_of(browser.get(f"{editor}simulation/"))
    assert "It can be published." in report and "Accept and publish" in report
    done = text_of(post(browser, editor, action="publish"))
    assert "Version 1 is published." in done and "are frozen" in done and "0 people are registered on it." in done
    assert api.get_exam("arithmetic").pass_mark.provisional is False


def test_editor_refusals_name_item_and_remedy_on_top(browser, bank, exam_key, exam_author, tmp_path):
    image = '<img src="/static/a.png"/>'
    folder = write_library(tmp_path / "bad", {"adding_1": choice("Look", extra=image)}, files={"a.png": b"x"})
    api.import_items(bank.uuid, source=folder, actor_id=exam_author.pk)
    page = text_of(browser.get(f"/mastery/author/exams/{exam_key}/"))
    assert page.index("1 thing blocks publishing") < page.index("Areas and weights")
    assert '<a href="#item-adding_1"' in page and "has no alternative text" in page
    refused = post(browser, f"/mastery/author/exams/{exam_key}/", action="publish")
    assert refused.status_code == 409 and "was not published" in text_of(refused)
    assert not ExamVersion.objects.exists()


def test_editor_wrong_values_are_kept_named_and_linked(browser, exam_key):
    response = post(
        browser, f"/mastery/author/exams/{exam_key}/", action="settings", title="Kept words", minutes="soon",
        summary="Also kept", **{"blueprint-adding": "7", "blueprint-times": "2"},
    )  # fmt: skip
    page = text_of(response)
    assert response.status_code == 400
    assert 'role="alert"' in page and '<a href="#minutes">' in page and 'value="soon"' in page
    assert "Kept words" in page and "Also kept" in page and 'value="7"' in page
    assert Exam.objects.get().title == "Arithmetic"


def test_editor_unchecked_approval_is_saved_as_no(browser, exam_key, exam_author):
    api.update_exam(exam_key, actor_id=exam_author.pk, approval_required=True)
    post(browser, f"/mastery/author/exams/{exam_key}/", action="settings", approval_shown="1")
    assert api.get_draft(exam_key).settings["approval_required"] is False


def test_editor_withdraws_with_a_successor(browser, exam_key, exam_author):
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    address = f"/mastery/author/exams/{exam_key}/"
    wrong = post(browser, address, action="withdraw", reason="Old.", successor="ghost")
    assert wrong.status_code == 404 and "ghost" in text_of(wrong)
    assert "is withdrawn" in text_of(post(browser, address, action="withdraw", reason="Old."))
    assert "cannot be changed" in text_of(post(browser, address, action="settings", title="New"))


@pytest.mark.parametrize(
    ("form", "status", "word"),
    [
        ({"action": "import"}, 400, "Choose a file"),
        ({"action": "import", "file": SimpleUploadedFile("x.tar.gz", b"no archive")}, 400, ""),
        ({"action": "import-library", "library_key": "nonsense"}, 400, "nonsense"),
        ({"action": "area", "key": "Not A Key", "title": "x"}, 400, "small letters"),
        ({"action": "remove-area", "key": "ghost"}, 404, "ghost"),
        ({"action": "remove-area", "key": "adding"}, 400, "mapped"),
        ({"action": "import-areas", "text": "{"}, 400, "not JSON"),
        ({"action": "map-items", "text": "item,use\nghost,scored"}, 400, "Line 2"),
        ({"action": "ratings", "text": "item,judge,rating\nadding_1,A,2"}, 400, "Line 2"),
        ({"action": "author", "username": "nobody-here"}, 400, "nobody with this username"),
        ({"action": "no-such-action"}, 400, "not known any more"),
        ({}, 400, "not known any more"),
    ],
    ids=lambda value: value.get("action", "none") if isinstance(value, dict) else None,
)
def test_bank_page_wrong_input_says_what_to_do_and_changes_nothing(browser, bank, form, status, word):
    for value in form.values():
        if hasattr(value, "seek"):
            value.seek(0)
    before = api.list_items(bank.uuid)
    response = browser.post(f"/mastery/author/banks/{bank.uuid}/", form)
    assert response.status_code == status and word in text_of(response)
    assert api.list_items(bank.uuid) == before


def test_bank_page_pasted_table_is_kept_when_it_is_refused(browser, bank):
    table = "item,judge,rating\nadding_1,Judge A,7"
    page = browser.post(f"/mastery/author/banks/{bank.uuid}/", {"action": "ratings", "text": table}).content.decode()
    assert table in page


def test_bank_page_file_over_the_operators_limit_is_refused(browser, bank, settings):
    settings.MASTERY_EXAM_UPLOAD_MB = 0
    upload = SimpleUploadedFile("library.tar.gz", b"x" * 10)
    response = browser.post(f"/mastery/author/banks/{bank.uuid}/", {"action": "import", "file": upload})
    assert response.status_code == 400 and "larger than 0 MB" in text_of(response)


def test_bank_page_import_names_what_was_left_out_once(browser, bank, tmp_path):
    folder = write_library(tmp_path / "torn", {"fine": choice("Fine"), "torn": "<problem><p>"})
    upload = SimpleUploadedFile("library.tar.gz", archive(folder).read())
    address = f"/mastery/author/banks/{bank.uuid}/"
    assert "torn" in text_of(post(browser, address, action="import", file=upload))
    assert "left out of the import" not in text_of(browser.get(address))


def test_bank_page_saving_untouched_items_changes_nothing(browser, bank):
    page = f"/mastery/author/banks/{bank.uuid}/"
    form = {"action": "items", "item": []}
    for item in api.list_items(bank.uuid):
        form["item"].append(str(item.uuid))
        use = "practice" if item.is_practice else "scored"
        form |= {f"{item.uuid}-area": item.competency_key or "", f"{item.uuid}-use": use}
    assert "0 items were changed" in text_of(browser.post(page, form, follow=True))


def test_authors_pages_show_no_item_text_or_key(browser, bank, exam_key):
    """The table names items; their questions and answers stay in the problem editor."""
    for address in (f"/mastery/author/banks/{bank.uuid}/", f"/mastery/author/exams/{exam_key}/"):
        assert "correct" not in browser.get(address).content.decode()


def test_bank_page_imports_a_library_by_its_key(browser, bank, exam_author):
    from openedx_bridge.data import LibraryProblem

    problem = LibraryProblem("lb:Org:more:problem:extra", "Extra", choice("Extra"))
    get_backend().add_library("lib:Org:more", title="More", problems=[problem])
    get_backend().allow_library(exam_author.pk, "lib:Org:more")
    page = post(browser, f"/mastery/author/banks/{bank.uuid}/", action="import-library", library_key="lib:Org:more")
    assert "1 items added" in text_of(page) and "extra" in text_of(page)
