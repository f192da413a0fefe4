"""The host's Celery app; its tasks run at once, in the process that sends them, as the settings say."""

from celery import Celery

app = Celery("sandbox")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
