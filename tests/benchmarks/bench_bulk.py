"""Bulk issue through the real task, into MariaDB: how fast, how much memory, and what a killed worker leaves behind.

Run: python tests/benchmarks/bench_bulk.py [passes]; 10,000 unless said, 100,000 for the figures of the documentation.

Two exams of so many released passes each, whose rows are inserted without being timed. A bulk issue of the first is
counted, started by one person and approved by another; a Celery worker behind Redis (where no Redis answers, a process
that runs the task itself) awards, signs and stores. During the second the worker is killed with SIGKILL halfway;
another one goes on after `resume_bulk_issue`. Then everything is counted from the tables, and some credentials are
verified. Times are of the wall, of one worker process beside its database on the same machine.

The last line is JSON: `per_second`, `per_cpu_second` (of the worker's processor time, for a machine that others use)
and `peak_mb` (largest resident size of the worker) of the first, `count_seconds` (its dry run),
`per_second_after_kill` (what was left, from the resumption to the end), `killed_at` (settled by then), `half_done`
(awarded and not signed by then). What must not be is 0: `duplicates` (people with other than one credential), `reused`
(places used twice, or credentials without one place of each purpose), `overfull_lists` (more than half given out, or
miscounted), `not_noted`, `not_audited`, `unverified` (of a sample). Without MariaDB it says so and why: `skipped`.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from host import REPO, insert_select, numbers, sandbox_on_mariadb, why_not

PASSES, SAMPLE = 10_000, 20
UUID = "REPLACE(UUID(), '-', '')"  # in SQL: a new one for each row
DATABASE, BROKER = "mastery_suite_bench_bulk", "redis://127.0.0.1:6379/14"
# One process, without the warning that it runs as root where it does.
CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "sandbox", "worker", "--pool", "solo"]
CELERY += ["--loglevel", "error", "--without-gossip", "--without-mingle"]
# Without a broker, tasks run at once in the process that sends them.
EAGER = """
import sys, django
django.setup()
from paid_certificate import api
approver = sys.argv[2:]
api.approve_bulk_issue(sys.argv[1], actor_id=approver[0]) if approver else api.resume_bulk_issue(sys.argv[1])
"""
FACE = {
    "legal_name": "Example Institute of Mastery e.V.",
    "legal_statement": "Awarded by the Example Institute of Mastery; not a degree of any university",
    "registration_number": "VR 12345",
    "street": "1 Example Street",
    "locality": "Exampletown",
    "country_code": "DE",
    "country": "Germany",
    "complaints_contact": "complaints@institute.example.org",
    "privacy_contact": "privacy@institute.example.org",
    "refund_terms": "Full refund before the sitting starts.",
    "accreditation_status": "none",
}
AREAS = [{"key": key, "title": key.title(), "standing": "above"} for key in ("probability", "inference")]


class Worker:
    """One process that runs the task of `run`, approved or else resumed, and the largest size that it ever had."""

    def __init__(self, run: Any, *, approver: int | None, has_broker: bool):
        arguments = [str(run.uuid), *([str(approver)] if approver else [])]
        self.process = subprocess.Popen(CELERY if has_broker else [sys.executable, "-c", EAGER, *arguments], cwd=REPO)
        atexit.register(self.process.kill)  # where the benchmark itself fails
        self.peak_mb = 0.0
        if has_broker:
            self._begin(run, approver)
        self._seconds_before = self._processor_seconds() if has_broker else 0.0

    def _begin(self, run: Any, approver: int | None) -> None:
        from paid_certificate import api
        from sandbox.celery import app

        while not app.control.ping(timeout=1):
            self.look()
        if approver:
            api.approve_bulk_issue(run.uuid, actor_id=approver)
        else:
            api.resume_bulk_issue(run.uuid)

    def look(self) -> None:
        """Note its size; raise RuntimeError when it has ended by itself with an error."""
        if self.process.poll():
            raise RuntimeError(f"The worker ended with code {self.process.returncode}.")
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
        self.peak_mb = max(self.peak_mb, int(found[1]) / 1024 if found else 0.0)

    def processor_seconds(self) -> float:
        """What it took of a processor since the task was sent to it; of the database, nothing."""
        return self._processor_seconds() - self._seconds_before

    def _processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(timeout=60)


def make_people(passes: int) -> None:
    """Insert the candidates, and the two people who start and approve."""
    from django.contrib.auth.models import User

    User.objects.create(username="starter", is_staff=True)
    User.objects.create(username="approver", is_staff=True)
    insert_select(User(password="!"), {"username": "CONCAT('person', n)"}, numbers(passes))


def make_body() -> None:
    """An issuing body that may issue."""
    from paid_certificate import api

    api.create_body(slug="institute", name="Example Institute of Mastery", actor_id=person("starter"), **FACE)
    api.publish_body("institute", actor_id=person("starter"))


def make_exam(key: str) -> None:
    """A published exam whose passes, one for each candidate, were released, and the achievement that it leads to."""
    from django.contrib.auth.models import User
    from django.utils import timezone
    from mastery_sittings import make_version

    from mastery_exam.models import (
        Attempt,
        Authorisation,
        Bank,
        CompetencyFramework,
        Decision,
        Exam,
        Form,
        Registration,
    )
    from paid_certificate import api

    author, now = User.objects.get(username="starter"), timezone.now()
    framework = CompetencyFramework.objects.create(key=f"{key}-areas", title="Areas")
    bank = Bank.objects.create(title=f"Bank of {key}", framework=framework, created_by=author)
    exam = Exam.objects.create(key=key, title="Statistics", bank=bank, status="published", created_by=author)
    version = make_version(exam, author)
    form = Form.objects.create(exam_version=version, num=1, marks_needed=version.marks_needed)
    ended = now - timedelta(hours=1)
    insert_select(
        Registration(exam=exam, exam_version=version, terms_version="1", terms_accepted_at=now, state="finished"),
        {"uuid": UUID, "user_id": "id", "legal_name": "CONCAT('Person ', id, ' of Example')"},
        "auth_user WHERE username LIKE 'person%%'",
    )
    insert_select(
        Authorisation(state="used"),
        {"uuid": UUID, "registration_id": "id"},
        f"mastery_exam_registration WHERE exam_id = {exam.pk}",
    )
    insert_select(
        Attempt(
            exam=exam,
            exam_version=version,
            form=form,
            num=1,
            seed=1,
            state="submitted",
            started_at=ended - timedelta(hours=1),
            ends_at=ended,
            submitted_at=ended,
            closed_at=ended,
            assurance_identity="checked",
            assurance_supervision="onsite",
        ),
        {"uuid": UUID, "authorisation_id": "a.id", "registration_id": "r.id", "user_id": "r.user_id"},
        "mastery_exam_authorisation a JOIN mastery_exam_registration r ON a.registration_id = r.id "
        f"WHERE r.exam_id = {exam.pk}",
    )
    insert_select(
        Decision(
            num=1,
            state="released",
            passed=True,
            total=4,
            marks_needed=3,
            uncertainty_points=6,
            areas=AREAS,
            evidence={"questions": 4},
            decided_at=ended,
            release_due_at=ended,
        ),
        {
            "uuid": UUID,
            "attempt_id": "id",
            "scaled_score": "60 + id MOD 40",
            "released_at": "DATE_ADD(closed_at, INTERVAL 1000 * id MICROSECOND)",
        },
        f"mastery_exam_attempt WHERE exam_id = {exam.pk}",
    )
    achievement = api.create_achievement(
        key=f"{key}-shown",
        body_slug="institute",
        title="Introductory statistics",
        actor_id=author.pk,
        description="Describes data and draws conclusions.",
        criteria="Pass the mastery exam.",
        outcomes=[{"name": "Describes data"}, {"name": "Tests a hypothesis"}],
        levels=[{"scheme": "EQF", "value": "6"}],
        workload="125 hours",
    )
    api.add_route(achievement.uuid, kind="exam", reference=key, actor_id=author.pk)


def person(username: str) -> int:
    from django.contrib.auth.models import User

    return User.objects.get(username=username).pk


def settled(run_uuid: Any) -> int:
    from paid_certificate.models import BulkItem

    return BulkItem.objects.filter(run__uuid=run_uuid).exclude(outcome="waiting").count()


def watch(worker: Worker, run: Any, until: int) -> float:
    """Wait until so many are settled, telling how it goes; returns the seconds."""
    from paid_certificate.models import BulkRun

    started, told = time.perf_counter(), 0.0
    while (done := settled(run.uuid)) < until:
        worker.look()
        seconds = time.perf_counter() - started
        if seconds > told + 5:
            told = seconds
            print(
                f"   {done:>9,} of {run.total:,} settled after {seconds:,.0f} s, {worker.peak_mb:,.0f} MB", flush=True
            )
        time.sleep(0.25)
    while until == run.total and BulkRun.objects.get(uuid=run.uuid).state != "done":
        time.sleep(0.05)
    worker.look()
    return time.perf_counter() - started


def bulk_run(key: str) -> tuple[Any, float]:
    """Count and start a bulk issue, which waits for approval; returns it, and the seconds of the dry run."""
    from paid_certificate import api

    started = time.perf_counter()
    counts = api.count_bulk_issue(key)
    seconds = time.perf_counter() - started
    run = api.start_bulk_issue(key, actor_id=person("starter"))
    assert counts.due == run.total, (counts, run)
    return run, seconds


def issue(key: str, *, has_broker: bool) -> dict[str, float]:
    """A bulk issue from beginning to end."""
    run, count_seconds = bulk_run(key)
    worker = Worker(run, approver=person("approver"), has_broker=has_broker)
    seconds = watch(worker, run, run.total)
    of_processor = worker.processor_seconds()
    worker.end()
    return {
        "per_second": run.total / seconds,
        "per_cpu_second": run.total / of_processor,
        "peak_mb": worker.peak_mb,
        "count_seconds": count_seconds,
    }


def issue_with_kill(key: str, *, has_broker: bool) -> dict[str, float]:
    """A bulk issue whose worker is killed halfway, and which another one finishes."""
    from paid_certificate.models import Credential
    from paid_certificate.services.bulk_chunk import CHUNK

    run, _seconds = bulk_run(key)
    worker = Worker(run, approver=person("approver"), has_broker=has_broker)
    seconds = watch(worker, run, run.total // 2)
    # Not between two chunks, where nothing is half done, but within the next.
    time.sleep(0.7 * seconds / max(run.total // 2 / CHUNK, 1))
    worker.end(signal.SIGKILL)
    killed_at = settled(run.uuid)
    half_done = Credential.objects.filter(achievement__key=f"{key}-shown", issued_at=None).count()
    print(f"   killed when {killed_at:,} were settled, and {half_done:,} awarded and not signed", flush=True)
    successor = Worker(run, approver=None, has_broker=has_broker)
    seconds = watch(successor, run, run.total)
    successor.end()
    rate = (run.total - killed_at) / seconds
    return {"per_second_after_kill": rate, "killed_at": killed_at, "half_done": half_done}


def found_wrong(passes: int) -> dict[str, int]:
    """Count from the tables what must not be, in both bulk issues together."""
    from django.db.models import Count

    from paid_certificate.models import AuditEntry, BulkItem, Credential, StatusEntry, StatusList
    from paid_certificate.services.status import FULL
    from paid_certificate.services.verify_credential import verify_issued

    issued = Credential.objects.filter(state="issued").exclude(document="").order_by()
    of_person = issued.values("user_id", "achievement_id").annotate(number=Count("pk"))
    single = of_person.filter(number=1).count()
    entries = StatusEntry.objects.order_by()
    places = entries.values("status_list_id", "index").distinct().count()
    pairs = entries.values("credential_id", "status_list__purpose").distinct().count()
    total = Credential.objects.count()
    lists = StatusList.objects.annotate(given=Count("entries"))
    sample = issued.order_by("uuid").values_list("uuid", flat=True)[:SAMPLE]
    return {
        "duplicates": abs(2 * passes - single) + abs(total - single),
        "reused": (entries.count() - places) + abs(2 * total - pairs),
        "overfull_lists": sum(row.given > FULL or row.given != row.used for row in lists.defer("bits", "document")),
        "not_noted": 2 * passes - BulkItem.objects.filter(outcome="issued", credential__state="issued").count(),
        "not_audited": abs(4 * passes - AuditEntry.objects.filter(action__in=("award", "issue")).count()),
        "unverified": sum(verify_issued(uuid).answer != "valid" for uuid in sample),
    }


def redis_answers() -> bool:
    """Whether the broker answers; its database is emptied."""
    try:
        import redis
    except ImportError:
        return False
    try:
        redis.Redis.from_url(BROKER, socket_connect_timeout=2).flushdb()
    except redis.exceptions.ConnectionError:
        return False
    return True


def main() -> None:
    """Print the progress, the table and the JSON line."""
    passes = int(sys.argv[1]) if len(sys.argv) > 1 else PASSES
    reason = why_not("mysql")
    if reason:
        print(f"skipped: bulk issue into MariaDB: {reason}")
        print(json.dumps({"benchmark": "bulk", "skipped": reason}))
        return
    has_broker = redis_answers()
    if has_broker:
        os.environ["SUITE_BROKER"] = BROKER
    with sandbox_on_mariadb(DATABASE):
        print(f"inserting two exams of {passes:,} released passes", flush=True)
        make_people(passes)
        make_body()
        make_exam("first")
        make_exam("second")
        print(
            f"a bulk issue in one {'worker behind Redis' if has_broker else 'process, for no Redis answers'}",
            flush=True,
        )
        figures = issue("first", has_broker=has_broker)
        print("the same, killed halfway", flush=True)
        figures |= issue_with_kill("second", has_broker=has_broker)
        figures |= found_wrong(passes)
    if has_broker:
        redis_answers()
    for name, value in figures.items():
        print(f"{name:<24}{value:>12,.0f}" if value >= 10 else f"{name:<24}{value:>12,.2f}")
    rounded = {name: round(value, 1) for name, value in figures.items()}
    print(json.dumps({"benchmark": "bulk", "passes": passes, "has_broker": has_broker} | rounded))


if __name__ == "__main__":
    main()
