"""What every host of the suite must do, told once: the fake and the real platform both pass it.

A host's own test module subclasses `BridgeContract` and gives a `stage` fixture: the means to set the scene there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail

from openedx_bridge import api

COURSE = "course-v1:Contract+STAT1+2026"
NO_COURSE = "course-v1:Contract+NONE+2026"
LIBRARY = "lib:Contract:bank"
NO_LIBRARY = "lib:Contract:none"
PICTURE = b"\x89PNG\r\n\x1a\n not a real picture, but bytes that no text codec would keep"
PUBLISHED_OLX = (
    '<problem display_name="Mean"><numericalresponse answer="3"><label>Mean of 2, 3, 4?</label>'
    '<formulaequationinput/></numericalresponse><p><img src="/static/plot.png" alt="Three points"/></p></problem>'
)
NOW = datetime.now(UTC)


class Stage(Protocol):
    """How a test sets the scene in one host. Users are Django's; keys are strings."""

    def user(self, username: str, *, full_name: str = "", **fields: object) -> Any: ...
    def course(self, course_key: str, title: str) -> None: ...
    def scored_block(self, course_key: str) -> str: ...
    def enrol(self, user: Any, course_key: str) -> None: ...
    def unenrol(self, user: Any, course_key: str) -> None: ...
    def add_course_staff(self, user: Any, course_key: str) -> None: ...
    def add_course_creator(self, user: Any) -> None: ...
    def grade(self, user: Any, course_key: str, *, percent: Decimal, passed: bool) -> None: ...
    def score(self, user: Any, usage_key: str) -> tuple[Decimal, Decimal] | None: ...
    def library(self, library_key: str, title: str) -> tuple[str, str]:
        """A library with two problems published, the first in collection "exam", and one draft; the two's keys."""

    def add_library_reader(self, user: Any, library_key: str) -> None: ...
    def add_library_author(self, user: Any, library_key: str) -> None: ...
    def verification(self, user: Any, status: str, *, name: str, expires_at: datetime) -> None: ...
    def retire(self, user: Any) -> None: ...


