"""Reading an OLX export of a course or a library: a folder or an archive, as Studio writes it and as years left it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

import attrs

from openedx_bridge.olx.archives import unpack
from openedx_bridge.olx.backups import ROOT_NAME, Backup
from openedx_bridge.olx.data import CourseIdentity, ExportKind, LeftOut, Limits, OlxProblem
from openedx_bridge.olx.errors import ExportTooLargeError, OlxError
from openedx_bridge.olx.statics import PYTHON_LIBRARY, StaticFiles
from openedx_bridge.olx.walking import Walk, read_identity

_ROOTS = {"course.xml": ExportKind.COURSE, "library.xml": ExportKind.LIBRARY, ROOT_NAME: ExportKind.LIBRARY}
_ROOT_DEPTH = 3


@attrs.frozen
class OlxExport:
    """An export that has been read. Static files are read when asked for; close it (or use `with`) when done."""

    kind: ExportKind
    identity: CourseIdentity
    problems: tuple[OlxProblem, ...]
    left_out: tuple[LeftOut, ...]
    block_counts: dict[str, int]
    statics: StaticFiles
    own_statics: Mapping[str, StaticFiles] = attrs.field(factory=dict)
    _home: tempfile.TemporaryDirectory[str] | None = None

    def files_for(self, problem: OlxProblem) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Return the files that a problem names, by that name, and the names for which there is none.

        A problem with a script gets the course's python_lib.zip as well, where there is one. In libraries of the newer
        kind each problem has files of its own (`own_statics`); elsewhere all share those of the course.
        """
        wanted = problem.static_names + ((PYTHON_LIBRARY,) if problem.has_script else ())
        statics = self.own_statics.get(problem.key, self.statics)
        files = {name: statics.read(name) for name in wanted}
        found = {name: content for name, content in files.items() if content is not None}
        return found, tuple(name for name in problem.static_names if name not in found)

    def close(self) -> None:
        """Free what was unpacked for reading."""
        if self._home is not None:
            self._home.cleanup()

    def __enter__(self) -> OlxExport:
        """Use the export as a context."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def read_export(source: str | Path | IO[bytes], *, limits: Limits | None = None) -> OlxExport:
    """Read an OLX export from a folder, an archive (.tar.gz, .tar, .zip) or an open binary file.

    Whatever cannot become an item is passed over and named in `left_out`. Raises OlxError when there is no export, or
    more than one; UnsafeArchiveError and ExportTooLargeError over an archive.
    """
    limits = limits or Limits()
    if isinstance(source, str | Path):
        path = Path(source)
        if path.is_dir():
            return _read_folder(path, limits, [], None)
        if not path.is_file():
            raise OlxError(f"There is no file or folder {path}.")
        with path.open("rb") as file:
            return _read_archive(file, limits)
    return _read_archive(source, limits)


def _read_archive(file: IO[bytes], limits: Limits) -> OlxExport:
    home = tempfile.TemporaryDirectory(prefix="olx-")
    try:
        passed_over = unpack(file, Path(home.name), limits)
        return _read_folder(Path(home.name), limits, passed_over, home)
    except BaseException:
        home.cleanup()
        raise


def _read_folder(
    folder: Path, limits: Limits, passed_over: list[LeftOut], home: tempfile.TemporaryDirectory[str] | None
) -> OlxExport:
    root_file, kind = _find_root(folder)
    root = root_file.parent
    found: Walk | Backup
    if root_file.name == ROOT_NAME:
        found = Backup(root, limits)
        found.run()
        identity, own_statics = found.identity, found.own_statics
    else:
        found = Walk(root, kind, limits)
        found.run(root_file.name)
        identity, own_statics = read_identity(root, found), {}
    if len(found.problems) > limits.problems:
        raise ExportTooLargeError(f"The export holds more than {limits.problems} problems.")
    return OlxExport(
        kind=kind,
        identity=identity,
        problems=tuple(found.problems),
        left_out=tuple(passed_over + found.left_out),
        block_counts=dict(found.block_counts),
        statics=StaticFiles(root, limits),
        own_statics=own_statics,
        home=home,
    )


def _find_root(folder: Path) -> tuple[Path, ExportKind]:
    level = [folder]
    for _ in range(_ROOT_DEPTH + 1):
        found = [(place / name, kind) for place in level for name, kind in _ROOTS.items() if (place / name).is_file()]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(str(path.relative_to(folder)) for path, _ in found)
            raise OlxError(f"There is more than one export here ({names}). Name the folder of one of them.")
        level = [child for place in level for child in _folders(place)]
    raise OlxError("This is no OLX export: it has no course.xml, library.xml or package.toml. Export it from Studio.")


def _folders(place: Path) -> Iterator[Path]:
    return (child for child in sorted(place.iterdir()) if child.is_dir() and not child.is_symlink())
