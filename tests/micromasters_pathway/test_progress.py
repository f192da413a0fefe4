"""A member's way through a programme: facts stay, rules stay, completion comes by itself."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from micromasters_pathway import api
from micromasters_pathway.data import SlotState
from micromasters_pathway.errors import ProgrammeNotFound, ProgrammeNotOpen, ProgrammeNotYours, ProgrammeRulesInvalid
from tests.micromasters_pathway.conftest import COURSES, course_slot

pytestmark = pytest.mark.django_db


def test_get_progress_visitor_sees_what_is_needed(programme) -> None:
    progress = api.get_progress(None, programme_key="data")
    assert (progress.done, progress.needed, progress.is_member) == (0, 2, False)


def test_join_programme_counts_what_was_passed_before(programme, learner: User, pass_course) -> None:
    pass_course(learner.pk, COURSES[0], 60)
    api.join_programme(learner.pk, programme_key="data")
    progress = api.get_progress(learner.pk, programme_key="data")
    assert [slot.state for slot in progress.slots] == [SlotState.DONE, SlotState.OPEN]
    assert progress.next_step is not None
    assert "Course B" in progress.next_step[0]


def test_refresh_progress_grade_below_the_slots_least_does_not_count(programme, learner: User, pass_course) -> None:
    api.join_programme(learner.pk, programme_key="data")
    pass_course(learner.pk, COURSES[1], 65)
    api.refresh_progress(learner.pk)
    slot = api.get_progress(learner.pk, programme_key="data").slots[1]
    assert slot.state is SlotState.OPEN
    assert "lower grade" in slot.routes[0].note


def test_refresh_progress_all_met_completes_once(
    programme, learner: User, pass_course, django_capture_on_commit_callbacks
) -> None:
    from micromasters_pathway.signals.signals import PATHWAY_COMPLETED

    heard = []
    PATHWAY_COMPLETED.connect(lambda **kwargs: heard.append(kwargs["completion"]), weak=False, dispatch_uid="test")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            api.join_programme(learner.pk, programme_key="data")
            pass_course(learner.pk, COURSES[0], 60)
            pass_course(learner.pk, COURSES[1], 70)
            api.refresh_progress(learner.pk)
            api.refresh_progress(learner.pk)
    finally:
        PATHWAY_COMPLETED.disconnect(dispatch_uid="test")
    (completion,) = api.list_completions(learner.pk)
    assert [event.completion_uuid for event in heard] == [str(completion.uuid)]
    assert [fact["slot"] for fact in completion.snapshot] == ["a", "b"]


def test_refresh_progress_course_failed_later_keeps_the_achieved_fact(programme, learner: User, pass_course) -> None:
    api.join_programme(learner.pk, programme_key="data")
    pass_course(learner.pk, COURSES[0], 60)
    api.refresh_progress(learner.pk)
    pass_course(learner.pk, COURSES[0], 20, passed=False)
    api.refresh_progress(learner.pk)
    assert api.get_progress(learner.pk, programme_key="data").slots[0].state is SlotState.DONE


def test_publish_programme_new_version_members_keep_their_rules(
    programme, programme_author: User, learner: User, other_learner: User
) -> None:
    api.join_programme(learner.pk, programme_key="data")
    api.publish_programme("data", rules=course_slot("c", COURSES[0]), actor_id=programme_author.pk)
    api.join_programme(other_learner.pk, programme_key="data")
    assert api.get_progress(learner.pk, programme_key="data").needed == 2
    assert api.get_progress(other_learner.pk, programme_key="data").needed == 1


def test_join_programme_closed_takes_nobody_new(
    programme, programme_author: User, learner: User, other_learner: User
) -> None:
    api.join_programme(learner.pk, programme_key="data")
    api.close_programme("data", actor_id=programme_author.pk)
    with pytest.raises(ProgrammeNotOpen):
        api.join_programme(other_learner.pk, programme_key="data")
    api.join_programme(learner.pk, programme_key="data")


def test_publish_programme_by_somebody_else_is_refused(programme, other_learner: User) -> None:
    with pytest.raises(ProgrammeNotYours):
        api.publish_programme("data", rules=course_slot("c", COURSES[0]), actor_id=other_learner.pk)


def test_publish_programme_unknown_course_names_the_slot(programme, programme_author: User) -> None:
    rules = course_slot("c", "course-v1:Mastery+Nowhere+1")
    with pytest.raises(ProgrammeRulesInvalid, match="Part c"):
        api.publish_programme("data", rules=rules, actor_id=programme_author.pk)


def test_get_programme_draft_is_not_public(programme_author: User) -> None:
    api.create_programme(key="draft", title="Draft", actor_id=programme_author.pk)
    with pytest.raises(ProgrammeNotFound):
        api.get_programme("draft")
