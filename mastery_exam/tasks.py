"""Work that pages and services hand over; each task takes ids, is sent on commit, and is safe to run twice."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.db import OperationalError

from mastery_exam.services import calibrating, deciding, ending, gradebook, reconciling, releasing, simulating
from openedx_bridge.capa import CapaError

RETRIES = {"acks_late": True, "retry_backoff": 30, "retry_backoff_max": 3600, "max_retries": 8}


@shared_task(autoretry_for=(CapaError, OperationalError), **RETRIES)
def decide_attempt_later(attempt_uuid: str) -> None:
    """Decide an ended attempt; one that cannot be graded yet is tried again, and reconciliation names it meanwhile."""
    deciding.decide_attempt(UUID(attempt_uuid))


@shared_task(autoretry_for=(OSError, OperationalError), **RETRIES)
def send_score_later(outbox_id: int) -> bool:
    """Have the gradebook store a score."""
    return gradebook.send_score(outbox_id)


@shared_task(acks_late=True)
def close_due_attempts() -> int:
    """Close what is due; for a schedule of every minute."""
    return ending.close_due_attempts()


@shared_task(acks_late=True)
def release_due_results() -> int:
    """Release what is due, and send the gradebook what waits; for a schedule of every few minutes."""
    released = len(releasing.release_due())
    for outbox_id in gradebook.waiting_scores():
        gradebook.send_score(outbox_id)
    return released


@shared_task(acks_late=True)
def reconcile_exams() -> int:
    """Repair what a process that died left behind; returns how many findings there were."""
    return len(reconciling.reconcile(dry_run=False))


@shared_task(acks_late=True)
def requeue_scores(user_id: int, course_key: str) -> None:
    """Send a course's gradebook what the person had decided before they enrolled."""
    gradebook.requeue_user(user_id, course_key=course_key)


@shared_task(acks_late=True)
def simulate_exam_later(run_uuid: str) -> None:
    """Do a queued simulation of an exam's forms."""
    simulating.run_simulation(UUID(run_uuid))


@shared_task(acks_late=True)
def calibrate_exam_later(key: str, actor_id: int, model: str) -> int:
    """Calibrate an exam's responses; returns the number of the bank's new parameters."""
    return calibrating.calibrate_exam(key, actor_id=actor_id, model=model).num
