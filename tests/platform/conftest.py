"""Tests that run inside an installed edx-platform, through `tests/platform/run`; nothing here runs anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / folder) for folder in ("platform", "contract", "sandbox")]
pytest.register_assert_rewrite("bridge_contract", "test_demo_items_graded", "test_demo_exports", "test_messy_course")


@pytest.fixture(autouse=True)
def modulestore_isolation(db: None) -> Iterator[Any]:
    """A course store of its own for each test, which announces what is published as a real one does."""
    from xmodule.modulestore.tests.django_utils import ModuleStoreIsolationMixin

    class Isolation(ModuleStoreIsolationMixin):
        ENABLED_SIGNALS = ["course_published", "course_deleted", "pre_publish", "item_deleted"]

    Isolation.start_modulestore_isolation()
    yield Isolation.store
    Isolation.end_modulestore_isolation()


@pytest.fixture(autouse=True)
def learning_core_files(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A folder for the files of library components, which the platform's test settings leave out."""
    from openedx_learning.apps.authoring.contents.models import get_storage

    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "lc")}}
    settings.OPENEDX_LEARNING = {"MEDIA": storage}
    get_storage.cache_clear()
    yield
    get_storage.cache_clear()


@pytest.fixture(autouse=True)
def operator_settings(settings: Any) -> None:
    """What an operator sets before the suite issues anything."""
    settings.PAID_CERTIFICATE_PUBLIC_BASE_URL = "https://mastery.example.org"
    settings.PAID_CERTIFICATE_KEY_SECRET = "a secret of at least thirty-two characters"


@pytest.fixture
def stage(db: None) -> Any:
    """The means to set the scene in the platform."""
    from platform_stage import PlatformStage

    return PlatformStage()
