"""What a host of the suite must be able to do, and which host this is.

Apps call `openedx_bridge.api`; only hosts (the platform, the fake, the sandbox) subclass `Backend`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.dispatch import Signal
from django.utils.module_loading import import_string

from .data import (
    CourseGrade,
    CourseRecord,
    IdVerification,
    LearnerGrade,
    LibraryProblem,
    LibraryRecord,
    ServiceVariant,
    UserRecord,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser
    from opaque_keys.edx.keys import CourseKey, LearningContextKey, UsageKey

    User = AbstractUser | AnonymousUser

# Sent with `user_id` by hosts other than the platform when a person's data must go.
user_retired = Signal()

DEFAULT_BACKEND = "openedx_bridge.platform.backend.PlatformBackend"


class Backend(ABC):
    """One host. Each method does what the function of the same name in `openedx_bridge.api` says."""

    @abstractmethod
    def find_user(self, **identity: object) -> UserRecord | None:
        """The user with exactly this `id`, `username` or `email`, or None."""

    @abstractmethod
    def is_enrolled(self, user_id: int, course_key: CourseKey) -> bool: ...

    @abstractmethod
    def is_global_staff(self, user: User) -> bool: ...

    @abstractmethod
    def is_course_staff(self, user: User, course_key: CourseKey) -> bool: ...

    @abstractmethod
    def can_author(self, user: User) -> bool: ...

    @abstractmethod
    def can_view_library(self, user: User, library_key: LearningContextKey) -> bool: ...

    @abstractmethod
    def can_edit_library(self, user: User, library_key: LearningContextKey) -> bool: ...

    @abstractmethod
    def find_course(self, course_key: CourseKey) -> CourseRecord | None: ...

    @abstractmethod
    def iter_courses(self, org: str | None) -> Iterator[CourseRecord]: ...

    @abstractmethod
    def get_course_grade(self, user_id: int, course_key: CourseKey) -> CourseGrade | None: ...

    @abstractmethod
    def iter_passing_grades(self, course_key: CourseKey) -> Iterator[LearnerGrade]: ...

    @abstractmethod
    def store_score(self, user_id: int, usage_key: UsageKey, earned: Decimal, possible: Decimal) -> bool: ...

    @abstractmethod
    def get_id_verification(self, user_id: int) -> IdVerification: ...

    @abstractmethod
    def find_library(self, library_key: LearningContextKey) -> LibraryRecord | None: ...

    @abstractmethod
    def iter_libraries(self, user: User) -> Iterator[LibraryRecord]: ...

    @abstractmethod
    def iter_library_problems(
        self, library_key: LearningContextKey, collection: str | None
    ) -> Iterator[LibraryProblem]: ...

    @abstractmethod
    def export_olx(self, course_key: CourseKey, target_dir: Path) -> Path: ...

    @abstractmethod
    def course_url(self, course_key: CourseKey) -> str: ...

    @abstractmethod
    def service_variant(self) -> ServiceVariant: ...

    def unit_url(self, usage_key: UsageKey) -> str:
        """The address that finds the block in its course when it is opened."""
        return f"{self.lms_root_url()}/courses/{usage_key.course_key}/jump_to/{usage_key}"

    def connect_retirement(self, scrub: Callable[[int], None], uid: str) -> None:
        """Call scrub for each user that a host without retirement signals of its own retires."""
        user_retired.connect(_scrubber(scrub), dispatch_uid=uid, weak=False)

    def platform_name(self) -> str:
        """The site's name from the settings."""
        return getattr(settings, "PLATFORM_NAME", "") or "Open edX"

    def support_email(self) -> str:
        """The address for help from the settings."""
        return getattr(settings, "CONTACT_EMAIL", "") or settings.DEFAULT_FROM_EMAIL

    def lms_root_url(self) -> str:
        """The LMS's address from the settings, without a trailing slash."""
        return getattr(settings, "LMS_ROOT_URL", "").rstrip("/")

    def send_message(self, to_email: str, subject: str, text: str, html: str | None) -> None:
        """Send through Django's mail settings."""
        message = EmailMultiAlternatives(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [to_email])
        if html is not None:
            message.attach_alternative(html, "text/html")
        message.send()


def _scrubber(scrub: Callable[[int], None]) -> Callable[..., None]:
    def receiver(user_id: int, **_kwargs: object) -> None:
        scrub(user_id)

    return receiver


@cache
def load_backend(path: str) -> Backend:
    """The one backend object of this process for a dotted path."""
    return import_string(path)()


def get_backend() -> Backend:
    """The backend that the setting `OPENEDX_BRIDGE_BACKEND` names."""
    return load_backend(getattr(settings, "OPENEDX_BRIDGE_BACKEND", DEFAULT_BACKEND))
