"""Statements of phones: prepared on PostgreSQL where nothing stands between, soon durable where they may be lost."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from bluezone.authority.site import statements

_PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::integer%%'"
_TEST = "SELECT %s::integer + 1"


@pytest.mark.django_db
def test_rows_and_their_count_come_back():
    assert statements.run("SELECT %s WHERE 1 = %s", ["a", 1]).rows == [("a",)]
    assert statements.run("SELECT %s WHERE 1 = %s", ["a", 2]).rows == []


@pytest.mark.django_db
def test_a_failure_is_djangos_own():
    with pytest.raises(DatabaseError), transaction.atomic():
        statements.run("SELECT nothing FROM nowhere WHERE 1 = %s", [1])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("pooled", "kept"), [(False, 1), (True, 0)])
def test_behind_a_pooler_nothing_is_prepared(monkeypatch, pooled, kept):
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL: BLUEZONE_TEST_DATABASE_URL")
    connection.close()
    connection.ensure_connection()
    if pooled:  # it tells every client an id of its own
        pid = connection.connection.info.backend_pid
        monkeypatch.setattr(type(connection.connection.info), "backend_pid", pid + 1)
    assert statements.run(_TEST, [1]).rows == [(2,)]
    assert statements.run(_PREPARED, []).rows == [(kept,)]


@pytest.mark.django_db(transaction=True)
def test_on_sqlite_others_wait_for_the_disk_again():
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite")
    statements.run_soon_durable("SELECT %s", [1])
    assert statements.run("PRAGMA synchronous", []).rows == [(2,)]
