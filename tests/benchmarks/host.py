"""The sandbox on a MariaDB database of its own, for benchmarks; dropped when they end."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO), str(REPO / "tests"), str(REPO / "tests" / "mastery_exam" / "learner")]

from with_services import why_not  # noqa: E402

__all__ = ["REPO", "sandbox_on_mariadb", "sandbox_on_sqlite", "why_not"]

SETTINGS = {"DJANGO_SETTINGS_MODULE": "sandbox.settings", "SUITE_ROOT_URL": "https://mastery.example.org"}


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
