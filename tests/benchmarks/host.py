"""The sandbox on a MariaDB database of its own, for benchmarks; dropped when they end."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO), str(REPO / "tests"), str(REPO / "tests" / "mastery_exam" / "learner")]

from with_services import why_not  # noqa: E402

__all__ = ["REPO", "insert_select", "numbers", "sandbox_on_mariadb", "sandbox_on_sqlite", "why_not"]

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "sandbox.settings",
    "SUITE_ROOT_URL": "https://mastery.example.org",
    "SUITE_DEBUG": "0",
}


@contextmanager
def sandbox_on_mariadb(name: str) -> Iterator[None]:
    """Set up Django on a new database `name`, whatever it held before, and drop it at the end.

    Processes that are started meanwhile inherit the database with the environment.
    """
    import MySQLdb

    def execute(*statements: str) -> None:
        connection = MySQLdb.connect(host="127.0.0.1", user="root", passwd="")
        for statement in statements:
            connection.cursor().execute(statement)
        connection.close()

    execute(f"DROP DATABASE IF EXISTS `{name}`", f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    try:
        with _sandbox({"SUITE_TEST_DB": "mysql", "SUITE_TEST_DB_NAME": name}):
            yield
    finally:
        execute(f"DROP DATABASE `{name}`")


@contextmanager
def sandbox_on_sqlite() -> Iterator[None]:
    """Set up Django on a SQLite file in a folder that is removed at the end."""
    with _sandbox({"SUITE_TEST_DB": "sqlite"}):
        yield


@contextmanager
def _sandbox(environment: dict[str, str]) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SETTINGS | environment | {"SUITE_VAR": folder})
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connection.close()


def insert_select(sample: Any, expressions: dict[str, str], source: str) -> None:
    """Insert a row like the unsaved `sample` for each row of `source`, in one statement that the database fills in.

    `expressions` gives columns in SQL of the rows of `source`, which is what follows FROM; the others are the sample's.
    """
    from django.db import connection

    values, parameters = [], []
    fields = [field for field in sample._meta.concrete_fields if not (field.primary_key or field.generated)]
    for field in fields:
        values.append(expressions.get(field.column, "%s"))
        if field.column not in expressions:
            parameters.append(field.get_db_prep_save(field.pre_save(sample, True), connection))
    table, *columns = map(connection.ops.quote_name, [sample._meta.db_table, *(field.column for field in fields)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}", parameters
        )


def numbers(count: int) -> str:
    """A `source` with the numbers n from 0 to before `count`, on every database."""
    digits = "(SELECT 0 AS d" + "".join(f" UNION ALL SELECT {digit}" for digit in range(1, 10)) + ")"
    places = range(len(str(max(count - 1, 0))))
    total = " + ".join(f"{10**place} * t{place}.d" for place in places)
    tables = ", ".join(f"{digits} t{place}" for place in places)
    return f"(SELECT {total} AS n FROM {tables}) numbered WHERE n < {count}"
