"""Exports written for one test: a folder from a mapping of paths to texts, or the same as an archive."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from olx_samples import COURSE

Files = Mapping[str, str | bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Files], Path]:
    """A function that writes an export of one course, changed by `files`; an empty text removes a file."""

    def write(files: Files, base: Files = COURSE) -> Path:
        root = tmp_path / "export"
        for name, content in {**base, **files}.items():
            if content:
                target = root / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write


@pytest.fixture
def tar_of() -> Callable[..., io.BytesIO]:
    """A function that packs texts, and members as they are, into a .tar.gz in memory."""

    def pack(files: Files, *members: tarfile.TarInfo) -> io.BytesIO:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for name, content in files.items():
                data = content if isinstance(content, bytes) else content.encode()
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
            for member in members:
                archive.addfile(member)
        buffer.seek(0)
        return buffer

    return pack


@pytest.fixture
def zip_of() -> Callable[[Files], io.BytesIO]:
    """A function that packs texts into a .zip in memory."""

    def pack(files: Files) -> io.BytesIO:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        buffer.seek(0)
        return buffer

    return pack
