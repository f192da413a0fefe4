"""What reading an OLX export answers with: frozen records of plain values. Nothing here imports Django."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs


class ExportKind(StrEnum):
    """What an export holds."""

    COURSE = "course"
    LIBRARY = "library"


@attrs.frozen
class Limits:
    """What an export may hold at most, in bytes and counts: a larger file is left out, a larger whole refused.

    Studio itself exports courses of up to some hundred megabytes; XML of a block is rarely over 100 kB.
    """

    total_bytes: int = 2 * 1024**3
    files: int = 100_000
    file_bytes: int = 200 * 1024**2
    xml_bytes: int = 4 * 1024**2
    problems: int = 20_000


@attrs.frozen
class LeftOut:
    """Something of the export that did not become an item: where it is, and why."""

    where: str
    reason: str


@attrs.frozen
class OlxProblem:
    """A problem as it stands in the export.

    `key` is unique within the export and the same in each export of the same course; `olx` is canonical and complete;
    `sha256` is that of `olx`. `path` holds the titles of the blocks around it, outermost first; `tags` maps a taxonomy
    to its values; `static_names` are the files it names; `has_script`: it runs Python, which may import from the
    course's python_lib.zip. `seen_before`: learners of the course could have met it.
    """

    key: str
    title: str
    olx: str
    sha256: str
    path: tuple[str, ...]
    tags: Mapping[str, tuple[str, ...]]
    static_names: tuple[str, ...]
    has_script: bool
    seen_before: bool
    where: str


@attrs.frozen
class CourseIdentity:
    """Who made the course or library and what it is called; `run` is empty for a library.

    `library_key` is set for libraries of the newer kind (`lib:Org:Slug`).
    """

    title: str
    org: str
    number: str
    run: str
    library_key: str = ""

    @property
    def key(self) -> str:
        """The opaque key it has on a platform, such as `course-v1:Org+Number+Run`."""
        if self.library_key:
            return self.library_key
        if self.run:
            return f"course-v1:{self.org}+{self.number}+{self.run}"
        return f"library-v1:{self.org}+{self.number}"
