"""The four blocks as cases, and ways to load, show and call one in each of the host's modes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from opaque_keys.edx.keys import CourseKey
from xblock.core import XBlock

from sandbox.models import Block
from sandbox.runtime.host import SandboxRuntime

COURSE = CourseKey.from_string("course-v1:Mastery+BLOCKS+2026")
SHIPPED = Path(__file__).resolve().parents[2] / "xblocks"


@attrs.frozen
class Case:
    """A block: its tag, its key field, the key that is right here, and words that a visitor sees with it."""

    tag: str
    field: str
    key: str
    shown: str
    unlinked: str


CASES = (
    Case("mastery-exam", "exam_key", "statistics", "View exam", "No exam is linked here yet."),
    Case("paid-certificate", "exam_key", "statistics", "Example Institute", "No credential is linked here yet."),
    Case(
        "micromasters-pathway",
        "programme_key",
        "statistics-programme",
        "Parts of this programme",
        "No programme is linked here yet.",
    ),
    Case("credit-transfer", "exam_key", "statistics", "The institution decides.", "No exam is linked here yet."),
)
every_block = pytest.mark.parametrize("case", CASES, ids=lambda case: case.tag)


def load(row: Block, user: Any = None, mode: str = "lms") -> XBlock:
    """The block as the runtime of this mode gives it to a user, or to a visitor."""
    return SandboxRuntime(user or AnonymousUser(), row.course.key, mode=mode).get_block(row.usage_key)


def shown(row: Block, user: Any = None, view: str = "student_view", mode: str = "lms") -> str:
    """The HTML of a view."""
    block = load(row, user, mode)
    return block.runtime.render(block, view, {}).body_html()


def send(client: Client, row: Block, body: Any, *, mode: str = "studio", name: str = "submit_studio_edits") -> Any:
    """Call a handler with a JSON body, or with text as it stands."""
    start = {"lms": f"/courses/{row.course.key}/xblock", "preview": "/preview/xblock", "studio": "/xblock"}[mode]
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(f"{start}/{row.usage_key}/handler/{name}", text, content_type="application/json")
