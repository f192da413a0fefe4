"""The evidence route in a browser: a learner shows what they can do, an assessor approves, a stranger checks it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from evidence_stage import PDF
from strangers import stranger_by_web
from test_journey import go, picture, press

from paid_certificate import api

__all__ = ["go"]
pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Łucja Αλεξίου"


def state(page) -> str:
    return page.locator(".ms-state").first.inner_text()


def test_learner_shows_it_with_evidence_and_a_stranger_checks_the_credential(go, tmp_path: Path) -> None:
    college = stranger_by_web()
    badge, key, report = tmp_path / "badge.json", tmp_path / "did.json", tmp_path / "report.pdf"
    badge.write_text(college.text())
    key.write_text(json.dumps(college.document()))
    report.write_bytes(PDF)

    achievement = next(entry for entry in api.list_achievements() if entry.key == "introductory-statistics")
    page = go("learner", re.sub(r"^https?://[^/]+", "", achievement.url))
    page.get_by_role("link", name="Show what you can do with evidence").click()
    press(page, "Begin")
    claim_url = page.url
    assert "Not sent yet" in state(page)

    # The credential alone: its issuer's key is missing, and the page says where it should be.
    page.get_by_role("link", name="Add a credential").click()
    press(page, "Save")
    assert page.locator(".ms-errors").evaluate("each => each === document.activeElement")
    page.locator("#id_file").set_input_files(badge)
    page.locator("#id_outcomes input").first.check()
    press(page, "Save")
    card = page.locator(".ms-card").first
    assert "Not checked: the issuer's key is missing" in card.inner_text()
    assert "https://college.example.org/.well-known/did.json" in card.inner_text()
    card.get_by_role("button", name="Remove").click()
    assert "Nothing yet" in page.locator("main").inner_text()

    page.get_by_role("link", name="Add a credential").click()
    page.locator("#id_text").fill(college.text())
    page.locator("#id_support").set_input_files(key)
    page.locator("#id_outcomes input").first.check()
    press(page, "Save")
    assert "Signature valid" in page.locator(".ms-card").first.inner_text()

    press(page, "Send to Example Institute of Mastery")
    assert "Agree to who sees your evidence" in page.locator(".ms-errors").inner_text()
    page.get_by_role("link", name="Add a file").click()
    page.locator("#id_file").set_input_files(report)
    for box in page.locator("#id_outcomes input").all():
        box.check()
    page.locator("#id_title").fill("Report on a survey")
    press(page, "Save")
    page.locator("#id_holder_name").fill(NAME)
    page.locator("#id_consent").check()
    picture(page, "evidence")
    press(page, "Send to Example Institute of Mastery")
    assert "Waiting for an assessor" in state(page)

    page = go("operator", "/credentials/evidence/desk/")
    page.get_by_role("link", name=NAME).click()
    desk_url = page.url
    page.get_by_text("Ask the person something first").click()
    page.locator("#id_return-question").fill("Did you write the report alone?")
    press(page, "Send the question")

    page = go("learner", claim_url)
    assert "An assessor has a question" in state(page)
    assert "Did you write the report alone?" in page.locator("main").inner_text()
    page.locator("#id_answer").fill("Yes, alone.")
    page.locator("#id_consent").check()
    press(page, "Send to Example Institute of Mastery")

    page = go("operator", desk_url)
    assert "Yes, alone." in page.locator("main").inner_text()
    page.get_by_text("Check it with documents that you fetched yourself").click()
    page.locator('input[name="check-support"]').set_input_files(key)
    press(page, "Check again")
    assert "an assessor fetched" in page.locator(".ms-card").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download report.pdf")).click()
    assert Path(download.value.path()).read_bytes() == PDF
    for box in page.locator("#id_approve-covered input").all():
        box.check()
    page.get_by_label("Checked against an identity document").check()
    press(page, "Approve")
    assert "Say how you checked" in page.locator(".ms-errors").inner_text()
    page.locator("#id_approve-identity_how").fill("Passport seen in a video call")
    press(page, "Approve")
    assert "Approved" in state(page)

    page = go("learner", claim_url)
    assert "Approved" in state(page)
    page.get_by_role("link", name="Get your credential").click()
    checked = page.locator("main a[href*='/credentials/verify/']").first.get_attribute("href")
    page = go(None, re.sub(r"^https?://[^/]+", "", checked))
    text = page.locator("main").inner_text()
    assert NAME in text
    assert "Valid" in text
    assert "Identity: checked against an identity document." in text
    for private in ("survey", "Passport", "College", "report"):
        assert private not in text
