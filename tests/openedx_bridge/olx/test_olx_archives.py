"""An archive is unpacked only below its own folder, without links, within limits; else an error says what to do."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from olx_samples import COURSE

from openedx_bridge.olx import ExportTooLargeError, Limits, OlxError, UnsafeArchiveError, read_export


@pytest.fixture(autouse=True)
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where archives are unpacked in these tests; it must be empty after an error."""
    place = tmp_path / "unpacked"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.mark.parametrize("top", ["", "course/", "a/b/"])
def test_archive_with_its_course_at_any_shallow_depth_is_read(tar_of: Callable, zip_of: Callable, top: str):
    files = {top + name: text for name, text in COURSE.items()}
    for archive in (tar_of(files), zip_of(files)):
        with read_export(archive) as export:
            assert [problem.key for problem in export.problems] == ["p1"]


def test_archive_is_removed_from_disk_when_the_export_is_closed(tar_of: Callable, unpacked: Path):
    export = read_export(tar_of(COURSE))
    assert list(unpacked.iterdir())
    export.close()
    assert not list(unpacked.iterdir())


@pytest.mark.parametrize(
    "name", ["../evil.xml", "course/../../evil.xml", "/tmp/evil.xml", "a\\..\\..\\evil", "C:\\evil"]
)
def test_archive_with_a_name_that_leads_outside_is_refused(
    tar_of: Callable, zip_of: Callable, unpacked: Path, name: str
):
    for archive in (tar_of({**COURSE, name: "x"}), zip_of({**COURSE, name: "x"})):
        with pytest.raises(UnsafeArchiveError, match="written elsewhere"):
            read_export(archive)
    assert not list(unpacked.iterdir())
    assert not list(unpacked.parent.rglob("evil*"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_archive_with_a_link_or_device_leaves_it_out_and_reads_the_rest(tar_of: Callable, kind: bytes):
    member = tarfile.TarInfo("static/passwd.txt")
    member.type = kind
    member.linkname = "/etc/passwd"
    with read_export(tar_of(COURSE, member)) as export:
        assert [(entry.where, entry.reason) for entry in export.left_out] == [
            ("static/passwd.txt", "It is a link or a device, not a file.")
        ]
        assert export.statics.read("passwd.txt") is None
        assert len(export.problems) == 1


def test_zip_with_a_symbolic_link_leaves_it_out(zip_of: Callable):
    archive = zip_of(COURSE)
    with zipfile.ZipFile(archive, "a") as file:
        link = zipfile.ZipInfo("static/link")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    archive.seek(0)
    with read_export(archive) as export:
        assert [entry.where for entry in export.left_out] == ["static/link"]


def test_archive_with_a_file_below_a_file_reads_the_first(tar_of: Callable):
    with read_export(tar_of({**COURSE, "static": "a file", "static/a.png": "x"})) as export:
        assert [entry.where for entry in export.left_out] == ["static/a.png"]


def test_archive_with_a_file_twice_keeps_the_first(tar_of: Callable):
    twice = tarfile.TarInfo("problem/p1.xml")
    with read_export(tar_of(COURSE, twice)) as export:
        assert len(export.problems) == 1
        assert [entry.where for entry in export.left_out] == ["problem/p1.xml"]


@pytest.mark.parametrize("limits", [Limits(files=3), Limits(total_bytes=200)])
def test_archive_over_the_limits_is_refused_and_removed(tar_of: Callable, unpacked: Path, limits: Limits):
    with pytest.raises(ExportTooLargeError, match="Remove large files"):
        read_export(tar_of(COURSE), limits=limits)
    assert not list(unpacked.iterdir())


def test_archive_with_a_file_over_the_limit_leaves_only_that_out(tar_of: Callable):
    files = {**COURSE, "static/film.mp4": b"0" * 3_000_000}
    with read_export(tar_of(files), limits=Limits(file_bytes=2_000_000)) as export:
        assert [entry.where for entry in export.left_out] == ["static/film.mp4"]
        assert len(export.problems) == 1


def test_zip_whose_header_lies_about_a_size_is_refused(zip_of: Callable, unpacked: Path):
    data = zip_of({**COURSE, "static/bomb.bin": b"0" * 1_000_000}).getvalue()
    lying = data.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(OlxError, match="bomb.bin"):
        read_export(io.BytesIO(lying))
    assert not list(unpacked.iterdir())


@pytest.mark.parametrize("content", [b"", b"not an archive", gzip.compress(b"not a tar", mtime=0), b"PK\x03\x04broken"])
def test_what_is_no_archive_is_refused_with_a_remedy(content: bytes, unpacked: Path):
    with pytest.raises(OlxError, match="Export it"):
        read_export(io.BytesIO(content))
    assert not list(unpacked.iterdir())


def test_archive_cut_short_is_refused(tar_of: Callable):
    data = tar_of({**COURSE, "static/a.bin": bytes(range(256)) * 1000}).getvalue()
    with pytest.raises(OlxError):
        read_export(io.BytesIO(data[: len(data) // 2]))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_archive_with_changed_bytes_is_read_or_refused_but_never_fails_otherwise(
    tar_of: Callable, zip_of: Callable, data: st.DataObject
):
    good = bytearray(data.draw(st.sampled_from([tar_of(COURSE).getvalue(), zip_of(COURSE).getvalue()])))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_export(io.BytesIO(bytes(good))).close()
    except OlxError as error:
        assert error.user_message
