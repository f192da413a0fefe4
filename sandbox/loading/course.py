"""The demo course with its people, and the content library that holds the scored items."""

from __future__ import annotations

from opaque_keys.edx.keys import CourseKey

from openedx_bridge.backend import get_backend
from openedx_bridge.data import LibraryProblem
from openedx_bridge.olx import read_export
from sandbox.loading.plan import DEMO, course_key, demo_actors, exam_plan
from sandbox.models import Course, Library
from sandbox.people import create_demo_people
from sandbox.studio.imports import import_folder


def load_course() -> None:
    """Import the course and the library where they are missing; what authors changed since then stays."""
    key = CourseKey.from_string(course_key())
    if not Course.objects.filter(key=key).exists():
        import_folder(DEMO / "course", into=key)
    create_demo_people(str(key))
    get_backend().add_course_creator(demo_actors().author)
    if not Library.objects.filter(key=exam_plan()["exam"]["library_key"]).exists():
        _load_library(exam_plan()["exam"]["library_key"])


def _load_library(key: str) -> None:
    with read_export(DEMO / "library") as export:
        problems = [
            LibraryProblem(
                usage_key=f"lib-block-v1:{key.partition(':')[2]}+type@problem+block@{problem.key}",
                display_name=problem.title,
                olx=problem.olx,
                files=export.files_for(problem)[0],
            )
            for problem in export.problems
        ]
    get_backend().add_library(key, title=export.identity.title, problems=problems)
    get_backend().allow_library(demo_actors().author, key, edit=True)
