"""The one door to the host: users, courses, grades, libraries and pages, whatever the suite is installed in.

Keys may be given as strings or as opaque keys. `get_x` raises, `find_x` returns None, `can_x` and `is_x` answer False
to anybody anonymous or inactive and for keys of nothing. A text that is no key at all raises InvalidKey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from opaque_keys import InvalidKeyError, OpaqueKey
from opaque_keys.edx.keys import CourseKey, LearningContextKey, UsageKey

from .backend import get_backend
from .data import (
    CourseGrade,
    CourseRecord,
    IdVerification,
    IdVerificationStatus,
    LearnerGrade,
    LibraryProblem,
    LibraryRecord,
    ServiceVariant,
    UserRecord,
)
from .refusals import CourseNotFound, ExportRefused, InvalidKey, LibraryNotFound, UserNotFound

if TYPE_CHECKING:
    from .backend import User

Key = TypeVar("Key", bound=OpaqueKey)

__all__ = [
    "CourseGrade",
    "CourseNotFound",
    "CourseRecord",
    "ExportRefused",
    "IdVerification",
    "IdVerificationStatus",
    "InvalidKey",
    "LearnerGrade",
    "LibraryNotFound",
    "LibraryProblem",
    "LibraryRecord",
    "ServiceVariant",
    "UserNotFound",
    "UserRecord",
    "can_author",
    "can_edit_library",
    "can_view_library",
    "connect_retirement",
    "course_url",
    "export_course_olx",
    "find_course",
    "find_course_grade",
    "find_library",
    "find_user_by_email",
    "find_user_by_username",
    "get_course",
    "get_course_grade",
    "get_id_verification",
    "get_library",
    "get_user",
    "is_course_staff",
    "is_enrolled",
    "is_global_staff",
    "iter_courses",
    "iter_libraries",
    "iter_library_problems",
    "iter_passing_grades",
    "lms_root_url",
    "platform_name",
    "send_message",
    "service_variant",
    "store_score",
    "support_email",
    "unit_url",
]


def get_user(user_id: int) -> UserRecord:
    """The user with this id; raises UserNotFound."""
    user = get_backend().find_user(id=user_id)
    if user is None:
        raise UserNotFound(f"There is no user with the id {user_id}.")
    return user


def find_user_by_username(username: str) -> UserRecord | None:
    """The user with exactly this username."""
    return get_backend().find_user(username=username)


def find_user_by_email(email: str) -> UserRecord | None:
    """The user with this e-mail address, whatever the case of its letters."""
    return get_backend().find_user(email=email) if email else None


def is_enrolled(user_id: int, *, course_key: CourseKey | str) -> bool:
    """Whether the user is actively enrolled in the course."""
    return get_backend().is_enrolled(user_id, _course_key(course_key))


def is_global_staff(user: User) -> bool:
    """Whether the user is staff of the whole site."""
    return _is_active(user) and get_backend().is_global_staff(user)


def is_course_staff(user: User, *, course_key: CourseKey | str) -> bool:
    """Whether the user may author the course: its team with write access, its organisation's staff, global staff."""
    return _is_active(user) and get_backend().is_course_staff(user, _course_key(course_key))


def can_author(user: User) -> bool:
    """Whether the user may create banks and exams at all: course creator, on any course team, or global staff.

    A role must have been given. That a site lets everybody create courses does not make everybody an exam author.
    """
    return _is_active(user) and get_backend().can_author(user)


def can_view_library(user: User, *, library_key: LearningContextKey | str) -> bool:
    """Whether the user may see the library's problems, keys included."""
    return _is_active(user) and get_backend().can_view_library(user, _context_key(library_key))


def can_edit_library(user: User, *, library_key: LearningContextKey | str) -> bool:
    """Whether the user may change the library's problems."""
    return _is_active(user) and get_backend().can_edit_library(user, _context_key(library_key))


def get_course(course_key: CourseKey | str) -> CourseRecord:
    """The course run; raises CourseNotFound."""
    course = find_course(course_key)
    if course is None:
        raise CourseNotFound(f"There is no course {course_key}.")
    return course


def find_course(course_key: CourseKey | str) -> CourseRecord | None:
    """The course run, or None."""
    return get_backend().find_course(_course_key(course_key))


def iter_courses(*, org: str | None = None) -> Iterator[CourseRecord]:
    """All course runs, or those of one organisation, by key."""
    return get_backend().iter_courses(org)


def get_course_grade(user_id: int, *, course_key: CourseKey | str) -> CourseGrade:
    """The learner's grade; raises CourseNotFound or UserNotFound. Nothing done yet is a grade of 0, not passed."""
    get_user(user_id)
    get_course(course_key)
    return find_course_grade(user_id, course_key=course_key) or CourseGrade(False, Decimal(0), None)


