"""Walking the tree of an export from its root block to every problem in it."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

from lxml import etree

from openedx_bridge.olx.data import CourseIdentity, ExportKind, LeftOut, Limits, OlxProblem
from openedx_bridge.olx.errors import OlxError
from openedx_bridge.olx.problems import describe_problem
from openedx_bridge.olx.xml import XmlError, canonical_olx, parse_xml, sha256_of

# Blocks that ask and grade, and that no exam item can be made of.
_OTHER_ASSESSMENTS = frozenset(
    "combinedopenended drag-and-drop-v2 edx_sga lti lti_consumer openassessment peergrading poll poll_question"
    " problem-builder scorm survey staffgradedxblock ubcpi word_cloud".split()
)
# Blocks that hold no problems, though some have child elements of their own.
_LEAVES = frozenset(
    "about annotatable discussion html pdf static_tab course_info textbook video videoalpha wiki customtag".split()
)
_TITLED = frozenset({"chapter", "sequential", "vertical", "problemset", "videosequence"})
_MAX_DEPTH = 40


class Walk:
    """One pass through an export; what it finds is in its attributes."""

    def __init__(self, root: Path, kind: ExportKind, limits: Limits) -> None:
        self.root = root
        self.kind = kind
        self.limits = limits
        self.top: etree._Element | None = None
        self.run_name = ""
        self.problems: list[OlxProblem] = []
        self.left_out: list[LeftOut] = []
        self.block_counts: Counter[str] = Counter()
        self._keys: dict[str, str] = {}
        self._used_files: set[str] = set()
        self._tags = _read_tags(root)

    def run(self, root_name: str) -> None:
        """Walk everything below the root block, then report what no unit leads to."""
        pointer = self._load(root_name)
        if pointer is None or pointer.tag != self.kind or not {"url_name", "org", "library"} & set(pointer.keys()):
            raise OlxError(f"{root_name} is not the root of an OLX export. Export the {self.kind} from Studio again.")
        self.run_name = pointer.get("url_name", "") if self.kind is ExportKind.COURSE else ""
        target = f"course/{self.run_name.replace(':', '/')}.xml"
        loaded = self._load(target) if len(pointer) == 0 and self._is_file(target) else pointer
        self.top = pointer if loaded is None else loaded
        _inherit(self.top, pointer)
        self._children(self.top, root_name, (), hidden=False, depth=0)
        self._report_unused()

    def _children(self, block: etree._Element, where: str, path: tuple[str, ...], *, hidden: bool, depth: int) -> None:
        for child in block.iterchildren(etree.Element):
            self._visit(child, where, path, hidden=hidden, depth=depth + 1)

    def _visit(self, node: etree._Element, where: str, path: tuple[str, ...], *, hidden: bool, depth: int) -> None:
        tag = etree.QName(node).localname
        if tag in _LEAVES or tag in _OTHER_ASSESSMENTS:
            self._count_other(tag, node, where)
            return
        if depth > _MAX_DEPTH:
            self._note_once(where, f"Blocks are nested in it more than {_MAX_DEPTH} deep.")
            return
        block, where = self._resolve(node, tag, where)
        if block is None:
            return
        hidden = hidden or (block.get("visible_to_staff_only") or "").lower() == "true"
        if tag == "problem":
            self._add_problem(block, node, where, path, hidden)
            return
        self.block_counts[tag] += 1
        if tag in _TITLED:
            path = (*path, block.get("display_name") or node.get("url_name") or tag)
        if len(block) == 0 and tag not in _TITLED and _is_pointer(node):
            self.left_out.append(LeftOut(where, f"Nothing is known of blocks of the type {tag}."))
        self._children(block, where, path, hidden=hidden, depth=depth)

    def _count_other(self, tag: str, node: etree._Element, where: str) -> None:
        self.block_counts[tag] += 1
        if tag in _OTHER_ASSESSMENTS:
            name = f"{where}: {tag} {node.get('url_name') or node.get('display_name') or ''}".strip()
            self.left_out.append(LeftOut(name, f"It is a block of the type {tag}, not a problem."))

    def _resolve(self, node: etree._Element, tag: str, where: str) -> tuple[etree._Element | None, str]:
        """Return the block's own element and its place; None when the file that a pointer names cannot be read."""
        while _is_pointer(node) or (node.get("filename") and len(node) == 0):
            name = node.get("filename") or node.get("url_name") or ""
            target = f"{tag}/{name.replace(':', '/')}.xml"
            if target in self._used_files:
                self._note_once(target, "It is used more than once, or holds itself; it was read once.")
                return None, where
            if not self._is_file(target):
                # Blocks without content of their own are exported without a file.
                if tag != "problem" and len(node.attrib) > 1:
                    return node, where
                self.left_out.append(LeftOut(target, f"{where} refers to it, and it is missing."))
                return None, where
            block = self._load(target)
            if block is None:
                return None, target
            if block.tag != tag:
                self.left_out.append(LeftOut(target, f"It holds <{block.tag}> where <{tag}> was expected."))
                return None, target
            _inherit(block, node)
            node, where = block, target
        return node, where

    def _add_problem(
        self, block: etree._Element, node: etree._Element, where: str, path: tuple[str, ...], hidden: bool
    ) -> None:
        self.block_counts["problem"] += 1
        olx = canonical_olx(block)
        digest = sha256_of(olx)
        name = node.get("url_name") or block.get("url_name") or f"problem_{digest[:12]}"
        key = name
        while key in self._keys:
            if self._keys[key] == digest:
                self.left_out.append(LeftOut(where, f"The problem {name} stands in the export twice; one was kept."))
                return
            key = f"{key}~"
        self._keys[key] = digest
        tags = {**self._tags.get(name, {}), **_aside_tags(block)}
        seen = self.kind is ExportKind.COURSE and not hidden
        title = block.get("display_name") or name
        self.problems.append(
            describe_problem(olx, key=key, title=title, path=path, tags=tags, seen_before=seen, where=where)
        )

    def _note_once(self, where: str, reason: str) -> None:
        if LeftOut(where, reason) not in self.left_out:
            self.left_out.append(LeftOut(where, reason))

    def _is_file(self, relative: str) -> bool:
        path = self.root / relative
        try:
            return path.is_file() and path.resolve().is_relative_to(self.root.resolve())
        except OSError:  # a name that is too long for the file system
            return False

    def _load(self, relative: str) -> etree._Element | None:
        self._used_files.add(relative)
        path = self.root / relative
        try:
            if not self._is_file(relative):
                self.left_out.append(LeftOut(relative, "It is missing, or a link that leads out of the export."))
                return None
            if path.stat().st_size > self.limits.xml_bytes:
                self.left_out.append(LeftOut(relative, f"It is larger than {self.limits.xml_bytes // 1024} kB."))
                return None
            return parse_xml(path.read_bytes())
        except XmlError as error:
            self.left_out.append(LeftOut(relative, f"It cannot be read: {error}."))
        except OSError as error:
            self.left_out.append(LeftOut(relative, f"It cannot be opened: {error.strerror}."))
        return None

    def _report_unused(self) -> None:
        for path in sorted((self.root / "problem").rglob("*.xml")):
            relative = path.relative_to(self.root).as_posix()
            if relative not in self._used_files:
                self.left_out.append(LeftOut(relative, "No unit of the course leads to it."))
        for path in sorted((self.root / "drafts").rglob("*.xml")):
            relative = path.relative_to(self.root).as_posix()
            if "/problem/" in relative or (self._is_file(relative) and b"<problem" in path.read_bytes()):
                self.left_out.append(LeftOut(relative, "It is a draft that was never published."))


