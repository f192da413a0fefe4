"""Setting the scene inside edx-platform, with its own factories and APIs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from bridge_contract import PICTURE, PUBLISHED_OLX
from common.djangoapps.student.models import CourseEnrollment
from common.djangoapps.student.roles import CourseCreatorRole, CourseStaffRole
from common.djangoapps.student.tests.factories import UserFactory
from django.test import Client
from django.utils import timezone
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.verify_student.models import ManualVerification, SoftwareSecurePhotoVerification
from opaque_keys.edx.keys import CourseKey, UsageKey
from opaque_keys.edx.locator import LibraryLocatorV2
from openedx.core.djangoapps.content_libraries import api as libraries_api
from openedx.core.djangoapps.content_tagging import api as tagging_api
from openedx.core.djangoapps.user_api.accounts.signals import USER_RETIRE_LMS_MISC
from openedx_learning.api import authoring as authoring_api
from organizations.models import Organization
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.tests.factories import BlockFactory, CourseFactory

PASSWORD = "Password1234"


def logged_in(user: Any) -> Client:
    """A browser in which the user has logged in; errors of the server come back as pages."""
    client = Client(raise_request_exception=False)
    assert client.login(username=user.username, password=PASSWORD)
    return client


class PlatformStage:
    """The contract's stage, in the platform."""

    def user(self, username: str, *, full_name: str = "", **fields: object) -> Any:
        user = UserFactory.create(
            username=username, email=f"{username}@example.org", password=PASSWORD, profile__name=full_name, **fields
        )
        user.profile.name = full_name
        user.profile.save()
        return user

    def course(self, course_key: str, title: str) -> Any:
        key = CourseKey.from_string(course_key)
        return CourseFactory.create(org=key.org, number=key.course, run=key.run, display_name=title, emit_signals=True)

    def scored_block(self, course_key: str) -> str:
        return str(self.block(self.unit(course_key, "Exam"), "mastery-exam", "exam").location)

    def unit(self, course_key: str, name: str) -> Any:
        """An empty published unit that counts towards the grade."""
        store, key = modulestore(), CourseKey.from_string(course_key)
        with store.bulk_operations(key):
            chapter = BlockFactory.create(parent=store.get_course(key), category="chapter", display_name=name)
            sequence = BlockFactory.create(
                parent=chapter, category="sequential", display_name=name, graded=True, format="Final Exam"
            )
            return BlockFactory.create(parent=sequence, category="vertical", display_name=name)

    def block(self, unit: Any, category: str, name: str, **fields: object) -> Any:
        """A published block in the unit."""
        return BlockFactory.create(parent=unit, category=category, display_name=name, **fields)

    def enrol(self, user: Any, course_key: str) -> None:
        CourseEnrollment.enroll(user, CourseKey.from_string(course_key))

    def unenrol(self, user: Any, course_key: str) -> None:
        CourseEnrollment.unenroll(user, CourseKey.from_string(course_key))

    def add_course_staff(self, user: Any, course_key: str) -> None:
        CourseStaffRole(CourseKey.from_string(course_key)).add_users(user)

    def add_course_creator(self, user: Any) -> None:
        CourseCreatorRole().add_users(user)

    def grade(self, user: Any, course_key: str, *, percent: Decimal, passed: bool) -> None:
        from lms.djangoapps.grades.models import PersistentCourseGrade

        PersistentCourseGrade.update_or_create(
            user_id=user.pk,
            course_id=CourseKey.from_string(course_key),
            course_edited_timestamp=timezone.now(),
            grading_policy_hash="policy",
            percent_grade=float(percent / 100),
            letter_grade="Pass" if passed else "",
            passed=passed,
        )

    def score(self, user: Any, usage_key: str) -> tuple[Decimal, Decimal] | None:
        found = StudentModule.objects.filter(student=user, module_state_key=UsageKey.from_string(usage_key)).first()
        return None if found is None else (Decimal(str(found.grade)), Decimal(str(found.max_grade)))

    def library(self, library_key: str, title: str) -> tuple[str, str]:
        key = LibraryLocatorV2.from_string(library_key)
        organisation, _ = Organization.objects.get_or_create(short_name=key.org, defaults={"name": key.org})
        libraries_api.create_library(org=organisation, slug=key.slug, title=title)
        mean = libraries_api.create_library_block(key, "problem", "mean").usage_key
        mode = libraries_api.create_library_block(key, "problem", "mode").usage_key
        libraries_api.create_library_block(key, "html", "text")
        libraries_api.set_library_block_olx(mean, PUBLISHED_OLX)
        self._attach(mean, "static/plot.png", PICTURE)
        libraries_api.publish_changes(key)
        libraries_api.create_library_block(key, "problem", "draft")
        libraries_api.create_library_collection(key, "exam", "Exam")
        libraries_api.update_library_collection_items(key, "exam", opaque_keys=[mean])
        self._tag(str(mean), "Averages")
        return str(mean), str(mode)

    def filled_library(self, library_key: str, problems: dict[str, str], files: dict[str, bytes]) -> list[str]:
        """A published library of these problems, each with those of the files that it names; their keys."""
        key = LibraryLocatorV2.from_string(library_key)
        organisation, _ = Organization.objects.get_or_create(short_name=key.org, defaults={"name": key.org})
        libraries_api.create_library(org=organisation, slug=key.slug, title="Filled")
        made = []
        for name, olx in problems.items():
            usage_key = libraries_api.create_library_block(key, "problem", name).usage_key
            libraries_api.set_library_block_olx(usage_key, olx)
            for file_name, content in files.items():
                if file_name in olx:
                    self._attach(usage_key, f"static/{file_name}", content)
            made.append(str(usage_key))
        libraries_api.publish_changes(key)
        return made

    def _attach(self, usage_key: Any, path: str, content: bytes) -> None:
        """As the library's own upload does; that one needs Studio's URLs, and the tests run in the LMS too."""
        component = libraries_api.get_component_from_usage_key(usage_key)
        authoring_api.create_next_component_version(
            component.pk, content_to_replace={path: content}, created=timezone.now()
        )

    def _tag(self, object_id: str, value: str) -> None:
        taxonomy = tagging_api.create_taxonomy(name="Topics")
        tagging_api.set_taxonomy_orgs(taxonomy, all_orgs=True)
        tagging_api.add_tag_to_taxonomy(taxonomy, value)
        tagging_api.tag_object(object_id, taxonomy, [value])

    def add_library_reader(self, user: Any, library_key: str) -> None:
        self._allow(user, library_key, "read")

    def add_library_author(self, user: Any, library_key: str) -> None:
        self._allow(user, library_key, "author")

    def _allow(self, user: Any, library_key: str, level: str) -> None:
        libraries_api.set_library_user_permissions(LibraryLocatorV2.from_string(library_key), user, level)

    def verification(self, user: Any, status: str, *, name: str, expires_at: datetime) -> None:
        if status == "approved":
            ManualVerification.objects.create(user=user, status=status, name=name, expiration_date=expires_at)
        else:
            SoftwareSecurePhotoVerification.objects.create(user=user, status="submitted", name=name)

    def retire(self, user: Any) -> None:
        USER_RETIRE_LMS_MISC.send(sender=type(self), user=user)
