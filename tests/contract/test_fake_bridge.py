"""The fake host keeps the bridge's contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bridge_contract import PICTURE, PUBLISHED_OLX, BridgeContract
from django.contrib.auth import get_user_model

from openedx_bridge.backend import get_backend, load_backend
from openedx_bridge.data import IdVerification, IdVerificationStatus, LibraryProblem
from openedx_bridge.fakes import FakeBackend


class FakeStage:
    """Sets the scene through the fake's own methods."""

    def __init__(self, host: FakeBackend, folder: Path) -> None:
        self.host = host
        self.folder = folder

    def user(self, username: str, *, full_name: str = "", **fields: object) -> Any:
        user = get_user_model().objects.create_user(username, email=f"{username}@example.org", **fields)
        self.host.set_profile(user.pk, full_name=full_name)
        return user

    def course(self, course_key: str, title: str) -> None:
        (self.folder / "course.xml").write_text('<course org="Contract" course="STAT1" url_name="2026"/>')
        self.host.add_course(course_key, title=title, olx=self.folder)

    def scored_block(self, course_key: str) -> str:
        usage_key = course_key.replace("course-v1:", "block-v1:") + "+type@mastery-exam+block@exam"
        self.host.add_block(usage_key)
        return usage_key

    def enrol(self, user: Any, course_key: str) -> None:
        self.host.enrol(user.pk, course_key)

    def unenrol(self, user: Any, course_key: str) -> None:
        self.host.unenrol(user.pk, course_key)

    def add_course_staff(self, user: Any, course_key: str) -> None:
        self.host.add_course_staff(user.pk, course_key)

    def add_course_creator(self, user: Any) -> None:
        self.host.add_course_creator(user.pk)

    def grade(self, user: Any, course_key: str, *, percent: Decimal, passed: bool) -> None:
        self.host.grade(user.pk, course_key, percent=percent, passed=passed)

    def score(self, user: Any, usage_key: str) -> tuple[Decimal, Decimal] | None:
        found = self.host.score(user.pk, usage_key)
        return None if found is None else (found.earned, found.possible)

    def library(self, library_key: str, title: str) -> tuple[str, str]:
        first, second = (f"{library_key.replace('lib:', 'lb:')}:problem:{name}" for name in ("mean", "mode"))
        problems = [
            LibraryProblem(first, "Mean", PUBLISHED_OLX, {"plot.png": PICTURE}, ("Averages",)),
            LibraryProblem(second, "Mode", "<problem/>"),
        ]
        self.host.add_library(library_key, title=title, problems=problems)
        self.host.add_collection(library_key, "exam", [first])
        return first, second

    def add_library_reader(self, user: Any, library_key: str) -> None:
        self.host.allow_library(user.pk, library_key)

    def add_library_author(self, user: Any, library_key: str) -> None:
        self.host.allow_library(user.pk, library_key, edit=True)

    def verification(self, user: Any, status: str, *, name: str, expires_at: datetime) -> None:
        now = datetime.now(UTC)
        kind = IdVerificationStatus.EXPIRED if expires_at < now else IdVerificationStatus(status)
        self.host.verify_identity(user.pk, IdVerification(kind, now, expires_at, name))

    def retire(self, user: Any) -> None:
        self.host.retire(user.pk)


@pytest.mark.django_db
class TestFakeBridge(BridgeContract):
    """Every test of the contract, against the fake."""

    @pytest.fixture(autouse=True)
    def host(self, settings: Any) -> Iterator[FakeBackend]:
        settings.OPENEDX_BRIDGE_BACKEND = "openedx_bridge.fakes.FakeBackend"
        load_backend.cache_clear()
        host = get_backend()
        assert isinstance(host, FakeBackend)
        yield host
        load_backend.cache_clear()

    @pytest.fixture
    def stage(self, db: None, host: FakeBackend, tmp_path_factory: pytest.TempPathFactory) -> FakeStage:
        return FakeStage(host, tmp_path_factory.mktemp("olx"))
