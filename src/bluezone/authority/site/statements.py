"""Run the few statements that phones cause all day: without building a query, and on PostgreSQL prepared.

Django's queries are made anew for each request, and sent as text that PostgreSQL parses and plans each time. For a
phone's request that was most of its cost (docs/measurements/server.md). Everything else stays with Django's models.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections


@dataclass(frozen=True, slots=True)
class Done:
    """Report how many rows a statement wrote or found, and the rows that it returned."""

    count: int
    rows: list[tuple[Any, ...]]


def run(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Done:
    """Run a statement with `%s` (PostgreSQL also: `%b`, sent as binary) for each value, or `%(name)s`. Raises Django's
    DatabaseError.

    Outside a transaction it is one of its own: whole or not at all, without a round for BEGIN and one for COMMIT.
    """
    own = connections[DEFAULT_DB_ALIAS]  # found once: `connection` looks for this thread's each time it is used
    if own.vendor != "postgresql":
        with own.cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall() if cursor.description else []
            return Done(cursor.rowcount, rows)
    import psycopg

    own.validate_no_broken_transaction()
    own.close_if_health_check_failed()
    own.ensure_connection()
    if own.queries_logged:  # as Django's cursor does
        own.queries_log.append({"sql": statement, "time": ""})
    with own.wrap_database_errors:
        # Not Django's cursor, which puts the values into the text itself: that cannot be prepared.
        prepared: psycopg.Cursor[tuple[Any, ...]] = psycopg.Cursor(own.connection)
        prepared.execute(statement, values, prepare=_is_direct(own.connection))
        return Done(prepared.rowcount, prepared.fetchall() if prepared.description else [])


#: whether a connection leads to PostgreSQL itself
_direct: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


def _is_direct(to_database: Any) -> bool:
    """Return whether nothing stands between: a pooler may give the next transaction another server process, which has
    not prepared what this one has, or something else under the same name. It shows by its own process id."""
    known = _direct.get(to_database)
    if known is None:
        [actual] = to_database.execute("SELECT pg_backend_pid()").fetchone()
        known = _direct[to_database] = actual == to_database.info.backend_pid
    return known


def source() -> str:
    """Return what stands after the values of `INSERT ... SELECT` and `UPDATE` for `run_soon_durable`."""
    if connection.vendor == "postgresql":
        return "FROM set_config('synchronous_commit', 'off', true)"
    return "WHERE true"  # SQLite would read ON CONFLICT as part of a join


def run_soon_durable(statement: str, values: Sequence[Any]) -> Done:
    """Run a statement as `run` does, without waiting for the disk: if the machine fails, the last half second of such
    statements may be lost, never anything of others'. On PostgreSQL the statement itself says so, by `source`."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return run(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")
        try:
            return run(statement, values)
        finally:
            cursor.execute("PRAGMA synchronous = FULL")


def stored_moment(at: dt.datetime) -> Any:
    """Return a moment as a value for `run`."""
    return connection.ops.adapt_datetimefield_value(at)


def moment(stored: dt.datetime | None) -> dt.datetime | None:
    """Return the moment that `run` read from a column: SQLite's are UTC without saying so."""
    return stored.replace(tzinfo=dt.UTC) if stored is not None and stored.tzinfo is None else stored
