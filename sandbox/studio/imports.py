"""OLX into a course: the tree becomes blocks with opaque keys, files beside it become the course's files.

Real exports are large and messy. What cannot be used is passed over and named; the rest is imported.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO
from urllib.parse import quote

import attrs
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from lxml import etree
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.fields import ScopeIds

from openedx_bridge.olx import LeftOut, Limits, OlxError, parse_xml
from openedx_bridge.olx.archives import unpack
from openedx_bridge.olx.xml import XmlError
from sandbox.models import Block, Course
from sandbox.outline import CONTAINERS
from sandbox.runtime.host import SandboxRuntime
from sandbox.studio.files import replace_files

FILES = ["about", "assets", "info", "policies", "static", "tabs", "tags.csv"]
NOT_BLOCKS = {"wiki", "course_info", "static_tab", "about"}


@attrs.frozen
class ImportOutcome:
    """What an import made of the export."""

    course: Course
    blocks: int
    left_out: tuple[LeftOut, ...]


def import_archive(file: IO[bytes], *, into: CourseKey, limits: Limits | None = None) -> ImportOutcome:
    """Import an uploaded .tar.gz, .tar or .zip into the course, as `import_folder` does."""
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="import-") as home:
        passed_over = unpack(file, Path(home), limits)
        outcome = import_folder(find_root(Path(home)), into=into, limits=limits)
    return attrs.evolve(outcome, left_out=(*passed_over, *outcome.left_out))


def import_folder(root: Path, *, into: CourseKey, limits: Limits | None = None) -> ImportOutcome:
    """Make the course what the export in this folder says; blocks that the export lacks are removed.

    Raises OlxError where there is no course to read.
    """
    tree = OlxTree(root, limits or Limits())
    pointer = tree.load("course.xml")
    if pointer is None:
        raise OlxError("This is no course: it has no readable course.xml. Export it from Studio's Tools menu.")
    top = tree.definition(pointer)
    if top is None:
        raise OlxError("The course's own file is missing, so there is nothing to import.")
    title = top.get("display_name") or pointer.get("course") or str(into)
    with transaction.atomic():
        course, _ = Course.objects.update_or_create(key=into, defaults={"title": title[:255]})
        writer = BlockWriter(course, tree)
        writer.write(top, "course", None, 0)
        course.blocks.exclude(usage_key__in=writer.seen).delete()
    replace_files(into, root, names=FILES)
    return ImportOutcome(course, len(writer.seen), tuple(tree.left_out))


def find_root(folder: Path) -> Path:
    """The folder that holds course.xml, at most two levels down; raises OlxError."""
    for pattern in ("course.xml", "*/course.xml", "*/*/course.xml"):
        found = sorted(folder.glob(pattern))
        if found:
            return found[0].parent
    raise OlxError("There is no course.xml in this archive. Export the course from Studio's Tools menu.")


class OlxTree:
    """Reads the elements of an export, following pointers to files; says what it passed over."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root, self.limits = root.resolve(), limits
        self.left_out: list[LeftOut] = []

    def leave_out(self, where: str, reason: str) -> None:
        """Note what was not imported."""
        self.left_out.append(LeftOut(where, reason))

    def definition(self, node: etree._Element) -> etree._Element | None:
        """The element that a pointer leads to, with the pointer's own attributes added; None where it is missing."""
        name = node.get("url_name") or node.get("slug") or ""
        target = f"{node.tag}/{name.replace(':', '/')}.xml"
        is_pointer = len(node) == 0 and not (node.text or "").strip()
        found = self.load(target) if is_pointer and name and self.path(target) else node
        if found is None or found.tag != node.tag:
            self.leave_out(target, "It does not hold the block it should.")
            return None
        if found is node and is_pointer and set(node.attrib) <= {"url_name", "org", "course"}:
            self.leave_out(target, "It is missing.")
            return None
        for attribute, value in node.attrib.items():
            if attribute not in found.attrib:
                found.set(attribute, value)
        return self._with_text(found, name)

    def _with_text(self, node: etree._Element, name: str) -> etree._Element | None:
        """An html block's text stands in a file of its own."""
        filename = node.get("filename")
        if node.tag != "html" or not filename:
            return node
        path = self.path(f"html/{filename.replace(':', '/')}.html")
        if path is None:
            self.leave_out(f"html/{filename}.html", "It is missing.")
            return None
        node.text = "".join(char for char in path.read_text("utf-8", "replace") if char.isprintable() or char in "\n\t")
        del node.attrib["filename"]
        return node

    def path(self, relative: str) -> Path | None:
        """A file inside the export, of a size that can be text; None otherwise."""
        path = (self.root / relative).resolve()
        inside = path.is_relative_to(self.root) and path.is_file()
        return path if inside and path.stat().st_size <= self.limits.xml_bytes else None

    def load(self, relative: str) -> etree._Element | None:
        """The root element of a file; what cannot be read is left out."""
        path = self.path(relative)
        if path is None:
            self.leave_out(relative, "It is missing, too large, or outside of the export.")
            return None
        try:
            return parse_xml(path.read_bytes())
        except XmlError as error:
            self.leave_out(relative, f"It cannot be read: {error}.")
            return None


class BlockWriter:
    """Writes elements as blocks of one course; a name that comes twice is taken once."""

    def __init__(self, course: Course, tree: OlxTree) -> None:
        self.course, self.tree = course, tree
        self.runtime = SandboxRuntime(AnonymousUser(), course.key, mode="studio")
        self.seen: list[UsageKey] = []

    def write(self, node: etree._Element, name: str, parent: Block | None, position: int) -> None:
        """Write a block and, in a container, everything in it."""
        key = self._key(node.tag, name)
        if key is None:
            return
        row, _ = Block.objects.update_or_create(
            usage_key=key, defaults={"course": self.course, "parent": parent, "position": position, "fields": {}}
        )
        if node.tag in CONTAINERS:
            row.fields = {key: value for key, value in node.attrib.items() if key != "url_name"}
            row.save(update_fields=["fields"])
            self._write_children(node, row)
        else:
            self._write_leaf(node, row)

    def _key(self, tag: str, name: str) -> UsageKey | None:
        try:
            key = self.course.key.make_usage_key(tag, quote(name, safe="").replace("%", "_"))
        except InvalidKeyError:
            self.tree.leave_out(f"{tag} {name}", "It has a name that no key can have.")
            return None
        if key in self.seen or len(str(key)) > 255:
            self.tree.leave_out(f"{tag} {name}", "Its name is taken, or too long.")
            return None
        self.seen.append(key)
        return key

    def _write_children(self, node: etree._Element, row: Block) -> None:
        for position, child in enumerate(node.iterchildren(etree.Element)):
            if child.tag in NOT_BLOCKS:
                continue
            name = child.get("url_name") or child.get("slug") or f"{row.usage_key.block_id}_{position}"
            found = self.tree.definition(child)
            if found is not None:
                self.write(found, name, row, position)

    def _write_leaf(self, node: etree._Element, row: Block) -> None:
        key = row.usage_key
        for name in ("xblock-family", "url_name"):
            node.attrib.pop(name, None)
        kind = self.runtime.mixologist.mix(self.runtime.load_block_type(key.block_type))
        try:
            block = kind.parse_xml(node, self.runtime, ScopeIds(None, key.block_type, key, key))
            block.save()
        except Exception as error:  # noqa: BLE001 - a block's own code met a stranger's data; it is named as left out
            self.tree.leave_out(str(key), f"The block could not read it: {error}.")
            row.delete()
            self.seen.remove(key)
