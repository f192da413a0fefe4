"""People and the small exam that they sit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from mastery_sittings import AREAS, make_item, make_version, stored_file

from mastery_exam.models import Bank, CompetencyFramework, Exam, ExamAuthor, Form, FormItem


@pytest.fixture
def staff(make_user: Callable[..., User]) -> User:
    """The author of the exam."""
    return make_user("exam_author")


@pytest.fixture
def make_exam(staff: User) -> Callable[..., Exam]:
    """A function that publishes an exam of two areas, two items each, in as many forms as asked."""

    def make(key: str = "statistics", *, forms: int = 2, **version: Any) -> Exam:
        framework = CompetencyFramework.objects.create(key=f"{key}-areas", title="Areas")
        bank = Bank.objects.create(title=f"Bank of {key}", framework=framework, created_by=staff)
        exam = Exam.objects.create(key=key, title="Statistics", bank=bank, status="published", created_by=staff)
        ExamAuthor.objects.create(exam=exam, user=staff)
        row = make_version(exam, staff, **version)
        picture = stored_file()
        number = 0
        for form_num in range(1, forms + 1):
            form = Form.objects.create(exam_version=row, num=form_num, marks_needed=row.marks_needed)
            for position, area in enumerate([AREAS[0], AREAS[0], AREAS[1], AREAS[1]], start=1):
                number += 1
                item = make_item(row, bank, number, area, picture, is_choice=position % 2 == 0)
                FormItem.objects.create(form=form, version_item=item, position=position)
        return exam

    return make


@pytest.fixture
def exam(make_exam: Callable[..., Exam]) -> Exam:
    """The exam that most tests sit: no fee, no identity check, result at once."""
    return make_exam()
