"""The static files of an export, found under the names by which problems call them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from openedx_bridge.olx.data import Limits

PYTHON_LIBRARY = "python_lib.zip"


class StaticFiles:
    """Bytes on demand from the export's `static` folder."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self._folder = root / "static"
        self._root = root.resolve()
        self._limits = limits
        self._by_name = {path.relative_to(self._folder).as_posix(): path for path in self._files()}
        self._by_loose_name = {_loose(name): path for name, path in reversed(self._by_name.items())}

    def __iter__(self) -> Iterator[str]:
        """Yield the names of all files, sorted."""
        return iter(sorted(self._by_name))

    def __len__(self) -> int:
        """Count the files."""
        return len(self._by_name)

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, or None where there is none of that name or it is over the limit.

        Studio writes spaces and slashes of a file's name as underscores in some places and not in others, and problems
        use either; an exact name is preferred.
        """
        path = self._find(name)
        return path.read_bytes() if path is not None else None

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes, or None."""
        path = self._find(name)
        return path.stat().st_size if path is not None else None

    def sha256(self, name: str) -> str | None:
        """Return the SHA-256 of a file in hexadecimal, or None."""
        content = self.read(name)
        return hashlib.sha256(content).hexdigest() if content is not None else None

    def _find(self, name: str) -> Path | None:
        return self._by_name.get(name) or self._by_name.get(unquote(name)) or self._by_loose_name.get(_loose(name))

    def _files(self) -> Iterator[Path]:
        for path in sorted(self._folder.rglob("*")) if self._folder.is_dir() else ():
            if not path.is_file() or path.stat().st_size > self._limits.file_bytes:
                continue
            if path.resolve().is_relative_to(self._root):
                yield path


def _loose(name: str) -> str:
    return unquote(name).replace(" ", "_").replace("/", "_").lower()
