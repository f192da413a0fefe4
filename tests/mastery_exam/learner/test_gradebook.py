"""The gradebook: enrolled learners only, from an outbox per placement, retried until the host has it."""

from __future__ import annotations

import pytest
from mastery_sittings import decided

from mastery_exam import api
from mastery_exam.errors import ExamNotFound, InvalidInput
from mastery_exam.models import ScoreOutbox
from mastery_exam.services import gradebook
from openedx_bridge import api as bridge

pytestmark = pytest.mark.django_db

BLOCK = "block-v1:Org+C1+2027+type@mastery-exam+block@b1"
COURSE = "course-v1:Org+C1+2027"


@pytest.fixture
def host(monkeypatch):
    """A host with one course: who is enrolled, what is stored, and whether storing works."""

    class Host:
        enrolled: set[int] = set()
        scores: dict[tuple[int, str], tuple[int, int]] = {}
        works = True

        def store_score(self, user_id, *, usage_key, earned, possible):
            if self.works:
                self.scores[user_id, usage_key] = (int(earned), int(possible))
            return self.works

    made = Host()
    made.enrolled, made.scores = set(), {}
    monkeypatch.setattr(bridge, "is_enrolled", lambda user_id, *, course_key: user_id in made.enrolled)
    monkeypatch.setattr(bridge, "store_score", made.store_score)
    return made


def flush():
    for outbox_id in gradebook.waiting_scores():
        gradebook.send_score(outbox_id)


def test_released_decision_reaches_the_gradebook_of_an_enrolled_learner(learner, exam, host):
    host.enrolled.add(learner.pk)
    api.link_placement(BLOCK, exam_key=exam.key)
    decided(learner, exam, right=3)
    flush()

    assert host.scores == {(learner.pk, BLOCK): (60, 100)}
    assert ScoreOutbox.objects.get().state == "sent"


def test_decision_that_is_not_released_does_not_reach_it(learner, make_exam, host):
    exam = make_exam(release_policy="after_check")
    host.enrolled.add(learner.pk)
    api.link_placement(BLOCK, exam_key=exam.key)
    decided(learner, exam, right=4)
    flush()

    assert host.scores == {} and not ScoreOutbox.objects.exists()


def test_learner_who_is_not_enrolled_is_sent_nothing_until_they_enrol(
    learner, exam, host, django_capture_on_commit_callbacks
):
    api.link_placement(BLOCK, exam_key=exam.key)
    decided(learner, exam, right=4)
    flush()
    assert host.scores == {} and ScoreOutbox.objects.get().state == "not_enrolled"

    host.enrolled.add(learner.pk)
    with django_capture_on_commit_callbacks(execute=True):
        gradebook.requeue_user(learner.pk, course_key=COURSE)

    assert host.scores == {(learner.pk, BLOCK): (100, 100)}


def test_host_that_fails_is_asked_again_and_the_row_says_so(learner, exam, host):
    host.enrolled.add(learner.pk)
    host.works = False
    api.link_placement(BLOCK, exam_key=exam.key)
    decided(learner, exam, right=4)
    flush()
    row = ScoreOutbox.objects.get()
    assert (row.state, row.tries) == ("waiting", 1) and row.error

    host.works = True
    flush()

    assert host.scores and ScoreOutbox.objects.get().state == "sent"


def test_withdrawn_pass_falls_back_to_what_still_stands(learner, exam, staff, host):
    host.enrolled.add(learner.pk)
    api.link_placement(BLOCK, exam_key=exam.key)
    decided(learner, exam, right=2)
    best = decided(learner, exam, right=4)
    flush()
    assert host.scores[learner.pk, BLOCK] == (100, 100)

    api.withdraw_decision(best.uuid, actor_id=staff.pk, reason="Not the person.")
    flush()

    assert host.scores[learner.pk, BLOCK] == (40, 100)


def test_block_linked_later_hears_of_what_was_decided_before(learner, exam, host):
    host.enrolled.add(learner.pk)
    decided(learner, exam, right=4)
    api.link_placement(BLOCK, exam_key=exam.key)
    api.link_placement(BLOCK, exam_key=exam.key)
    flush()

    assert host.scores == {(learner.pk, BLOCK): (100, 100)}
    assert ScoreOutbox.objects.count() == 1


def test_unlinked_block_stands_for_nothing(learner, exam, host):
    host.enrolled.add(learner.pk)
    api.link_placement(BLOCK, exam_key=exam.key)
    api.unlink_placement(BLOCK)
    decided(learner, exam, right=4)
    flush()

    assert host.scores == {}
    assert api.find_placement(BLOCK).exam_key is None and api.find_placement("block-v1:a+b+c+type@x+block@y") is None


def test_link_of_no_block_or_no_exam_is_refused(exam):
    with pytest.raises(InvalidInput):
        api.link_placement("no key", exam_key=exam.key)
    with pytest.raises(ExamNotFound):
        api.link_placement(BLOCK, exam_key="nothing")
