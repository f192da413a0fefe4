"""The page in a holder's offline bundle, opened from disk in a real browser: what the services made, and tampered."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from service_kinds import *  # noqa: F403 - fixtures, and those that they need

from paid_certificate.proofs.bundle import dump_json

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright's synchronous interface keeps an event loop in the thread from which the tests use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
VERDICTS = {"expired": "expired", "replaced": "revoked"}
HEADLINES = {"valid": "Valid", "expired": "Expired", "revoked": "Revoked"}


@pytest.fixture
def folders(bundles: dict[str, dict[str, bytes]], tmp_path: Path) -> dict[str, Path]:
    """Each bundle unpacked into a folder of its own."""
    found = {}
    for number, (kind, files) in enumerate(bundles.items()):
        found[kind] = tmp_path / str(number)
        found[kind].mkdir()
        for name, content in files.items():
            (found[kind] / name).write_bytes(content)
    return found


def opened(page: Page, folder: Path) -> str:
    page.goto((folder / "verifier.html").as_uri())
    return verdict(page)


def verdict(page: Page) -> str:
    page.locator("body[data-verdict]:not([data-verdict=''])").wait_for()
    return str(page.locator("body").get_attribute("data-verdict"))


def facts(page: Page) -> dict[str, str]:
    names, texts = (page.locator(f"#facts {tag}").all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(names, texts, strict=True))


def chosen(page: Page, folder: Path, document: dict[str, Any]) -> str:
    """Choose a file with `document` on the page that is open, and return what becomes of it."""
    file = folder / f"chosen-{len(list(folder.iterdir()))}.json"  # the same name again would be no change
    file.write_bytes(dump_json(document))
    page.evaluate("document.body.dataset.verdict = ''")
    page.locator("#file").set_input_files(file)
    return verdict(page)


def test_page_of_every_route_and_form_tells_how_it_stands(page: Page, folders: dict[str, Path]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for kind, folder in folders.items():
        document = json.loads((folder / "credential.json").read_text())
        expected = VERDICTS.get(kind, "valid")
        assert opened(page, folder) == expected, kind
        assert page.locator("h1").inner_text() == HEADLINES[expected]
        shown = facts(page)
        assert shown["Holder"] == document["credentialSubject"]["identifier"][0]["identityHash"]
        assert shown.get("Valid until", "") == document.get("validUntil", "")
    assert all(url.startswith("file://") for url in asked), "nothing is asked of any server"


def test_page_says_first_that_a_statement_is_no_credential(page: Page, folders: dict[str, Path]) -> None:
    for kind in ("course, statement", "checked too little"):
        opened(page, folders[kind])
        shown = facts(page)
        assert list(shown)[:2] == ["Title", "Note"]
        assert shown["Title"].startswith("Statement of accomplishment: ")
        assert "It is not endorsed by Example Institute of Mastery as a credential" in shown["Note"]
    opened(page, folders["exam"])
    assert "Note" not in facts(page), "what it is about is told once"


def test_page_refuses_each_of_them_altered(page: Page, folders: dict[str, Path]) -> None:
    for kind, folder in folders.items():
        html = (folder / "verifier.html").read_text()
        name = json.loads((folder / "credential.json").read_text())["name"]
        altered = html.replace(json.dumps(name, ensure_ascii=False), '"Master of statistics"')
        assert altered != html
        (folder / "verifier.html").write_text(altered)
        assert opened(page, folder) == "invalid", kind
        assert page.locator("#facts").is_hidden()
        (folder / "verifier.html").write_text(html)


def test_page_of_an_expired_credential_cannot_be_talked_into_a_longer_life(
    page: Page, folders: dict[str, Path]
) -> None:
    folder = folders["expired"]
    document = json.loads((folder / "credential.json").read_text())
    opened(page, folder)
    assert chosen(page, folder, document) == "expired"
    assert "Its time has passed" in page.locator("#sentence").inner_text()
    assert chosen(page, folder, document | {"validUntil": "2099-01-01T00:00:00Z"}) == "invalid"
    without_end = {name: value for name, value in document.items() if name != "validUntil"}
    assert chosen(page, folder, without_end) == "invalid"


def test_page_of_a_statement_cannot_be_talked_into_a_credential(page: Page, folders: dict[str, Path]) -> None:
    folder = folders["course, statement"]
    document = json.loads((folder / "credential.json").read_text())
    opened(page, folder)
    full_name = document["name"].removeprefix("Statement of accomplishment: ")
    assert chosen(page, folder, document | {"name": full_name}) == "invalid"
    about = document["credentialSubject"]["achievement"]["description"]
    assert chosen(page, folder, document | {"description": about}) == "invalid"
    assert chosen(page, folder, document) == "valid"
