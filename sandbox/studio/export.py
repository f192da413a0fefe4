"""A course out as OLX, in the files and folders that Studio writes, so that Studio can import it."""

from __future__ import annotations

import io
import tarfile
import tempfile
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from lxml import etree

from sandbox.models import Block, Course
from sandbox.outline import CONTAINERS
from sandbox.runtime.host import SandboxRuntime
from sandbox.studio.files import copy_files


def export_archive(course: Course) -> bytes:
    """The course as a .tar.gz with one folder, `course`."""
    with tempfile.TemporaryDirectory(prefix="export-") as home:
        folder = write_course(course, Path(home) / "course")
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            archive.add(folder, arcname="course")
    return buffer.getvalue()


def write_course(course: Course, folder: Path) -> Path:
    """Write the course's blocks and files into a folder, which may exist, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    copy_files(course.key, folder)
    root = course.blocks.filter(parent=None, usage_key__contains="type@course").first()
    key = course.key
    pointer = etree.Element("course", url_name=key.run, org=key.org, course=key.course)
    _write(folder / "course.xml", pointer)
    if root is not None:
        writer = _Writer(course, folder)
        writer.container(root, folder / "course" / f"{key.run}.xml", skip=("org", "course"))
    return folder


class _Writer:
    def __init__(self, course: Course, folder: Path) -> None:
        self.folder = folder
        self.runtime = SandboxRuntime(AnonymousUser(), course.key, mode="studio")

    def container(self, row: Block, path: Path, skip: tuple[str, ...] = ()) -> None:
        """Write a chapter, sequential, vertical or the course itself, then what is in it."""
        node = etree.Element(row.block_type)
        for name, value in row.fields.items():
            if name not in skip:
                node.set(name, str(value))
        for child in row.children.all():
            self._child(child, node)
        _write(path, node)

    def _child(self, row: Block, parent: etree._Element) -> None:
        kind, name = row.block_type, row.usage_key.block_id
        if kind in CONTAINERS:
            etree.SubElement(parent, kind, url_name=name)
            self.container(row, self.folder / kind / f"{name}.xml")
            return
        block = self.runtime.get_block(row.usage_key)
        node = etree.Element(kind)
        block.add_xml_to_node(node)
        if kind == "html":
            self._text(node, name)
        if kind in ("html", "problem"):
            etree.SubElement(parent, kind, url_name=name)
            _write(self.folder / kind / f"{name}.xml", node)
        else:
            # An XBlock that is not of the platform itself stands within its unit.
            node.set("url_name", name)
            parent.append(node)

    def _text(self, node: etree._Element, name: str) -> None:
        path = self.folder / "html" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(node.text or "", encoding="utf-8")
        node.text = None
        node.set("filename", name)


def _write(path: Path, node: etree._Element) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(etree.tostring(node, encoding="utf-8", pretty_print=True))
