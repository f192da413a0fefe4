"""What a course holds beside the suite's blocks: text, practice problems, and whatever else came with an import.

Each keeps the OLX it came from, so that an export gives it back unchanged.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from zlib import crc32

import nh3
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from lxml import etree
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Dict, Scope, String

from openedx_bridge.capa import CapaError, check_answers, grade_item, render_item
from openedx_bridge.mathml import render_math
from openedx_bridge.olx import parse_xml
from sandbox.studio.files import read_course_file

STATIC = "/static/"


class OlxBlock(XBlock):
    """A block that is its OLX."""

    display_name = String(default="", scope=Scope.settings)
    data = String(default="", scope=Scope.content, help="The block's whole element.")

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any) -> OlxBlock:
        """Keep the element as it stands."""
        block = runtime.construct_xblock_from_class(cls, keys)
        block.display_name = node.get("display_name", "")
        block.data = etree.tostring(node, encoding="unicode", with_tail=False)
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Give the element back, under the display name that it has now."""
        kept = parse_xml(self.data) if self.data else etree.Element(self.scope_ids.block_type)
        node.tag, node.text = kept.tag, kept.text
        node.attrib.update(kept.attrib)
        node.extend(kept)
        if self.display_name:
            node.set("display_name", self.display_name)

    def student_view(self, context: dict | None = None) -> Fragment:
        """Say what is not shown here."""
        return self._fragment("sandbox/blocks/other.html", {"block_type": self.scope_ids.block_type})

    public_view = student_view

    def _fragment(self, template: str, context: dict[str, Any]) -> Fragment:
        return Fragment(render_to_string(template, {"block": self, **context}))

    def _file_url(self, name: str) -> str:
        return file_url(self.scope_ids.usage_id.course_key, name)


class OtherBlock(OlxBlock):
    """A kind of block that this host cannot show."""


class HtmlBlock(OlxBlock):
    """Text of a course, cleaned of scripts, with its pictures from the course's files."""

    data = String(default="", scope=Scope.content, help="HTML.")

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any) -> HtmlBlock:
        """Keep what is inside the element."""
        block = runtime.construct_xblock_from_class(cls, keys)
        block.display_name = node.get("display_name", "")
        inner = [etree.tostring(child, encoding="unicode", method="html") for child in node]
        block.data = (node.text or "") + "".join(inner)
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Give the text back as text; the exporter writes it to a file of its own, as Studio does."""
        node.tag, node.text = "html", self.data
        if self.display_name:
            node.set("display_name", self.display_name)

    def student_view(self, context: dict | None = None) -> Fragment:
        """Show the text."""
        attributes = {"*": {"class", "id", "lang", "dir", "title"}} | nh3.ALLOWED_ATTRIBUTES
        html = nh3.clean(self.data, attributes=attributes).replace(STATIC, self._file_url(""))
        return self._fragment("sandbox/blocks/html.html", {"html": render_math(html)})

    public_view = student_view


class ProblemBlock(OlxBlock):
    """A practice problem, shown and marked by the bridge's CAPA adapter; the last answers are kept."""

    has_score = True
    answers = Dict(scope=Scope.user_state)

    def max_score(self) -> float:
        """What a right answer earns in the grade table; the share of the problem's own points is what counts."""
        return 1.0

    def student_view(self, context: dict | None = None) -> Fragment:
        """Show the problem with a button to check the answer."""
        try:
            item = render_item(self.data, seed=self._seed, answers=self.answers, files_url=self._file_url, **self._item)
        except CapaError as error:
            return self._fragment("sandbox/blocks/broken.html", {"error": error})
        fragment = self._fragment("sandbox/blocks/problem.html", {"html": render_math(item.html)})
        fragment.initialize_js("SandboxProblem")
        return fragment

    @XBlock.json_handler
    def check(self, data: dict, suffix: str = "") -> dict[str, str]:
        """Mark the answers, keep them, publish the share of points; a malformed answer is told and not marked."""
        answers = {str(name): value for name, value in data.items() if isinstance(value, str | list)}
        try:
            malformed = check_answers(self.data, seed=self._seed, answers=answers, **self._item)
            if malformed:
                return {"state": "malformed", "message": " ".join(malformed.values())}
            grade = grade_item(self.data, seed=self._seed, answers=answers, **self._item)
        except CapaError as error:
            return {"state": "broken", "message": str(error.user_message)}
        self.answers = answers
        share = float(grade.earned / grade.possible) if grade.possible else 0.0
        self.runtime.publish(self, "grade", {"value": share, "max_value": 1.0})
        if grade.correct:
            return {"state": "correct", "message": _("Correct.")}
        if grade.earned:
            return {"state": "partly", "message": _("Partly correct.")}
        return {"state": "incorrect", "message": _("Not correct. Try again.")}

    @property
    def _seed(self) -> int:
        """The same person meets the same numbers each time."""
        return crc32(f"{self.scope_ids.usage_id}|{self.scope_ids.user_id}".encode()) % 1000

    @property
    def _item(self) -> dict[str, Any]:
        key = self.scope_ids.usage_id
        library = read_course_file(key.course_key, "static/python_lib.zip")
        files = {"python_lib.zip": library} if library is not None else {}
        return {"item_key": str(key), "files": files, "course_key": str(key.course_key)}


def file_url(course_key: object, name: str) -> str:
    """Where a course's static file is served."""
    return reverse("sandbox:course-file", kwargs={"course": str(course_key), "path": "_"})[:-1] + quote(name)


HOST_BLOCKS: dict[str, type[XBlock]] = {"html": HtmlBlock, "problem": ProblemBlock}
