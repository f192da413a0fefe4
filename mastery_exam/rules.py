"""Who may do what, shared by pages, REST and admin. Each predicate answers False to anybody anonymous or inactive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from mastery_exam.models import Bank, Exam
from openedx_bridge import api as bridge

if TYPE_CHECKING:
    from openedx_bridge.backend import User


def can_author(user: User) -> bool:
    """Whether the person may create banks and exams of their own."""
    return bridge.can_author(user)


def can_edit_bank(user: User, bank: Bank) -> bool:
    """Whether the person may read and change the bank: its authors and global staff, nobody else."""
    return _is_active(user) and (bridge.is_global_staff(user) or bank.author_rows.filter(user_id=user.pk).exists())


def can_edit_exam(user: User, exam: Exam) -> bool:
    """Whether the person may change, publish and withdraw the exam: its authors, its course's team, global staff."""
    if not _is_active(user):
        return False
    if bridge.is_global_staff(user) or exam.author_rows.filter(user_id=user.pk).exists():
        return True
    return bool(exam.course_key) and bridge.is_course_staff(user, course_key=exam.course_key)


def authored_banks(user: User) -> QuerySet[Bank]:
    """The banks that the person may change."""
    if not _is_active(user):
        return Bank.objects.none()
    return Bank.objects.all() if bridge.is_global_staff(user) else Bank.objects.filter(author_rows__user_id=user.pk)


def authored_exams(user: User) -> QuerySet[Exam]:
    """The exams that the person may change."""
    if not _is_active(user):
        return Exam.objects.none()
    if bridge.is_global_staff(user):
        return Exam.objects.all()
    of_courses = Exam.objects.filter(course_key__isnull=False).values_list("course_key", flat=True).distinct()
    own_courses = [key for key in of_courses if bridge.is_course_staff(user, course_key=key)]
    return Exam.objects.filter(Q(author_rows__user_id=user.pk) | Q(course_key__in=own_courses)).distinct()


def active_user(user_id: int) -> User | None:
    """The account with this id as Django knows it, for callers that hold only an id."""
    return get_user_model().objects.filter(pk=user_id, is_active=True).first()


def _is_active(user: User) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


def can_invigilate(user: User, exam: Exam) -> bool:
    """Whether the person may confirm identities and give start codes: its invigilators and whoever may change it."""
    return can_edit_exam(user, exam) or (_is_active(user) and exam.invigilators.filter(user_id=user.pk).exists())
