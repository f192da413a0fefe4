"""Status lists: encoded per second on one core, and ten thousand of a million credentials revoked in one call.

Run: python tests/benchmarks/bench_status.py [credentials]; 100,000 unless said, 1,000,000 for the figures of the
documentation.

Encoding. A full list has every place that it may have given out; how many of them are revoked decides how much there is
to pack, so the rate is shown for several of the 131,072: none, one in a thousand, one in a hundred (the figure
`per_second`), 10,000 scattered, half of them at random (which nothing packs) and all. Processor time, of the least
disturbed round. zlib alone: isal packs 10,000 scattered ones about 1.7 times as fast and a tenth larger, zlib-ng 1.2
times as fast and two thirds larger, which is no reason for a dependency: a list is packed once after a change.

Revoking. So many issued credentials of one body, with a place in a list of each purpose, are inserted into MariaDB
(where none answers, into SQLite), and 10,000 of them at random are revoked in one call of `revoke_credentials`.
`revoke_seconds`, `revoke_cpu_seconds` (without the database's) and `revoke_queries` are of that call, `lists_touched`
the lists with a place set afterwards, `lists_written` the writes of lists, and `sign_seconds` the time to sign those
lists anew, which the first reader of each waits for. Each signed list is then unpacked with nothing but base64 and
gzip, and has to hold exactly the places of those revoked: `wrong_bits` is 0.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from host import insert_select, numbers, sandbox_on_mariadb, sandbox_on_sqlite, why_not

from paid_certificate.proofs.status_list import MINIMUM_BITS, StatusBits, encode_status_list

SET = (0, 131, 1_311, 10_000, MINIMUM_BITS // 2, MINIMUM_BITS)
HEADLINE = 1_311
SECONDS, PER_ROUND = 2, 100
CREDENTIALS, REVOKED, SEED = 100_000, 10_000, 2026
DATABASE = "mastery_suite_bench_status"
PER_ACHIEVEMENT = 1_000  # credentials, one of each person


def make_bits(number: int) -> StatusBits:
    bits = StatusBits()
    bits.set_all(random.Random(number).sample(range(MINIMUM_BITS), number))
    return bits


def best_rate(action: Callable[[], object]) -> float:
    """Return calls per second of processor time in the least disturbed round."""
    best, until = 0.0, time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        started = time.process_time()
        for _ in range(PER_ROUND):
            action()
        best = max(best, PER_ROUND / (time.process_time() - started))
    return best


def unpacked(encoded: str) -> bytes:
    """The bits of an `encodedList`, as a stranger reads them."""
    return gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))


def encoding() -> dict[str, int]:
    """Print the rate for each number of places set, and return the figures."""
    figures = {}
    print(f"{'set of 131,072':>20} {'encodes/s':>12} {'characters':>12}")
    for number in SET:
        bits = make_bits(number)
        encoded = encode_status_list(bits)
        assert unpacked(encoded) == bytes(bits.data)
        rate = best_rate(lambda bits=bits: encode_status_list(bits))
        print(f"{number:>20,} {rate:>12,.0f} {len(encoded):>12,}", flush=True)
        figures[f"per_second_{number}_revoked"] = round(rate)
    return {"per_second": figures[f"per_second_{HEADLINE}_revoked"]} | figures


def make_credentials(number: int) -> None:
    """Insert so many issued credentials, each with its places, by statements that the database fills in itself."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.utils import timezone

    from paid_certificate.models import (
        Achievement,
        AchievementVersion,
        Credential,
        IssuingBody,
        StatusEntry,
        StatusList,
    )
    from paid_certificate.services.bodies import add_key
    from paid_certificate.services.status import FULL

    is_mysql = connection.vendor == "mysql"
    as_uuid = "LPAD(HEX(n + {first}), 32, '0')" if is_mysql else "printf('%%032x', n + {first})"
    now, size = timezone.now(), MINIMUM_BITS
    body = IssuingBody.objects.create(slug="institute", name="Example", name_skeleton="example", published_at=now)
    add_key(body)
    User.objects.bulk_create([User(username=f"person{n}") for n in range(PER_ACHIEVEMENT)])
    first_person = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    for first in range(0, number, PER_ACHIEVEMENT):
        achievement = Achievement.objects.create(key=f"shown-{first}", body=body)
        version = AchievementVersion.objects.create(achievement=achievement, num=1, title="Statistics")
        sample = Credential(
            achievement=achievement,
            achievement_version=version,
            holder_name="Person of Example",
            route_kind="exam",
            evidence={"kind": "exam"},
            identity="checked",
            supervision="onsite",
            state="issued",
            awarded_at=now,
            issued_at=now,
        )
        own = {"uuid": as_uuid.format(first=first), "user_id": f"n + {first_person}"}
        insert_select(sample, own, numbers(min(PER_ACHIEVEMENT, number - first)))
    # Of each list half is given out, as places that stand far apart; which are revoked is what is random here.
    lowest = Credential.objects.order_by("pk").values_list("pk", flat=True)[0]
    for purpose in ("revocation", "suspension"):
        for num in range(-(-number // FULL)):
            first = lowest + num * FULL
            found = StatusList(body=body, purpose=purpose, num=num + 1, bits=bytes(size // 8), size=size, used=FULL)
            found.save()
            insert_select(
                StatusEntry(status_list=found),
                {"credential_id": "id", "index": f"((id - {first}) * 40503) %% {size}"},
                f"paid_certificate_credential WHERE id >= {first} AND id < {first + FULL}",
            )
            print(f"   {purpose} list {num + 1} of {-(-number // FULL)}", flush=True)


def revoking(number: int) -> dict[str, Any]:
    """Revoke, count and read; print and return the figures."""
    from django.contrib.auth.models import User
    from django.db import connection

    from paid_certificate import api
    from paid_certificate.models import Credential, StatusEntry, StatusList
    from paid_certificate.services.status import signed_status_list

    make_credentials(number)
    operator = User.objects.create(username="operator", is_staff=True)
    chosen = [UUID(int=n) for n in random.Random(SEED).sample(range(number), min(REVOKED, number))]
    queries = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    connection.ensure_connection()
    with connection.execute_wrapper(note):
        started, processor = time.perf_counter(), time.process_time()
        revoked = api.revoke_credentials(chosen, actor_id=operator.pk, reason="issued_in_error")
        seconds, processor = time.perf_counter() - started, time.process_time() - processor
    touched = StatusList.objects.filter(purpose="revocation").exclude(bits=bytes(MINIMUM_BITS // 8))
    started = time.perf_counter()
    signed = {found.pk: signed_status_list("institute", "revocation", found.num) for found in touched}
    sign_seconds = time.perf_counter() - started
    wrong = 0
    for pk in StatusList.objects.values_list("pk", flat=True):
        places = StatusEntry.objects.filter(status_list=pk, credential__state="revoked")
        places = places.filter(status_list__purpose="revocation").values_list("index", flat=True)
        expected = bytearray(MINIMUM_BITS // 8)
        for index in places:
            expected[index // 8] |= 1 << (7 - index % 8)
        found = unpacked(json.loads(signed[pk])["credentialSubject"]["encodedList"]) if pk in signed else bytes(16384)
        wrong += sum((one ^ other).bit_count() for one, other in zip(found, expected, strict=True))
    stands = Credential.objects.filter(state="revoked", uuid__in=chosen[:1000]).count() == len(chosen[:1000])
    assert revoked == len(chosen) == Credential.objects.filter(state="revoked").count() and stands
    figures = {
        "credentials": number,
        "revoked": revoked,
        "revoke_seconds": round(seconds, 2),
        "revoke_cpu_seconds": round(processor, 2),
        "revoke_queries": len(queries),
        "lists_touched": len(signed),
        "lists_written": sum(sql.startswith("UPDATE") and "paid_certificate_statuslist" in sql for sql in queries),
        "sign_seconds": round(sign_seconds, 2),
        "wrong_bits": wrong,
        "database": connection.vendor,
    }
    for name, value in figures.items():
        print(f"{name:>20} {value:>12,}" if isinstance(value, int) else f"{name:>20} {value:>12}")
    return figures


def main() -> None:
    """Print the tables and the JSON line."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else CREDENTIALS
    pinned = hasattr(os, "sched_setaffinity")
    cores = os.sched_getaffinity(0) if pinned else set()
    if pinned:
        os.sched_setaffinity(0, {min(cores)})
    figures: dict[str, Any] = encoding()
    if pinned:
        os.sched_setaffinity(0, cores)
    reason = why_not("mysql")
    if reason:
        print(f"skipped: revoking in MariaDB: {reason}; SQLite instead")
    with sandbox_on_sqlite() if reason else sandbox_on_mariadb(DATABASE):
        print(f"inserting {number:,} issued credentials", flush=True)
        figures |= revoking(number)
    print(json.dumps({"benchmark": "status", "bits": MINIMUM_BITS} | figures))


if __name__ == "__main__":
    main()
