"""Sitting an exam as a browser does: its pages for the way in and out, its REST API for the items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse
from lxml import html
from platform_exam import PublishedExam, right_answer
from platform_stage import PASSWORD

REST = "/api/mastery_exam/v1"


class Sitter:
    """One person with one browser."""

    def __init__(self, user: Any, exam: PublishedExam) -> None:
        self.user = user
        self.exam = exam
        self.client = Client()
        assert self.client.login(username=user.username, password=PASSWORD)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def register(self) -> str:
        """Register through the page; returns the registration's uuid."""
        form = {"legal_name": "Out Sider", "terms_version": self.exam.terms_version, "accept": "on"}
        answer = self.client.post(reverse("mastery_exam:register", args=[self.exam.key]), form)
        assert answer.status_code == 302, answer.content
        found = self.client.get(f"{REST}/registrations/").json()
        return (found["results"] if isinstance(found, dict) else found)[0]["uuid"]

    def start(self, registration_uuid: str) -> str:
        """Check in and start; returns the attempt's uuid."""
        page = reverse("mastery_exam:check-in", args=[registration_uuid])
        assert self.client.get(page).status_code == 200
        answer = self.client.post(page, {"action": "start"})
        assert answer.status_code == 302, answer.content
        return answer["Location"].rstrip("/").rsplit("/", 1)[-1]

    def answer_all(self, attempt_uuid: str, choose: Callable[[str], str] = right_answer) -> list[str]:
        """Answer every item; returns the pages of the items as they were shown."""
        items = f"{REST}/attempts/{attempt_uuid}/"
        shown = []
        for entry in self.client.get(items).json()["items"]:
            item = self.client.get(f"{items}items/{entry['position']}/").json()
            shown.append(item["html"])
            tree = html.fromstring(item["html"])
            (field,) = item["inputs"]
            value = choose(tree.text_content())
            if field["kind"] == "choice":
                value = _value_of(tree, value)
            sent = {"client_seq": entry["next_seq"], "answers": {field["name"]: value}}
            saved = self.client.post(
                f"{items}items/{entry['position']}/answers/", sent, content_type="application/json"
            )
            assert saved.status_code == 200 and not saved.json()["malformed"], saved.content
        return shown

    def submit(self, attempt_uuid: str) -> None:
        """Submit through the review page."""
        review = reverse("mastery_exam:review", args=[attempt_uuid])
        assert self.client.get(review).status_code == 200
        answer = self.client.post(review, {"confirmed": "1"})
        assert answer.status_code == 302, answer.content

    def result(self, attempt_uuid: str) -> str:
        """The result page as the person sees it now."""
        page = self.client.get(reverse("mastery_exam:result", args=[attempt_uuid]))
        assert page.status_code == 200
        return page.content.decode()

    def sit(self, choose: Callable[[str], str] = right_answer) -> str:
        """The whole way from registering to handing in; returns the attempt's uuid."""
        attempt_uuid = self.start(self.register())
        self.answer_all(attempt_uuid, choose)
        self.submit(attempt_uuid)
        return attempt_uuid


def _value_of(item: Any, chosen: str) -> str:
    """The value of the choice with this text."""
    (label,) = [label for label in item.iter("label") if chosen in label.text_content()]
    control = label.find(".//input")
    if control is None:
        control = item.get_element_by_id(label.get("for"))
    return control.get("value")
