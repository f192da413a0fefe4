"""Unpacking an export into a folder of our own: only plain files, only below that folder, only within the limits."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

import attrs

from openedx_bridge.olx.data import LeftOut, Limits
from openedx_bridge.olx.errors import ExportTooLargeError, OlxError, UnsafeArchiveError

_BLOCK = 1024 * 1024
# What the standard library raises over archives that are damaged, encrypted or compressed in a way it does not know.
_UNREADABLE = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, OverflowError, RuntimeError,
    ValueError,
)  # fmt: skip


@attrs.frozen
class _Member:
    name: str
    size: int
    is_folder: bool
    is_plain: bool
    content: IO[bytes] | None


def unpack(source: IO[bytes], folder: Path, limits: Limits) -> list[LeftOut]:
    """Unpack a .tar, .tar.gz or .zip into `folder` and say what was passed over.

    Links, devices and files over the size limit are passed over. Raises UnsafeArchiveError for a name that leads
    outside, ExportTooLargeError for an archive over the limits, OlxError for what is no archive.
    """
    left_out: list[LeftOut] = []
    total = 0
    try:
        for count, member in enumerate(_members(source), start=1):
            total += member.size
            if count > limits.files or total > limits.total_bytes:
                raise ExportTooLargeError(
                    f"The export holds more than {limits.files} files or {limits.total_bytes // 1024**2} MB. "
                    "Remove large files from Files & Uploads and export it again."
                )
            path = _safe_path(member.name)
            if member.is_folder or path is None:
                continue
            if not member.is_plain or member.content is None:
                left_out.append(LeftOut(str(path), "It is a link or a device, not a file."))
            elif member.size > limits.file_bytes:
                left_out.append(LeftOut(str(path), f"It is larger than {limits.file_bytes // 1024**2} MB."))
            else:
                _write(member, folder / path, left_out)
    except _UNREADABLE as error:
        raise OlxError(f"The archive cannot be read: {error}. Export it again and send the file unchanged.") from error
    return left_out


def _members(source: IO[bytes]) -> Iterator[_Member]:
    if zipfile.is_zipfile(source):
        source.seek(0)
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                link = (info.external_attr >> 16) & 0o170000 == 0o120000
                with archive.open(info) as content:
                    yield _Member(info.filename, info.file_size, info.is_dir(), not link, content)
        return
    source.seek(0)
    with tarfile.open(fileobj=source, mode="r:*") as archive:
        for entry in archive:
            data = archive.extractfile(entry) if entry.isreg() else None
            yield _Member(entry.name, entry.size, entry.isdir(), entry.isreg(), data)


def _safe_path(name: str) -> PurePosixPath | None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\x00" in name or (path.parts and ":" in path.parts[0]):
        raise UnsafeArchiveError(f"The archive holds a file that would be written elsewhere: {name!r}.")
    return path if path.parts else None


def _write(member: _Member, target: Path, left_out: list[LeftOut]) -> None:
    assert member.content is not None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            _copy(member, file)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        left_out.append(LeftOut(member.name, "The archive holds two things of this name; the first was kept."))


def _copy(member: _Member, file: IO[bytes]) -> None:
    # A zip's header may lie about the size, so never read more than it says.
    remaining = member.size
    while remaining > 0 and member.content is not None:
        block = member.content.read(min(_BLOCK, remaining))
        if not block:
            break
        file.write(block)
        remaining -= len(block)
