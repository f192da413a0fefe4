"""The runtime of one request, in one of three modes: `lms`, Studio's `preview`, and `studio` for its edit forms."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils.html import escape, format_html_join
from opaque_keys.edx.keys import CourseKey, UsageKey
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.exceptions import NoSuchUsage
from xblock.fields import ScopeIds
from xblock.runtime import Runtime

from openedx_bridge.backend import get_backend
from sandbox.blocks import HOST_BLOCKS, OtherBlock
from sandbox.models import Block
from sandbox.runtime import services
from sandbox.runtime.fields import field_data
from sandbox.runtime.ids import UsageKeyIds

if TYPE_CHECKING:
    from openedx_bridge.backend import User

log = logging.getLogger(__name__)

MODES = ("lms", "preview", "studio")
CLIENT_RUNTIMES = {"lms": "LmsRuntime", "preview": "PreviewRuntime", "studio": "StudioRuntime"}


class SandboxRuntime(Runtime):
    """Loads, renders and serves the blocks of one course for one person."""

    def __init__(self, user: User, course_key: CourseKey, *, mode: str) -> None:
        if mode not in MODES:
            raise ValueError(f"mode must be one of {MODES}, not {mode!r}.")
        ids = UsageKeyIds(course_key)
        offered = {
            "field-data": field_data(authoring=mode != "lms"),
            "user": services.HostUserService(user, course_key, mode=mode),
            "settings": services.SettingsService(),
            "completion": services.CompletionService(user, course_key) if user.is_authenticated else None,
        }
        if mode != "lms":
            offered["studio_user_permissions"] = services.StudioPermissions(user)
        super().__init__(ids, ids, services=offered)
        self.course_id, self.mode = course_key, mode
        self.user = user
        self.is_author_mode = mode == "preview"

    def load_block_type(self, block_type: str) -> type[XBlock]:
        """Our blocks through their entry points; what the host shows itself; a stand-in for all others."""
        if block_type in HOST_BLOCKS:
            return HOST_BLOCKS[block_type]
        try:
            return XBlock.load_class(block_type, OtherBlock)
        except ImportError:
            log.exception("The block type %s is registered and cannot be loaded", block_type)
            return OtherBlock

    def get_block(self, usage_id: UsageKey, for_parent: XBlock | None = None) -> XBlock:
        """The block with this key; raises NoSuchUsage."""
        if not Block.objects.filter(usage_key=usage_id).exists():
            raise NoSuchUsage(str(usage_id))
        user_id = self.user.pk if self.mode == "lms" else None
        ids = ScopeIds(user_id, usage_id.block_type, usage_id, usage_id)
        return self.construct_xblock(usage_id.block_type, ids, for_parent=for_parent)

    def service(self, block: XBlock, service_name: str) -> Any:
        """As the base class, with translations made for the block that asks."""
        if service_name == "i18n" and block.service_declaration("i18n"):
            return services.TranslationService(block)
        return super().service(block, service_name)

    def applicable_aside_types(self, block: XBlock) -> list[str]:
        """Asides belong to the platform."""
        return []

    # Addresses

    def handler_url(
        self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        """Where the block's handler is called in this mode; an absolute address for third parties."""
        usage = str(block.scope_ids.usage_id)
        keys = {"usage": usage, "handler": handler_name, "suffix": suffix}
        if self.mode == "lms":
            keys["course"] = str(self.course_id)
        url = reverse(f"sandbox:{self.mode}-handler", kwargs=keys) + (f"?{query}" if query else "")
        return get_backend().lms_root_url() + url if thirdparty else url

    def resource_url(self, resource: str) -> str:
        """A static file of the host."""
        return staticfiles_storage.url(resource)

    def local_resource_url(self, block: XBlock, uri: str) -> str:
        """A file of the block's package, below its public folder."""
        return reverse("sandbox:resource", kwargs={"block_type": block.scope_ids.block_type, "uri": uri})

    # News from blocks

    def publish(self, block: XBlock, event_type: str, event_data: dict[str, Any]) -> None:
        """Keep grades and completions of signed-in learners; Studio and visitors publish into the void."""
        if self.mode != "lms" or not self.user.is_authenticated:
            return
        usage_key = block.scope_ids.usage_id
        if event_type == "grade":
            earned, possible = (Decimal(str(event_data[name])) for name in ("value", "max_value"))
            get_backend().store_score(self.user.pk, usage_key, earned, possible)
        elif event_type == "completion":
            self._services["completion"].submit_completion(usage_key, event_data["completion"])

    # Rendering

    def wrap_xblock(self, block: XBlock, view: str, frag: Fragment, context: dict | None) -> Fragment:
        """The block's HTML in an element that tells the client's runtime what it is and how to start it."""
        usage = block.scope_ids.usage_id
        data = {"usage-id": usage, "block-type": usage.block_type, "course-id": self.course_id}
        if frag.js_init_fn:
            data |= {
                "init": frag.js_init_fn,
                "runtime-class": CLIENT_RUNTIMES[self.mode],
                "runtime-version": frag.js_init_version,
            }
        attributes = format_html_join("", ' data-{}="{}"', data.items())
        classes = f"xblock xblock-{view} xblock-{view}-{usage.block_type}"
        wrapped = Fragment(f'<div class="{escape(classes)}"{attributes}>{frag.body_html()}{_arguments(frag)}</div>')
        wrapped.add_fragment_resources(frag)
        return wrapped


def _arguments(frag: Fragment) -> str:
    """The initial arguments as JSON in an inert element that no value can break out of."""
    if frag.json_init_args is None:
        return ""
    text = json.dumps(frag.json_init_args).replace("<", "\\u003c").replace("&", "\\u0026")
    return f'<script type="json/xblock-args" class="xblock-json-init-args">{text}</script>'
