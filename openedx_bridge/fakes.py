"""A host in memory, for tests and as the base of the sandbox's own.

Users are those of Django's user table, as in the platform; everything else is set up with the methods after the first
section. It keeps the platform's contract, which `tests/contract` holds both to; it does not imitate its looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import attrs
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey, LearningContextKey, UsageKey

from .backend import Backend, user_retired
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
from .refusals import CourseNotFound, ExportRefused

if TYPE_CHECKING:
    from .backend import User


@attrs.frozen
class Profile:
    """What the platform keeps about a person beside the user table."""

    full_name: str = ""
    language: str = "en"
    time_zone: str = "UTC"


@attrs.frozen
class Score:
    """A learner's score for one block."""

    earned: Decimal
    possible: Decimal


class FakeBackend(Backend):
    """The whole contract in dictionaries."""

    variant = ServiceVariant.LMS

    def __init__(self) -> None:
        self.profiles: dict[int, Profile] = {}
        self.courses: dict[str, CourseRecord] = {}
        self.olx: dict[str, Path] = {}
        self.enrolments: set[tuple[int, str]] = set()
        self.course_staff: set[tuple[int, str]] = set()
        self.course_creators: set[int] = set()
        self.grades: dict[tuple[int, str], CourseGrade] = {}
        self.blocks: set[str] = set()
        self.scores: dict[tuple[int, str], Score] = {}
        self.verifications: dict[int, IdVerification] = {}
        self.libraries: dict[str, LibraryRecord] = {}
        self.library_problems: dict[str, list[LibraryProblem]] = {}
        self.collections: dict[tuple[str, str], set[str]] = {}
        self.library_readers: set[tuple[int, str]] = set()
        self.library_authors: set[tuple[int, str]] = set()

    # What the suite asks

    def find_user(self, **identity: object) -> UserRecord | None:
        """Reads Django's user table."""
        if "email" in identity:
            identity = {"email__iexact": identity["email"]}
        fields = ("pk", "username", "email", "first_name", "last_name")
        row = get_user_model().objects.filter(**identity).order_by("pk").values(*fields).first()
        if row is None:
            return None
        profile = self.profile(row["pk"])
        name = profile.full_name or f"{row['first_name']} {row['last_name']}".strip()
        return UserRecord(row["pk"], row["username"], row["email"], name, profile.language, profile.time_zone)

    def is_enrolled(self, user_id: int, course_key: CourseKey) -> bool:
        return (user_id, str(course_key)) in self.enrolments

    def is_global_staff(self, user: User) -> bool:
        return bool(user.is_staff)

    def is_course_staff(self, user: User, course_key: CourseKey) -> bool:
        return self.is_global_staff(user) or (user.pk, str(course_key)) in self.course_staff

    def can_author(self, user: User) -> bool:
        on_a_team = any(user_id == user.pk for user_id, _ in self.course_staff)
        return self.is_global_staff(user) or user.pk in self.course_creators or on_a_team

    def can_view_library(self, user: User, library_key: LearningContextKey) -> bool:
        if str(library_key) not in self.libraries:
            return False
        return self.can_edit_library(user, library_key) or (user.pk, str(library_key)) in self.library_readers

    def can_edit_library(self, user: User, library_key: LearningContextKey) -> bool:
        if str(library_key) not in self.libraries:
            return False
        return self.is_global_staff(user) or (user.pk, str(library_key)) in self.library_authors

    def find_course(self, course_key: CourseKey) -> CourseRecord | None:
        return self.courses.get(str(course_key))

    def iter_courses(self, org: str | None) -> Iterator[CourseRecord]:
        return (course for _, course in sorted(self.courses.items()) if org is None or course.org == org)

    def get_course_grade(self, user_id: int, course_key: CourseKey) -> CourseGrade | None:
        return self.grades.get((user_id, str(course_key)))

    def iter_passing_grades(self, course_key: CourseKey) -> Iterator[LearnerGrade]:
        for (user_id, key), grade in sorted(self.grades.items(), key=lambda row: row[0]):
            if key == str(course_key) and grade.passed:
                yield LearnerGrade(user_id, grade)

    def store_score(self, user_id: int, usage_key: UsageKey, earned: Decimal, possible: Decimal) -> bool:
        if self.variant is ServiceVariant.CMS or str(usage_key) not in self.blocks:
            return False
        if not self.is_enrolled(user_id, usage_key.course_key):
            return False
        self.scores[user_id, str(usage_key)] = Score(earned, possible)
        return True

    def get_id_verification(self, user_id: int) -> IdVerification:
        return self.verifications.get(user_id, IdVerification(IdVerificationStatus.NONE))

    def find_library(self, library_key: LearningContextKey) -> LibraryRecord | None:
        return self.libraries.get(str(library_key))

    def iter_libraries(self, user: User) -> Iterator[LibraryRecord]:
        for key, library in sorted(self.libraries.items()):
            if self.can_view_library(user, LearningContextKey.from_string(key)):
                yield library

    def iter_library_problems(
        self, library_key: LearningContextKey, collection: str | None
    ) -> Iterator[LibraryProblem]:
        chosen = None if collection is None else self.collections.get((str(library_key), collection), set())
        for problem in self.library_problems.get(str(library_key), []):
            if chosen is None or problem.usage_key in chosen:
                yield problem

    def export_olx(self, course_key: CourseKey, target_dir: Path) -> Path:
        if str(course_key) not in self.courses:
            raise CourseNotFound(f"There is no course {course_key}.")
        if str(course_key) not in self.olx:
            raise ExportRefused(f"The course {course_key} has no content to export.")
        return Path(copytree(self.olx[str(course_key)], target_dir / "course", dirs_exist_ok=True))

    def course_url(self, course_key: CourseKey) -> str:
        return f"{self.lms_root_url()}/courses/{course_key}/"

    def service_variant(self) -> ServiceVariant:
        return self.variant

    # What sets the scene

    def profile(self, user_id: int) -> Profile:
        """What is known of the person beside the user table."""
        return self.profiles.get(user_id, Profile())

    def set_profile(self, user_id: int, *, full_name: str = "", language: str = "en", time_zone: str = "UTC") -> None:
        """Replace the person's profile."""
        self.profiles[user_id] = Profile(full_name, language, time_zone)

    def add_course(
        self,
        course_key: str,
        *,
        title: str,
        start: datetime | None = None,
        end: datetime | None = None,
        olx: Path | None = None,
    ) -> CourseRecord:
        """A course, with the folder of its OLX where it is to be exported."""
        key = CourseKey.from_string(course_key)
        course = CourseRecord(course_key, title, key.org or "", key.course or "", start, end, self.course_url(key))
        self.courses[course_key] = course
        if olx is not None:
            self.olx[course_key] = olx
        return course

    def add_block(self, usage_key: str) -> None:
        """A scored block in a course."""
        self.blocks.add(usage_key)

    def enrol(self, user_id: int, course_key: str) -> None:
        """Enrol the learner."""
        self.enrolments.add((user_id, course_key))

    def unenrol(self, user_id: int, course_key: str) -> None:
        """End the learner's enrolment."""
        self.enrolments.discard((user_id, course_key))

    def add_course_staff(self, user_id: int, course_key: str) -> None:
        """Put the user on the course's team."""
        self.course_staff.add((user_id, course_key))

    def add_course_creator(self, user_id: int) -> None:
        """Let the user create courses."""
        self.course_creators.add(user_id)

    def grade(self, user_id: int, course_key: str, *, percent: Decimal, passed: bool) -> CourseGrade:
        """Record the learner's course grade; the first pass keeps its time."""
        before = self.grades.get((user_id, course_key))
        passed_at = before.passed_at if before and before.passed_at else None
        if passed and passed_at is None:
            passed_at = datetime.now(UTC)
        grade = self.grades[user_id, course_key] = CourseGrade(passed, Decimal(percent), passed_at)
        return grade

    def score(self, user_id: int, usage_key: str) -> Score | None:
        """What the gradebook holds for the block."""
        return self.scores.get((user_id, usage_key))

    def retire(self, user_id: int) -> None:
        """Retire the person: everything connected with `connect_retirement` scrubs what it holds."""
        user_retired.send(sender=type(self), user_id=user_id)

    def verify_identity(self, user_id: int, verification: IdVerification) -> None:
        """Record how the identity check stands."""
        self.verifications[user_id] = verification

    def add_library(self, library_key: str, *, title: str, problems: Iterable[LibraryProblem] = ()) -> LibraryRecord:
        """A content library with its published problems."""
        self.library_problems[library_key] = list(problems)
        library = self.libraries[library_key] = LibraryRecord(library_key, title)
        return library

    def add_collection(self, library_key: str, collection: str, usage_keys: Iterable[str]) -> None:
        """A collection of some of the library's problems."""
        self.collections[library_key, collection] = set(usage_keys)

    def allow_library(self, user_id: int, library_key: str, *, edit: bool = False) -> None:
        """Let the user see the library, or change it too."""
        (self.library_authors if edit else self.library_readers).add((user_id, library_key))
