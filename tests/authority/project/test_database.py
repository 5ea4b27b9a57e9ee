"""A database from before the first settled version is refused by every command, in one sentence, and left alone."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

#: some of the tables of before, with a row
FORMER = (
    "CREATE TABLE django_migrations (id integer PRIMARY KEY, app varchar(255), name varchar(255), applied timestamp)",
    "CREATE TABLE accounts_user (id integer PRIMARY KEY, username varchar(150))",
    "CREATE TABLE campaigns_dailycount (id integer PRIMARY KEY, code varchar(16), date date, value integer)",
    "CREATE TABLE devices_installation (id integer PRIMARY KEY, digest varchar(64))",
    "INSERT INTO django_migrations VALUES (1, 'accounts', '0001_initial', '2026-11-01 00:00:00')",
    "INSERT INTO accounts_user VALUES (1, 'lan')",
)
COMMANDS = (
    ("migrate",),
    ("serve", "--port", "0"),
    ("worker",),
    ("simulate",),
    ("purge",),
    ("create-officer", "minh", "--password-stdin"),
    ("public-keys",),
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def former(request: Any, tmp_path: Any, installation_at: Any) -> Iterator[Any]:
    """An installation whose database is of before; `rows()` is everything in it."""
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
        for statement in FORMER:
            database.execute(statement)
        database.commit()
        installation = installation_at(tmp_path, url)
        installation.rows = lambda: [
            (name, database.execute(f"SELECT * FROM {name}").fetchall())
            for (name,) in database.execute(listing).fetchall()
        ]
        yield installation


def test_a_database_of_before_is_refused_by_every_command_and_nothing_changes(former):
    before = former.rows()
    assert len(before) == 4
    for command in COMMANDS:
        done = former.run(*command, stdin="a long password 1\n")
        (line,) = done.stderr.splitlines()
        assert done.returncode == 2, command
        assert line.startswith("bluezone: the database was made before version 0.1 was settled"), command
        assert "accounts_user" in line
        assert "nothing was changed" in line
        assert done.stdout == ""
    assert former.rows() == before
    assert not (former.var / "keys").exists()


def test_what_is_no_database_is_reported_in_one_line(tmp_path, installation_at):
    (tmp_path / "db.sqlite3").write_text("a shopping list\n" * 100)
    done = installation_at(tmp_path).run("worker")
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["bluezone: the database cannot be used: file is not a database"]


def test_a_disk_that_is_full_is_named_and_not_the_migrations_it_cut_short(tmp_path, installation_at):
    """The limit of a file's size stands in for the full disk: SQLite meets both in the middle of a transaction."""
    command = [sys.executable, "-m", "bluezone", "authority", "migrate"]
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
    assert last.startswith("bluezone: the database lacks")
    assert "bluezone authority migrate" in last
