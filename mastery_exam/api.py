"""The one door of mastery_exam: what the apps above, the pages, REST and commands may call.

Identity comes first, everything else by keyword. What changes something takes `actor_id` and does not ask whether that
person may: pages and REST do, by `rules`. `get_x` raises, `find_x` may return None.
"""

from mastery_exam.services.answering import flag_item, save_answer, take_over
from mastery_exam.services.banks import (
    add_bank_author,
    create_bank,
    get_bank,
    import_item_table,
    list_items,
    set_item,
)
from mastery_exam.services.calibrating import calibrate_exam, find_calibration
from mastery_exam.services.catalogue import find_exam, get_exam, list_exams
from mastery_exam.services.catalogue_jsonld import exam_resources
from mastery_exam.services.competencies import (
    create_framework,
    import_competencies,
    list_competencies,
    remove_competency,
    set_competency,
)
from mastery_exam.services.deciding import decide_attempt
from mastery_exam.services.demonstration import publish_demonstration
from mastery_exam.services.edit_exam import add_exam_author, create_exam, get_draft, update_exam, withdraw_exam
from mastery_exam.services.ending import close_due_attempts, get_attempt, submit_attempt, void_attempt
from mastery_exam.services.gradebook import find_placement, link_placement, unlink_placement
from mastery_exam.services.grants import add_grant, revoke_grant
from mastery_exam.services.import_items import import_items, import_library
from mastery_exam.services.invigilating import add_invigilator, list_seats, note_incident
from mastery_exam.services.judging import (
    find_spread,
    get_judge_panel,
    list_judge_items,
    list_judge_panels,
    place_bookmark,
    rate_item,
    render_judge_item,
    set_limits,
)
from mastery_exam.services.judging_panels import (
    close_round,
    find_panel,
    invite_judge,
    list_panels,
    open_panel,
    open_round,
    remove_judge,
)
from mastery_exam.services.learner_status import learner_status
from mastery_exam.services.measure_exam import measure_exam
from mastery_exam.services.measure_quality import measure_quality
from mastery_exam.services.panel_report import get_panel_report
from mastery_exam.services.practice import check_practice_item, list_practice_items, render_practice_item
from mastery_exam.services.privacy import export_answers, retire_user
from mastery_exam.services.publish_exam import check_exam, preview_forms, publish_exam
from mastery_exam.services.ratings import import_ratings, record_rating
from mastery_exam.services.reconciling import reconcile
from mastery_exam.services.registering import (
    approve_adjustments,
    cancel_registration,
    change_legal_name,
    drop_adjustments,
    get_registration,
    list_registrations,
    register,
)
from mastery_exam.services.releasing import (
    find_best_decision,
    find_decision,
    find_decisions,
    get_decision,
    iter_released_passes,
    list_decisions,
    release_decisions,
    release_due,
    withdraw_decision,
)
from mastery_exam.services.releasing_cut import release_panel
from mastery_exam.services.replaying import replay_attempt
from mastery_exam.services.resits import allow_resit
from mastery_exam.services.reviewing import answer_review, find_review, list_reviews, request_review
from mastery_exam.services.settling import settle_item
from mastery_exam.services.simulating import (
    cancel_simulation,
    find_simulation,
    get_simulation,
    simulate_exam,
    start_simulation,
)
from mastery_exam.services.start_codes import issue_start_code
from mastery_exam.services.starting import start_attempt

__all__ = [
    "add_bank_author",
    "add_exam_author",
    "add_grant",
    "add_invigilator",
    "answer_review",
    "allow_resit",
    "approve_adjustments",
    "calibrate_exam",
    "cancel_registration",
    "cancel_simulation",
    "change_legal_name",
    "check_exam",
    "check_practice_item",
    "close_due_attempts",
    "close_round",
    "create_bank",
    "create_exam",
    "create_framework",
    "decide_attempt",
    "drop_adjustments",
    "exam_resources",
    "export_answers",
    "find_best_decision",
    "find_calibration",
    "find_decision",
    "find_decisions",
    "find_exam",
    "find_panel",
    "find_placement",
    "find_review",
    "find_simulation",
    "find_spread",
    "flag_item",
    "get_attempt",
    "get_bank",
    "get_decision",
    "get_draft",
    "get_exam",
    "get_judge_panel",
    "get_panel_report",
    "get_registration",
    "get_simulation",
    "import_competencies",
    "import_item_table",
    "import_items",
    "import_library",
    "import_ratings",
    "invite_judge",
    "issue_start_code",
    "iter_released_passes",
    "learner_status",
    "link_placement",
    "list_competencies",
    "list_decisions",
    "list_exams",
    "list_items",
    "list_judge_items",
    "list_judge_panels",
    "list_panels",
    "list_practice_items",
    "list_registrations",
    "list_reviews",
    "list_seats",
    "measure_exam",
    "measure_quality",
    "note_incident",
    "open_panel",
    "open_round",
    "place_bookmark",
    "preview_forms",
    "publish_demonstration",
    "publish_exam",
    "rate_item",
    "reconcile",
    "record_rating",
    "register",
    "release_decisions",
    "release_due",
    "release_panel",
    "remove_competency",
    "remove_judge",
    "render_judge_item",
    "render_practice_item",
    "replay_attempt",
    "request_review",
    "retire_user",
    "revoke_grant",
    "save_answer",
    "set_competency",
    "set_item",
    "settle_item",
    "set_limits",
    "simulate_exam",
    "start_attempt",
    "start_simulation",
    "submit_attempt",
    "take_over",
    "unlink_placement",
    "update_exam",
    "void_attempt",
    "withdraw_decision",
    "withdraw_exam",
]
