"""The bridge's host when the suite runs inside edx-platform's LMS or Studio, or their workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from opaque_keys.edx.locator import LibraryLocatorV2

from ..backend import Backend
from ..data import (
    CourseGrade,
    CourseRecord,
    IdVerification,
    LearnerGrade,
    LibraryProblem,
    LibraryRecord,
    ServiceVariant,
    UserRecord,
)
from . import gradebook, identity, libraries, olx_export

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, LearningContextKey, UsageKey

    from ..backend import User

AUTHOR_ROLES = ("staff", "instructor", "course_creator_group", "org_course_creator_group")


class PlatformBackend(Backend):
    """Answers from the platform's own tables and APIs; it writes nothing but scores."""

    def find_user(self, **identity: object) -> UserRecord | None:
        """Full name from the profile, language and time zone from the account's preferences."""
        from openedx.core.djangoapps.lang_pref import LANGUAGE_KEY
        from openedx.core.djangoapps.user_api.models import UserPreference

        if "email" in identity:
            identity = {"email__iexact": identity["email"]}
        people: Any = get_user_model().objects  # the platform gives every user a profile
        user = people.select_related("profile").filter(**identity).order_by("pk").first()
        if user is None:
            return None
        profile = getattr(user, "profile", None)
        name = profile.name if profile else ""
        language = UserPreference.get_value(user, LANGUAGE_KEY) or settings.LANGUAGE_CODE
        time_zone = UserPreference.get_value(user, "time_zone") or "UTC"
        return UserRecord(user.pk, user.username, user.email, name or user.get_full_name(), language, time_zone)

    def is_enrolled(self, user_id: int, course_key: CourseKey) -> bool:
        from common.djangoapps.student.models import CourseEnrollment

        return CourseEnrollment.objects.filter(user_id=user_id, course_id=course_key, is_active=True).exists()

    def is_global_staff(self, user: User) -> bool:
        from common.djangoapps.student.roles import GlobalStaff

        return GlobalStaff().has_user(user)

    def is_course_staff(self, user: User, course_key: CourseKey) -> bool:
        """Studio's own rule, in the LMS too: limited staff and beta testers are not authors."""
        from common.djangoapps.student.auth import has_studio_write_access

        return has_studio_write_access(user, course_key, service_variant="cms")

    def can_author(self, user: User) -> bool:
        from common.djangoapps.student.models import CourseAccessRole

        has_role = CourseAccessRole.objects.filter(user_id=user.pk, role__in=AUTHOR_ROLES).exists()
        return has_role or self.is_global_staff(user)

    def can_view_library(self, user: User, library_key: LearningContextKey) -> bool:
        return isinstance(library_key, LibraryLocatorV2) and libraries.can_view(user, library_key)

    def can_edit_library(self, user: User, library_key: LearningContextKey) -> bool:
        return isinstance(library_key, LibraryLocatorV2) and libraries.can_edit(user, library_key)

    def find_course(self, course_key: CourseKey) -> CourseRecord | None:
        from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

        try:
            return self._course_record(CourseOverview.get_from_id(course_key))
        except CourseOverview.DoesNotExist:
            return None

    def iter_courses(self, org: str | None) -> Iterator[CourseRecord]:
        from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

        chosen = CourseOverview.objects.all() if org is None else CourseOverview.objects.filter(org=org)
        return (self._course_record(overview) for overview in chosen.order_by("id").iterator())

    def _course_record(self, overview: Any) -> CourseRecord:
        return CourseRecord(
            key=str(overview.id),
            title=overview.display_name or str(overview.id),
            org=overview.display_org_with_default,
            number=overview.display_number_with_default,
            start=overview.start,
            end=overview.end,
            url=self.course_url(overview.id),
        )

    def get_course_grade(self, user_id: int, course_key: CourseKey) -> CourseGrade | None:
        return gradebook.find_grade(user_id, course_key)

    def iter_passing_grades(self, course_key: CourseKey) -> Iterator[LearnerGrade]:
        return gradebook.iter_passing(course_key)

    def store_score(self, user_id: int, usage_key: UsageKey, earned: Decimal, possible: Decimal) -> bool:
        """Studio has no gradebook: its outbox waits for the LMS or one of its workers."""
        if self.service_variant() is not ServiceVariant.LMS or not self.is_enrolled(user_id, usage_key.course_key):
            return False
        return gradebook.store(user_id, usage_key, earned, possible)

    def get_id_verification(self, user_id: int) -> IdVerification:
        return identity.latest(user_id)

    def find_library(self, library_key: LearningContextKey) -> LibraryRecord | None:
        return libraries.find(library_key) if isinstance(library_key, LibraryLocatorV2) else None

    def iter_libraries(self, user: User) -> Iterator[LibraryRecord]:
        return libraries.iter_visible(user)

    def iter_library_problems(
        self, library_key: LearningContextKey, collection: str | None
    ) -> Iterator[LibraryProblem]:
        if not isinstance(library_key, LibraryLocatorV2):
            return iter(())
        return libraries.iter_problems(library_key, collection)

    def export_olx(self, course_key: CourseKey, target_dir: Path) -> Path:
        return olx_export.export(course_key, target_dir)

    def course_url(self, course_key: CourseKey) -> str:
        from openedx.features.course_experience import course_home_url

        return course_home_url(course_key)

    def connect_retirement(self, scrub: Callable[[int], None], uid: str) -> None:
        """All three signals: which of them an operator's pipeline sends differs between sites."""
        from openedx.core.djangoapps.user_api.accounts.signals import (
            USER_RETIRE_LMS_CRITICAL,
            USER_RETIRE_LMS_MISC,
            USER_RETIRE_MAILINGS,
        )

        def receiver(user: Any, **_kwargs: object) -> None:
            scrub(user.pk)

        for signal in (USER_RETIRE_MAILINGS, USER_RETIRE_LMS_MISC, USER_RETIRE_LMS_CRITICAL):
            signal.connect(receiver, dispatch_uid=uid, weak=False)

    def service_variant(self) -> ServiceVariant:
        """By the URLs in force: SERVICE_VARIANT may be unset, or name something else, in a management command."""
        return ServiceVariant.CMS if settings.ROOT_URLCONF.startswith("cms.") else ServiceVariant.LMS

    def platform_name(self) -> str:
        return _site_value("platform_name", super().platform_name())

    def support_email(self) -> str:
        return _site_value("contact_email", super().support_email())

    def lms_root_url(self) -> str:
        return _site_value("LMS_ROOT_URL", super().lms_root_url()).rstrip("/")


def _site_value(name: str, default: str) -> str:
    from openedx.core.djangoapps.site_configuration import helpers

    return helpers.get_value(name, default)
