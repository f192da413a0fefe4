"""A course's files beside its blocks, in a folder of its own: static files, policies, about pages."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join
from opaque_keys.edx.keys import CourseKey


def course_folder(course_key: CourseKey) -> Path:
    """Where the course's files lie; the folder need not exist."""
    return Path(settings.MEDIA_ROOT) / "courses" / f"{course_key.org}+{course_key.course}+{course_key.run}"


def find_course_file(course_key: CourseKey, path: str) -> Path | None:
    """The course's file at this path; None where there is none, or where the path leads elsewhere."""
    try:
        found = Path(safe_join(course_folder(course_key), path))
    except (SuspiciousFileOperation, ValueError):
        return None
    return found if found.is_file() else None


def read_course_file(course_key: CourseKey, path: str) -> bytes | None:
    """The content of the course's file at this path, or None."""
    found = find_course_file(course_key, path)
    return found.read_bytes() if found else None


def replace_files(course_key: CourseKey, source: Path, *, names: list[str]) -> None:
    """Make these files and folders of `source` the course's, in place of those it had; links are passed over."""
    target = course_folder(course_key)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=_links)
        elif (source / name).is_file() and not (source / name).is_symlink():
            shutil.copy2(source / name, target / name)


def copy_files(source: CourseKey, target: Path) -> None:
    """Copy all files of a course into a folder that may exist."""
    if course_folder(source).is_dir():
        shutil.copytree(course_folder(source), target, dirs_exist_ok=True)


def _links(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_symlink()]
