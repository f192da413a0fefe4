"""Work that handlers and schedules hand over; each task is safe to run twice."""

from time import monotonic
from uuid import UUID

from celery import shared_task
from django.db import InterfaceError, OperationalError

from openedx_bridge.errors import SuiteError
from paid_certificate.proofs.errors import ProofsError
from paid_certificate.services import claim_tell
from paid_certificate.services.awards import award_for_completion, award_for_course, award_for_decision
from paid_certificate.services.bulk_chunk import run_bulk_chunk
from paid_certificate.services.claim_awards import award_for_evidence
from paid_certificate.services.desk import reconcile
from paid_certificate.services.fulfil import fulfil
from paid_certificate.services.issue import issue_credential
from paid_certificate.services.revoke import withdraw_for_completion, withdraw_for_decision

DATABASE_BUSY = (OperationalError, InterfaceError)  # a deadlock, a lock that was waited for too long, a lost connection
RETRIED = (OSError, SuiteError, ProofsError, *DATABASE_BUSY)
BULK_SECONDS = 20


@shared_task(acks_late=True, autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def fulfil_order(order_uuid: str) -> None:
    """Give and deliver the right that an order paid for."""
    fulfil(UUID(order_uuid))


@shared_task(acks_late=True, autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def sign_credential(credential_uuid: str) -> None:
    """Sign an award; the award shows a failure until a retry succeeds."""
    issue_credential(UUID(credential_uuid))


@shared_task(acks_late=True, autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def award_decision(decision_uuid: str) -> None:
    """Award what a released pass shows."""
    award_for_decision(UUID(decision_uuid))


@shared_task(acks_late=True, autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def award_completion(completion_uuid: str) -> None:
    """Award what a completed programme shows."""
    award_for_completion(UUID(completion_uuid))


@shared_task(acks_late=True, autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def award_claim(claim_uuid: str) -> None:
    """Award what an approved claim shows."""
    award_for_evidence(UUID(claim_uuid))


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def tell_claimant(claim_uuid: str) -> None:
    """Tell a person that an assessor asked or decided."""
    claim_tell.tell_claimant(UUID(claim_uuid))


@shared_task(acks_late=True, autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def award_course(user_id: int, course_key: str) -> None:
    """Award what a passed course shows."""
    award_for_course(user_id, course_key=course_key)


@shared_task(acks_late=True, autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def withdraw_decision(decision_uuid: str) -> None:
    """End what rests on a withdrawn decision."""
    withdraw_for_decision(UUID(decision_uuid))


@shared_task(acks_late=True, autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def withdraw_completion(completion_uuid: str) -> None:
    """End what rests on a withdrawn completion."""
    withdraw_for_completion(UUID(completion_uuid))


@shared_task(acks_late=True, autoretry_for=(OSError, *DATABASE_BUSY), retry_backoff=True, max_retries=5)
def run_bulk(run_uuid: str) -> None:
    """Settle chunks of a bulk issue for a while, then queue the rest: no task runs long, a lost one loses nothing."""
    until = monotonic() + BULK_SECONDS
    while run_bulk_chunk(UUID(run_uuid)):
        if monotonic() > until:
            run_bulk.delay(run_uuid)
            return


@shared_task(acks_late=True)
def reconcile_certificates() -> int:
    """Repair what lost messages left undone; for a regular schedule."""
    return sum(outcome.repaired for outcome in reconcile(dry_run=False))
