"""What our four blocks share: who is looking, who may edit, and a Studio form that asks for permission first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError
from xblock.fields import Scope, String
from xblock.utils.resources import ResourceLoader
from xblock.utils.studio_editable import StudioEditableXBlockMixin
from xblock.validation import ValidationMessage

loader = ResourceLoader(__name__)


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
        """Check and set the fields of the form; raises JsonHandlerError with what to change."""
        if not isinstance(data.get("values"), dict) or not isinstance(data.get("defaults", []), list):
            raise JsonHandlerError(400, self.ugettext("Send the form's values."))
        values = {name: data["values"][name] for name in self.editable_fields if name in data["values"]}
        for name, value in values.items():
            field = self.fields[name]
            try:
                values[name] = field.enforce_type(value)
            except (TypeError, ValueError) as error:
                message = self.ugettext("“{value}” does not fit the field “{field}”.")
                raise JsonHandlerError(400, message.format(value=value, field=field.display_name)) from error
        problem = self.refuse(values.get(self.key_field, getattr(self, self.key_field)))
        if problem:
            raise JsonHandlerError(400, problem)
        for name, value in values.items():
            setattr(self, name, value.strip() if isinstance(value, str) else value)
        for name in data.get("defaults", []):
            if name in self.editable_fields and self.fields[name].is_set_on(self):
                self.fields[name].delete_from(self)
        self.after_save()
        return {"result": "success"}

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
        return validation

    def student_view_data(self, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """What native apps need: the key, the title and the address; nothing about any person."""
        shown = self.learner_context(None)
        return {self.key_field: getattr(self, self.key_field), "title": shown["title"], "url": shown.get("url")}

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


def choices(entries: Iterable[tuple[str, str]], empty: str) -> list[dict[str, str]]:
    """Choices of a Studio select: `empty` first, then (key, title) pairs."""
    return [{"value": "", "display_name": empty}] + [
        {"value": key, "display_name": f"{title} ({key})"} for key, title in entries
    ]
