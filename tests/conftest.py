"""What every test may ask for: people, their logins, the reference data, and a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from playwright.sync_api import Browser, Page

REPO = Path(__file__).resolve().parents[1]
SHARED = REPO / ".." / "shared"
SCREENSHOTS = REPO / "var" / "screenshots"
CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "mastery"


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """A function that creates an active user; the e-mail address follows the username."""

    def make(username: str, **fields: object) -> User:
        email = fields.pop("email", f"{username}@example.org")
        return get_user_model().objects.create_user(username, email=email, password=PASSWORD, **fields)

    return make


@pytest.fixture
def learner(make_user: Callable[..., User]) -> User:
    """Somebody who is in no course."""
    return make_user("learner", first_name="Test", last_name="Learner")


@pytest.fixture
def other_learner(make_user: Callable[..., User]) -> User:
    """Somebody else who is in no course."""
    return make_user("other_learner")


@pytest.fixture
def author(make_user: Callable[..., User]) -> User:
    """A person with no rights yet; put them on a team, or let them create courses, through the host's backend."""
    return make_user("author")


@pytest.fixture
def operator(make_user: Callable[..., User]) -> User:
    """Staff of the whole site."""
    return make_user("operator", is_staff=True)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A function that gives a test client logged in as a user."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("skipped: reference data not present")
    return SHARED.resolve()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run; skips by name where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh window of 1280 by 900; a failing test leaves its screenshot in var/screenshots."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/Madrid")
    window = context.new_page()
    window.set_default_timeout(15_000)
    yield window
    report = getattr(request.node, "call_report", None)
    if report is not None and report.failed and not window.is_closed():
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "_", request.node.nodeid)
        window.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Leave the outcome of the test's body where its fixtures can see it."""
    report = yield
    if report.when == "call":
        item.call_report = report
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run take a part of the modules."""
    parser.addoption(
        "--part", metavar="K/N", help="run every Nth module of tests, from the Kth on; such as 1/2 and 2/2"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out other parts; and give a test that drives a browser a second chance when it waited too long."""
    if part := config.getoption("--part"):
        first, step = map(int, part.split("/"))
        modules = sorted({item.path for item in items})[first - 1 :: step]
        config.hook.pytest_deselected(items=[item for item in items if item.path not in modules])
        items[:] = [item for item in items if item.path in modules]
    for item in items:
        if {"page", "chromium"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))
