"""Two at once on a claim: begun once, decided once, awarded once; what is sent while it is decided is not lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from paid_certificate import api
from paid_certificate.claim_data import ClaimState
from paid_certificate.errors import ClaimStateConflict
from paid_certificate.models import AuditEntry, Credential, EvidenceClaim
from tests.paid_certificate.claim_stage import NAME, approve, assessor, by_key, by_web, evidence, filled, sent

__all__ = ["assessor", "by_key", "by_web", "evidence", "filled", "sent"]
pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _two_writers() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("skipped: two writers at once need MariaDB or PostgreSQL (SUITE_TEST_DB)")


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that begin together; returns what each returned or raised."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=20)
            return job()
        except Exception as error:  # noqa: BLE001 - the outcome is what the test looks at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_two_beginnings_at_once_make_one_claim(evidence, learner) -> None:
    uuid = evidence().uuid
    found = at_once(*[lambda: api.start_claim(learner.pk, achievement_uuid=uuid)] * 4)
    assert {claim.uuid for claim in found} == {EvidenceClaim.objects.get().uuid}


def test_two_approvals_at_once_decide_once_and_award_once(sent, assessor, operator, learner) -> None:
    claim = sent()
    found = at_once(*[lambda who=who: approve(claim, who) for who in (assessor, operator, assessor, operator)])
    assert {each.decided_at for each in found} == {api.get_claim(claim.uuid).decided_at}
    assert AuditEntry.objects.filter(action="claim_approved").count() == 1
    assert Credential.objects.filter(user=learner).count() == 1


def test_approval_and_refusal_at_once_leave_one_decision(sent, assessor, operator, learner) -> None:
    claim = sent()
    found = at_once(
        lambda: approve(claim, assessor),
        lambda: api.refuse_claim(claim.uuid, reason="No.", actor_id=operator.pk),
        lambda: api.withdraw_claim(learner.pk, claim.uuid),
    )
    assert sum(isinstance(each, ClaimStateConflict) for each in found) == 2, found
    state = api.get_claim(claim.uuid).state
    assert state in (ClaimState.APPROVED, ClaimState.REFUSED, ClaimState.WITHDRAWN)
    assert Credential.objects.filter(user=learner).exists() is (state is ClaimState.APPROVED)


def test_two_awards_at_once_make_one(sent, assessor, learner) -> None:
    claim = sent()
    approve(claim, assessor)
    found = at_once(*[lambda: api.award_for_evidence(claim.uuid)] * 3)
    assert len({each.uuid for each in found}) == 1
    assert Credential.objects.filter(user=learner).count() == 1


def test_piece_added_while_the_claim_is_sent_is_in_it_or_refused(filled, learner) -> None:
    claim = filled()
    note = {"text": "Late.", "title": "Late", "outcomes": [1]}
    added, _sent = at_once(
        lambda: api.add_note_piece(learner.pk, claim.uuid, **note),
        lambda: api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True),
    )
    after = api.get_claim(claim.uuid)
    assert after.state is ClaimState.SUBMITTED
    assert all(piece.is_submitted for piece in after.pieces)
    assert isinstance(added, ClaimStateConflict) is (len(after.pieces) == 4)


def test_pieces_added_at_once_stay_within_the_limit(filled, learner) -> None:
    claim = filled()
    note = {"text": "One.", "title": "One", "outcomes": [1]}
    for _number in range(15):
        api.add_note_piece(learner.pk, claim.uuid, **note)
    found = at_once(*[lambda: api.add_note_piece(learner.pk, claim.uuid, **note)] * 4)
    assert sum(isinstance(each, ClaimStateConflict) for each in found) == 3
    assert len(api.get_claim(claim.uuid).pieces) == 20