def read_identity(root: Path, walk: Walk) -> CourseIdentity:
    """Return who made the course or library and what it is called, from its root block and its policy file."""
    top = walk.top.attrib if walk.top is not None else {}
    policy = _read_policy(root, walk.run_name)
    number = top.get("course") or top.get("library") or top.get("number") or ""
    return CourseIdentity(
        title=str(policy.get("display_name") or top.get("display_name") or number),
        org=str(top.get("org") or policy.get("org") or ""),
        number=number,
        run=walk.run_name,
    )


def _read_policy(root: Path, run_name: str) -> dict[str, Any]:
    path = root / "policies" / run_name / "policy.json"
    try:
        policies = json.loads(path.read_bytes()) if run_name and path.is_file() else {}
        policy = policies.get(f"course/{run_name}", {}) if isinstance(policies, dict) else {}
    except (ValueError, OSError):
        return {}
    return policy if isinstance(policy, dict) else {}


def _read_tags(root: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Read `tags.csv`, which Studio adds since Redwood: name, type, id, then one column per taxonomy, values by `;`."""
    path = root / "tags.csv"
    if not path.is_file():
        return {}
    tags: dict[str, dict[str, tuple[str, ...]]] = {}
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig", errors="replace")))
    for row in reader:
        columns = {name: value for name, value in row.items() if name not in (None, "Name", "Type", "ID")}
        values = {
            taxonomy: tuple(part.strip() for part in value.split(";") if part.strip())
            for taxonomy, value in columns.items()
            if isinstance(value, str)
        }
        tags[row.get("ID") or ""] = {taxonomy: parts for taxonomy, parts in values.items() if parts}
    return tags


def _aside_tags(block: etree._Element) -> dict[str, tuple[str, ...]]:
    tags: dict[str, tuple[str, ...]] = {}
    for aside in block.iter("tag_aside"):
        for name, value in aside.attrib.items():
            if name != "xblock-family" and value:
                tags[name] = (value,)
    return tags


def _inherit(block: etree._Element, pointer: etree._Element) -> None:
    # The pointer carries what Studio or an author set where the block stands: its name, and for a course who made it.
    for name, value in pointer.attrib.items():
        if name not in block.attrib and name != "filename":
            block.set(name, value)


def _is_pointer(node: etree._Element) -> bool:
    return (
        len(node) == 0 and set(node.attrib) <= {"url_name", "org", "course", "slug"} and not (node.text or "").strip()
    )
