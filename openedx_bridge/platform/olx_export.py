"""Writing a course, or a library of the old kind, as OLX on disk through the platform's own exporter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from opaque_keys.edx.locator import LibraryLocator

from ..refusals import CourseNotFound, ExportRefused

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey

FOLDER = "course"


def export(course_key: CourseKey, target_dir: Path) -> Path:
    """Published content and static files below target_dir; returns the folder that Studio's export would hold."""
    from xmodule.contentstore.django import contentstore
    from xmodule.exceptions import SerializationError
    from xmodule.modulestore.django import modulestore
    from xmodule.modulestore.xml_exporter import export_course_to_xml, export_library_to_xml

    store = modulestore()
    is_library = isinstance(course_key, LibraryLocator)
    found = store.get_library(course_key) if is_library else store.get_course(course_key)
    if found is None:
        raise CourseNotFound(f"There is no course {course_key}.")
    target_dir.mkdir(parents=True, exist_ok=True)
    write = export_library_to_xml if is_library else export_course_to_xml
    try:
        write(store, contentstore(), course_key, str(target_dir), FOLDER)
    except SerializationError as error:
        raise ExportRefused(f"The course {course_key} cannot be exported: {error}.") from error
    return target_dir / FOLDER
