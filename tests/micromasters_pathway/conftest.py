"""A programme of two parts, each filled by a course, on the embedded host."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from micromasters_pathway import api
from openedx_bridge.backend import get_backend

COURSES = ("course-v1:Mastery+A+1", "course-v1:Mastery+B+1")


def course_slot(key: str, course_key: str, **extra: object) -> dict:
    routes = [{"kind": "course", "course_key": course_key, **extra}]
    return {"slot": {"key": key, "title": f"Part {key}", "routes": routes}}


@pytest.fixture
def programme_author(author: User) -> User:
    """Somebody on the team of both courses."""
    backend = get_backend()
    for key in COURSES:
        backend.add_course(key, title=f"Course {key[-3]}")
        backend.add_course_staff(author.pk, key)
    return author


@pytest.fixture
def programme(programme_author: User):
    """A published programme: all of two courses."""
    api.create_programme(key="data", title="Data", actor_id=programme_author.pk)
    rules = {"all_of": [course_slot("a", COURSES[0]), course_slot("b", COURSES[1], least_percent=70)]}
    return api.publish_programme("data", rules=rules, actor_id=programme_author.pk)


@pytest.fixture
def pass_course():
    """A function that puts a grade into the host's gradebook."""

    def give(user_id: int, course_key: str, percent: int, *, passed: bool = True) -> None:
        get_backend().grade(user_id, course_key, percent=Decimal(percent), passed=passed)

    return give
