"""A course from the demo's OLX, its people, and a block whose behaviour the tests know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opaque_keys.edx.keys import CourseKey
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Integer, Scope, String

from sandbox.models import Block, Course
from sandbox.studio.imports import import_folder

DEMO_COURSE = Path(__file__).resolve().parents[2] / "sandbox" / "demo" / "course"
COURSE_KEY = CourseKey.from_string("course-v1:Mastery+STAT101+2026")


@XBlock.needs("user", "i18n", "studio_user_permissions")
@XBlock.wants("completion", "settings")
class ProbeBlock(XBlock):
    """A block that tells what its runtime gives it."""

    has_author_view = True
    title = String(default="", scope=Scope.settings)
    answer = String(default="", scope=Scope.user_state)
    visits = Integer(default=0, scope=Scope.preferences)

    def student_view(self, context: dict | None = None) -> Fragment:
        self.visits += 1
        fragment = Fragment(f"<p>learner {self.visits}</p>")
        fragment.initialize_js("Probe", {"text": "</script><b>"})
        return fragment

    def author_view(self, context: dict | None = None) -> Fragment:
        return Fragment(f"<p>author mode {self.runtime.is_author_mode}</p>")

    def public_view(self, context: dict | None = None) -> Fragment:
        return Fragment("<p>for everybody</p>")

    @XBlock.json_handler
    def tell(self, data: dict, suffix: str = "") -> dict[str, Any]:
        """Who the runtime says is asking."""
        person = self.runtime.service(self, "user").get_current_user()
        return {"attributes": person.opt_attrs, "name": person.full_name, "suffix": suffix}

    @XBlock.json_handler
    def solve(self, data: dict, suffix: str = "") -> dict[str, Any]:
        """Keep an answer and publish a grade."""
        self.answer = data["answer"]
        self.runtime.publish(self, "grade", {"value": 1, "max_value": 2})
        self.runtime.publish(self, "completion", {"completion": 1.0})
        return {}

    @XBlock.json_handler
    def may_write(self, data: dict, suffix: str = "") -> dict[str, Any]:
        """What Studio's permissions say about whoever is asking."""
        permissions = self.runtime.service(self, "studio_user_permissions")
        return {"may_write": permissions.can_write(self.scope_ids.usage_id.course_key)}

    @XBlock.json_handler
    def rename(self, data: dict, suffix: str = "") -> dict[str, Any]:
        """Change the content."""
        self.title = data["title"]
        return {}

    @XBlock.handler
    def peek(self, request: Any, suffix: str = "") -> Any:
        """Anything at all, by GET."""
        from webob import Response

        return Response(text="seen", headers={"X-Probe": "1"})


@pytest.fixture
def course(db: None, tmp_path: Path, settings: Any) -> Course:
    """The demo course."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return import_folder(DEMO_COURSE, into=COURSE_KEY).course


@pytest.fixture
def unit(course: Course) -> Block:
    """A unit of the demo course."""
    return course.blocks.get(usage_key=COURSE_KEY.make_usage_key("vertical", "take_the_exam"))


@pytest.fixture
def probe(unit: Block) -> Iterator[Block]:
    """A probe block at the end of the unit."""
    with pytest.MonkeyPatch.context() as patch:
        from sandbox.blocks import HOST_BLOCKS

        patch.setitem(HOST_BLOCKS, "probe", ProbeBlock)
        key = COURSE_KEY.make_usage_key("probe", "p1")
        yield Block.objects.create(course=unit.course, parent=unit, usage_key=key, position=9)
