"""The one door of micromasters_pathway."""

from micromasters_pathway.services.programmes import (
    close_programme,
    create_programme,
    find_programme,
    get_programme,
    list_editable_programmes,
    list_programmes,
    programmes_of_exam,
    publish_programme,
    update_programme,
)
from micromasters_pathway.services.progress import (
    get_completion,
    join_programme,
    list_completions,
    refresh_all,
    refresh_progress,
)
from micromasters_pathway.services.view_progress import get_progress

__all__ = [
    "close_programme",
    "create_programme",
    "find_programme",
    "get_completion",
    "get_programme",
    "get_progress",
    "join_programme",
    "list_completions",
    "list_editable_programmes",
    "list_programmes",
    "programmes_of_exam",
    "publish_programme",
    "refresh_all",
    "refresh_progress",
    "update_programme",
]
