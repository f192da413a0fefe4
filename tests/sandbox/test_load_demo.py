"""The demo: loaded once it is complete, loaded twice it keeps what people did in between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from credit_transfer import api as transfer
from mastery_exam import api as exams
from mastery_exam.models import SimulationRun
from micromasters_pathway import api as programmes
from openedx_bridge import api as bridge
from openedx_bridge.backend import get_backend
from paid_certificate import api as credentials
from sandbox.loading.plan import ADAPTIVE_EXAM, BODY, CREDENTIAL_EXAM, PROGRAMME, SITTING_EXAM, course_key
from sandbox.management.commands.load_demo import ADDRESSES
from sandbox.models import Block, Course

DEMO = Path(__file__).resolve().parents[2] / "sandbox" / "demo"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What load_demo printed; the demo stays for all tests of this module."""
    from django.db import connection, transaction
    from django.test import override_settings

    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        with transaction.atomic():
            out = StringIO()
            call_command("load_demo", stdout=out)
            yield out.getvalue()
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def clean(demo: str, django_db_blocker: Any) -> Iterator[None]:
    """The loaded demo, put back after the test."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def call(command: str, *args: object) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def test_load_demo_prints_every_login_and_address(clean: None, demo: str) -> None:
    for username in ("learner", "student", "author", "operator", "invigilator"):
        assert f"  {username} " in demo
    assert "password is mastery" in demo
    assert f"{bridge.lms_root_url()}/mastery/exams/{SITTING_EXAM}/" in demo


@pytest.mark.parametrize("path", [path for _, path in ADDRESSES])
@pytest.mark.parametrize("username", ["operator", "author"])
def test_load_demo_addresses_open(clean: None, path: str, username: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=username))
    for_operators_only = path in ("/credentials/desk/", "/transfer/office/")
    assert client.get(path).status_code == (403 if for_operators_only and username == "author" else 200)


def test_load_demo_publishes_two_exams_with_two_ways_to_pay(clean: None) -> None:
    before, after = exams.get_exam(SITTING_EXAM), exams.get_exam(CREDENTIAL_EXAM)
    assert (before.fee_policy, after.fee_policy) == ("sitting", "credential")
    assert before.questions == after.questions == 24
    assert not before.is_demonstration
    quote = credentials.get_quote(None, exam_key=SITTING_EXAM)
    assert quote.total.display() == "EUR 40"


def test_load_demo_publishes_an_adaptive_exam_that_was_simulated(clean: None) -> None:
    exam = exams.get_exam(ADAPTIVE_EXAM)
    assert (exam.delivery_rule, exam.can_go_back, exam.is_demonstration) == ("classification", False, False)
    assert (exam.length_text, exam.marks_needed) == ("8 to 18 questions", None)
    assert exam.pass_mark is not None and not exam.pass_mark.provisional
    run = SimulationRun.objects.get(exam_version__uuid=exam.version_uuid)
    assert run.report["n_candidates"] == 1000 and run.report["max_exposure"] < 0.35


def test_load_demo_pass_mark_is_firm_and_practice_is_never_scored(clean: None) -> None:
    draft = exams.get_draft(SITTING_EXAM)
    panel = exams.find_panel(draft.bank_uuid)
    assert panel is not None and panel.releases == 2
    items = exams.list_items(draft.bank_uuid)
    assert sum(item.is_practice for item in items) == 16
    assert sum(not item.is_practice for item in items) == 48
    assert all(item.seen_before for item in items if item.is_practice)
    assert not any(item.refusals for item in items)


def test_load_demo_both_exams_lead_to_one_achievement_of_the_body(clean: None) -> None:
    one, other = (credentials.find_achievement(exam_key=key) for key in (SITTING_EXAM, CREDENTIAL_EXAM))
    assert one is not None and one == other
    assert one.body.slug == BODY
    assert credentials.find_achievement(programme_key=PROGRAMME) is not None
    assert [programme.key for programme in programmes.programmes_of_exam(SITTING_EXAM)] == [PROGRAMME]


def test_load_demo_says_who_accepts_the_credential_for_what(clean: None) -> None:
    achievement = credentials.find_achievement(exam_key=SITTING_EXAM)
    found = transfer.list_recognitions(achievement_uuid=achievement.uuid)
    assert [agreed.institution.name for agreed in found.agreed] == ["Example University"]
    assert len(found.recommended) == 1
    assert [offer.reduced_months for offer in transfer.list_offers(programme_key=PROGRAMME)] == [12]
    assert len(transfer.list_institutions()) == 2


def test_load_demo_block_in_the_course_stands_for_the_exam(clean: None) -> None:
    block = Block.objects.get(usage_key__contains="type@mastery-exam")
    placement = exams.find_placement(str(block.usage_key))
    assert placement is not None and placement.exam_key == SITTING_EXAM


def test_load_demo_people_have_their_parts(clean: None) -> None:
    ids = dict(User.objects.values_list("username", "pk"))
    assert bridge.is_enrolled(ids["student"], course_key=course_key())
    assert not bridge.is_enrolled(ids["learner"], course_key=course_key())
    author, learner = User.objects.get(username="author"), User.objects.get(username="learner")
    assert bridge.can_author(author) and not bridge.can_author(learner)
    assert [library.title for library in bridge.iter_libraries(author)]
    assert list(bridge.iter_libraries(learner)) == []


def test_load_demo_again_keeps_what_people_did(clean: None) -> None:
    course = Course.objects.get()
    learner = User.objects.get(username="learner")
    learner.set_password("changed")
    learner.save()
    get_backend().enrol(learner.pk, str(course.key))
    block = course.blocks.filter(usage_key__contains="type@html").first()
    block.fields = {"data": "changed by the author"}
    block.save()
    counts = (Block.objects.count(), User.objects.count(), exams.get_exam(SITTING_EXAM).version_num)
    call("load_demo")
    learner.refresh_from_db()
    block.refresh_from_db()
    assert learner.check_password("changed")
    assert bridge.is_enrolled(learner.pk, course_key=course.key)
    assert block.fields == {"data": "changed by the author"}
    assert (Block.objects.count(), User.objects.count(), exams.get_exam(SITTING_EXAM).version_num) == counts
    assert len(exams.list_exams()) == 3


def test_import_demo_course_makes_a_demonstration_without_credit(clean: None, tmp_path: Path) -> None:
    shutil.copytree(DEMO / "course", tmp_path / "course")
    pointer = tmp_path / "course" / "course.xml"
    pointer.write_text('<course url_name="2026" org="Brought" course="STAT"/>')
    told = call("import_demo_course", tmp_path / "course")
    exam = exams.get_exam("demonstration-brought-stat-2026")
    assert exam.is_demonstration and exam.fee_policy == "none" and exam.questions == 16
    assert "16 of 16 problems can be delivered" in told
    assert exam.url in told or exam.key in told
    assert Course.objects.filter(key="course-v1:Brought+STAT+2026").exists()
    again = call("import_demo_course", tmp_path / "course")
    assert exams.get_exam(exam.key).version_num == exam.version_num
    assert "16 of 16" in again


def test_import_demo_course_of_a_changed_export_publishes_the_next_version(clean: None, tmp_path: Path) -> None:
    root = tmp_path / "one"
    (root / "problem").mkdir(parents=True)
    (root / "course").mkdir()
    (root / "course.xml").write_text('<course url_name="r" org="O" course="One"/>')
    (root / "course" / "r.xml").write_text(
        '<course display_name="One"><chapter display_name="C"><sequential><vertical><problem url_name="p"/>'
        "</vertical></sequential></chapter></course>"
    )
    problem = (
        "<problem><numericalresponse answer='{}'><label>Number?</label><formulaequationinput/></numericalresponse>"
        "</problem>"
    )
    (root / "problem" / "p.xml").write_text(problem.format(4))
    told = call("import_demo_course", root)
    assert "Exam of 1 questions" in told
    (root / "problem" / "p.xml").write_text(problem.format(5))
    call("import_demo_course", root)
    assert exams.get_exam("demonstration-o-one-r").version_num == 2


def test_import_demo_course_of_a_library_needs_no_course(clean: None, tmp_path: Path) -> None:
    shutil.copytree(DEMO / "library", tmp_path / "library")
    told = call("import_demo_course", tmp_path / "library")
    assert "48 of 48 problems" in told
    assert "Course," not in told


def test_import_demo_course_without_any_deliverable_problem_says_why(clean: None, tmp_path: Path) -> None:
    root = tmp_path / "none"
    (root / "course").mkdir(parents=True)
    (root / "course.xml").write_text('<course url_name="r" org="O" course="None"/>')
    (root / "course" / "r.xml").write_text(
        "<course><chapter><sequential><vertical><problem url_name='p'><coderesponse/></problem><odd/>"
        "<problem url_name='q'><script>x = 1</script><p>$x</p></problem></vertical></sequential></chapter></course>"
    )
    told = call("import_demo_course", root)
    assert "No exam was made" in told
    assert "external grader" in told and "SUITE_UNSAFE_SCRIPTS=1" in told


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_import_demo_course_of_no_export_fails_in_one_sentence(
    clean: None, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "course.tar.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=r"\.$"):
        call("import_demo_course", path)
