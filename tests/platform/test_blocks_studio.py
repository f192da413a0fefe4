"""The four blocks in Studio: created, edited and published by the course team, and closed to everybody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from block_cases import CASES, BlockCase
from bridge_contract import COURSE
from django.conf import settings
from django.test import Client
from opaque_keys.edx.keys import CourseKey, UsageKey
from platform_exam import offer_credential, publish_from_course
from platform_stage import logged_in
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import modulestore

from mastery_exam import api as exams
from openedx_bridge import api as bridge

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.skipif(settings.ROOT_URLCONF == "lms.urls", reason="is about Studio"),
]
EACH_BLOCK = pytest.mark.parametrize("case", CASES, ids=lambda case: case.tag)
JSON = {"content_type": "application/json", "HTTP_ACCEPT": "application/json"}


@pytest.fixture
def exam(stage: Any, tmp_path: Path) -> Any:
    made = publish_from_course(stage, stage.user("exam_author"), tmp_path)
    offer_credential(stage.user("operator", is_staff=True))
    return made


@pytest.fixture
def author(stage: Any, exam: Any) -> Client:
    """Somebody on the course's team, logged in to Studio."""
    stage.course(COURSE, "Statistics")
    user = stage.user("course_author")
    stage.add_course_staff(user, COURSE)
    return logged_in(user)


@pytest.fixture
def unit(stage: Any, author: Client) -> Any:
    return stage.unit(COURSE, "Exam")


@pytest.fixture
def stranger(stage: Any, exam: Any) -> Client:
    """Somebody with an account and nothing else."""
    return logged_in(stage.user("stranger"))


def create(client: Client, unit: Any, tag: str) -> str:
    """Add a block to the unit as Studio's page does; returns its usage key."""
    sent = json.dumps({"parent_locator": str(unit.location), "category": tag})
    answer = client.post("/xblock/", sent, **JSON)
    assert answer.status_code == 200, answer.content
    return answer.json()["locator"]


def save(client: Client, usage_key: str, values: dict[str, Any]) -> Any:
    """Save the block's form."""
    sent = json.dumps({"values": values, "defaults": []})
    return client.post(f"/xblock/{usage_key}/handler/submit_studio_edits", sent, **JSON)


def stored(usage_key: str, branch: str) -> Any:
    """The block as the course store holds it in a branch."""
    with modulestore().branch_setting(branch, CourseKey.from_string(COURSE)):
        return modulestore().get_item(UsageKey.from_string(usage_key))


@EACH_BLOCK
def test_block_is_created_edited_and_published(author: Client, unit: Any, case: BlockCase) -> None:
    usage_key = create(author, unit, case.tag)
    form = author.get(f"/xblock/{usage_key}/studio_view", HTTP_ACCEPT="application/json")
    assert form.status_code == 200 and case.value in form.json()["html"]
    saved = save(author, usage_key, {case.field: case.value})
    assert saved.status_code == 200, saved.content
    assert getattr(stored(usage_key, ModuleStoreEnum.Branch.draft_preferred), case.field) == case.value
    published = author.post(f"/xblock/{unit.location}", json.dumps({"publish": "make_public"}), **JSON)
    assert published.status_code == 200
    assert getattr(stored(usage_key, ModuleStoreEnum.Branch.published_only), case.field) == case.value


@EACH_BLOCK
def test_block_shows_the_author_what_a_learner_sees(author: Client, unit: Any, case: BlockCase) -> None:
    usage_key = create(author, unit, case.tag)
    before = author.get(f"/xblock/{usage_key}/author_view", HTTP_ACCEPT="application/json").json()["html"]
    assert "chosen" in before
    save(author, usage_key, {case.field: case.value})
    after = author.get(f"/xblock/{usage_key}/author_view", HTTP_ACCEPT="application/json").json()["html"]
    assert case.shown in after and "chosen" not in after


@EACH_BLOCK
def test_block_refuses_a_key_of_nothing(author: Client, unit: Any, case: BlockCase) -> None:
    usage_key = create(author, unit, case.tag)
    assert save(author, usage_key, {case.field: "no-such-thing"}).status_code == 400
    assert getattr(stored(usage_key, ModuleStoreEnum.Branch.draft_preferred), case.field) == ""


@EACH_BLOCK
def test_stranger_gets_nothing_from_any_handler_of_studio(
    author: Client, unit: Any, stranger: Client, exam: Any, case: BlockCase
) -> None:
    usage_key = create(author, unit, case.tag)
    save(author, usage_key, {case.field: case.value})
    assert case.handlers
    for handler in case.handlers:
        for prefix in ("/xblock", "/preview/xblock"):
            sent = json.dumps({"values": {case.field: case.value, "display_name": "changed"}, "defaults": []})
            answer = stranger.post(f"{prefix}/{usage_key}/handler/{handler}", sent, **JSON)
            assert answer.status_code in (403, 404), (prefix, handler, answer.content)
            assert not any(secret in answer.content.decode() for secret in exam.secrets)
    block = stored(usage_key, ModuleStoreEnum.Branch.draft_preferred)
    assert getattr(block, case.field) == case.value and block.display_name != "changed"


@EACH_BLOCK
def test_stranger_gets_no_form_and_no_list_of_keys(
    author: Client, unit: Any, stranger: Client, case: BlockCase
) -> None:
    usage_key = create(author, unit, case.tag)
    for view in ("studio_view", "author_view", "container_preview"):
        answer = stranger.get(f"/xblock/{usage_key}/{view}", HTTP_ACCEPT="application/json")
        assert answer.status_code == 403, (view, answer.status_code)


def test_duplicate_of_an_exam_block_is_a_reference_that_scores_nothing_yet(author: Client, unit: Any) -> None:
    case = CASES[0]
    usage_key = create(author, unit, case.tag)
    save(author, usage_key, {case.field: case.value})
    sent = json.dumps({"parent_locator": str(unit.location), "duplicate_source_locator": usage_key})
    twin = author.post("/xblock/", sent, **JSON).json()["locator"]
    assert getattr(stored(twin, ModuleStoreEnum.Branch.draft_preferred), case.field) == case.value
    assert exams.find_placement(usage_key).exam_key == case.value
    assert exams.find_placement(twin) is None
    shown = author.get(f"/xblock/{twin}/author_view", HTTP_ACCEPT="application/json").json()["html"]
    assert "copied or imported" in shown


def test_exported_course_names_the_exam_by_its_key_only(author: Client, unit: Any, tmp_path: Path) -> None:
    for case in CASES:
        save(author, create(author, unit, case.tag), {case.field: case.value})
    author.post(f"/xblock/{unit.location}", json.dumps({"publish": "make_public"}), **JSON)
    folder = bridge.export_course_olx(COURSE, target_dir=tmp_path / "out")
    written = "".join(path.read_text() for path in folder.rglob("*.xml"))
    for case in CASES:
        assert f"<{case.tag}" in written
    assert f'exam_key="{CASES[0].value}"' in written and "block-v1:" not in written
