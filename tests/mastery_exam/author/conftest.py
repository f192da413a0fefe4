"""An author with a small bank of rated items and an exam that can be published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from small_bank import build_bank, build_exam

from mastery_exam.data import BankData
from openedx_bridge.backend import get_backend


@pytest.fixture
def exam_author(author: User) -> User:
    """Somebody whom the site lets create courses, and so exams."""
    get_backend().add_course_creator(author.pk)
    return author


@pytest.fixture
def second_author(make_user: Callable[..., User]) -> User:
    """Another author of the site, with nothing to do with the first one's banks and exams."""
    user = make_user("second_author")
    get_backend().add_course_creator(user.pk)
    return user


@pytest.fixture
def bank(exam_author: User, tmp_path: Path) -> BankData:
    """Eight scored items in two areas, rated by three judges, and a practice item."""
    return build_bank(tmp_path, exam_author.pk)


@pytest.fixture
def exam_key(bank: BankData, exam_author: User) -> str:
    """A draft that can be published."""
    return build_exam(bank, exam_author.pk)
