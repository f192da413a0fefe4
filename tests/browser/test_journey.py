"""The whole journey in a browser: author, learner, operator, invigilator, registrar, and a stranger who checks."""

from __future__ import annotations

import csv
import email
import io
import json
import os
import re
import tarfile
from collections.abc import Callable
from email import policy
from pathlib import Path
from uuid import UUID

import pytest
from demo_person import fill, right_answers
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone

from paid_certificate.models import Credential
from paid_certificate.proofs.bundle import resolver_from_files
from paid_certificate.proofs.verify import Verdict, verify_document
from sandbox.loading.exams import _item_table, _ratings
from sandbox.loading.plan import DEMO, exam_plan

pytestmark = pytest.mark.django_db(transaction=True)

EXAM = "/mastery/exams/intro-statistics/"


@pytest.fixture
def go(sign_in: Callable, live_server, settings, tmp_path: Path):
    """A function that opens a path as one of the demo's people, or as a stranger."""
    settings.LMS_ROOT_URL = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    call_command("load_demo", verbosity=0)

    def open_page(username: str | None, path: str):
        if username is None:
            page = sign_in(get_user_model().objects.get(username="learner"))
            page.context.clear_cookies()
        else:
            page = sign_in(get_user_model().objects.get(username=username))
        answer = page.goto(path if path.startswith("http") else live_server.url + path)
        assert answer is not None
        assert answer.status < 400, (answer.status, path)
        assert page.locator("h1").count() == 1
        return page

    return open_page


