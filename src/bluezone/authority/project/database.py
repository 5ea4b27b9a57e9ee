"""Decide, before anything is read or written, whether this version can use the database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from bluezone.authority.errors import AuthorityError

#: the table of accounts, since version 0.1 and before it
_ACCOUNTS = "officers_user"
_FORMER = ("accounts_user", "campaigns_dailycount", "cases_case", "devices_installation", "publishing_publishedkey")


def check_version() -> None:
    """Raise AuthorityError where the database cannot be reached, or is of a version that nothing migrates from.

    Changes nothing. An installation without a database passes: it gets one from `bluezone authority migrate`.
    """
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return  # to connect would make an empty file
    try:
        tables = set(connection.introspection.table_names())
    except DatabaseError as error:
        raise _unusable(error) from error
    former = sorted(tables.intersection(_FORMER))
    if former and _ACCOUNTS not in tables:
        raise AuthorityError(
            f"the database was made before version 0.1 was settled (it holds the table {former[0]}) and cannot be "
            "brought up to date; nothing was changed: set BLUEZONE_VAR or DATABASE_URL to a new place and run "
            "`bluezone authority migrate`"
        )


def check_migrated() -> None:
    """Raise AuthorityError, saying what to do, where the database cannot be reached or is not migrated."""
    check_version()
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise _unusable(error) from error
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise AuthorityError(
            f"the database lacks {len(missing)} migrations; run `bluezone authority migrate`, then start again"
        )


def check_working(error: Exception) -> None:
    """Raise AuthorityError where an error is the database's and not the program's: a full disk, a lock, no connection.

    PostgreSQL names these by OperationalError. SQLite uses the class for mistakes in a query too, under one code.
    """
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    if isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR:
        raise _unusable(error) from error


def _unusable(error: Exception) -> AuthorityError:
    return AuthorityError(f"the database cannot be used: {' '.join(str(error).split())}")
