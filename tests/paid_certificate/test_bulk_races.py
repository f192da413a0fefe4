"""Two workers on one bulk issue, two bulk issues of one exam, a revocation meanwhile: with real threads and locks."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection, transaction

from paid_certificate import api, tasks
from paid_certificate.data import BulkState
from paid_certificate.models import AuditEntry, BulkItem, BulkRun, Credential, StatusEntry, StatusList
from paid_certificate.services import bulk_chunk, status
from paid_certificate.services.status import allocate_status
from tests.mastery_exam.learner.test_races import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]
PEOPLE = 12


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor == "sqlite":
        pytest.skip("skipped: two writers at once need MariaDB or PostgreSQL (SUITE_TEST_DB)")


@pytest.fixture
def passes(exam, make_user, pass_exam, settings, monkeypatch):
    """Released passes of which nobody has heard yet, and bulk issues that begin when the test says so."""
    monkeypatch.setattr(tasks.run_bulk, "delay", lambda run_uuid: None)
    monkeypatch.setattr(bulk_chunk, "CHUNK", 3)
    settings.PAID_CERTIFICATE_ENABLED = False
    made = [pass_exam(make_user(f"person{number}"), exam) for number in range(PEOPLE)]
    settings.PAID_CERTIFICATE_ENABLED = True
    return made


@pytest.fixture
def start(exam, passes, operator):
    return lambda: api.start_bulk_issue(exam.key, actor_id=operator.pk)


def work(run):
    """What a worker does: chunk after chunk, and again where the database asked to try again."""

    def until_done():
        return tasks.run_bulk.apply(args=[str(run.uuid)]).status

    return until_done


def assert_each_has_one() -> None:
    rows = list(Credential.objects.all())
    assert len({row.user_id for row in rows}) == len(rows) == PEOPLE
    assert {row.state for row in rows} == {"issued"}
    for purpose in ("revocation", "suspension"):
        entries = StatusEntry.objects.filter(status_list__purpose=purpose)
        assert sorted(entry.credential_id for entry in entries) == sorted(row.pk for row in rows)
        assert len({(entry.status_list_id, entry.index) for entry in entries}) == PEOPLE
        assert sum(StatusList.objects.filter(purpose=purpose).values_list("used", flat=True)) == PEOPLE
    told = Counter(AuditEntry.objects.filter(action="issue").values_list("object_uuid", flat=True))
    assert told == Counter(row.uuid for row in rows)


def test_two_workers_on_one_run_share_it_and_give_each_one(start):
    run = start()

    assert at_once(work(run), work(run), work(run)) == ["SUCCESS"] * 3

    assert api.get_bulk_issue(run.uuid).outcomes == {"issued": PEOPLE}
    assert api.get_bulk_issue(run.uuid).state is BulkState.DONE
    assert_each_has_one()


def test_two_workers_on_the_same_items_store_one_signature_each(start):
    """As when a worker that was given up is still alive: both take the same items, whose claims were cleared."""
    run = start()
    items = list(BulkItem.objects.all())
    row = BulkRun.objects.get()

    def settle():
        bulk_chunk._award(row, items)
        bulk_chunk._sign(items)

    outcomes = at_once(settle, settle)

    # Of two that wait for each other the database sends one back, to try again.
    assert None in outcomes
    assert_each_has_one()
    tasks.run_bulk.apply(args=[str(run.uuid)])
    assert api.get_bulk_issue(run.uuid).outcomes == {"issued": PEOPLE}
    assert_each_has_one()


def test_two_runs_of_one_exam_at_once_give_each_one(start, operator):
    first, second = start(), start()

    at_once(work(first), work(second))
    for run in (first, second):
        api.resume_bulk_issue(run.uuid)
        tasks.run_bulk.apply(args=[str(run.uuid)])

    assert_each_has_one()
    # Whoever came second found the credential that rests on the same pass.
    assert api.get_bulk_issue(first.uuid).outcomes == {"issued": PEOPLE}
    assert api.get_bulk_issue(second.uuid).outcomes == {"issued": PEOPLE}


def test_bulk_beside_the_persons_own_tasks_gives_each_one(start, passes):
    run = start()

    def one_by_one():
        for decision in reversed(passes):
            tasks.award_decision.apply(args=[str(decision.uuid)])

    at_once(work(run), one_by_one)
    api.resume_bulk_issue(run.uuid)
    tasks.run_bulk.apply(args=[str(run.uuid)])

    assert_each_has_one()


def test_undo_beside_a_worker_leaves_nothing_standing_or_unsigned(start, operator):
    run = start()

    at_once(work(run), lambda: api.undo_bulk_issue(run.uuid, actor_id=operator.pk))
    assert not bulk_chunk.run_bulk_chunk(run.uuid)

    assert set(Credential.objects.values_list("state", flat=True)) <= {"revoked", "cancelled"}


def test_places_of_many_taken_at_once_are_never_the_same(start, monkeypatch):
    monkeypatch.setattr(status, "FULL", 5)  # so that lists run full while others take places
    run = start()
    tasks.run_bulk.apply(args=[str(run.uuid)])
    StatusEntry.objects.all().delete()
    StatusList.objects.all().delete()
    rows = list(Credential.objects.select_related("achievement_version__achievement__body"))

    def take(mine):
        def go():
            with transaction.atomic():
                return allocate_status(mine)

        return go

    at_once(*[take(rows[number::3]) for number in range(3)])

    for purpose in ("revocation", "suspension"):
        entries = StatusEntry.objects.filter(status_list__purpose=purpose)
        assert len({(entry.status_list_id, entry.index) for entry in entries}) == entries.count() == PEOPLE
        used = list(StatusList.objects.filter(purpose=purpose).order_by("num").values_list("used", flat=True))
        assert used == [5, 5, 2]


def test_two_revocations_of_the_same_at_once_end_each_once(start, operator):
    tasks.run_bulk.apply(args=[str(start().uuid)])
    uuids = list(Credential.objects.values_list("uuid", flat=True))

    def revoke(order):
        return lambda: api.revoke_credentials(order, actor_id=operator.pk, reason="issued_in_error")

    assert sorted(at_once(revoke(uuids), revoke(uuids[::-1]))) == [0, PEOPLE]
    assert AuditEntry.objects.filter(action="revoke").count() == PEOPLE
