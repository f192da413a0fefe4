"""The suite's tasks through a real broker and a real worker, as the platform runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
BROKER = "redis://127.0.0.1:6379/15"
SEND = """
import django
django.setup()
from mastery_exam.tasks import close_due_attempts
from micromasters_pathway.tasks import refresh_members
from paid_certificate.tasks import reconcile_certificates
print([task.delay().get(timeout=60) for task in (close_due_attempts, refresh_members, reconcile_certificates)])
"""

pytestmark = [pytest.mark.services, pytest.mark.slow]


@pytest.fixture
def worker_environment(tmp_path: Path) -> dict[str, str]:
    """The sandbox on a database of its own, with Redis as its broker."""
    redis = pytest.importorskip("redis", reason="skipped: redis is not installed (make services)")
    try:
        redis.Redis.from_url(BROKER, socket_connect_timeout=2).flushdb()
    except redis.exceptions.ConnectionError:
        pytest.skip("skipped: no Redis answers on 127.0.0.1:6379")
    environment = {"SUITE_VAR": str(tmp_path), "SUITE_BROKER": BROKER, "DJANGO_SETTINGS_MODULE": "sandbox.settings"}
    environment = {key: value for key, value in os.environ.items() if key != "SUITE_TEST_DB"} | environment
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=REPO, env=environment, check=True)
    return environment


def test_tasks_run_in_a_worker_behind_redis(worker_environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "celery", "-A", "sandbox", "worker", "--pool", "solo", "--loglevel", "warning"]
    worker = subprocess.Popen(command, cwd=REPO, env=worker_environment)
    try:
        done = subprocess.run(
            [sys.executable, "-c", SEND], cwd=REPO, env=worker_environment, capture_output=True, text=True, timeout=180
        )
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    assert done.stdout.strip() == "[0, 0, 0]", done.stderr[-2000:]