class BridgeContract:
    """The contract. Every test speaks to `openedx_bridge.api` only."""

    @pytest.fixture
    def learner(self, stage: Stage) -> Any:
        return stage.user("learner", full_name="Test Learner")

    @pytest.fixture
    def course(self, stage: Stage) -> str:
        stage.course(COURSE, "Statistics")
        return COURSE

    @pytest.fixture
    def library(self, stage: Stage) -> Iterator[tuple[str, str]]:
        yield stage.library(LIBRARY, "Bank")

    @pytest.fixture
    def gradebook(self) -> None:
        """Asked for by what only a host with a gradebook can do; a host without one skips here."""

    # People

    def test_find_user_by_name_or_email_gives_the_record(self, learner: Any) -> None:
        record = api.get_user(learner.pk)
        assert (record.username, record.email, record.full_name) == ("learner", learner.email, "Test Learner")
        assert record.time_zone == "UTC" and record.language == "en"
        assert api.find_user_by_username("learner") == record
        assert api.find_user_by_email(learner.email.upper()) == record

    def test_find_user_without_a_match_gives_none(self, learner: Any) -> None:
        assert api.find_user_by_username("Learner_") is None
        assert api.find_user_by_email("nobody@example.org") is None
        assert api.find_user_by_email("") is None
        with pytest.raises(api.UserNotFound):
            api.get_user(learner.pk + 1000)

    def test_retirement_reaches_every_connected_app(self, stage: Stage, learner: Any) -> None:
        scrubbed: list[int] = []
        # Connections outlast a test, and a second one with the same uid would be ignored.
        api.connect_retirement(scrubbed.append, uid=f"contract.{uuid4()}")
        api.connect_retirement(lambda user_id: scrubbed.append(-user_id), uid=f"contract.{uuid4()}")
        stage.retire(learner)
        assert set(scrubbed) == {learner.pk, -learner.pk}

    # Permissions

    def test_course_staff_is_who_may_author_the_course(self, stage: Stage, learner: Any, course: str) -> None:
        teacher, chief = stage.user("teacher"), stage.user("chief", is_staff=True)
        stage.add_course_staff(teacher, course)
        stage.enrol(learner, course)
        assert api.is_course_staff(teacher, course_key=course)
        assert api.is_course_staff(chief, course_key=course)
        assert not api.is_course_staff(learner, course_key=course)
        assert not api.is_course_staff(teacher, course_key=NO_COURSE)

    def test_can_author_needs_a_role_somewhere(self, stage: Stage, learner: Any, course: str) -> None:
        teacher, creator, chief = stage.user("teacher"), stage.user("creator"), stage.user("chief", is_staff=True)
        stage.add_course_staff(teacher, course)
        stage.add_course_creator(creator)
        assert all(api.can_author(user) for user in (teacher, creator, chief))
        assert not api.can_author(learner)

    def test_anonymous_and_inactive_users_may_nothing(self, stage: Stage, course: str, library: Any) -> None:
        gone = stage.user("gone", is_staff=True, is_active=False)
        stage.add_course_staff(gone, course)
        stage.add_library_author(gone, LIBRARY)
        for user in (gone, AnonymousUser()):
            assert not api.is_global_staff(user)
            assert not api.is_course_staff(user, course_key=course)
            assert not api.can_author(user)
            assert not api.can_view_library(user, library_key=LIBRARY)
            assert not api.can_edit_library(user, library_key=LIBRARY)
            assert list(api.iter_libraries(user)) == []

    # Courses and grades

    def test_get_course_gives_title_and_organisation(self, course: str) -> None:
        record = api.get_course(course)
        assert (record.key, record.title, record.org, record.number) == (COURSE, "Statistics", "Contract", "STAT1")
        assert COURSE in record.url
        assert api.course_url(course) == record.url

    def test_get_course_without_a_match_is_refused(self, course: str) -> None:
        assert api.find_course(NO_COURSE) is None
        with pytest.raises(api.CourseNotFound):
            api.get_course(NO_COURSE)

    @pytest.mark.parametrize("text", ["", "no key", "lib:Contract:bank", "course-v1:only+two"])
    def test_course_key_that_is_none_is_refused(self, stage: Stage, text: str) -> None:
        with pytest.raises(api.InvalidKey):
            api.find_course(text)

    def test_iter_courses_by_organisation(self, stage: Stage, course: str) -> None:
        stage.course("course-v1:Elsewhere+STAT1+2026", "Another")
        assert [record.key for record in api.iter_courses(org="Contract")] == [COURSE]
        assert {COURSE, "course-v1:Elsewhere+STAT1+2026"} <= {record.key for record in api.iter_courses()}

    def test_is_enrolled_follows_enrolment(self, stage: Stage, learner: Any, course: str) -> None:
        assert not api.is_enrolled(learner.pk, course_key=course)
        stage.enrol(learner, course)
        assert api.is_enrolled(learner.pk, course_key=course)
        stage.unenrol(learner, course)
        assert not api.is_enrolled(learner.pk, course_key=course)

    def test_course_grade_never_recorded_is_zero(self, gradebook: None, learner: Any, course: str) -> None:
        assert api.find_course_grade(learner.pk, course_key=course) is None
        grade = api.get_course_grade(learner.pk, course_key=course)
        assert (grade.passed, grade.percent, grade.passed_at) == (False, 0, None)

    def test_course_grade_recorded_is_exact(self, gradebook: None, stage: Stage, learner: Any, course: str) -> None:
        stage.enrol(learner, course)
        stage.grade(learner, course, percent=Decimal("57.00"), passed=False)
        grade = api.get_course_grade(learner.pk, course_key=course)
        assert (grade.passed, grade.percent, grade.passed_at) == (False, Decimal("57.00"), None)

    def test_passing_grades_leave_out_who_has_not_passed(
        self, gradebook: None, stage: Stage, learner: Any, course: str
    ) -> None:
        other = stage.user("other")
        stage.grade(learner, course, percent=Decimal(81), passed=True)
        stage.grade(other, course, percent=Decimal(20), passed=False)
        (found,) = api.iter_passing_grades(course_key=course)
        assert found.user_id == learner.pk and found.grade.percent == 81
        assert found.grade.passed_at is not None and found.grade.passed_at.utcoffset() == timedelta(0)

    def test_grade_of_unknown_course_or_user_is_refused(self, gradebook: None, learner: Any, course: str) -> None:
        with pytest.raises(api.CourseNotFound):
            api.get_course_grade(learner.pk, course_key=NO_COURSE)
        with pytest.raises(api.UserNotFound):
            api.get_course_grade(learner.pk + 1000, course_key=course)

    # Scores

    def test_store_score_of_an_enrolled_learner_is_kept_and_replaced(
        self, gradebook: None, stage: Stage, learner: Any, course: str
    ) -> None:
        block = stage.scored_block(course)
        stage.enrol(learner, course)
        assert api.store_score(learner.pk, usage_key=block, earned=Decimal("7.5"), possible=Decimal(10))
        assert stage.score(learner, block) == (Decimal("7.5"), Decimal(10))
        assert api.store_score(learner.pk, usage_key=block, earned=Decimal(3), possible=Decimal(10))
        assert stage.score(learner, block) == (Decimal(3), Decimal(10))

    def test_store_score_of_a_stranger_to_the_course_is_not_kept(
        self, gradebook: None, stage: Stage, learner: Any, course: str
    ) -> None:
        block = stage.scored_block(course)
        assert not api.store_score(learner.pk, usage_key=block, earned=Decimal(1), possible=Decimal(1))
        stage.enrol(learner, course)
        stage.unenrol(learner, course)
        assert not api.store_score(learner.pk, usage_key=block, earned=Decimal(1), possible=Decimal(1))
        assert stage.score(learner, block) is None

    def test_store_score_of_a_block_that_is_gone_is_not_kept(
        self, gradebook: None, stage: Stage, learner: Any, course: str
    ) -> None:
        stage.enrol(learner, course)
        gone = "block-v1:Contract+STAT1+2026+type@mastery-exam+block@gone"
        assert not api.store_score(learner.pk, usage_key=gone, earned=Decimal(1), possible=Decimal(1))
        assert stage.score(learner, gone) is None

    @pytest.mark.parametrize(("earned", "possible"), [(-1, 1), (2, 1), (0, 0)])
    def test_store_score_outside_its_range_is_refused(
        self, gradebook: None, stage: Stage, learner: Any, course: str, earned: int, possible: int
    ) -> None:
        block = stage.scored_block(course)
        with pytest.raises(ValueError, match="score"):
            api.store_score(learner.pk, usage_key=block, earned=Decimal(earned), possible=Decimal(possible))

    def test_unit_url_names_the_block(self, stage: Stage, course: str) -> None:
        block = stage.scored_block(course)
        assert api.unit_url(block).endswith(f"/courses/{COURSE}/jump_to/{block}")

    # Identity

    def test_identity_never_verified_is_none(self, learner: Any) -> None:
        assert api.get_id_verification(learner.pk).status is api.IdVerificationStatus.NONE

    def test_identity_approved_carries_name_and_dates(self, stage: Stage, learner: Any) -> None:
        expires_at = NOW + timedelta(days=30)
        stage.verification(learner, "approved", name="Legal Name", expires_at=expires_at)
        found = api.get_id_verification(learner.pk)
        assert found.is_approved and found.name == "Legal Name" and found.expires_at == expires_at
        assert found.verified_at is not None and abs(found.verified_at - datetime.now(UTC)) < timedelta(minutes=5)

    def test_identity_past_its_date_is_expired(self, stage: Stage, learner: Any) -> None:
        stage.verification(learner, "approved", name="Legal Name", expires_at=NOW - timedelta(days=1))
        found = api.get_id_verification(learner.pk)
        assert found.status is api.IdVerificationStatus.EXPIRED and not found.is_approved

    def test_identity_submitted_is_pending(self, stage: Stage, learner: Any) -> None:
        stage.verification(learner, "pending", name="Legal Name", expires_at=NOW + timedelta(days=1))
        assert api.get_id_verification(learner.pk).status is api.IdVerificationStatus.PENDING

    # Libraries

    def test_library_problems_are_the_published_ones_with_files(self, library: tuple[str, str]) -> None:
        first, second = api.iter_library_problems(LIBRARY)
        assert (first.usage_key, second.usage_key) == library
        assert first.display_name == "Mean" and "<numericalresponse" in first.olx
        assert dict(first.files) == {"plot.png": PICTURE} and not second.files
        assert first.tags == ("Averages",) and second.tags == ()

    def test_library_collection_limits_the_problems(self, library: tuple[str, str]) -> None:
        assert [found.usage_key for found in api.iter_library_problems(LIBRARY, collection="exam")] == [library[0]]
        assert list(api.iter_library_problems(LIBRARY, collection="nothing")) == []

    def test_library_unknown_is_refused(self, library: Any) -> None:
        assert api.get_library(LIBRARY).title == "Bank"
        assert api.find_library(NO_LIBRARY) is None
        with pytest.raises(api.LibraryNotFound):
            api.iter_library_problems(NO_LIBRARY)

    def test_library_is_for_its_team_only(self, stage: Stage, learner: Any, library: Any) -> None:
        reader, author, chief = stage.user("reader"), stage.user("author"), stage.user("chief", is_staff=True)
        stage.add_library_reader(reader, LIBRARY)
        stage.add_library_author(author, LIBRARY)
        may_view = [api.can_view_library(user, library_key=LIBRARY) for user in (learner, reader, author, chief)]
        may_edit = [api.can_edit_library(user, library_key=LIBRARY) for user in (learner, reader, author, chief)]
        assert may_view == [False, True, True, True]
        assert may_edit == [False, False, True, True]
        assert not api.can_view_library(chief, library_key=NO_LIBRARY)
        listed = [[found.key for found in api.iter_libraries(user)] for user in (learner, reader, author, chief)]
        assert listed == [[], [LIBRARY], [LIBRARY], [LIBRARY]]

    # OLX and messages

    def test_export_course_writes_its_olx(self, course: str, tmp_path: Path) -> None:
        folder = api.export_course_olx(course, target_dir=tmp_path / "not" / "there yet")
        assert folder.is_relative_to(tmp_path) and (folder / "course.xml").is_file()

    def test_export_unknown_course_is_refused(self, course: str, tmp_path: Path) -> None:
        with pytest.raises(api.CourseNotFound):
            api.export_course_olx(NO_COURSE, target_dir=tmp_path)

    def test_send_message_goes_out_as_text_and_html(self, db: None) -> None:
        api.send_message("to@example.org", subject="Your\nresult", text="It is here.", html="<p>It is here.</p>")
        (message,) = mail.outbox
        assert (message.subject, message.to, message.body) == ("Your result", ["to@example.org"], "It is here.")
        assert [(part.content, part.mimetype) for part in message.alternatives] == [("<p>It is here.</p>", "text/html")]

    def test_site_says_who_it_is(self, db: None) -> None:
        assert api.platform_name() and "@" in api.support_email()
        assert not api.lms_root_url().endswith("/")
