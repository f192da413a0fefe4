"""Reading the backup of a content library of the newer kind: TOML about each component, its OLX and files by version.

The layout is that of Open edX's library archive format, version 1: `package.toml`, `collections/*.toml`, and for each
component `entities/xblock.v1/<type>/<id>.toml` beside `<id>/component_versions/v<number>/` with block.xml and static/.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from openedx_bridge.olx.data import CourseIdentity, LeftOut, Limits, OlxProblem
from openedx_bridge.olx.errors import OlxError
from openedx_bridge.olx.problems import describe_problem
from openedx_bridge.olx.statics import StaticFiles
from openedx_bridge.olx.xml import XmlError, canonical_olx, parse_xml

ROOT_NAME = "package.toml"
_ENTITIES = "entities/xblock.v1"


class Backup:
    """One pass through a library's backup; what it finds is in its attributes."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root = root
        self.limits = limits
        self.problems: list[OlxProblem] = []
        self.left_out: list[LeftOut] = []
        self.block_counts: Counter[str] = Counter()
        self.own_statics: dict[str, StaticFiles] = {}
        package = _table(self._toml(ROOT_NAME), "learning_package")
        if not str(package.get("key", "")).startswith("lib:"):
            raise OlxError(f"{ROOT_NAME} is not that of a library's backup. Make the backup in Studio again.")
        _, org, number = (str(package["key"]).split(":") + ["", ""])[:3]
        self.identity = CourseIdentity(
            title=str(package.get("title") or number), org=org, number=number, run="", library_key=str(package["key"])
        )
        self._collections = self._read_collections()

    def run(self) -> None:
        """Read the published version of every problem."""
        for path in sorted((self.root / _ENTITIES).glob("*/*.toml")):
            kind = path.parent.name
            self.block_counts[kind] += 1
            if kind == "problem":
                self._read_problem(path)

    def _read_problem(self, path: Path) -> None:
        where = path.relative_to(self.root).as_posix()
        about = self._toml(where)
        number = _table(_table(about, "entity"), "published").get("version_num")
        if not about:
            return
        if not isinstance(number, int):
            self.left_out.append(LeftOut(where, "It is a draft that was never published."))
            return
        folder = path.with_suffix("") / "component_versions" / f"v{number}"
        block = folder / "block.xml"
        if not block.is_file() or not block.resolve().is_relative_to(self.root.resolve()):
            self.left_out.append(LeftOut(where, f"Its version {number} is missing."))
            return
        if block.stat().st_size > self.limits.xml_bytes:
            self.left_out.append(LeftOut(where, f"It is larger than {self.limits.xml_bytes // 1024} kB."))
            return
        try:
            root = parse_xml(block.read_bytes())
        except XmlError as error:
            self.left_out.append(LeftOut(where, f"It cannot be read: {error}."))
            return
        key = path.stem
        collections = tuple(self._collections[f"xblock.v1:problem:{key}"])
        self.own_statics[key] = StaticFiles(folder, self.limits)
        self.problems.append(
            describe_problem(
                canonical_olx(root),
                key=key,
                title=root.get("display_name") or key,
                path=(),
                tags={"collection": collections} if collections else {},
                seen_before=False,
                where=where,
            )
        )

    def _read_collections(self) -> defaultdict[str, list[str]]:
        titles: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted((self.root / "collections").glob("*.toml")):
            collection = _table(self._toml(path.relative_to(self.root).as_posix()), "collection")
            entities = collection.get("entities")
            for entity in entities if isinstance(entities, list) else ():
                titles[str(entity)].append(str(collection.get("title") or path.stem))
        return titles

    def _toml(self, relative: str) -> dict[str, Any]:
        try:
            return tomllib.loads((self.root / relative).read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            self.left_out.append(LeftOut(relative, f"It cannot be read: {error}."))
            return {}


def _table(tables: dict[str, Any], name: str) -> dict[str, Any]:
    table = tables.get(name)
    return table if isinstance(table, dict) else {}
