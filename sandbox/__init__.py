"""The embedded host: a small LMS and Studio in one process, so that the suite runs without Open edX.

It imitates the platform's contracts, not its looks, and holds only what the suite needs. It is not in the wheel, and
nothing of the suite imports it.
"""

from sandbox.celery import app as celery_app

__all__ = ["celery_app"]