def find_course_grade(user_id: int, *, course_key: CourseKey | str) -> CourseGrade | None:
    """The learner's stored grade, or None where the course has recorded none."""
    return get_backend().get_course_grade(user_id, _course_key(course_key))


def iter_passing_grades(*, course_key: CourseKey | str) -> Iterator[LearnerGrade]:
    """Every learner whose stored grade in the course passes, by user id."""
    return get_backend().iter_passing_grades(_course_key(course_key))


def store_score(user_id: int, *, usage_key: UsageKey | str, earned: Decimal, possible: Decimal) -> bool:
    """Put a score for a block into the learner's gradebook, outside any request; returns whether it was stored.

    Only in the LMS or its workers, for a learner enrolled in the block's course, for a block that exists there.
    It replaces what was there, so it is safe to repeat.
    """
    if not 0 <= earned <= possible or possible == 0:
        raise ValueError(f"A score must lie between 0 and a positive maximum, not {earned} of {possible}.")
    return get_backend().store_score(user_id, _usage_key(usage_key), Decimal(earned), Decimal(possible))


def get_id_verification(user_id: int) -> IdVerification:
    """How the platform's own identity check stands for the user."""
    return get_backend().get_id_verification(user_id)


def get_library(library_key: LearningContextKey | str) -> LibraryRecord:
    """The content library; raises LibraryNotFound."""
    library = find_library(library_key)
    if library is None:
        raise LibraryNotFound(f"There is no content library {library_key}.")
    return library


def find_library(library_key: LearningContextKey | str) -> LibraryRecord | None:
    """The content library, or None."""
    return get_backend().find_library(_context_key(library_key))


def iter_libraries(user: User) -> Iterator[LibraryRecord]:
    """The content libraries whose problems the user may see, by key."""
    return get_backend().iter_libraries(user) if _is_active(user) else iter(())


def iter_library_problems(
    library_key: LearningContextKey | str, *, collection: str | None = None
) -> Iterator[LibraryProblem]:
    """The published problems of a library, or of one of its collections (by its key), with their files and tags.

    Raises LibraryNotFound. Drafts are left out: what an author has not published is not yet meant to be used.
    """
    get_library(library_key)
    return get_backend().iter_library_problems(_context_key(library_key), collection)


def export_course_olx(course_key: CourseKey | str, *, target_dir: Path) -> Path:
    """Write the course, or library of the old kind, as OLX below target_dir; returns the folder with the root file.

    Raises CourseNotFound, or ExportRefused when the host cannot export it.
    """
    return get_backend().export_olx(_course_key(course_key), target_dir)


def course_url(course_key: CourseKey | str) -> str:
    """Where a learner opens the course."""
    return get_backend().course_url(_course_key(course_key))


def unit_url(usage_key: UsageKey | str) -> str:
    """Where a learner is taken to the block in its course."""
    return get_backend().unit_url(_usage_key(usage_key))


def connect_retirement(scrub: Callable[[int], None], *, uid: str) -> None:
    """Have `scrub(user_id)` called whenever the host retires a person; call it once, from an app's ready().

    The platform retires in several steps, so scrub is called more than once for the same person.
    """
    get_backend().connect_retirement(scrub, uid)


def service_variant() -> ServiceVariant:
    """Which service this process is."""
    return get_backend().service_variant()


def platform_name() -> str:
    """What the site calls itself."""
    return get_backend().platform_name()


def support_email() -> str:
    """Where people ask the site for help."""
    return get_backend().support_email()


def lms_root_url() -> str:
    """The scheme and host of the LMS, without a trailing slash."""
    return get_backend().lms_root_url()


def send_message(to_email: str, *, subject: str, text: str, html: str | None = None) -> None:
    """Send one e-mail now; call it from a task, never inside a transaction. Raises what the mail backend raises."""
    get_backend().send_message(to_email, subject, text, html)


def _is_active(user: User) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


def _course_key(value: CourseKey | str) -> CourseKey:
    return value if isinstance(value, CourseKey) else _parsed(CourseKey.from_string, value)


def _context_key(value: LearningContextKey | str) -> LearningContextKey:
    return value if isinstance(value, LearningContextKey) else _parsed(LearningContextKey.from_string, value)


def _usage_key(value: UsageKey | str) -> UsageKey:
    return value if isinstance(value, UsageKey) else _parsed(UsageKey.from_string, value)


def _parsed(parse: Callable[[str], Key], value: str) -> Key:
    """An opaque key from text; raises InvalidKey with the text in it."""
    try:
        return parse(value)
    except InvalidKeyError as error:
        raise InvalidKey(f"“{value}” is no key of the kind that is needed here.") from error
