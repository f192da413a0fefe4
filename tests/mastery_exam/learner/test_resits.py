"""Sitting again after a pass: closed, until a room above opens it; tries are counted anew, the pass stands."""

from __future__ import annotations

import pytest
from mastery_sittings import decided, registered

from mastery_exam import api
from mastery_exam.errors import AlreadyPassed, ExamNotFound, NoTriesLeft
from mastery_exam.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_pass_closes_the_exam_until_a_resit_is_allowed(learner, exam) -> None:
    decision = decided(learner, exam, right=4)
    with pytest.raises(AlreadyPassed):
        registered(learner, exam)

    api.allow_resit(learner.pk, exam_key=exam.key, actor_id=None)

    assert registered(learner, exam).state == "open"
    assert api.get_decision(decision.uuid).state == "released"


def test_allow_resit_twice_writes_one_audit_row(learner, exam) -> None:
    decided(learner, exam, right=4)
    api.allow_resit(learner.pk, exam_key=exam.key, actor_id=learner.pk)
    api.allow_resit(learner.pk, exam_key=exam.key, actor_id=learner.pk)

    assert AuditEntry.objects.filter(action="resit_allowed").count() == 1


def test_allow_resit_opens_the_exam_to_nobody_else(learner, other_learner, exam) -> None:
    decided(learner, exam, right=4)
    decided(other_learner, exam, right=4)
    api.allow_resit(learner.pk, exam_key=exam.key, actor_id=None)

    with pytest.raises(AlreadyPassed):
        registered(other_learner, exam)


def test_allow_resit_counts_tries_anew_and_no_more_than_the_exam_allows(learner, make_exam) -> None:
    exam = make_exam(max_attempts=1)
    decided(learner, exam, right=4)
    api.allow_resit(learner.pk, exam_key=exam.key, actor_id=None)
    decided(learner, exam, right=0)

    with pytest.raises(NoTriesLeft):
        registered(learner, exam)


def test_allow_resit_of_no_exam_is_refused(learner) -> None:
    with pytest.raises(ExamNotFound, match="no-such-exam"):
        api.allow_resit(learner.pk, exam_key="no-such-exam", actor_id=None)


def test_second_pass_closes_the_exam_again(learner, exam) -> None:
    decided(learner, exam, right=4)
    api.allow_resit(learner.pk, exam_key=exam.key, actor_id=None)
    decided(learner, exam, right=4)

    with pytest.raises(AlreadyPassed):
        registered(learner, exam)
