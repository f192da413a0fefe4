"""Issuing in bulk and revoking in a batch: counted, approved, resumable, undone."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from paid_certificate import api
from paid_certificate.data import BulkState, CredentialState
from paid_certificate.errors import BulkRefused, CredentialStateConflict
from paid_certificate.models import BulkItem, Credential, StatusEntry, StatusList
from paid_certificate.proofs.status_list import StatusBits
from paid_certificate.services import bulk_chunk

pytestmark = pytest.mark.django_db
PEOPLE = 3


@pytest.fixture
def passes(exam, make_user, pass_exam):
    """Released passes of which nobody has heard yet."""
    return [pass_exam(make_user(f"person{number}"), exam) for number in range(PEOPLE)]


@pytest.fixture
def start(exam, operator, django_capture_on_commit_callbacks):
    """A function that starts a bulk issue and lets its tasks run."""

    def go():
        with django_capture_on_commit_callbacks(execute=True):
            run = api.start_bulk_issue(exam.key, actor_id=operator.pk)
        return api.get_bulk_issue(run.uuid)

    return go


def revoked_indices() -> set[int]:
    found = StatusList.objects.get(purpose="revocation")
    return set(StatusBits(found.size, bytes(found.bits)).indices())


def test_count_bulk_issue_writes_nothing(exam, passes) -> None:
    counts = api.count_bulk_issue(exam.key)
    assert (counts.due, counts.already, counts.not_due) == (PEOPLE, 0, 0)
    assert not Credential.objects.exists()
    assert not BulkItem.objects.exists()


def test_bulk_issue_has_an_outcome_for_each_and_is_done_when_all_are(exam, passes, start) -> None:
    run = start()
    assert (run.state, run.total, run.outcomes) == (BulkState.DONE, PEOPLE, {"issued": PEOPLE})
    assert Credential.objects.filter(state=CredentialState.ISSUED).count() == PEOPLE
    assert api.count_bulk_issue(exam.key).already == PEOPLE
    with pytest.raises(BulkRefused):
        api.start_bulk_issue(exam.key, actor_id=run.created_by_id)


def test_bulk_issue_goes_on_after_a_crash_and_issues_nothing_twice(
    exam, passes, operator, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    run = api.start_bulk_issue(exam.key, actor_id=operator.pk)  # the message is lost
    monkeypatch.setattr(bulk_chunk, "CHUNK", 1)
    assert bulk_chunk.run_bulk_chunk(run.uuid)
    # The worker dies after signing and before it notes the outcome.
    issued = BulkItem.objects.get(outcome="issued")
    document = api.get_document(issued.credential.uuid)
    BulkItem.objects.filter(pk=issued.pk).update(outcome="waiting", credential=None)
    with django_capture_on_commit_callbacks(execute=True):
        api.resume_bulk_issue(run.uuid)
    found = api.get_bulk_issue(run.uuid)
    assert (found.state, found.outcomes) == (BulkState.DONE, {"issued": PEOPLE})
    assert Credential.objects.count() == PEOPLE
    assert api.get_document(issued.credential.uuid) == document


def test_bulk_issue_failure_of_one_stays_with_it_and_is_tried_again(
    exam, passes, start, settings, django_capture_on_commit_callbacks
) -> None:
    settings.PAID_CERTIFICATE_KEY_SECRET = ""
    run = start()
    assert run.outcomes == {"failed": PEOPLE}
    assert "PAID_CERTIFICATE_KEY_SECRET" in BulkItem.objects.first().why
    settings.PAID_CERTIFICATE_KEY_SECRET = "a secret of at least thirty-two characters"
    with django_capture_on_commit_callbacks(execute=True):
        api.resume_bulk_issue(run.uuid)
    assert api.get_bulk_issue(run.uuid).outcomes == {"issued": PEOPLE}


def test_bulk_issue_above_the_threshold_waits_for_a_second_person(
    exam, passes, start, settings, make_user, operator, django_capture_on_commit_callbacks
) -> None:
    settings.PAID_CERTIFICATE_BULK_APPROVAL_ABOVE = PEOPLE - 1
    run = start()
    assert run.state is BulkState.AWAITING_APPROVAL
    assert not bulk_chunk.run_bulk_chunk(run.uuid)
    assert not Credential.objects.exists()
    with pytest.raises(BulkRefused, match="second person"):
        api.approve_bulk_issue(run.uuid, actor_id=operator.pk)
    colleague = make_user("colleague", is_staff=True)
    with django_capture_on_commit_callbacks(execute=True):
        api.approve_bulk_issue(run.uuid, actor_id=colleague.pk)
    assert api.get_bulk_issue(run.uuid).state is BulkState.DONE


def test_undo_bulk_issue_revokes_all_it_issued_and_nothing_else(exam, passes, start, operator, issued) -> None:
    run = start()
    assert api.undo_bulk_issue(run.uuid, actor_id=operator.pk) == PEOPLE
    assert api.undo_bulk_issue(run.uuid, actor_id=operator.pk) == 0
    assert api.get_bulk_issue(run.uuid).state is BulkState.UNDONE
    assert set(Credential.objects.filter(state="revoked").values_list("ended_reason", flat=True)) == {"issued_in_error"}
    assert api.get_credential(issued.uuid).state is CredentialState.ISSUED


def test_revoke_credentials_sets_exactly_their_bits_with_one_write_for_the_list(exam, passes, start, operator) -> None:
    start()
    rows = list(Credential.objects.all())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert (
            api.revoke_credentials([row.uuid for row in rows[:2]], actor_id=operator.pk, reason="issued_in_error") == 2
        )
    writes = [q["sql"] for q in queries if q["sql"].startswith("UPDATE")]
    assert sum("statuslist" in sql for sql in writes) == 1
    assert sum("paid_certificate_credential" in sql for sql in writes) == 1
    entries = StatusEntry.objects.filter(credential__in=rows[:2], status_list__purpose="revocation")
    assert revoked_indices() == set(entries.values_list("index", flat=True))
    assert api.get_credential(rows[2].uuid).state is CredentialState.ISSUED
    with pytest.raises(CredentialStateConflict):
        api.revoke_credentials([rows[2].uuid], actor_id=operator.pk, reason="did not pay")


def test_bulk_issue_on_the_desk_and_over_rest_is_for_those_who_issue(
    exam, passes, client_of, learner, operator, django_capture_on_commit_callbacks
) -> None:
    desk, rest = reverse("paid_certificate:credential-desk"), "/api/paid_certificate/v1/bulk-issues/"
    body = {"exam_key": exam.key}
    assert client_of(learner).post(rest, body, content_type="application/json").status_code == 403
    assert client_of(learner).post(desk, body | {"action": "start_bulk"}).status_code == 403
    counted = client_of(operator).post(rest, body, content_type="application/json")
    assert json.loads(counted.content) == {"due": PEOPLE, "already": 0, "not_due": 0}
    page = client_of(operator).post(desk, body | {"action": "count_bulk"}, follow=True).content.decode()
    assert f"Dry run: {PEOPLE} to issue" in page
    with django_capture_on_commit_callbacks(execute=True):
        client_of(operator).post(desk, body | {"action": "start_bulk"})
    assert f"{PEOPLE} / {PEOPLE}" in client_of(operator).get(desk).content.decode()
    (run,) = client_of(operator).get(rest).json()
    undone = client_of(operator).post(f"{rest}{run['uuid']}/undo/")
    assert undone.json() == {"revoked": PEOPLE}


def test_bulk_issue_command_counts_starts_and_undoes(
    exam, passes, operator, django_capture_on_commit_callbacks
) -> None:
    out = StringIO()
    call_command("bulk_issue", exam.key, stdout=out)
    assert f"To issue: {PEOPLE}." in out.getvalue()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("bulk_issue", exam.key, by="operator", stdout=out)
    (run,) = api.list_bulk_issues()
    assert run.state is BulkState.DONE
    call_command("bulk_issue", undo=run.uuid, by="operator", stdout=out)
    assert f"Revoked: {PEOPLE}." in out.getvalue()
    with pytest.raises(CommandError):
        call_command("bulk_issue", exam.key, by="nobody")
