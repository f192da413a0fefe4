"""What a course team does in Studio: add, edit, duplicate, delete, rerun."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from opaque_keys.edx.keys import CourseKey
from openedx_events.content_authoring.signals import XBLOCK_DELETED, XBLOCK_DUPLICATED

from openedx_bridge.backend import get_backend
from sandbox.models import Block, Course
from sandbox.studio import changes

ClientOf = Callable[[User], Client]


@pytest.fixture
def team(client_of: ClientOf, course: Course, author: User) -> Client:
    """The course team's client."""
    get_backend().add_course_staff(author.pk, str(course.key))
    return client_of(author)


def address(name: str, block: Block) -> str:
    return reverse(f"sandbox:{name}", kwargs={"course": str(block.course.key), "usage": str(block.usage_key)})


def test_add_unit_puts_it_last_in_its_section_and_opens_it(team: Client, course: Course, unit: Block) -> None:
    url = reverse("sandbox:studio-course", kwargs={"course": str(course.key)})
    answer = team.post(url, {"section": str(unit.parent.usage_key), "title": "One more"})
    new = unit.parent.children.last()
    assert new.title == "One more"
    assert answer["Location"] == address("studio-unit", new)
    assert "This unit is empty" in team.get(answer["Location"]).text


@pytest.mark.parametrize("section", ["", "block-v1:A+B+C+type@sequential+block@x", "chapter"])
def test_add_unit_outside_of_a_section_is_not_found(team: Client, course: Course, unit: Block, section: str) -> None:
    if section == "chapter":
        section = str(unit.parent.parent.usage_key)
    url = reverse("sandbox:studio-course", kwargs={"course": str(course.key)})
    before = course.blocks.count()
    assert team.post(url, {"section": section, "title": "x"}).status_code == 404
    assert course.blocks.count() == before


@pytest.mark.parametrize("block_type", changes.ADVANCED_BLOCKS)
def test_add_block_puts_it_last_and_opens_its_form(team: Client, unit: Block, block_type: str) -> None:
    answer = team.post(address("studio-unit", unit), {"block_type": block_type})
    new = unit.children.last()
    assert new.block_type == block_type
    assert answer.status_code == 302 and "?edit=" in answer["Location"]
    page = team.get(answer["Location"]).text
    assert f'data-usage-id="{new.usage_key}"' in page
    assert "could not be shown" not in page


def test_add_block_that_is_not_in_the_menu_is_refused(team: Client, unit: Block) -> None:
    before = unit.children.count()
    page = team.post(address("studio-unit", unit), {"block_type": "lti"}, follow=True).text
    assert "not in the advanced menu" in page
    assert unit.children.count() == before


def test_duplicate_stands_right_after_the_block_with_its_fields(
    team: Client, unit: Block, django_capture_on_commit_callbacks: Callable
) -> None:
    first = unit.children.first()
    heard: list = []
    XBLOCK_DUPLICATED.connect(lambda xblock_info, **kwargs: heard.append(xblock_info), weak=False, dispatch_uid="test")
    with django_capture_on_commit_callbacks(execute=True):
        team.post(address("studio-block", first), {"action": "duplicate"})
    XBLOCK_DUPLICATED.disconnect(dispatch_uid="test")
    ordered = list(unit.children.all())
    assert [block.position for block in ordered] == sorted({block.position for block in ordered})
    assert ordered[1].usage_key != first.usage_key
    assert ordered[1].fields == first.fields
    assert [(info.usage_key, info.source_usage_key) for info in heard] == [(ordered[1].usage_key, first.usage_key)]


def test_delete_removes_the_block_and_says_so(
    team: Client, unit: Block, django_capture_on_commit_callbacks: Callable
) -> None:
    first = unit.children.first()
    heard: list = []
    XBLOCK_DELETED.connect(
        lambda xblock_info, **kwargs: heard.append(xblock_info.usage_key), weak=False, dispatch_uid="t"
    )
    with django_capture_on_commit_callbacks(execute=True):
        team.post(address("studio-block", first), {"action": "delete"})
    XBLOCK_DELETED.disconnect(dispatch_uid="t")
    assert not Block.objects.filter(pk=first.pk).exists()
    assert heard == [first.usage_key]


@pytest.mark.parametrize("action", ["duplicate", "delete"])
def test_changes_are_for_the_course_team(client_of: ClientOf, unit: Block, learner: User, action: str) -> None:
    first = unit.children.first()
    before = unit.children.count()
    assert client_of(learner).post(address("studio-block", first), {"action": action}).status_code == 403
    assert client_of(learner).post(address("studio-unit", unit), {"block_type": "mastery-exam"}).status_code == 403
    assert unit.children.count() == before


def test_rerun_copies_the_tree_under_new_keys(team: Client, course: Course) -> None:
    team.post(reverse("sandbox:studio-rerun", kwargs={"course": str(course.key)}), {"run": "2027"})
    new = Course.objects.get(key=CourseKey.from_string("course-v1:Mastery+STAT101+2027"))
    assert new.blocks.count() == course.blocks.count()
    exam = new.blocks.get(usage_key__contains="type@mastery-exam")
    old = course.blocks.get(usage_key__contains="type@mastery-exam")
    assert exam.fields == old.fields and exam.usage_key.course_key == new.key
    assert exam.parent.usage_key.course_key == new.key


@pytest.mark.parametrize(
    ("run", "message"), [("2026", "There is a run"), ("", "Name the new run"), ("/../", "Name the")]
)
def test_rerun_under_a_bad_name_is_refused(team: Client, course: Course, run: str, message: str) -> None:
    url = reverse("sandbox:studio-rerun", kwargs={"course": str(course.key)})
    page = team.post(url, {"run": run}, follow=True).text
    assert message in page
    assert Course.objects.count() == 1
