"""The one door of mastery_exam: what the apps above, the pages, REST and commands may call.

Identity comes first, everything else by keyword. What changes something takes `actor_id` and does not ask whether that
person may: pages and REST do, by `rules`. `get_x` raises, `find_x` may return None.
"""

from mastery_exam.services.banks import (
    add_bank_author,
    create_bank,
    get_bank,
    import_item_table,
    list_items,
    set_item,
)
from mastery_exam.services.catalogue import find_exam, get_exam, list_exams
from mastery_exam.services.competencies import (
    create_framework,
    import_competencies,
    list_competencies,
    remove_competency,
    set_competency,
)
from mastery_exam.services.demonstration import publish_demonstration
from mastery_exam.services.edit_exam import add_exam_author, create_exam, get_draft, update_exam, withdraw_exam
from mastery_exam.services.import_items import import_items, import_library
from mastery_exam.services.practice import check_practice_item, list_practice_items, render_practice_item
from mastery_exam.services.publish_exam import check_exam, preview_forms, publish_exam
from mastery_exam.services.ratings import find_panel, import_ratings, open_panel, record_rating, release_panel

__all__ = [
    "add_bank_author",
    "add_exam_author",
    "check_exam",
    "check_practice_item",
    "create_bank",
    "create_exam",
    "create_framework",
    "find_exam",
    "find_panel",
    "get_bank",
    "get_draft",
    "get_exam",
    "import_competencies",
    "import_item_table",
    "import_items",
    "import_library",
    "import_ratings",
    "list_competencies",
    "list_exams",
    "list_items",
    "list_practice_items",
    "open_panel",
    "preview_forms",
    "publish_demonstration",
    "publish_exam",
    "record_rating",
    "release_panel",
    "remove_competency",
    "render_practice_item",
    "set_competency",
    "set_item",
    "update_exam",
    "withdraw_exam",
]
