"""Reading content libraries (version 2): who may see them, and their published problems with files and tags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from ..data import LibraryProblem, LibraryRecord

if TYPE_CHECKING:
    from opaque_keys.edx.locator import LibraryLocatorV2

    from ..backend import User

STATIC_FOLDER = "static/"


def find(library_key: LibraryLocatorV2) -> LibraryRecord | None:
    """The library's key and title."""
    library = _library(library_key)
    return None if library is None else _record(library)


def can_view(user: User, library_key: LibraryLocatorV2) -> bool:
    """On the library's team, whatever the level, or global staff.

    That a library is "public to read" opens it to every course creator in Studio; its keys are not for them here.
    """
    library = _library(library_key)
    return library is not None and (user.is_staff or _team_libraries(user).filter(pk=library.pk).exists())


def can_edit(user: User, library_key: LibraryLocatorV2) -> bool:
    """The platform's own permission to edit the library."""
    from openedx.core.djangoapps.content_libraries.permissions import CAN_EDIT_THIS_CONTENT_LIBRARY

    library = _library(library_key)
    return library is not None and user.has_perm(CAN_EDIT_THIS_CONTENT_LIBRARY, library)


def iter_visible(user: User) -> Iterator[LibraryRecord]:
    """The libraries that can_view admits, by key."""
    from openedx.core.djangoapps.content_libraries.models import ContentLibrary

    chosen = ContentLibrary.objects.all() if user.is_staff else _team_libraries(user).distinct()
    for library in chosen.select_related("org", "learning_package").order_by("org__short_name", "slug"):
        yield _record(library)


def iter_problems(library_key: LibraryLocatorV2, collection: str | None) -> Iterator[LibraryProblem]:
    """The problems that are published now; a problem deleted or never published is left out."""
    from openedx.core.djangoapps.content_libraries import api as libraries_api

    tags = _tags(library_key)
    components = libraries_api.get_library_components(library_key, block_types=["problem"])
    for component in components.order_by("pk"):
        version = component.versioning.published
        if version is None or (collection is not None and not _is_in_collection(component, collection)):
            continue
        usage_key = str(libraries_api.library_component_usage_key(library_key, component))
        olx, files = _content(version)
        yield LibraryProblem(usage_key, version.title, olx, files, tags.get(usage_key, ()))


def _library(library_key: LibraryLocatorV2) -> Any:
    from openedx.core.djangoapps.content_libraries.models import ContentLibrary

    matches = ContentLibrary.objects.filter(org__short_name=library_key.org, slug=library_key.slug)
    return matches.select_related("org", "learning_package").first()


def _record(library: Any) -> LibraryRecord:
    key = str(library.library_key)
    return LibraryRecord(key, library.learning_package.title if library.learning_package else key)


def _team_libraries(user: User) -> Any:
    from openedx.core.djangoapps.content_libraries.models import ContentLibrary

    granted = Q(permission_grants__user_id=user.pk) | Q(permission_grants__group__in=user.groups.all())
    return ContentLibrary.objects.filter(granted)


def _is_in_collection(component: Any, collection: str) -> bool:
    # Verawood's openedx-core calls the collection's key its code.
    names = ((getattr(row, "collection_code", None) or row.key) for row in _collections(component))
    return collection in names


def _collections(component: Any) -> Any:
    return component.publishable_entity.collections.filter(enabled=True)


def _content(version: Any) -> tuple[str, Mapping[str, bytes]]:
    """The OLX of a component version, and its static files by the name that the OLX calls them."""
    olx, files = "", {}
    for path, content in _entries(version):
        if path == "block.xml":
            olx = content.text
        elif path.startswith(STATIC_FOLDER) and content.has_file:
            with content.read_file() as file:
                files[path.removeprefix(STATIC_FOLDER)] = file.read()
    return olx, files


def _entries(version: Any) -> Iterator[tuple[str, Any]]:
    """Each path with what lies there: Ulmo's learning core calls it content, Verawood's openedx-core media."""
    if hasattr(version, "componentversionmedia_set"):
        for row in version.componentversionmedia_set.select_related("media"):
            yield row.path, row.media
    else:
        for row in version.componentversioncontent_set.select_related("content"):
            yield row.key, row.content


def _tags(library_key: LibraryLocatorV2) -> dict[str, tuple[str, ...]]:
    """The tag values of each of the library's components."""
    from openedx.core.djangoapps.content_tagging.api import get_all_object_tags

    values: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for object_id, by_taxonomy in get_all_object_tags(library_key)[0].items():
        values[object_id] = tuple(sorted(value for found in by_taxonomy.values() for value in found))
    return values
