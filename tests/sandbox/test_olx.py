"""OLX in and out: nothing is lost on a round trip, and nothing that is wrong with an archive does harm."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from opaque_keys.edx.keys import CourseKey

from openedx_bridge.backend import get_backend
from openedx_bridge.errors import SuiteError
from openedx_bridge.olx import ExportTooLargeError, Limits, OlxError, UnsafeArchiveError, read_export
from sandbox.models import Block, Course
from sandbox.studio.export import export_archive, write_course
from sandbox.studio.files import course_folder
from sandbox.studio.imports import import_archive, import_folder

ELSEWHERE = CourseKey.from_string("course-v1:Mastery+STAT101+again")


def tree_of(course: Course) -> list[tuple[str, str, str, int, dict]]:
    """Every block of a course by name: its parent's name, its place and its fields."""
    return [
        (block.block_type, block.usage_key.block_id, block.parent.usage_key.block_id, block.position, block.fields)
        for block in course.blocks.exclude(parent=None).order_by("usage_key")
    ]


def archive(files: dict[str, str | bytes], extra: Callable[[tarfile.TarFile], None] | None = None) -> io.BytesIO:
    """A .tar.gz of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        if extra:
            extra(tar)
    buffer.seek(0)
    return buffer


def test_round_trip_keeps_every_block_and_file(course: Course) -> None:
    again = import_archive(io.BytesIO(export_archive(course)), into=ELSEWHERE)
    assert again.left_out == ()
    assert tree_of(again.course) == tree_of(course)
    assert len(tree_of(course)) > 50
    before, after = ({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
                     for folder in (course_folder(course.key), course_folder(ELSEWHERE)))  # fmt: skip
    for path, content in before.items():
        assert after[path] == content


def test_second_round_trip_writes_the_same_files(course: Course, tmp_path: Path) -> None:
    first = write_course(course, tmp_path / "first")
    import_folder(first, into=course.key)
    second = write_course(course, tmp_path / "second")
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_export_holds_the_same_problems_as_the_course_that_was_imported(course: Course, tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "sandbox" / "demo" / "course"
    with read_export(source) as before, read_export(write_course(course, tmp_path / "out")) as after:
        assert {p.key: p.sha256 for p in after.problems} == {p.key: p.sha256 for p in before.problems}
        assert before.identity == after.identity
        assert len(before.problems) == 16


def test_import_again_removes_what_the_export_lacks_and_keeps_learners_scores(course: Course, learner: User) -> None:
    problem = course.blocks.filter(usage_key__contains="type@problem").first()
    extra = Block.objects.create(
        course=course, parent=problem.parent, usage_key=course.key.make_usage_key("html", "x"), position=99
    )
    get_backend().enrol(learner.pk, str(course.key))
    get_backend().store_score(learner.pk, problem.usage_key, 1, 1)
    import_folder(Path(__file__).parents[2] / "sandbox" / "demo" / "course", into=course.key)
    assert not Block.objects.filter(pk=extra.pk).exists()
    assert get_backend().score(learner.pk, str(problem.usage_key)) is not None


COURSE = '<course url_name="r" org="O" course="C"/>'
MESSY: dict[str, str | bytes] = {
    "c/course.xml": COURSE,
    "c/course/r.xml": (
        '<course display_name="Messy"><chapter url_name="one"/><chapter url_name="gone"/><wiki slug="w"/></course>'
    ),
    "c/chapter/one.xml": '<chapter><sequential url_name="s"/><sequential url_name="s"/></chapter>',
    "c/sequential/s.xml": (
        '<sequential><vertical url_name="v"/><problem display_name="Loose"><p>?</p></problem></sequential>'
    ),
    "c/vertical/v.xml": (
        '<vertical><html url_name="h"/><html url_name="no_text"/><strange url_name="z" how="odd"><deep/></strange>'
        '<problem url_name="broken"/><chapter url_name="one"/><html>inline &amp; <b>bold</b></html></vertical>'
    ),
    "c/html/h.xml": '<html filename="h" display_name="Täxt"/>',
    "c/html/h.html": b"<p>caf\xe9 \x0b unclosed <br> & more",
    "c/html/no_text.xml": '<html filename="missing"/>',
    "c/problem/broken.xml": "<problem><p>",
    "c/strange/unused.xml": "<strange/>",
}  # fmt: skip


def test_import_of_a_messy_course_keeps_what_it_can_and_names_the_rest(db: None, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    outcome = import_archive(archive(MESSY), into=ELSEWHERE)
    named = " ".join(left_out.where for left_out in outcome.left_out)
    for missing in ("chapter/gone.xml", "html/missing.html", "problem/broken.xml", "sequential s", "chapter one"):
        assert missing in named
    kinds = [block.block_type for block in outcome.course.blocks.all()]
    assert sorted(kinds) == ["chapter", "course", "html", "html", "problem", "sequential", "strange", "vertical"]
    assert outcome.course.title == "Messy"
    written = write_course(outcome.course, tmp_path / "out")
    vertical = (written / "vertical" / "v.xml").read_text()
    assert '<strange how="odd" url_name="z"><deep/></strange>' in vertical.replace("\n", "").replace("  ", "")
    assert "unclosed" in (written / "html" / "h.html").read_text()
    with read_export(written) as export:
        assert [problem.title for problem in export.problems] == ["Loose"]


def test_messy_course_can_be_read_by_learners(
    client_of: Callable[[User], Client], operator: User, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    import_archive(archive(MESSY), into=ELSEWHERE)
    client = client_of(operator)
    for name in ("vertical+block@v", "problem+block@s_1"):
        page = client.get(f"/courses/{ELSEWHERE}/units/block-v1:Mastery+STAT101+again+type@{name}/")
        assert page.status_code == 200
        assert "could not be shown" not in page.text


def link(tar: tarfile.TarFile) -> None:
    info = tarfile.TarInfo("c/static/passwd")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    tar.addfile(info)


def bomb() -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("c/course.xml", COURSE)
        made.writestr("c/static/zeros", b"0" * 5_000_000)
    buffer.seek(0)
    return buffer


SMALL = Limits(total_bytes=1_000_000, files=50, file_bytes=500_000)
REFUSED: list[tuple[str, Callable[[], io.BytesIO], type[SuiteError]]] = [
    ("nothing", lambda: io.BytesIO(b""), OlxError),
    ("no archive", lambda: io.BytesIO(b"hello" * 500), OlxError),
    ("cut off", lambda: io.BytesIO(archive(MESSY).getvalue()[:-200]), OlxError),
    ("no course", lambda: archive({"readme.txt": "hello"}), OlxError),
    ("broken course.xml", lambda: archive({"c/course.xml": "<course"}), OlxError),
    ("no course of that run", lambda: archive({"c/course.xml": COURSE}), OlxError),
    ("entities", lambda: archive({"course.xml": '<!DOCTYPE c [<!ENTITY a "x">]><course url_name="&a;"/>'}), OlxError),
    ("upwards", lambda: archive({"../course.xml": COURSE}), UnsafeArchiveError),
    ("absolute", lambda: archive({"/tmp/course.xml": COURSE}), UnsafeArchiveError),
    ("too many files", lambda: archive({f"c/static/{n}": "x" for n in range(60)}), ExportTooLargeError),
    ("bomb", bomb, ExportTooLargeError),
]


@pytest.mark.parametrize(("made", "error"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_import_refuses_a_bad_archive_and_changes_nothing(
    course: Course, made: Callable[[], io.BytesIO], error: type[SuiteError]
) -> None:
    before = tree_of(course)
    with pytest.raises(error) as refusal:
        import_archive(made(), into=course.key, limits=SMALL)
    assert str(refusal.value.user_message)
    assert tree_of(course) == before
    assert course_folder(course.key).joinpath("static").is_dir()


def test_import_passes_over_a_link(db: None, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    files = MESSY | {"c/static/a.txt": "a"}
    outcome = import_archive(archive(files, link), into=ELSEWHERE)
    assert "c/static/passwd" in [left_out.where for left_out in outcome.left_out]
    assert [path.name for path in course_folder(ELSEWHERE).joinpath("static").iterdir()] == ["a.txt"]


def test_upload_page_imports_and_names_what_it_left_out(
    client_of: Callable[[User], Client], course: Course, operator: User
) -> None:
    upload = SimpleUploadedFile("c.tar.gz", archive(MESSY).getvalue())
    page = client_of(operator).post(f"/studio/{course.key}/import", {"archive": upload}, follow=True).text
    assert "8 blocks were imported." in page
    assert "chapter/gone.xml" in page


@pytest.mark.parametrize("upload", [None, b"not an archive"])
def test_upload_page_says_what_is_wrong(
    client_of: Callable[[User], Client], course: Course, operator: User, upload: bytes | None
) -> None:
    data = {"archive": SimpleUploadedFile("c.tar.gz", upload)} if upload else {}
    before = tree_of(course)
    page = client_of(operator).post(f"/studio/{course.key}/import", data, follow=True).text
    assert "ms-message--error" in page
    assert tree_of(course) == before


def test_upload_is_for_the_course_team(client_of: Callable[[User], Client], course: Course, learner: User) -> None:
    upload = SimpleUploadedFile("c.tar.gz", archive(MESSY).getvalue())
    assert client_of(learner).post(f"/studio/{course.key}/import", {"archive": upload}).status_code == 403
    assert course.blocks.filter(usage_key__contains="dd_numbers").exists()
