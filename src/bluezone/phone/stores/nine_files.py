"""Take over the folder of an earlier version, which kept nine databases, into the two of today.

Values are copied as they are, encrypted ones too: their places (`table.column`) have not changed. Everything is copied
in one transaction, and the old files are deleted after it is committed; a takeover that is killed anywhere is done
again from its beginning, and what was copied already is left as it is. The old contacts become the new by a rename.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bluezone.phone.stores import contact_store, exposure_store, key_store, phone_number_store, publication_store
from bluezone.phone.stores.database import Database, Durability, StorageError
from bluezone.phone.stores.databases import CONTACTS, open_contacts_database, open_phone_database
from bluezone.phone.stores.encryption import Cipher


@dataclass(frozen=True, slots=True)
class _OldFile:
    """Describe a file at its last version. `tables`: what each is called now; `upgrades` lead from earlier versions."""

    name: str
    tables: Mapping[str, str]
    version: int = 1
    encrypted: tuple[str, ...] = ()
    upgrades: Mapping[int, str] = field(default_factory=dict)


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


#: version 1 had matched keys and alerts in columns anybody could read
_LEDGER_1 = """
ALTER TABLE matched_key RENAME TO matched_key_1;
DROP INDEX alert_once;
ALTER TABLE alert RENAME TO alert_1;
ALTER TABLE export DROP COLUMN matched;
CREATE TABLE matched_key (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE alert (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE drift (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
INSERT INTO matched_key (body) SELECT json_array(lower(hex(key)), start_interval, period, transmission_risk,
    report_type, days_since_onset, revised_at_s) FROM matched_key_1;
INSERT INTO alert (id, body) SELECT id, json_object('day_start_s', day_start_s, 'policy', policy, 'policy_version',
    policy_version, 'score', score, 'threshold', threshold, 'evidence', json(evidence), 'created_at_s', created_at_s,
    'withdrawn_at_s', withdrawn_at_s) FROM alert_1;
DROP TABLE matched_key_1;
DROP TABLE alert_1
"""
#: in version 1 nothing was begun without the owner's yes
_PUBLISHING_1 = """
ALTER TABLE attempt ADD COLUMN result TEXT;
ALTER TABLE attempt ADD COLUMN agreed INTEGER NOT NULL DEFAULT 0;
UPDATE attempt SET agreed = 1
"""
_KEYS_1 = "ALTER TABLE daily_key ADD COLUMN published INTEGER NOT NULL DEFAULT 0"

_LOGBOOK = _OldFile("logbook.sqlite3", _same("scan", "tally", "about"), encrypted=contact_store.ENCRYPTED)
_OTHERS = (
    _OldFile("keys.sqlite3", _same("daily_key", "about"), 2, key_store.ENCRYPTED, {1: _KEYS_1}),
    _OldFile(
        "ledger.sqlite3",
        _same("export", "bad_export", "matched_key", "alert", "drift"),
        2,
        exposure_store.ENCRYPTED,
        {1: _LEDGER_1},
    ),
    _OldFile(
        "publishing.sqlite3",
        _same("attempt", "revision"),
        2,
        publication_store.ENCRYPTED,
        {1: _PUBLISHING_1},
    ),
    _OldFile("policy.sqlite3", _same("policy")),
    _OldFile("preferences.sqlite3", _same("preference")),
    _OldFile("news.sqlite3", {"document": "news_document", "seen": "news_received", "refused": "news_refused"}),
    _OldFile("installation.sqlite3", _same("installation")),
    _OldFile("number.sqlite3", _same("number"), encrypted=phone_number_store.ENCRYPTED),
)
_ALL = (_LOGBOOK, *_OTHERS)
OLD_NAMES = tuple(old.name for old in _ALL)
OLD_ENCRYPTED_NAMES = tuple(old.name for old in _ALL if old.encrypted)

_BUSY_TIMEOUT_S = 10.0
_SIDE_FILES = ("", "-wal", "-shm", "-journal")


def take_over(directory: Path, cipher: Cipher | None) -> None:
    """Turn the nine old files into the two of today; nothing happens where there is none. Raises StorageError,
    DecryptionError: then the old files stay."""
    if not _present(directory, _ALL):
        return
    with _alone(directory):
        for old in _present(directory, _ALL):
            _settle(directory / old.name, old, cipher)
        others = _present(directory, _OTHERS)
        if others:
            with closing(open_phone_database(directory, cipher)) as phone:
                _copy(phone, directory, others)
            _delete(directory, others)
        if _present(directory, (_LOGBOOK,)):
            _take_over_contacts(directory, cipher)


def _present(directory: Path, files: tuple[_OldFile, ...]) -> tuple[_OldFile, ...]:
    return tuple(old for old in files if (directory / old.name).exists())


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Let one process at a time take over; another finds nothing more to do."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _settle(path: Path, old: _OldFile, cipher: Cipher | None) -> None:
    """Bring an old file to its last version, encrypted if it is to be, with nothing left in a log beside it."""
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S)) as db:
            is_empty = db.execute("PRAGMA user_version").fetchone()[0] == 0
    except sqlite3.Error as error:
        raise StorageError(f"{path}: is not a file of this program, or is damaged ({error})") from error
    if is_empty:  # begun, and killed before its tables were there
        _delete(path.parent, (old,))
        return
    Database(path, "", old.version, Durability.POWER, cipher, old.encrypted, old.upgrades).close()
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S)) as db:
            db.execute("PRAGMA journal_mode = DELETE")  # refused while another program has it open
    except sqlite3.Error as error:
        raise StorageError(f"{path}: another program of this phone has it open ({error}); end it first") from error


def _copy(database: Database, directory: Path, files: tuple[_OldFile, ...]) -> None:
    """Copy every table of `files` in one transaction; rows that are there already stay as they are."""
    for number, old in enumerate(files):
        database.rows(f"ATTACH DATABASE ? AS old{number}", (str(directory / old.name),))
    with database.transaction() as db:
        for number, old in enumerate(files):
            for before, now in old.tables.items():
                names = [
                    row[0] for row in db.execute("SELECT name FROM pragma_table_info(?, ?)", (before, f"old{number}"))
                ]
                columns = ", ".join(names)
                known = " AND ".join(f"there.{name} IS here.{name}" for name in names)
                db.execute(
                    f"INSERT OR IGNORE INTO main.{now} ({columns}) SELECT {columns} FROM old{number}.{before} AS here"  # noqa: S608
                    f" WHERE NOT EXISTS (SELECT 1 FROM main.{now} AS there WHERE {known})"
                )


def _take_over_contacts(directory: Path, cipher: Cipher | None) -> None:
    old = directory / _LOGBOOK.name
    if not (directory / CONTACTS).exists():
        old.rename(directory / CONTACTS)
        return
    with closing(open_contacts_database(directory, cipher)) as contacts:  # an earlier version ran here once more
        _copy(contacts, directory, (_LOGBOOK,))
    _delete(directory, (_LOGBOOK,))


def _delete(directory: Path, files: tuple[_OldFile, ...]) -> None:
    for old in files:
        for suffix in _SIDE_FILES:
            (directory / (old.name + suffix)).unlink(missing_ok=True)
