"""A judge's rating is saved while it is typed, and not lost without a connection; Enter alone confirms it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from panels import begin
from small_bank import build_bank

from mastery_exam import api
from mastery_exam.models import Rating

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def judging(author: Any, learner: Any, tmp_path: Path, sign_in: Callable, live_server: Any) -> dict[str, Any]:
    """A judge's first question in a first round."""
    bank = build_bank(tmp_path, author.pk)
    panel = begin(bank, author, [learner])
    address = f"{live_server.url}/mastery/judging/{panel.uuid}/questions/1/"
    page = sign_in(learner)
    page.goto(address)
    return {"page": page, "address": address, "bank": bank, "author": author, "panel": panel}


def values(panel: Any) -> list[str]:
    rows = Rating.objects.filter(panel=panel, item__key="adding_1").order_by("panel_round")
    return [str(row.value) for row in rows]


def said(page: Page, words: str) -> None:
    page.wait_for_function("words => document.getElementById('saved').textContent.includes(words)", arg=words)


def test_rating_is_saved_while_it_is_typed(judging: dict[str, Any]) -> None:
    page = judging["page"]
    page.keyboard.type("62.5")
    said(page, "Saved")
    assert values(judging["panel"]) == ["0.6250"]


def test_rating_typed_without_a_connection_is_sent_later_even_after_the_page_was_left(judging: dict[str, Any]) -> None:
    page = judging["page"]
    page.route("**/rating/", lambda route: route.abort())
    page.keyboard.type("70")
    said(page, "kept on this device")
    page.keyboard.press("Enter")
    said(page, "kept on this device")
    assert page.url == judging["address"] and values(judging["panel"]) == []
    page.goto(f"{judging['address']}../2/")
    page.unroute("**/rating/")
    page.goto(judging["address"])
    said(page, "Saved")
    assert page.locator("#percent").input_value() == "70" and values(judging["panel"]) == ["0.7000"]


def test_enter_alone_confirms_the_rating_of_the_round_before_and_looking_does_not(judging: dict[str, Any]) -> None:
    page = judging["page"]
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/2/")
    api.close_round(judging["bank"].uuid, actor_id=judging["author"].pk)
    api.open_round(judging["bank"].uuid, actor_id=judging["author"].pk)
    page.goto(judging["address"])
    page.keyboard.press("Tab")
    page.goto(f"{judging['address']}../2/")
    assert values(judging["panel"]) == ["0.4000"]
    page.goto(judging["address"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/2/")
    assert values(judging["panel"]) == ["0.4000", "0.4000"]
