"""A new database laid at once is the one that the migrations make one after the other."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

RELEASED = sorted((Path(__file__).parents[2] / "released").glob("*.tar.xz"))
#: what `bluezone authority install` itself adds after the migrations
FILLED_AFTERWARDS = {"django_migrations", "signing_signingkey", "site_clockmark", "site_installation"}
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}
_ON_POSTGRESQL = """
SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default,
                 is_identity) FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
"""
#: ends with an exit status of 1 where a model has changed
_CHECK_MIGRATIONS = """
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", check_changes=True, dry_run=True)
"""
#: a failure after the tables are made, in a process of its own
_FAIL = """
import django
django.setup()
from django.db.migrations.recorder import MigrationRecorder
from bluezone.authority.project.database import lay_new_database
def fail(*_):
    raise RuntimeError("no more")
MigrationRecorder.record_applied = fail
try:
    lay_new_database()
except RuntimeError as error:
    print(error)
"""


def parts(statement: str) -> list[str]:
    """Split what stands between the outermost brackets at its commas, sorted: columns have no order."""
    found, depth = [""], 0
    for sign in re.sub(r"\s+", " ", statement[statement.index("(") + 1 : statement.rindex(")")]):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return sorted(map(str.strip, found))


def structure(ask: Callable[[str], list[Any]]) -> set[str]:
    """Return columns, constraints and indexes of a database."""
    if connection.vendor == "postgresql":
        return {said for (said,) in ask(_ON_POSTGRESQL)}
    rows = ask("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {f"{name}: {part}" for kind, name, sql in rows for part in (parts(sql) if kind == "table" else [sql])}


def filled(ask: Callable[[str], list[Any]]) -> Counter[str]:
    """Return how many rows each table has."""
    tables = [name for (name,) in ask(_TABLES[connection.vendor])]
    return Counter({name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables})


@pytest.fixture
def new(tmp_path: Any, installation_at: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Yield an installation without tables, on the kind of database that the tests run on; `ask` reads its database."""
    with contextlib.ExitStack() as stack:
        url = ""
        if connection.vendor == "postgresql":
            url = stack.enter_context(request.getfixturevalue("own_database")())
        installation = installation_at(tmp_path, url)

        def ask(statement: str) -> list[Any]:
            if url:
                import psycopg

                with psycopg.connect(url) as database:
                    return database.execute(statement).fetchall()
            with contextlib.closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
                return database.execute(statement).fetchall()

        installation.ask = ask
        yield installation


def ask_here(statement: str) -> list[Any]:
    """Ask the database of the tests, which Django migrated step by step."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_a_new_database_is_what_the_migrations_make_one_after_the_other(db, new):
    done = new.run("install")
    assert done.returncode == 0, done.stderr
    expected = structure(ask_here)
    assert len(expected) > 1_000
    assert structure(new.ask) == expected
    there, here = filled(new.ask), filled(ask_here)
    assert {name: there[name] for name in there if name not in FILLED_AFTERWARDS} == {
        name: here[name] for name in here if name not in FILLED_AFTERWARDS
    }
    assert there["django_migrations"] == here["django_migrations"] + 1, "and of which schema they are"


def test_what_fails_midway_leaves_no_table_and_the_next_try_succeeds(db, new):
    assert new.python(_FAIL) == "no more\n"
    assert set(filled(new.ask)) == {"django_migrations"}
    done = new.run("install")
    assert done.returncode == 0, done.stderr
    assert structure(new.ask) == structure(ask_here)


def test_the_models_have_no_change_without_a_migration(tmp_path, installation_at):
    installation_at(tmp_path).python(_CHECK_MIGRATIONS)


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.name)
def test_migrations_lead_from_every_released_database_to_the_tables_of_today(db, released, tmp_path, installation_at):
    """Fails where a migration of a released version was written anew (`make migrations` adds one; see CONTRIBUTING)."""
    if connection.vendor == "postgresql":
        pytest.skip("what was released is a file of SQLite")
    with tarfile.open(released) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # 3.11.2 has none
        archive.extractall(tmp_path)
    old = installation_at(tmp_path / "authority")
    done = old.run("migrate")
    assert done.returncode == 0, done.stderr
    with contextlib.closing(sqlite3.connect(old.var / "db.sqlite3")) as database:
        assert structure(lambda statement: database.execute(statement).fetchall()) == structure(ask_here)
        assert database.execute("SELECT count(*) FROM diagnosis_case").fetchone() == (1,)
    assert "secrets: ok" in old.run("check").stdout


def test_postgresql_keeps_installed_apps_with_room_in_each_page_and_no_index_for_like(db):
    if connection.vendor != "postgresql":
        pytest.skip("the tests run on SQLite")
    ((options,),) = ask_here("SELECT reloptions FROM pg_class WHERE relname = 'campaign_installation'")
    assert options == ["fillfactor=85", "autovacuum_vacuum_scale_factor=0.05"]
    names = {name for (name,) in ask_here("SELECT indexname FROM pg_indexes WHERE tablename = 'campaign_installation'")}
    assert names == {"campaign_installation_pkey", "installations_of_posters"}
