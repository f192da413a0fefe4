"""Every screen against WCAG 2.2 A and AA, in light and dark, on a narrow telephone, and from right to left.

axe-core finds what rules can find. What it cannot (whether words make sense) is tested by reading in the other tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from demo_stage import AXE, DEVICE, Screen, screens
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command

from mastery_exam.pages.devices import COOKIE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(900)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_BYTES = 30_000
# Pages of the host, whose looks the platform decides; our part of them is inside a block.
HOST = ("/courses/", "/studio/")
RUN_AXE = """async ([tags, rules, inside]) => {
  const only = rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags};
  const found = await axe.run(document.querySelector(inside), {runOnly: only, resultTypes: ["violations"]});
  return found.violations.flatMap(each => each.nodes.map(node =>
    `${each.id}: ${node.target.join(" ")}: ${node.failureSummary.split("\\n").slice(1, 3).join(" ").trim()}`));
}"""
PRIMARY = """() => {
  const seen = [...document.querySelectorAll("main .ms-button:not(.ms-button--quiet)")]
    .filter(each => each.checkVisibility({checkVisibilityCSS: true}));
  const regions = new Map();
  for (const each of seen) {
    const region = each.closest("form, dialog, details, .ms-card") || document.querySelector("main");
    regions.set(region, [...(regions.get(region) || []), each.textContent.trim()]);
  }
  return [...regions.values()].filter(names => names.length > 1).map(names => names.join(" | "));
}"""
OWN_BYTES = """async () => {
  const addresses = [...document.querySelectorAll("link[rel=stylesheet], script[src]")]
    .map(each => each.href || each.src).filter(each => !/sandbox|admin/.test(new URL(each).pathname));
  const texts = await Promise.all(addresses.map(async each => (await fetch(each)).text()));
  return texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
}"""


@pytest.fixture
def look(page: Page, sign_in: Callable, live_server: Any, settings: Any) -> Callable[..., Page]:
    """A function that opens a screen as whoever it is for, from left to right unless `lang` says otherwise."""
    settings.LMS_ROOT_URL = live_server.url
    settings.PAID_CERTIFICATE_PUBLIC_BASE_URL = "https://mastery.example.org"
    settings.PAID_CERTIFICATE_JWT = True  # so that pages lead to the token too
    call_command("load_demo", verbosity=0)
    people = {user.username: user for user in get_user_model().objects.all()}
    seated: list[str | None] = [""]

    def go(screen: Screen, lang: str = "en") -> Page:
        cache.clear()
        if seated[0] != screen.who:
            sign_in(people[screen.who or "learner"])
            if screen.who is None:
                page.context.clear_cookies()
            page.context.add_cookies([{"name": COOKIE, "value": DEVICE, "url": live_server.url}])
            seated[0] = screen.who
        joint = "&" if "?" in screen.path else "?"
        page.goto(f"{live_server.url}{screen.path}{joint}lang={lang}", wait_until="load")
        if screen.press:
            page.click(screen.press)
        return page

    return go


def test_every_screen_is_accessible(look: Callable[..., Page]) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm install --prefix tests/browser --no-package-lock")
    found = []
    for screen in screens():
        page = look(screen)
        page.set_viewport_size({"width": 1280, "height": 900})
        found += [f"{screen.name}: {text}" for text in complaints(page, screen)]
    assert not found, "\n".join(["", *found])


def complaints(page: Page, screen: Screen) -> Iterator[str]:
    """What is wrong with the screen that is shown."""
    is_host = screen.path.startswith(HOST)
    inside = ".xblock" if is_host else "html"
    page.add_script_tag(path=AXE)
    if page.locator(inside).count() == 0:
        yield f"nothing to look at in {inside}"
        return
    yield from page.evaluate(RUN_AXE, [TAGS, [], inside])
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {text}" for text in page.evaluate(RUN_AXE, [TAGS, ["color-contrast"], inside]))
    page.emulate_media(color_scheme="light")
    if not is_host:
        count = page.locator("h1").count()
        if count != 1:
            yield f"{count} h1"
        yield from (f"more than one primary button: {names}" for names in page.evaluate(PRIMARY))
        size = page.evaluate(OWN_BYTES)
        if size >= MOST_BYTES and screen.who is None:
            yield f"{size} bytes of our own CSS and JavaScript"


def test_every_screen_fits_a_telephone_in_both_directions(look: Callable[..., Page]) -> None:
    found = []
    for screen in screens():
        for lang, direction in (("en", "ltr"), ("ar", "rtl")):
            page = look(screen, lang)
            page.set_viewport_size({"width": 320, "height": 640})
            width = page.evaluate("document.scrollingElement.scrollWidth")
            if width > 320:
                found.append(f"{screen.name} ({lang}) is {width} px wide: {widest(page)}")
            if page.locator("html").get_attribute("dir") != direction:
                found.append(f"{screen.name} ({lang}) does not run {direction}")
    assert not found, "\n".join(["", *found])


def widest(page: Page) -> str:
    """The innermost element that sticks out of the page."""
    return page.evaluate("""() => {
      const out = [...document.querySelectorAll("body *")].filter(each => {
        const box = each.getBoundingClientRect();
        const sticksOut = box.right > innerWidth + 1 || box.left < -1;
        return sticksOut && box.width > 1 && !each.closest(".ms-scroll, .ms-hidden, .ms-skip");
      });
      const last = out.filter(each => ![...each.children].some(child => out.includes(child)))[0];
      return last ? `${last.tagName}.${last.className} ${last.textContent.trim().slice(0, 60)}` : "?";
    }""")