def picture(page, name: str) -> None:
    """Keep a picture for the documentation where SUITE_SCREENSHOTS names a folder."""
    folder = os.environ.get("SUITE_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def choose(page, selector: str, text: str) -> None:
    """Choose the option of a select whose label holds `text`."""
    option = page.locator(f"{selector} option", has_text=text).first
    page.locator(selector).select_option(option.get_attribute("value"))


def test_author_builds_and_publishes_an_exam(go, tmp_path: Path) -> None:
    page = go("author", "/mastery/author/")
    page.locator("#title").fill("A bank of its own")
    press(page, "Create the bank")
    bank_url = page.url

    page.locator("#file").set_input_files(archive(tmp_path))
    press(page, "Import")
    page.get_by_text("48 items").first.wait_for(timeout=60_000)
    page.locator("summary", has_text="Import areas").click()
    page.locator("#areas-text").fill(areas_table())
    press(page, "Import areas")
    page.locator("summary", has_text="Map many items at once").click()
    page.locator("#map-text").fill(only_scored(_item_table()))
    press(page, "Map the items")

    page.goto(page.url.partition("/mastery/")[0] + "/mastery/author/")
    choose(page, "#bank", "A bank of its own")
    page.locator("#exam-title").fill("Statistics, written anew")
    page.locator("#key").fill("statistics-anew")
    press(page, "Create the exam")
    editor_url = page.url
    assert page.get_by_role("button", name="Publish exam").is_disabled()
    assert "rating" in page.locator("main").inner_text().lower()

    page.goto(bank_url)
    if page.get_by_role("button", name=re.compile("panel", re.I)).count():
        page.get_by_role("button", name=re.compile("panel", re.I)).first.click()
    page.locator("#ratings-text").fill(_ratings())
    press(page, "Import ratings")

    page.goto(editor_url)
    for area in exam_plan()["competencies"]:
        page.locator(f"[name=blueprint-{area['key']}]").fill("6")
    page.locator("[name=what_passing_shows]").fill("You can describe data and draw conclusions from it.")
    page.locator("[name=minutes]").fill("75")
    page.locator("[name=n_forms]").fill("2")
    page.locator("[name=rules]").fill("A calculator is allowed.")
    page.locator("[name=appeals]").fill("Ask a person to review the result.")
    page.locator("[name=terms_text]").fill("You sit alone.")
    page.locator("[name=terms_version]").fill("1")
    page.locator("[name=summary]").fill("Statistics once more.")
    page.locator("[name=subject]").fill("Statistics")
    press(page, "Save the draft")
    press(page, "Publish exam")
    page.get_by_role("button", name="Accept and publish").wait_for()
    press(page, "Accept and publish")
    assert "Version 1" in page.locator("main").inner_text()
    page = go(None, "/mastery/exams/statistics-anew/")
    assert "15 of the 24" in page.locator("main").inner_text()


def test_journey_from_stranger_to_credit(go, tmp_path: Path, settings) -> None:
    register_and_pay(go)
    attempt_uuid = sit(go, let_in(go))
    assert "Your result will be here by" in go("learner", f"/mastery/attempts/{attempt_uuid}/result/").inner_text(
        "main"
    )
    release(go)
    page = go("learner", f"/mastery/attempts/{attempt_uuid}/result/")
    text = page.inner_text("main")
    assert "You passed. Your score is 100. The pass mark is 60." in text
    credential = Credential.objects.get()
    page.get_by_role("link", name="Get your credential").click()
    assert "Valid" in page.inner_text("main")

    stranger_checks(go, credential, tmp_path)
    page = go("learner", "/pathways/statistics-micromasters/")
    press(page, "Join this programme")
    assert "Done: 1 of 2" in page.inner_text("main")
    transfer(go, credential, settings)


def register_and_pay(go) -> None:
    page = go(None, EXAM)
    assert "EUR 40" in page.inner_text("main")
    assert "Example University" in page.inner_text("main")
    page = go("learner", f"{EXAM}register/")
    page.locator("#legal_name").fill("Łucja Αλεξίου-Ćosić")
    page.locator("[name=accept]").check()
    press(page, "Pay EUR 40")
    press(page, "Pay EUR 40")
    assert "You do not need to pay again." in page.inner_text("main")
    page = go("operator", "/credentials/desk/")
    page.locator("[name=reference]").first.fill("BANK-2026-1")
    page.get_by_role("button", name=re.compile("^Mark .* as paid$")).click()
    assert "No invoice is open." in page.inner_text("main")


def let_in(go) -> str:
    """The invigilator confirms the learner's identity; returns the start code."""
    page = go("invigilator", "/mastery/invigilate/intro-statistics/")
    assert "Łucja Αλεξίου-Ćosić" in page.inner_text("main")
    page.locator("[name=checked]").first.check()
    press(page, "Give a start code")
    shown = page.get_by_text(re.compile("Start code: [A-Z0-9-]+")).first.inner_text()
    return re.search("Start code: ([A-Z0-9-]+)", shown).group(1)


def sit(go, code: str) -> UUID:
    """Check in, answer everything right over one lost tab, submit; returns the attempt."""
    page = go("learner", "/mastery/my/")
    page.locator("a.ms-button").first.click()
    assert "it cannot change after the start" in page.inner_text("main")
    page.locator("#start_code").fill(code)
    press(page, "Start the exam")
    assert "The clock starts when you press Start and cannot be stopped." in page.inner_text("main")
    press(page, "Start")
    page.wait_for_url(re.compile(r"/mastery/attempts/[0-9a-f-]{36}/"))
    attempt_uuid = UUID(re.search(r"attempts/([0-9a-f-]{36})", page.url).group(1))
    for position, answers in enumerate(right_answers(attempt_uuid), start=1):
        page.locator("#mx-where").filter(has_text=re.compile(rf"\b{position}\b")).wait_for()
        if position == 3:
            page.reload()
            page.locator("#mx-where").filter(has_text=re.compile(r"\d+")).wait_for()
            page.locator("#mx-navigator").get_by_role("button").nth(2).click()
        fill(page, answers)
        page.locator("#mx-saved").filter(has_text=re.compile(r"Saved \d")).wait_for()
        if position == 5:
            picture(page, "runner")
        if position < 24:
            page.locator("#mx-next").click()
    page.locator("#mx-review").click()
    page.wait_for_url(re.compile("/review/"))
    assert "24" in page.inner_text("main")
    press(page, "Submit")
    if page.get_by_role("button", name=re.compile("Submit")).count():
        page.get_by_role("button", name=re.compile("Submit")).first.click()
    page.get_by_text(re.compile("Submitted")).first.wait_for()
    return attempt_uuid


def release(go) -> None:
    page = go("author", "/mastery/author/exams/intro-statistics/results/")
    press(page, "Release the chosen results")


def stranger_checks(go, credential: Credential, tmp_path: Path) -> None:
    """By the page, by the file, and offline with nothing but the bundle."""
    page = go(None, f"/credentials/verify/{credential.uuid}/")
    assert page.locator("h1").inner_text() == "Valid"
    picture(page, "verification")
    assert "Identity: checked" in page.inner_text("main")
    assert "watched on site" in page.inner_text("main")
    page = go(None, "/credentials/verify/")
    page.locator("#text").fill(credential.document)
    press(page, "Check")
    assert page.locator("h1").inner_text() == "Valid"
    page = go(None, "/credentials/verify/")
    page.locator("#text").fill(credential.document.replace("Łucja", "Lucia"))
    press(page, "Check")
    assert "altered" in page.locator("h1").inner_text()
    call_command("export_credential", str(credential.uuid), bundle=tmp_path / "bundle")
    files = {path.name: path.read_bytes() for path in (tmp_path / "bundle").iterdir()}
    checked = verify_document(files["credential.json"], resolver_from_files(files), timezone.now())
    assert checked.verdict is Verdict.VALID
    assert json.loads(files["credential.json"])["name"].startswith("Demonstration: ")


def transfer(go, credential: Credential, settings) -> None:
    """The learner asks a university; its registrar answers without an account; the learner sees it."""
    page = go("learner", f"/transfer/where/{credential.achievement.uuid}/")
    assert "Example University" in page.inner_text("main")
    page = go("learner", f"/transfer/request/{credential.uuid}/")
    ask(page)
    request_url = page.url
    desk_url = link_in_mail(settings.EMAIL_FILE_PATH, r"https?://\S+/transfer/desk/\S+")
    page = go(None, desk_url)
    assert "Łucja Αλεξίου-Ćosić" in page.inner_text("main")
    answer(page, settings)
    page = go("learner", request_url)
    assert "STAT 1001" in page.inner_text("main")


def ask(page) -> None:
    """Choose the university, read what is sent, consent, send."""
    choose(page, "#institution", "Example University")
    press(page, "See what would be sent")
    assert "Exactly this is sent" in page.inner_text("main")
    page.locator("[name=student_id_there]").fill("S-1")
    page.locator("[name=consent]").check()
    press(page, "Send to Example University")


def answer(page, settings) -> None:
    """The registrar looks at the documents, asks for a code to the office's mailbox, and answers."""
    with page.expect_download() as transcript:
        page.get_by_role("link", name="Transcript (PDF)").click()
    assert Path(transcript.value.path()).read_bytes().startswith(b"%PDF")
    page.locator("[name=kind][value=full]").check()
    page.locator("[name=course]").fill("STAT 1001")
    page.locator("[name=credits]").fill("6")
    page.locator("[name=by_name]").fill("R. Registrar")
    page.locator("[name=by_role]").fill("Registrar")
    press(page, "Save and send me a code")
    page.locator("[name=code]").fill(link_in_mail(settings.EMAIL_FILE_PATH, r"\b[A-Z0-9]{6,10}\b"))
    press(page, "Send answer")
    assert "You answered on" in page.inner_text("main")


def link_in_mail(folder: Path, pattern: str) -> str:
    """The newest link of this shape in the mail folder."""
    found = []
    for path in sorted(Path(folder).iterdir(), key=lambda path: path.stat().st_mtime):
        for part in path.read_text(encoding="utf-8").split("-" * 79):
            message = email.message_from_string(part.strip(), policy=policy.default)
            body = message.get_body(("plain",))
            found += re.findall(pattern, body.get_content() if body else "")
    assert found, "no such mail was sent"
    return found[-1].rstrip(".,)>")


def archive(folder: Path) -> Path:
    """The demo's library as Studio exports it."""
    path = folder / "library.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        packed.add(DEMO / "library", arcname="library")
    return path


def areas_table() -> str:
    buffer = io.StringIO()
    rows = [(area["key"], area["title"], area["outcome"]) for area in exam_plan()["competencies"]]
    csv.writer(buffer).writerows([("key", "title", "outcome"), *rows])
    return buffer.getvalue()


def only_scored(table: str) -> str:
    rows = list(csv.reader(io.StringIO(table)))
    buffer = io.StringIO()
    csv.writer(buffer).writerows([rows[0], *(row for row in rows[1:] if row[2] == "scored")])
    return buffer.getvalue()
