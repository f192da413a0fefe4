"""OLX round trips, and what becomes of a block that is copied, run again, imported or deleted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree
from mastery_sittings import decided
from opaque_keys.edx.keys import CourseKey
from studio_blocks import CASES, every_block, load, send, shown
from xblock.fields import ScopeIds, UserScope

from mastery_exam import api as exams
from mastery_exam.models import Exam, ExamVersion
from openedx_bridge.backend import get_backend
from sandbox.models import Block
from sandbox.runtime.host import SandboxRuntime
from sandbox.studio.changes import delete_block, duplicate_block, rerun_course
from sandbox.studio.export import write_course
from sandbox.studio.imports import import_folder

EXAM = CASES[0]
GOLDEN = Path(__file__).parent / "golden"
UNLINKED = "no score reaches this course's gradebook until you edit the block and save it"
Place = Callable[..., Block]


@pytest.fixture
def linked(place: Place, client: Client, team: User) -> Block:
    """A block of the exam that its team has saved."""
    row = place(EXAM)
    client.force_login(team)
    assert send(client, row, {"values": {"exam_key": EXAM.key}}).status_code == 200
    return row


def olx_of(row: Block) -> str:
    node = etree.Element(row.block_type)
    load(row, mode="studio").add_xml_to_node(node)
    return etree.tostring(node, encoding="unicode", pretty_print=True)


def warnings_of(row: Block) -> list[str]:
    return [message.text for message in load(row, mode="studio").validate().messages]


@every_block
def test_olx_is_the_golden_file(place: Place, case: Any) -> None:
    fields = {case.field: case.key, "display_name": "Ein Titel: “Ćosić & <b>李</b>”"}
    written = olx_of(place(case, **fields | ({"weight": 2.5} if case is EXAM else {})))
    path = GOLDEN / f"{case.tag}.xml"
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


@every_block
def test_golden_file_is_read_back_without_loss(place: Place, case: Any) -> None:
    row = place(case, display_name="before")
    runtime = SandboxRuntime(User(), row.course.key, mode="studio")
    node = etree.fromstring((GOLDEN / f"{case.tag}.xml").read_bytes())
    ids = ScopeIds(None, case.tag, row.usage_key, row.usage_key)
    block = runtime.mixologist.mix(runtime.load_block_type(case.tag)).parse_xml(node, runtime, ids)
    block.save()
    row.refresh_from_db()
    assert olx_of(row) == (GOLDEN / f"{case.tag}.xml").read_text(encoding="utf-8")


@every_block
def test_olx_of_a_fresh_block_says_nothing(place: Place, case: Any) -> None:
    row = place(case)
    row.fields = {}
    row.save()
    assert set(etree.fromstring(olx_of(row)).attrib) <= {"xblock-family"}


@every_block
def test_olx_carries_no_id_of_the_site_and_no_person(place: Place, team: User, exam: Exam, case: Any) -> None:
    text = olx_of(place(case))
    for word in (str(exam.uuid), team.username, "learner", "block-v1", "course-v1", "/mastery/"):
        assert word not in text


@every_block
def test_what_does_not_fit_is_left_out_of_an_import(place: Place, case: Any) -> None:
    row = place(case, display_name="x")
    runtime = SandboxRuntime(User(), row.course.key, mode="studio")
    kind = runtime.mixologist.mix(runtime.load_block_type(case.tag))
    for weight in ("abc", "[", "{a: 1}", "[1]"):
        text = f'{case.field}="{case.key}" weight="{weight}" from_another_time="1"'
        node = etree.fromstring(f"<{case.tag} {text}>words<p>text</p><!-- note --><?odd one?></{case.tag}>")
        block = kind.parse_xml(node, runtime, ScopeIds(None, case.tag, row.usage_key, row.usage_key))
        assert getattr(block, case.field) == case.key
        assert case is not EXAM or block.weight == 1.0


@every_block
def test_no_field_belongs_to_a_person(place: Place, case: Any) -> None:
    block = load(place(case))
    own = {name for kind in type(block).__mro__ if kind.__module__.startswith("xblocks") for name in vars(kind)}
    fields = {name: field for name, field in block.fields.items() if name in own}
    assert case.field in fields
    assert all(field.scope.user is UserScope.NONE for field in fields.values())


def test_save_links_the_score_of_this_very_block(linked: Block) -> None:
    assert exams.find_placement(str(linked.usage_key)).exam_key == "statistics"
    assert warnings_of(linked) == []


def test_saving_another_exam_moves_the_link(linked: Block, client: Client, make_exam: Any) -> None:
    make_exam("second")
    assert send(client, linked, {"values": {"exam_key": "second"}}).status_code == 200
    assert exams.find_placement(str(linked.usage_key)).exam_key == "second"


def test_duplicate_shows_the_exam_and_scores_nothing_until_it_is_saved(
    linked: Block, client: Client, team: User, learner: User
) -> None:
    copy = duplicate_block(linked, team)
    assert copy.fields == linked.fields
    assert "View exam" in shown(copy, learner)
    assert exams.find_placement(str(copy.usage_key)) is None
    assert UNLINKED in " ".join(warnings_of(copy))
    assert UNLINKED.replace("'", "&#x27;") in shown(copy, team, "author_view", "preview")
    assert exams.find_placement(str(linked.usage_key)).exam_key == "statistics"
    send(client, copy, {"values": {"exam_key": "statistics"}})
    assert warnings_of(copy) == []


def test_rerun_shows_the_exam_and_scores_nothing_until_it_is_saved(linked: Block, learner: User) -> None:
    again = rerun_course(linked.course, "2027").blocks.get(usage_key__contains="type@mastery-exam")
    assert again.fields == linked.fields and again.usage_key != linked.usage_key
    assert "View exam" in shown(again, learner)
    assert exams.find_placement(str(again.usage_key)) is None
    assert UNLINKED in " ".join(warnings_of(again))


def test_import_elsewhere_shows_the_exam_and_scores_nothing_until_it_is_saved(
    linked: Block, learner: User, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = write_course(linked.course, tmp_path / "out")
    outcome = import_folder(folder, into=CourseKey.from_string("course-v1:Other+BLOCKS+1"))
    assert outcome.left_out == ()
    brought = outcome.course.blocks.get(usage_key__contains="type@mastery-exam")
    assert brought.fields == linked.fields
    assert "View exam" in shown(brought, learner)
    assert exams.find_placement(str(brought.usage_key)) is None
    assert UNLINKED in " ".join(warnings_of(brought))


def test_import_over_the_same_course_keeps_the_link(linked: Block, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = write_course(linked.course, tmp_path / "out")
    import_folder(folder, into=linked.course.key)
    assert exams.find_placement(str(linked.usage_key)).exam_key == "statistics"
    assert warnings_of(linked) == []


def test_import_that_names_another_exam_waits_for_an_author(
    linked: Block, make_exam: Any, learner: User, django_capture_on_commit_callbacks: Any
) -> None:
    other = make_exam("second")
    linked.fields = {"exam_key": "second"}
    linked.save()
    assert UNLINKED in " ".join(warnings_of(linked))
    get_backend().enrol(learner.pk, str(linked.course.key))
    with django_capture_on_commit_callbacks(execute=True):
        decided(learner, other, right=4)
    assert get_backend().score(learner.pk, str(linked.usage_key)) is None


def test_deleting_the_block_leaves_the_exam_and_its_decisions_alone(linked: Block, learner: User, exam: Exam) -> None:
    decision = decided(learner, exam, right=4)
    versions = list(ExamVersion.objects.values())
    delete_block(linked)
    assert list(ExamVersion.objects.values()) == versions
    assert exams.get_decision(decision.uuid).passed
    assert exams.find_exam(exam.key).status == "published"
