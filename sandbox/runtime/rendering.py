"""Rendering blocks into one page: their HTML in order, and everything they bring along once."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import attrs
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment, FragmentResource
from xblock.core import XBlock
from xblock.exceptions import NoSuchViewError

from sandbox.models import Block
from sandbox.runtime.host import SandboxRuntime

log = logging.getLogger(__name__)


@attrs.define
class RenderedUnit:
    """Blocks with their HTML, and the HTML of what goes to the page's head and foot."""

    blocks: list[tuple[Block, XBlock, SafeString]] = attrs.field(factory=list)
    resources: list[FragmentResource] = attrs.field(factory=list)

    def add(self, row: Block, block: XBlock, fragment: Fragment) -> None:
        """Append a rendered block; a resource that another block brought already is not repeated."""
        self.blocks.append((row, block, mark_safe(fragment.body_html())))
        self.resources += [resource for resource in fragment.resources if resource not in self.resources]

    @property
    def head(self) -> SafeString:
        """What belongs into the head."""
        return self._html("head")

    @property
    def foot(self) -> SafeString:
        """What belongs to the end of the body."""
        return self._html("foot")

    def _html(self, placement: str) -> SafeString:
        chosen = [resource for resource in self.resources if resource.placement == placement]
        return mark_safe("\n".join(Fragment.resource_to_html(resource) for resource in chosen))


def render_blocks(runtime: SandboxRuntime, rows: Iterable[Block], view: str) -> RenderedUnit:
    """Render each block; one that fails shows that it did, and the others are shown all the same."""
    unit = RenderedUnit()
    for row in rows:
        block = runtime.get_block(row.usage_key)
        unit.add(row, block, render_block(runtime, block, view))
    return unit


def render_block(runtime: SandboxRuntime, block: XBlock, view: str) -> Fragment:
    """The block's view; `author_view` falls back to the learner's, a missing public view says whom it is for."""
    if view == "author_view" and not getattr(block, "has_author_view", False):
        view = "student_view"
    try:
        return runtime.render(block, view, {})
    except NoSuchViewError:
        return _notice(_("This part is for people who are enrolled in the course."))
    except Exception:
        log.exception("Block %s failed in %s", block.scope_ids.usage_id, view)
        return _notice(_("This block could not be shown. The server's log says why."))


def _notice(text: str) -> Fragment:
    return Fragment(format_html('<p class="ms-state ms-state--warn">{}</p>', text))


def client_scripts() -> list[str]:
    """The scripts of a page with blocks: jQuery, which the platform promises to blocks, and the client's runtime."""
    return [static("admin/js/vendor/jquery/jquery.min.js"), static("sandbox/runtime.js")]
