"""What our four blocks share: who is looking, who may edit, and a Studio form that asks for permission first."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from web_fragments.fragment import Fragment
from xblock.core import XML_NAMESPACES, XBlock
from xblock.exceptions import JsonHandlerError
from xblock.fields import Scope, String
from xblock.utils.resources import ResourceLoader
from xblock.utils.studio_editable import StudioEditableXBlockMixin
from xblock.validation import ValidationMessage
from yaml import YAMLError

log = logging.getLogger(__name__)
loader = ResourceLoader(__name__)

MOST_CHARACTERS = 255


def _(text: str) -> str:
    """Mark `text` for translation; blocks translate through their runtime's i18n service."""
    return text


@XBlock.needs("i18n")
@XBlock.wants("user")
@XBlock.wants("studio_user_permissions")
class LauncherXBlock(StudioEditableXBlockMixin, XBlock):
    """A block that shows where a learner stands and leads to the suite's own pages. It holds a key and no state.

    A copied, rerun or imported block is a reference by key to the same thing; nothing of the site is in its OLX.
    """

    has_author_view = True
    show_in_read_only_mode = True
    has_children = False
    has_score = False
    # The key field that says what the block is about; every block has exactly one.
    key_field = ""
    template = ""

    display_name = String(display_name=_("Title"), default="", scope=Scope.settings)

    def current_user_id(self) -> int | None:
        """The learner's user id, or None for visitors."""
        service = self.runtime.service(self, "user")
        if service is None:
            return None
        attributes = service.get_current_user().opt_attrs
        return attributes.get("edx-platform.user_id") if attributes.get("edx-platform.is_authenticated", True) else None

    def ugettext(self, text: str) -> str:
        """Translate `text` with the block's own catalogue."""
        return self.runtime.service(self, "i18n").gettext(text)

    @XBlock.supports("multi_device")
    def student_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """Where the learner stands and the one next step."""
        return self._fragment(self.learner_context(self.current_user_id()))

    @XBlock.supports("multi_device")
    def public_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """What anybody may see, without a login."""
        return self._fragment(self.learner_context(None))

    def author_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """What a learner who has done nothing would see, with what the author must still do on top."""
        messages = [message.text for message in self.validate().messages]
        return self._fragment(self.learner_context(None) | {"author_messages": messages})

    def studio_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The form, for those who may write the course; nobody else gets even the list of keys."""
        if not self.may_edit():
            return Fragment(self._render("denied.html", {}))
        return super().studio_view(context)

    @XBlock.json_handler
    def submit_studio_edits(self, data: dict[str, Any], suffix: str = "") -> dict[str, Any]:
        """Save the form. Studio lets any registered user call a handler, so permission is asked first."""
        if not self.may_edit():
            raise JsonHandlerError(403, self.ugettext("You may not edit this course."))
        return self.apply_edits(data)

    def apply_edits(self, data: dict[str, Any]) -> dict[str, Any]:
        """Check and set the fields of the form, all or none; raises JsonHandlerError with what to change."""
        values, defaults = self._form(data)
        values = {name: self._field_value(name, value) for name, value in values.items()}
        chosen = "" if self.key_field in defaults else getattr(self, self.key_field)
        problem = self.refuse(values.get(self.key_field, chosen))
        if problem:
            raise JsonHandlerError(400, problem)
        for name, value in values.items():
            setattr(self, name, value)
        for name in defaults:
            if self.fields[name].is_set_on(self):
                self.fields[name].delete_from(self)
        self.after_save()
        return {"result": "success"}

    def _form(self, data: Any) -> tuple[dict[str, Any], list[str]]:
        """The values, and the names of fields that go back to their default; raises JsonHandlerError."""
        values = data.get("values") if isinstance(data, dict) else None
        defaults = data.get("defaults", []) if isinstance(data, dict) else None
        if not isinstance(values, dict) or not isinstance(defaults, list):
            raise JsonHandlerError(400, self.ugettext("Send the form's values."))
        unknown = [name for name in [*values, *defaults] if name not in self.editable_fields]
        if unknown:
            message = self.ugettext("This block has no field “{field}”. Reload the page and edit it again.")
            raise JsonHandlerError(400, message.format(field=unknown[0]))
        return values, [name for name in defaults if name not in values]

    def _field_value(self, name: str, value: Any) -> Any:
        """The value as the field keeps it; raises JsonHandlerError for one that does not fit."""
        field = self.fields[name]
        try:
            kept = None if isinstance(value, bool) else field.enforce_type(value)
        except (TypeError, ValueError, OverflowError):
            kept = None
        if kept is None or self.is_out_of_range(name, kept):
            message = self.ugettext("“{value}” does not fit the field “{field}”.")
            raise JsonHandlerError(400, message.format(value=value, field=self.ugettext(field.display_name)))
        return kept.strip() if isinstance(kept, str) else kept

    def is_out_of_range(self, name: str, value: Any) -> bool:
        """Whether the field cannot have a value of this type; titles and keys have a length."""
        return isinstance(value, str) and len(value) > MOST_CHARACTERS

    def may_edit(self) -> bool:
        """Whether the current Studio user may write this block's course."""
        permissions = self.runtime.service(self, "studio_user_permissions")
        course_key = self.scope_ids.usage_id.context_key
        return bool(permissions and permissions.can_write(course_key))

    def validate(self) -> Any:
        """Tell authors what keeps the block from working."""
        validation = super().validate()
        problem = self.refuse(getattr(self, self.key_field))
        if problem:
            validation.add(ValidationMessage(ValidationMessage.ERROR, problem))
        for name in self.editable_fields:
            if self.is_out_of_range(name, getattr(self, name)):
                text = self.ugettext("“{value}” does not fit the field “{field}”.")
                label = self.ugettext(self.fields[name].display_name)
                problem = text.format(value=getattr(self, name), field=label)
                validation.add(ValidationMessage(ValidationMessage.ERROR, problem))
        return validation

    def student_view_data(self, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """What native apps need: the key, the title and the address; nothing about any person."""
        shown = self.learner_context(None)
        return {self.key_field: getattr(self, self.key_field), "title": shown["title"], "url": shown.get("url")}

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        """Read the block from OLX. What does not fit is left out, because it would end the import of the block."""
        for child in list(node):
            if not str(child.tag).startswith(f"{{{XML_NAMESPACES['option']}}}"):
                node.remove(child)
        for name in [name for name in cls.editable_fields if name in node.attrib]:
            try:
                cls.fields[name].from_string(node.attrib[name])
            except (TypeError, ValueError, YAMLError):
                log.warning("The field %s of a block %s was not imported: its value does not fit.", name, node.tag)
                del node.attrib[name]
        return super().parse_xml(node, runtime, keys)

    def index_dictionary(self) -> dict[str, Any]:
        """What course search finds."""
        index = super().index_dictionary()
        index["content_type"] = self.ugettext("Credential")
        index.setdefault("content", {})["display_name"] = self.display_name
        return index

    def refuse(self, key: str) -> str | None:
        """Why `key` cannot be used, in words with the remedy; None when it can."""
        raise TypeError(f"{type(self).__name__} must say which keys it accepts.")

    def learner_context(self, user_id: int | None) -> dict[str, Any]:
        """What the template shows to this learner, or to a visitor; must hold `title`."""
        raise TypeError(f"{type(self).__name__} must say what it shows.")

    def after_save(self) -> None:
        """Called when an author has saved the form."""

    def _fragment(self, context: dict[str, Any]) -> Fragment:
        fragment = Fragment(self._render(self.template, context | {"block": self}))
        fragment.add_css(loader.load_unicode("public/block.css"))
        return fragment

    def _render(self, template: str, context: dict[str, Any]) -> str:
        i18n = self.runtime.service(self, "i18n")
        return loader.render_django_template(f"templates/xblocks/{template}", context, i18n_service=i18n)


def choices(block: Any, entries: Iterable[tuple[str, str]], empty: str) -> list[dict[str, str]]:
    """Choices of the block's key: `empty` first, then (key, title) pairs; a key that is no longer offered stays."""
    offered = dict(entries)
    kept = getattr(block, block.key_field)
    if kept and kept not in offered:
        offered[kept] = block.ugettext("no longer offered")
    return [{"value": "", "display_name": block.ugettext(empty)}] + [
        {"value": key, "display_name": f"{title} ({key})"} for key, title in offered.items()
    ]


def exam_choices(block: Any) -> list[dict[str, str]]:
    """The published exams of this site, for a Studio select."""
    from mastery_exam import api

    return choices(block, [(exam.key, exam.title) for exam in api.list_exams()], _("Choose an exam"))
