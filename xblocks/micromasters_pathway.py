"""`micromasters-pathway`: how far a learner is in a programme."""

from __future__ import annotations

from typing import Any

from xblock.completable import XBlockCompletionMode
from xblock.fields import Scope, String

from xblocks.base import LauncherXBlock, _, choices


def _programme_choices(block: Any) -> list[dict[str, str]]:
    from micromasters_pathway import api

    return choices(block, [(entry.key, entry.title) for entry in api.list_programmes()], _("Choose a programme"))


class MicromastersPathwayXBlock(LauncherXBlock):
    """Shows the slots of a programme, done and missing."""

    key_field = "programme_key"
    template = "micromasters_pathway.html"
    editable_fields = ("display_name", "programme_key")
    completion_mode = XBlockCompletionMode.EXCLUDED
    icon_class = "other"

    programme_key = String(
        display_name=_("Programme"),
        help=_("The programme whose progress is shown."),
        default="",
        scope=Scope.content,
        values_provider=_programme_choices,
    )

    def refuse(self, key: str) -> str | None:
        """The programme must be public."""
        if not key:
            return self.ugettext("No programme is chosen. Edit the block and choose one.")
        if self._progress(key, None) is None:
            return self.ugettext("There is no programme “{key}” on this site. Choose another.").format(key=key)
        return None

    def learner_context(self, user_id: int | None) -> dict[str, Any]:
        """The learner's progress, or what a visitor may see."""
        progress = self._progress(self.programme_key, user_id) if self.programme_key else None
        if progress is None:
            return {"title": self.display_name or self.ugettext("Programme"), "progress": None}
        title = self.display_name or progress.programme.title
        return {"title": title, "progress": progress, "url": progress.programme.url}

    def _progress(self, key: str, user_id: int | None) -> Any:
        from micromasters_pathway import api
        from micromasters_pathway.errors import ProgrammeNotFound

        try:
            return api.get_progress(user_id, programme_key=key)
        except ProgrammeNotFound:
            return None
