"""A bulk issue whose worker is killed between any two commits, or within one: it is repaired, and nothing is twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from paid_certificate import api
from paid_certificate.data import BulkState, CredentialState
from paid_certificate.models import AuditEntry, BulkItem, BulkRun, Credential, StatusEntry, StatusList
from paid_certificate.services import bulk_chunk, desk, signing, status
from paid_certificate.signals.signals import CREDENTIAL_ISSUED

pytestmark = [pytest.mark.django_db, pytest.mark.services, pytest.mark.slow]
PEOPLE = 3

# Every place between or within the commits of a chunk, and how many are awarded, are signed by then.
KILLS = {
    "claimed": (bulk_chunk, "_award", 0, 0),
    "while_awarding": (bulk_chunk, "_require_running", 0, 0),
    "awarded": (bulk_chunk, "begin_signing", PEOPLE, 0),
    "while_giving_places": (status, "_proof_entry", PEOPLE, 0),
    "has_places": (bulk_chunk, "sign_awards", PEOPLE, 0),
    "while_storing": (signing, "_store_failures", PEOPLE, 0),
    "stored_and_not_noted": (bulk_chunk, "_note_outcomes", PEOPLE, 0),
    "noted": (bulk_chunk, "_is_some_left", PEOPLE, PEOPLE),
}


class Killed(BaseException):
    """As SIGKILL does, this stops a worker where nothing catches it."""


@pytest.fixture
def passes(exam, make_user, pass_exam):
    return [pass_exam(make_user(f"person{number}"), exam) for number in range(PEOPLE)]


@pytest.fixture
def run(exam, passes, operator):
    """A bulk issue that was begun, and whose message was lost."""
    return api.start_bulk_issue(exam.key, actor_id=operator.pk)


@pytest.fixture
def heard(monkeypatch):
    """The credentials of which others heard that they were issued."""
    sent = []
    monkeypatch.setattr(CREDENTIAL_ISSUED, "send_event", lambda credential: sent.append(credential.credential_uuid))
    return sent


@pytest.fixture
def kill(monkeypatch, run):
    """A function that lets a worker begin a chunk and kills it at a place of KILLS."""

    def go(place):
        module, name, awarded, signed = KILLS[place]
        with monkeypatch.context() as patch:

            def die(*_args, **_kwargs):
                raise Killed

            patch.setattr(module, name, die)
            with pytest.raises(Killed):
                bulk_chunk.run_bulk_chunk(run.uuid)
        # A worker that was killed does not give back what it claimed.
        BulkItem.objects.filter(outcome="waiting").update(claimed_at=timezone.now())
        assert Credential.objects.count() == awarded
        assert Credential.objects.filter(issued_at__isnull=False).count() == signed

    return go


def assert_each_has_one(passes, run) -> None:
    found = api.get_bulk_issue(run.uuid)
    assert (found.state, found.outcomes) == (BulkState.DONE, {"issued": PEOPLE})
    rows = Credential.objects.all()
    assert {row.decision_uuid for row in rows} == {decision.uuid for decision in passes}
    assert [row.state for row in rows] == [CredentialState.ISSUED] * PEOPLE
    assert all(row.document and row.statement and row.signing_key for row in rows)
    for purpose in ("revocation", "suspension"):
        entries = StatusEntry.objects.filter(status_list__purpose=purpose)
        assert {entry.credential_id for entry in entries} == {row.pk for row in rows}
        assert len({(entry.status_list_id, entry.index) for entry in entries}) == entries.count() == PEOPLE
        assert StatusList.objects.get(purpose=purpose).used == PEOPLE
    for action in ("award", "issue"):
        told = AuditEntry.objects.filter(action=action).values_list("object_uuid", flat=True)
        assert sorted(told) == sorted(row.uuid for row in rows)


@pytest.mark.parametrize("place", KILLS)
def test_resume_after_a_kill_gives_each_exactly_one(
    place, kill, run, passes, heard, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        kill(place)
        api.resume_bulk_issue(run.uuid)
    assert_each_has_one(passes, run)
    assert sorted(heard) == sorted(str(row.uuid) for row in Credential.objects.all())


@pytest.mark.parametrize("place", KILLS)
def test_reconcile_finds_a_run_that_was_killed_and_ends_it(
    place, kill, run, passes, operator, django_capture_on_commit_callbacks
) -> None:
    kill(place)
    assert not [entry for entry in desk.reconcile() if entry.finding.kind == "bulk_stopped"]
    long_ago = timezone.now() - timedelta(hours=1)
    BulkRun.objects.update(modified=long_ago)
    BulkItem.objects.update(claimed_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        kinds = {entry.finding.kind for entry in desk.reconcile(dry_run=False, actor_id=operator.pk)}
    assert "bulk_stopped" in kinds
    assert_each_has_one(passes, run)
    assert not [entry for entry in desk.reconcile() if entry.finding.kind == "bulk_stopped"]


@pytest.mark.parametrize("place", KILLS)
def test_undo_after_a_kill_leaves_nothing_that_could_be_signed_later(
    place, kill, run, passes, operator, django_capture_on_commit_callbacks
) -> None:
    kill(place)
    signed = Credential.objects.filter(issued_at__isnull=False).count()
    assert api.undo_bulk_issue(run.uuid, actor_id=operator.pk) == signed
    assert not bulk_chunk.run_bulk_chunk(run.uuid)
    assert set(Credential.objects.values_list("state", flat=True)) <= {"cancelled", "revoked"}
    Credential.objects.update(modified=timezone.now() - timedelta(hours=1))
    assert not [entry for entry in desk.reconcile() if entry.finding.kind == "not_signed"]


def test_undo_while_a_chunk_is_awarded_takes_the_awards_back(run, passes, operator, monkeypatch) -> None:
    link = bulk_chunk._link

    def undo_first(items, credentials):
        link(items, credentials)
        BulkRun.objects.update(state=BulkState.UNDONE)

    monkeypatch.setattr(bulk_chunk, "_link", undo_first)
    assert not bulk_chunk.run_bulk_chunk(run.uuid)
    assert not Credential.objects.exists()
    assert api.get_bulk_issue(run.uuid).outcomes == {"waiting": PEOPLE}


def test_undo_while_a_chunk_is_signed_stores_no_signature(run, passes, operator, monkeypatch) -> None:
    sign = bulk_chunk.sign_awards

    def undo_first(rows, places):
        assert api.undo_bulk_issue(run.uuid, actor_id=operator.pk) == 0
        return sign(rows, places)

    monkeypatch.setattr(bulk_chunk, "sign_awards", undo_first)
    assert not bulk_chunk.run_bulk_chunk(run.uuid)
    assert set(Credential.objects.values_list("state", "document")) == {("cancelled", "")}
    assert api.get_bulk_issue(run.uuid).outcomes == {"skipped": PEOPLE}


def test_claim_of_a_worker_is_left_alone_until_its_time_is_over(run, kill) -> None:
    kill("claimed")
    assert not bulk_chunk.run_bulk_chunk(run.uuid)
    assert api.get_bulk_issue(run.uuid).outcomes == {"waiting": PEOPLE}
    BulkItem.objects.update(claimed_at=timezone.now() - bulk_chunk.LEASE - timedelta(seconds=1))
    assert not bulk_chunk.run_bulk_chunk(run.uuid)
    assert api.get_bulk_issue(run.uuid).outcomes == {"issued": PEOPLE}


def test_worker_that_fails_gives_back_what_it_claimed(run, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bulk_chunk, "_award", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bulk_chunk.run_bulk_chunk(run.uuid)
    assert bulk_chunk.claimable(BulkRun.objects.get()).count() == PEOPLE


def test_award_that_exists_already_sends_the_chunk_one_by_one(run, passes, monkeypatch) -> None:
    with monkeypatch.context() as patch:

        def overtaken(*_args, **_kwargs):
            patch.undo()
            api.award_for_decision(passes[1].uuid)  # the person's own task is faster
            raise IntegrityError("one live")

        patch.setattr(Credential.objects, "bulk_create", overtaken)
        bulk_chunk.run_bulk_chunk(run.uuid)
    assert_each_has_one(passes, run)


def test_failure_of_one_signature_stops_no_other(run, passes, monkeypatch) -> None:
    unlucky = passes[1].uuid
    sign = signing.AwardSigner.sign

    def fail_for_one(self, row, places):
        if row.decision_uuid == unlucky:
            raise OSError("The key service does not answer.")
        return sign(self, row, places)

    with monkeypatch.context() as patch:
        patch.setattr(signing.AwardSigner, "sign", fail_for_one)
        bulk_chunk.run_bulk_chunk(run.uuid)
    assert api.get_bulk_issue(run.uuid).outcomes == {"issued": PEOPLE - 1, "failed": 1}
    assert BulkItem.objects.get(outcome="failed").why == "The key service does not answer."
    assert Credential.objects.get(decision_uuid=unlucky).state == CredentialState.FAILED
    api.resume_bulk_issue(run.uuid)
    bulk_chunk.run_bulk_chunk(run.uuid)
    assert_each_has_one(passes, run)


def test_failure_of_one_award_stops_no_other(run, passes, monkeypatch) -> None:
    from mastery_exam.models import Decision

    Decision.objects.filter(uuid=passes[0].uuid).update(state="withdrawn")
    bulk_chunk.run_bulk_chunk(run.uuid)
    assert api.get_bulk_issue(run.uuid).outcomes == {"issued": PEOPLE - 1, "skipped": 1}


def test_bulk_says_the_same_as_one_by_one(run, passes) -> None:
    """One rule for both: a chunk awarded together differs from awards made singly in uuids, places and times alone."""
    alone = api.award_for_decision(passes[0].uuid)
    bulk_chunk.run_bulk_chunk(run.uuid)
    own = {"id", "uuid", "user_id", "decision_uuid", "document", "statement", "awarded_at", "issued_at", "created"}
    own |= {"modified", "evidence", "_state"}
    first, *others = [
        {name: value for name, value in vars(row).items() if name not in own}
        for row in Credential.objects.order_by("pk")
    ]
    assert api.get_credential(alone.uuid).state is CredentialState.ISSUED
    assert others == [first] * (PEOPLE - 1)


def test_chunk_takes_as_many_queries_for_more_people(
    exam, passes, run, make_user, pass_exam, operator, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(66):
        bulk_chunk.run_bulk_chunk(run.uuid)
    for number in range(6):
        pass_exam(make_user(f"other{number}"), exam)
    more = api.start_bulk_issue(exam.key, actor_id=operator.pk)
    with django_assert_max_num_queries(66):
        bulk_chunk.run_bulk_chunk(more.uuid)
    assert api.get_bulk_issue(more.uuid).outcomes == {"issued": 6}


def test_places_fill_half_of_a_list_and_go_on_in_the_next(run, passes, monkeypatch) -> None:
    monkeypatch.setattr(status, "FULL", 2)
    bulk_chunk.run_bulk_chunk(run.uuid)
    lists = StatusList.objects.filter(purpose="revocation").order_by("num")
    assert [(found.num, found.used, found.entries.count()) for found in lists] == [(1, 2, 2), (2, 1, 1)]
    assert_documents_name_their_places()


def assert_documents_name_their_places() -> None:
    import json

    for row in Credential.objects.all():
        said = {entry["id"] for entry in json.loads(row.document)["credentialStatus"]}
        entries = row.status_entries.select_related("status_list__body")
        assert {address.rpartition("#")[2] for address in said} == {str(entry.index) for entry in entries}
        assert {address.partition("#")[0].rpartition("/")[2] or address for address in said}
