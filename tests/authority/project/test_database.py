"""A database that another schema laid is refused by every command, in one sentence, and left alone."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bluezone.authority.project import database

#: what was applied to databases that this version did not lay
OTHERS = {
    "an old layout": [("accounts", "0001_initial")],
    "migrations that nobody knows": [("officers", "0001_initial"), ("officers", "0006_checkpoints")],
    "an earlier form of our migrations": [("officers", "0001_initial"), ("bluezone", "00" * 32)],
}
COMMANDS = (
    ("install",),
    ("migrate",),
    ("serve", "--port", "0"),
    ("worker",),
    ("simulate",),
    ("purge",),
    ("create-officer", "minh", "--password-stdin"),
    ("public-keys",),
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def other(request: Any, tmp_path: Any, installation_at: Any) -> Iterator[Any]:
    """An installation with a database to fill by `lay(applied)`; `rows()` is everything in it."""
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            url, database = "", stack.enter_context(contextlib.closing(sqlite3.connect(tmp_path / "db.sqlite3")))
            database.execute("PRAGMA journal_mode=WAL")
            listing = "SELECT name FROM sqlite_master ORDER BY name"
        else:
            import psycopg

            url = stack.enter_context(request.getfixturevalue("own_database")())
            database = stack.enter_context(psycopg.connect(url, autocommit=True))
            listing = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"

        def lay(applied: list[tuple[str, str]]) -> None:
            columns = "id integer PRIMARY KEY, app varchar(255), name varchar(255), applied timestamp"
            database.execute(f"CREATE TABLE django_migrations ({columns})")
            database.execute("CREATE TABLE accounts_user (id integer PRIMARY KEY, username varchar(150))")
            database.execute("INSERT INTO accounts_user VALUES (1, 'lan')")
            for number, (app, name) in enumerate(applied):
                row = f"{number}, '{app}', '{name}', '2026-11-01 00:00:00'"
                database.execute(f"INSERT INTO django_migrations VALUES ({row})")
            database.commit()

        installation = installation_at(tmp_path, url)
        installation.lay = lay
        installation.rows = lambda: [
            (name, database.execute(f"SELECT * FROM {name}").fetchall())
            for (name,) in database.execute(listing).fetchall()
        ]
        yield installation


@pytest.mark.parametrize("applied", OTHERS.values(), ids=OTHERS)
def test_a_database_of_another_schema_is_refused_by_every_command_and_nothing_changes(other, applied):
    other.lay(applied)
    before = other.rows()
    assert len(before) == 2
    for command in COMMANDS:
        done = other.run(*command, stdin="a long password 1\n")
        (line,) = done.stderr.splitlines()
        assert done.returncode == 2, command
        assert line.startswith("bluezone: the database was laid by a version before 0.1.0"), command
        assert "nothing was changed" in line
        assert line.endswith("set BLUEZONE_VAR or DATABASE_URL to a new place and run `bluezone authority install`")
        assert done.stdout == ""
    assert other.rows() == before
    assert not (other.var / "secrets").exists()


def test_the_schema_is_that_of_every_migration(monkeypatch, tmp_path):
    (tmp_path / "a" / "migrations").mkdir(parents=True)
    (tmp_path / "b" / "migrations").mkdir(parents=True)
    monkeypatch.setattr(database, "_AUTHORITY", tmp_path)
    found = {database.this_schema()}
    for name in ("a/migrations/0001_initial.py", "b/migrations/0001_initial.py", "b/migrations/0002_more.py"):
        (tmp_path / name).write_text(f"# {name}")
        found.add(database.this_schema())
    (tmp_path / "a/migrations/0001_initial.py").write_text("# another")
    found.add(database.this_schema())
    (tmp_path / "a/models.py").write_text("# says nothing of the tables")
    found.add(database.this_schema())
    assert len(found) == 5
    assert {app for app, _ in found} == {"bluezone"}


def test_what_is_no_database_is_reported_in_one_line(tmp_path, installation_at):
    (tmp_path / "db.sqlite3").write_text("a shopping list\n" * 100)
    done = installation_at(tmp_path).run("worker")
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["bluezone: the database cannot be used: file is not a database"]


def test_a_disk_that_is_full_is_named_and_not_the_migrations_it_cut_short(tmp_path, installation_at):
    """The limit of a file's size stands in for the full disk: SQLite meets both in the middle of a transaction."""
    command = [sys.executable, "-m", "bluezone", "authority", "install"]
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limit[1]))
    try:
        environment = installation_at(tmp_path).environment()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "bluezone: the database cannot be used: disk I/O error"


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("worker",), ("purge",)])
def test_a_database_that_is_not_there_yet_is_reported_with_what_to_do(tmp_path, installation_at, command):
    done = installation_at(tmp_path).run(*command)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("bluezone: nothing is installed here")
    assert "bluezone authority install" in last


def test_a_database_is_brought_up_to_date_from_the_first_migrations_and_never_back(monkeypatch, tmp_path):
    (tmp_path / "a" / "migrations").mkdir(parents=True)
    monkeypatch.setattr(database, "_AUTHORITY", tmp_path)
    (tmp_path / "a/migrations/0001_initial.py").write_text("# the beginning")
    first = database.first_schema()
    (tmp_path / "a/migrations/0002_more.py").write_text("# more")
    assert database.first_schema() == first != database.this_schema()
    applied = [("a", "0001_initial"), ("a", "0002_more"), ("a", "0003_newer"), ("auth", "0012_theirs"), first]
    assert database.unknown_migrations(applied) == ["a 0003_newer"]
