"""Work that requests and schedules hand over; each task is safe to run twice."""

from uuid import UUID

from celery import shared_task

from credit_transfer.services.answering import mail_code
from credit_transfer.services.deliver import deliver
from credit_transfer.services.reconcile import reconcile
from credit_transfer.services.remind import remind_offices
from credit_transfer.services.tell import tell_answer


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def deliver_mail(delivery_uuid: str) -> None:
    """Send one mail to an office; the row says how it fared until a retry succeeds."""
    deliver(UUID(delivery_uuid))


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=3)
def mail_answer_code(code_uuid: str) -> None:
    """Mail a one-time code to an office."""
    mail_code(UUID(code_uuid))


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def tell_learner(request_uuid: str) -> None:
    """Tell a learner that an answer is there."""
    tell_answer(UUID(request_uuid))


@shared_task(acks_late=True)
def remind_institutions() -> int:
    """Remind the offices whose time to answer runs out; for a daily schedule."""
    return len(remind_offices(dry_run=False))


@shared_task(acks_late=True)
def reconcile_transfers() -> int:
    """Repair what lost messages left undone; for a regular schedule."""
    return sum(outcome.repaired for outcome in reconcile(dry_run=False))
