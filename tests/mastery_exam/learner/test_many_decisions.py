"""Decisions for rooms above that handle many at once: page by page, in a fixed number of queries."""

from __future__ import annotations

from uuid import uuid4

import pytest
from mastery_sittings import decided

from mastery_exam import api
from mastery_exam.models import Decision
from mastery_exam.services import releasing

pytestmark = pytest.mark.django_db


@pytest.fixture
def passes(exam, make_user):
    return [decided(make_user(f"person{number}"), exam, right=4) for number in range(3)]


def test_iter_released_passes_yields_each_once_across_pages(passes, exam, make_exam, make_user, monkeypatch):
    failed = decided(make_user("failed"), exam, right=0)
    elsewhere = decided(make_user("elsewhere"), make_exam("other"), right=4)
    Decision.objects.filter(uuid=passes[1].uuid).update(state="withdrawn")
    monkeypatch.setattr(releasing, "PAGE", 1)

    standing = [passes[0].uuid, passes[2].uuid]
    assert not failed.passed
    assert [entry.uuid for entry in api.iter_released_passes(exam_key=exam.key)] == standing
    assert [entry.uuid for entry in api.iter_released_passes()] == [*standing, elsewhere.uuid]


def test_find_decisions_reads_as_get_decision_in_as_many_queries_for_many(passes, django_assert_num_queries):
    Decision.objects.filter(uuid=passes[1].uuid).update(state="withdrawn")
    uuids = [entry.uuid for entry in passes]

    with django_assert_num_queries(3):
        found = api.find_decisions([*uuids, uuid4()])
    assert found == {uuid: api.get_decision(uuid) for uuid in uuids}
    assert found[uuids[1]].state == "withdrawn"
    assert api.find_decisions([]) == {}
