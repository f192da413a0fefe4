"""The migrations make the very tables that the models describe; the other tests make theirs from the models."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

REPO = Path(__file__).resolve().parents[1]
APPS = ("mastery_exam", "micromasters_pathway", "paid_certificate", "credit_transfer")

pytestmark = pytest.mark.slow


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="skipped: with another database all tests run the migrations")
def test_migrations_make_the_tables_of_the_models(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SUITE_TEST_DB"}
    environment |= {"SUITE_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sandbox.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=REPO, env=environment, check=True)
    (database,) = tmp_path.glob("*.sqlite3")
    with sqlite3.connect(database) as migrated, connection.cursor() as cursor:
        made = {name: _columns(migrated.cursor(), name) for name in _tables(migrated.cursor())}
        wanted = {name: _columns(cursor, name) for name in _tables(cursor)}
    assert made == wanted
    assert len(wanted) > len(APPS)


def _tables(cursor) -> list[str]:  # type: ignore[no-untyped-def]
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(name for (name,) in cursor.fetchall() if name.startswith(APPS))


def _columns(cursor, table: str) -> list[tuple]:  # type: ignore[no-untyped-def,type-arg]
    """Name, type, nullable, primary key and kind (ordinary or generated) of each column, and the unique indexes."""
    cursor.execute(f'PRAGMA table_xinfo("{table}")')
    columns = sorted((row[1], row[2].lower(), row[3], row[5], row[6]) for row in cursor.fetchall())
    cursor.execute(f'PRAGMA index_list("{table}")')
    return [*columns, *sorted((row[1], row[2]) for row in cursor.fetchall() if not row[1].startswith("sqlite_"))]
