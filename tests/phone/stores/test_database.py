from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from bluezone.phone.stores.database import Database, Durability, StorageError

SCHEMA = "CREATE TABLE thing (name TEXT PRIMARY KEY)"


def insert(database: Database, names: list[str]) -> None:
    with database.transaction() as db:
        for name in names:
            db.execute("INSERT INTO thing VALUES (?)", (name,))


def test_files_are_for_the_owner_only(tmp_path):
    database = Database(tmp_path / "new" / "a.sqlite3", SCHEMA, Durability.PROCESS)
    database.write("INSERT INTO thing VALUES ('x')")
    for path in (tmp_path / "new").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    database.close()


@pytest.mark.parametrize(("durability", "number"), [(Durability.PROCESS, 1), (Durability.POWER, 2)])
def test_the_write_ahead_log_and_its_durability_are_set(tmp_path, durability, number):
    database = Database(tmp_path / "a.sqlite3", SCHEMA, durability)
    assert database.rows("PRAGMA journal_mode") == [("wal",)]
    assert database.rows("PRAGMA synchronous") == [(number,)]
    database.close()


def test_a_block_that_raises_leaves_nothing_behind(tmp_path):
    database = Database(tmp_path / "a.sqlite3", SCHEMA, Durability.PROCESS)
    with pytest.raises(StorageError, match="UNIQUE"):
        insert(database, ["x", "y", "x"])
    assert database.rows("SELECT * FROM thing") == []
    database.close()


def test_a_damaged_file_is_one_clear_error(tmp_path):
    path = tmp_path / "a.sqlite3"
    path.write_bytes(b"this is not a database, though it is long enough to be looked at as one" * 20)
    with pytest.raises(StorageError, match=r"a\.sqlite3: .*damaged"):
        Database(path, SCHEMA, Durability.PROCESS)


STEPS = ("ALTER TABLE thing ADD COLUMN note TEXT", "CREATE TABLE other (a TEXT); UPDATE thing SET note = 'old'")


@pytest.mark.parametrize("known", [0, 1])
def test_a_file_of_an_earlier_version_is_brought_up_to_date_with_its_rows(tmp_path, known):
    path = tmp_path / "a.sqlite3"
    earlier = Database(path, SCHEMA, Durability.PROCESS)
    insert(earlier, ["x"])
    earlier.close()
    Database(path, SCHEMA, Durability.PROCESS, steps=STEPS[:known]).close()
    for _ in range(2):  # each step once
        database = Database(path, SCHEMA, Durability.PROCESS, steps=STEPS)
        assert database.rows("SELECT name, note FROM thing") == [("x", "old")]
        assert database.rows("SELECT * FROM other") == []
        assert database.rows("PRAGMA user_version") == [(3,)]
        database.close()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "a.sqlite3"
    Database(path, SCHEMA, Durability.PROCESS).close()
    with pytest.raises(StorageError, match=r"a\.sqlite3: "):
        Database(path, SCHEMA, Durability.PROCESS, steps=(STEPS[0] + "; DROP TABLE missing",))
    database = Database(path, SCHEMA, Durability.PROCESS)
    assert [name for _, name, *_ in database.rows("PRAGMA table_info(thing)")] == ["name"]
    database.close()


@pytest.mark.parametrize("version", [2, 999, -1])
def test_a_file_of_a_newer_version_is_refused_by_name_and_stays_as_it_is(tmp_path, version):
    path = tmp_path / "a.sqlite3"
    Database(path, SCHEMA, Durability.PROCESS).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    words = rf"a\.sqlite3: was written by a newer version .*schema {version}, this one knows 1\); nothing was changed"
    with pytest.raises(StorageError, match=words):
        Database(path, SCHEMA, Durability.PROCESS)
    assert path.read_bytes() == before


def test_a_directory_that_cannot_be_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be opened"):
        Database(tmp_path / "file" / "a.sqlite3", SCHEMA, Durability.PROCESS)


def test_a_full_disk_is_one_clear_error_and_the_store_goes_on(tmp_path):
    database = Database(tmp_path / "a.sqlite3", SCHEMA, Durability.PROCESS)
    pages = database.rows("PRAGMA page_count")[0][0]
    database.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="full"):
        insert(database, [f"{number:0200}" for number in range(10_000)])
    database.rows("PRAGMA max_page_count = 1000000")
    database.write("INSERT INTO thing VALUES ('x')")
    assert database.rows("SELECT * FROM thing") == [("x",)]
    database.close()


def test_a_file_that_a_full_disk_keeps_shut_is_not_called_damaged(tmp_path, monkeypatch):
    def full(*_arguments):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Database, "_prepare", full)
    monkeypatch.setattr(Database, "_disk_is_full", lambda _self: True)
    with pytest.raises(StorageError, match=r"cannot be opened \(database or disk is full\); is the disk full\?"):
        Database(tmp_path / "a.sqlite3", SCHEMA, Durability.PROCESS)


def test_what_was_deleted_is_not_to_be_found_in_the_files(tmp_path):
    database = Database(tmp_path / "a.sqlite3", SCHEMA, Durability.PROCESS)
    database.write("INSERT INTO thing VALUES ('an identifier of somebody')")
    database.shrink_log()
    database.write("DELETE FROM thing")
    database.shrink_log()
    for path in tmp_path.iterdir():
        assert b"identifier of somebody" not in path.read_bytes()
    database.close()


def test_a_store_may_be_used_from_several_threads(tmp_path):
    database = Database(tmp_path / "a.sqlite3", SCHEMA, Durability.PROCESS)

    def work(number: int) -> None:
        for item in range(20):
            with database.transaction() as db:
                db.execute("INSERT INTO thing VALUES (?)", (f"{number}-{item}",))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.rows("SELECT count(*) FROM thing") == [(80,)]
    database.close()
