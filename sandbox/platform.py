"""The host behind the bridge: the fake's contract, kept in the sandbox's database.

`SandboxBackend` answers what `openedx_bridge.api` asks; the methods that set the scene have the fake's names, so that
a test written for the one runs on the other.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from opaque_keys.edx.keys import CourseKey, LearningContextKey, UsageKey

from openedx_bridge.data import (
    CourseGrade,
    CourseRecord,
    IdVerification,
    IdVerificationStatus,
    LearnerGrade,
    LibraryProblem,
    LibraryRecord,
    ServiceVariant,
)
from openedx_bridge.fakes import FakeBackend, Score
from openedx_bridge.fakes import Profile as ProfileRecord
from openedx_bridge.refusals import CourseNotFound
from sandbox import models

if TYPE_CHECKING:
    from openedx_bridge.backend import User


class SandboxBackend(FakeBackend):
    """One process that is LMS and Studio; nothing is kept in it, everything in the database."""

    variant = ServiceVariant.SANDBOX

    # People

    def profile(self, user_id: int) -> ProfileRecord:
        row = models.Profile.objects.filter(user_id=user_id).first()
        return ProfileRecord(row.full_name, row.language, row.time_zone) if row else ProfileRecord()

    def set_profile(self, user_id: int, *, full_name: str = "", language: str = "en", time_zone: str = "UTC") -> None:
        values = {"full_name": full_name, "language": language, "time_zone": time_zone}
        models.Profile.objects.update_or_create(user_id=user_id, defaults=values)

    def get_id_verification(self, user_id: int) -> IdVerification:
        row = models.IdentityCheck.objects.filter(user_id=user_id).first()
        if row is None:
            return IdVerification(IdVerificationStatus.NONE)
        return IdVerification(IdVerificationStatus(row.status), row.verified_at, row.expires_at, row.name)

    def verify_identity(self, user_id: int, verification: IdVerification) -> None:
        values = {
            "status": verification.status.value,
            "verified_at": verification.verified_at,
            "expires_at": verification.expires_at,
            "name": verification.name,
        }
        models.IdentityCheck.objects.update_or_create(user_id=user_id, defaults=values)

    def is_course_staff(self, user: User, course_key: CourseKey) -> bool:
        on_the_team = models.CourseTeamMember.objects.filter(user_id=user.pk, course__key=course_key)
        return self.is_global_staff(user) or on_the_team.exists()

    def can_author(self, user: User) -> bool:
        return (
            self.is_global_staff(user)
            or models.CourseCreator.objects.filter(user_id=user.pk).exists()
            or models.CourseTeamMember.objects.filter(user_id=user.pk).exists()
        )

    def add_course_staff(self, user_id: int, course_key: str) -> None:
        models.CourseTeamMember.objects.get_or_create(user_id=user_id, course=_course(course_key))

    def add_course_creator(self, user_id: int) -> None:
        models.CourseCreator.objects.get_or_create(user_id=user_id)

    # Courses

    def find_course(self, course_key: CourseKey) -> CourseRecord | None:
        row = models.Course.objects.filter(key=course_key).first()
        return self._record(row) if row else None

    def iter_courses(self, org: str | None) -> Iterator[CourseRecord]:
        for row in models.Course.objects.order_by("key"):
            if org is None or row.key.org == org:
                yield self._record(row)

    def add_course(
        self,
        course_key: str,
        *,
        title: str,
        start: datetime | None = None,
        end: datetime | None = None,
        olx: Path | None = None,
    ) -> CourseRecord:
        values = {"title": title, "start": start, "end": end}
        row, _ = models.Course.objects.update_or_create(key=CourseKey.from_string(course_key), defaults=values)
        return self._record(row)

    def export_olx(self, course_key: CourseKey, target_dir: Path) -> Path:
        from sandbox.studio.export import write_course

        row = models.Course.objects.filter(key=course_key).first()
        if row is None:
            raise CourseNotFound(f"There is no course {course_key}.")
        return write_course(row, target_dir / "course")

    def _record(self, row: models.Course) -> CourseRecord:
        key = row.key
        return CourseRecord(str(key), row.title, key.org, key.course, row.start, row.end, self.course_url(key))

    # Learners in courses

    def is_enrolled(self, user_id: int, course_key: CourseKey) -> bool:
        return models.Enrolment.objects.filter(user_id=user_id, course__key=course_key).exists()

    def enrol(self, user_id: int, course_key: str) -> None:
        models.Enrolment.objects.get_or_create(user_id=user_id, course=_course(course_key))

    def unenrol(self, user_id: int, course_key: str) -> None:
        models.Enrolment.objects.filter(user_id=user_id, course=_course(course_key)).delete()

    def get_course_grade(self, user_id: int, course_key: CourseKey) -> CourseGrade | None:
        row = models.CourseResult.objects.filter(user_id=user_id, course__key=course_key).first()
        return CourseGrade(row.passed, row.percent, row.passed_at) if row else None

    def iter_passing_grades(self, course_key: CourseKey) -> Iterator[LearnerGrade]:
        for row in models.CourseResult.objects.filter(course__key=course_key, passed=True).order_by("user_id"):
            yield LearnerGrade(row.user_id, CourseGrade(row.passed, row.percent, row.passed_at))

    def grade(self, user_id: int, course_key: str, *, percent: Decimal, passed: bool) -> CourseGrade:
        row = models.CourseResult.objects.filter(user_id=user_id, course=_course(course_key)).first()
        passed_at = row.passed_at if row else None
        if passed and passed_at is None:
            passed_at = datetime.now(UTC)
        values = {"percent": Decimal(percent), "passed": passed, "passed_at": passed_at}
        models.CourseResult.objects.update_or_create(user_id=user_id, course=_course(course_key), defaults=values)
        return CourseGrade(passed, Decimal(percent), passed_at)

    def add_block(self, usage_key: str) -> None:
        key = UsageKey.from_string(usage_key)
        models.Block.objects.get_or_create(usage_key=key, defaults={"course": _course(str(key.course_key))})

    def store_score(self, user_id: int, usage_key: UsageKey, earned: Decimal, possible: Decimal) -> bool:
        if not models.Block.objects.filter(usage_key=usage_key).exists():
            return False
        if not self.is_enrolled(user_id, usage_key.course_key):
            return False
        values = {"earned": earned, "possible": possible}
        models.BlockScore.objects.update_or_create(user_id=user_id, usage_key=usage_key, defaults=values)
        return True

    def score(self, user_id: int, usage_key: str) -> Score | None:
        key = UsageKey.from_string(usage_key)
        row = models.BlockScore.objects.filter(user_id=user_id, usage_key=key).first()
        return Score(row.earned, row.possible) if row else None

    # Content libraries

    def can_view_library(self, user: User, library_key: LearningContextKey) -> bool:
        return self._may_use(user, library_key, edit=False)

    def can_edit_library(self, user: User, library_key: LearningContextKey) -> bool:
        return self._may_use(user, library_key, edit=True)

    def _may_use(self, user: User, library_key: LearningContextKey, *, edit: bool) -> bool:
        library = models.Library.objects.filter(key=str(library_key)).first()
        if library is None:
            return False
        members = library.members.filter(user_id=user.pk)
        return self.is_global_staff(user) or (members.filter(may_edit=True) if edit else members).exists()

    def find_library(self, library_key: LearningContextKey) -> LibraryRecord | None:
        row = models.Library.objects.filter(key=str(library_key)).first()
        return LibraryRecord(row.key, row.title) if row else None

    def iter_libraries(self, user: User) -> Iterator[LibraryRecord]:
        for row in models.Library.objects.order_by("key"):
            if self._may_use(user, LearningContextKey.from_string(row.key), edit=False):
                yield LibraryRecord(row.key, row.title)

    def iter_library_problems(
        self, library_key: LearningContextKey, collection: str | None
    ) -> Iterator[LibraryProblem]:
        for row in models.LibraryProblemRow.objects.filter(library__key=str(library_key)):
            if collection is None or collection in row.collections:
                files = {name: b64decode(content) for name, content in row.files.items()}
                yield LibraryProblem(row.usage_key, row.display_name, row.olx, files, tuple(row.tags))

    def add_library(self, library_key: str, *, title: str, problems: Iterable[LibraryProblem] = ()) -> LibraryRecord:
        library, _ = models.Library.objects.update_or_create(key=library_key, defaults={"title": title})
        for problem in problems:
            values = {
                "display_name": problem.display_name,
                "olx": problem.olx,
                "files": {name: b64encode(content).decode() for name, content in problem.files.items()},
                "tags": list(problem.tags),
            }
            library.problems.update_or_create(usage_key=problem.usage_key, defaults=values)
        return LibraryRecord(library_key, title)

    def add_collection(self, library_key: str, collection: str, usage_keys: Iterable[str]) -> None:
        rows = models.LibraryProblemRow.objects.filter(library__key=library_key, usage_key__in=list(usage_keys))
        for row in rows:
            row.collections = sorted({*row.collections, collection})
            row.save(update_fields=["collections"])

    def allow_library(self, user_id: int, library_key: str, *, edit: bool = False) -> None:
        library = models.Library.objects.get(key=library_key)
        models.LibraryMember.objects.update_or_create(user_id=user_id, library=library, defaults={"may_edit": edit})


def _course(course_key: str) -> models.Course:
    """The course with this key; a course that nobody has described is created with its key as title."""
    key = CourseKey.from_string(course_key)
    return models.Course.objects.get_or_create(key=key, defaults={"title": course_key})[0]
