"""The host's side in the browser: blocks start, handlers answer, Studio's forms save, pages fit in both directions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from opaque_keys.edx.keys import CourseKey

from openedx_bridge.backend import get_backend
from sandbox.models import Block, Course
from sandbox.studio.changes import ADVANCED_BLOCKS, add_block
from sandbox.studio.imports import import_folder

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEY = CourseKey.from_string("course-v1:Mastery+STAT101+2026")
DEMO_COURSE = Path(__file__).resolve().parents[2] / "sandbox" / "demo" / "course"
SignIn = Callable[[User], "Page"]


@pytest.fixture
def course(transactional_db: None, tmp_path: Path, settings: Any) -> Course:
    """The demo course."""
    settings.MEDIA_ROOT = tmp_path
    return import_folder(DEMO_COURSE, into=KEY).course


def unit_url(base: str, name: str, *, studio: bool = False) -> str:
    return f"{base}/{'studio' if studio else 'courses'}/{KEY}/units/{KEY.make_usage_key('vertical', name)}/"


def test_login_page_leads_back_to_where_the_person_was(page: Page, live_server: Any, learner: User) -> None:
    page.goto(f"{live_server.url}/mail/")
    page.get_by_label("Username").fill("learner")
    page.get_by_label("Password").fill("mastery")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Mail sent").wait_for()


def test_practice_problem_is_checked_in_the_page(
    live_server: Any, sign_in: SignIn, course: Course, learner: User
) -> None:
    get_backend().enrol(learner.pk, str(KEY))
    page = sign_in(learner)
    page.goto(unit_url(live_server.url, "dd_numbers"))
    problem = page.locator("#dd_six_values")
    field = problem.get_by_label("What is their median?")
    for answer, verdict in (("6", "Not correct. Try again."), ("7.5", "Correct.")):
        field.fill(answer)
        problem.get_by_role("button", name="Check").click()
        problem.locator(".sbx-verdict", has_text=re.compile(f"^{re.escape(verdict)}$")).wait_for()
    page.reload()
    assert field.input_value() == "7.5"
    assert get_backend().score(learner.pk, str(KEY.make_usage_key("problem", "dd_six_values"))).earned == 1


@pytest.mark.parametrize("tag", ADVANCED_BLOCKS)
def test_studio_form_that_is_refused_says_why_and_keeps_what_was_typed(
    live_server: Any, sign_in: SignIn, course: Course, author: User, tag: str
) -> None:
    get_backend().add_course_staff(author.pk, str(KEY))
    block = add_block(course.blocks.get(usage_key=KEY.make_usage_key("vertical", "dd_graphs")), tag)
    page = sign_in(author)
    open_form(page, unit_url(live_server.url, "dd_graphs", studio=True), block)
    page.get_by_label("Title", exact=True).fill("A name of our own")
    page.get_by_role("link", name="Save").click()
    page.get_by_text("Unable to update settings").wait_for()
    assert page.get_by_label("Title", exact=True).input_value() == "A name of our own"
    block.refresh_from_db()
    assert "display_name" not in block.fields


def test_studio_form_saves_and_the_preview_shows_it(
    live_server: Any, sign_in: SignIn, course: Course, capsys: pytest.CaptureFixture
) -> None:
    call_command("load_demo")
    page = sign_in(User.objects.get(username="author"))
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    for tag in ADVANCED_BLOCKS:
        block = course.blocks.get(usage_key__contains=f"type@{tag}+")
        open_form(page, unit_url(live_server.url, block.parent.usage_key.block_id, studio=True), block)
        page.get_by_label("Title", exact=True).fill(f"Our own {tag}")
        page.get_by_role("link", name="Save").click()
        page.get_by_role("heading", name="Add a block").wait_for()
        shown = page.locator(f"[id='{block.usage_key.block_id}'] .xblock").inner_text()
        assert f"Our own {tag}" in shown
        block.refresh_from_db()
        assert block.fields["display_name"] == f"Our own {tag}"
    assert failures == []


def open_form(page: Page, unit: str, block: Block) -> None:
    """Open the block's edit form from its unit in Studio."""
    page.goto(unit)
    page.locator(f"[id='{block.usage_key.block_id}']").get_by_role("link", name="Edit").click()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_in_both_directions_and_on_a_telephone(
    live_server: Any, sign_in: SignIn, course: Course, operator: User, language: str, width: int
) -> None:
    page = sign_in(operator)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/login", "/studio/", f"/courses/{KEY}/", f"/courses/{KEY}/grades/", f"/studio/{KEY}/"):
        page.goto(f"{live_server.url}{path}?lang={language}")
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, path
