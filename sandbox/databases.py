"""Which database the host runs on: SQLite in a file, or a local MariaDB or PostgreSQL for tests and benchmarks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"


def database(kind: str, *, folder: Path) -> dict[str, Any]:
    """The Django database of `kind`: `sqlite`, `mysql` (MariaDB too) or `postgres`; raises ValueError for another."""
    if kind == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "sandbox.sqlite3",
            # A write waits for its turn instead of failing halfway through a transaction that began with a read.
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
        }
    name = os.environ.get("SUITE_TEST_DB_NAME", "mastery_suite")
    server = {"HOST": "127.0.0.1", "NAME": name, "USER": "root", "PASSWORD": ""}
    if kind == "mysql":
        options = {"charset": "utf8mb4", "init_command": "SET sql_mode='STRICT_TRANS_TABLES'"}
        return {"ENGINE": "django.db.backends.mysql", **server, "OPTIONS": options}
    if kind == "postgres":
        return {"ENGINE": "django.db.backends.postgresql", **server}
    raise ValueError(f"SUITE_TEST_DB must be sqlite, mysql or postgres, not {kind!r}.")
