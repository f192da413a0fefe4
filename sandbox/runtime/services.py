"""The services that the suite's blocks ask a runtime for, answering as the platform's do."""

from __future__ import annotations

import gettext
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from opaque_keys.edx.keys import CourseKey
from xblock.reference.user_service import UserService, XBlockUser

from openedx_bridge.backend import get_backend
from sandbox.models import BlockState

if TYPE_CHECKING:
    from openedx_bridge.backend import User

PREVIEW_ID = "student"


def anonymous_id(user_id: int, course_key: CourseKey) -> str:
    """A stable name for the learner in one course that says nothing about who it is."""
    return sha256(f"{settings.SECRET_KEY}|{course_key}|{user_id}".encode()).hexdigest()[:32]


class HostUserService(UserService):
    """The current user; in Studio everybody is a "student" without an identity, authors included."""

    def __init__(self, user: User, course_key: CourseKey, *, mode: str) -> None:
        super().__init__()
        self._user, self._course_key, self._mode = user, course_key, mode

    def get_current_user(self) -> XBlockUser:
        person = XBlockUser(is_current_user=True)
        person.opt_attrs["edx-platform.is_authenticated"] = self._user.is_authenticated
        if not self._user.is_authenticated:
            return person
        record = get_backend().find_user(pk=self._user.pk)
        person.full_name = record.full_name if record else None
        person.emails = [self._user.email]
        staff = self._mode == "lms" and get_backend().is_course_staff(self._user, self._course_key)
        person.opt_attrs |= {
            "edx-platform.user_id": self._user.pk,
            "edx-platform.username": self._user.username,
            "edx-platform.anonymous_user_id": self._anonymous_id(),
            "edx-platform.user_is_staff": staff,
            "edx-platform.user_is_global_staff": self._mode == "lms" and self._user.is_staff,
            "edx-platform.user_is_beta_tester": False,
            "edx-platform.user_role": "staff" if staff else "student",
            "edx-platform.user_preferences": {"pref-lang": translation.get_language()},
        }
        return person

    def _anonymous_id(self) -> str | None:
        if self._mode == "lms":
            return anonymous_id(self._user.pk, self._course_key)
        return PREVIEW_ID if self._mode == "preview" else None


class TranslationService:
    """The catalogue of the block's root package, or Django's where it has none in this language."""

    def __init__(self, block: Any) -> None:
        package = getattr(block, "unmixed_class", type(block)).__module__.partition(".")[0]
        language = translation.get_language() or settings.LANGUAGE_CODE
        folder = str(resources.files(package) / "translations")
        try:
            self._catalogue: Any = gettext.translation("text", folder, [translation.to_locale(language)])
        except OSError:
            self._catalogue = translation

    def __getattr__(self, name: str) -> Any:
        return getattr(self._catalogue, "gettext" if name == "ugettext" else name)


class SettingsService:
    """Operators' settings per block type, in `XBLOCK_SETTINGS`."""

    def get_settings_bucket(self, block: Any, default: dict | None = None) -> dict:
        """The settings of the block's type: by its `block_settings_key`, or its class's name."""
        kind = getattr(block, "unmixed_class", type(block))
        key = getattr(kind, "block_settings_key", kind.__name__)
        return getattr(settings, "XBLOCK_SETTINGS", {}).get(key, default if default is not None else {})


class CompletionService:
    """What a learner has completed, from 0 to 1 per block."""

    def __init__(self, user: User, course_key: CourseKey) -> None:
        self._user, self._course_key = user, course_key

    def completion_tracking_enabled(self) -> bool:
        """The sandbox always tracks completion."""
        return True

    def get_completions(self, candidates: list) -> dict:
        """The learner's completion of each of the blocks, by usage key."""
        owners = {str(key): key for key in candidates}
        rows = BlockState.objects.filter(scope="completion", user=self._user, owner__in=owners)
        return dict.fromkeys(candidates, 0.0) | {owners[row.owner]: row.value for row in rows}

    def submit_completion(self, usage_key: Any, value: float) -> None:
        """Record the learner's completion of the block."""
        lookup = {"scope": "completion", "user": self._user, "owner": str(usage_key), "name": "completion"}
        BlockState.objects.update_or_create(**lookup, defaults={"value": float(value)})


class StudioPermissions:
    """What the current user may do in Studio with a course."""

    def __init__(self, user: User) -> None:
        self._user = user

    def can_read(self, course_key: CourseKey) -> bool:
        """Whether the user may look at the course in Studio."""
        return self.can_write(course_key)

    def can_write(self, course_key: CourseKey) -> bool:
        """Whether the user may change the course."""
        active = self._user.is_authenticated and self._user.is_active
        return active and get_backend().is_course_staff(self._user, course_key)
