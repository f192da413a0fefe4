"""Work that handlers and schedules hand over; each task is safe to run twice."""

from celery import shared_task

from micromasters_pathway.services.progress import refresh_all, refresh_progress


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def refresh_member(user_id: int) -> None:
    """Bring the programmes of one learner up to date."""
    refresh_progress(user_id)


@shared_task(acks_late=True)
def refresh_members() -> int:
    """Bring every membership up to date; for a daily schedule."""
    return refresh_all()
