"""A transaction that is done again where the database broke it off for the sake of another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

T = TypeVar("T")

TRIES = 5
# MySQL and MariaDB: lock wait timed out, deadlock, record changed since it was read. PostgreSQL: the same as SQLSTATE.
_AGAIN = {1020, 1205, 1213, "40001", "40P01"}


def in_transaction(work: Callable[[], T]) -> T:
    """Run `work` in a transaction and return what it returns; again when the database asks for it.

    Inside a transaction of the caller's it runs once: the database has undone the caller's part, too.
    """
    if connection.in_atomic_block:
        return _once(work)
    for _try in range(TRIES - 1):
        try:
            return _once(work)
        except OperationalError as error:
            if not _asks_again(error):
                raise
    return _once(work)


def _once(work: Callable[[], T]) -> T:
    with transaction.atomic():
        return work()


def _asks_again(error: OperationalError) -> bool:
    return bool({*error.args[:1], getattr(error.__cause__, "sqlstate", None)} & _AGAIN)
