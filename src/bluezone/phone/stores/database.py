"""Open and use SQLite as the phone does: write-ahead log, files for the owner only, one transaction at a time.

The phone has two databases (`phone_stores`), and each says how dearly it holds what it is given:

- `Durability.PROCESS` (synchronous=NORMAL): a committed row survives the death of the process at any moment, because
  the operating system has it. If the battery is torn out, the last rows before the last checkpoint may be missing, the
  file is whole. No wait for the flash chip: right for a row a minute.
- `Durability.POWER` (synchronous=FULL): a committed row survives the loss of power too. One fsync a commit: right for
  what is written a few times a day and cannot be had again.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.encryption import Cipher, DecryptionError

#: SQLite's application_id of a file whose secret columns are encrypted
ENCRYPTED_ID = 0x426C7A31

_BUSY_TIMEOUT_S = 10.0
_ROOM_BYTES = 2**20  # shared memory (32 KiB) and the first pages of a log
_TRIED_ROWS = 16

_log = logging.getLogger(__name__)


class StorageError(PhoneError):
    """Say that a database cannot be opened, read or written. The text names the file."""


class Durability(Enum):
    """Name what a committed row survives; values of SQLite's `synchronous`."""

    PROCESS = "NORMAL"
    POWER = "FULL"


class Database:
    """Hold one SQLite file with its schema. Usable from several threads, one at a time; several processes may share it.

    `encrypted`: columns (`table.column`) that hold secrets. With a cipher they are written through `encrypt` and read
    through `decrypt`; a file that was begun without one is encrypted when it is opened with one. Empty values stay as
    they are.

    `steps`: SQL that brings a file from each version of the schema to the next. Version 1 is that of release 0.1.0; an
    older file is brought up to date when it is opened, a newer one is refused and stays as it is.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        durability: Durability,
        cipher: Cipher | None = None,
        encrypted: tuple[str, ...] = (),
        steps: Sequence[str] = (),
    ) -> None:
        self.path, self._cipher = path, cipher
        #: gives the device's running time, which rows are dated by beside the time: see `timekeeper`
        self.running_s: Callable[[], float] = lambda: 0.0
        self._lock = threading.RLock()
        self._connect()
        try:
            try:
                self._prepare(schema, durability, steps)
            except (sqlite3.OperationalError, StorageError):
                if not self._disk_is_full():
                    raise
                self._db.close()
                self._connect()
                self._db.execute("PRAGMA locking_mode = EXCLUSIVE")  # needs no file of shared memory, so no room
                self._prepare(schema, durability, steps)
            self._encrypt_file(encrypted)
        except sqlite3.Error as error:
            self._db.close()
            if self._disk_is_full():
                raise StorageError(f"{path}: cannot be opened ({error}); is the disk full?") from error
            raise StorageError(f"{path}: is not a file of this program, or is damaged ({error})") from error
        except PhoneError:
            self._db.close()
            raise

    def _connect(self) -> None:
        path = self.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # -wal and -shm get the rights of this one
            self._db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{path}: cannot be opened ({error})") from error

    def _disk_is_full(self) -> bool:
        """Tell whether there is no room for what SQLite needs beside a file to open it."""
        try:
            disk = os.statvfs(self.path.parent)
        except OSError:
            return False
        return disk.f_bavail * disk.f_frsize < _ROOM_BYTES

    def _prepare(self, schema: str, durability: Durability, steps: Sequence[str]) -> None:
        version = 1 + len(steps)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {durability.value}")
        self._db.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten, not just unlinked
        with self.transaction() as db:
            found = db.execute("PRAGMA user_version").fetchone()[0]
            if found == version:
                return  # a disk that is full takes not even what is there already
            if not 0 <= found < version:
                raise StorageError(
                    f"{self.path}: was written by a newer version of this program (schema {found}, this one knows "
                    f"{version}); nothing was changed: install that version again"
                )
            for script in steps[found - 1 :] if found else (schema,):
                for statement in filter(str.strip, script.split(";")):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {version}")

    # --- encryption -------------------------------------------------------------------------------

    def encrypt(self, plain: bytes, place: str) -> bytes:
        """Return `plain` as it is to be written into the column `place`."""
        return self._cipher.encrypt(plain, place) if self._cipher is not None and plain else plain

    def decrypt(self, stored: bytes, place: str) -> bytes:
        """Undo `encrypt`. Raises DecryptionError."""
        return self._cipher.decrypt(stored, place) if self._cipher is not None and stored else stored

    def encrypt_text(self, plain: str, place: str) -> str | bytes:
        """Return `plain` as it is to be written into the column `place`: text where there is no cipher."""
        return self.encrypt(plain.encode(), place) if self._cipher is not None else plain

    def decrypt_or_none(self, stored: bytes, place: str) -> bytes | None:
        """Undo `encrypt`; None for one damaged value among others: it is lost, and no reason to stop."""
        try:
            return self.decrypt(stored, place)
        except DecryptionError:
            _log.error("%s: a value of %s was damaged and is left out", self.path.name, place)
            return None

    def _encrypt_file(self, columns: tuple[str, ...]) -> None:
        """Encrypt what an earlier program left open; refuse an encrypted file without a key, and with another key."""
        is_encrypted = self._db.execute("PRAGMA application_id").fetchone()[0] == ENCRYPTED_ID
        if is_encrypted and self._cipher is None:
            raise StorageError(f"{self.path}: is encrypted; open it as the phone it belongs to")
        if self._cipher is None or not columns:
            return
        if is_encrypted:
            self._try_key(columns)
            return
        with self.transaction() as db:
            for place in columns:
                table, column = place.split(".")
                rows = db.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()  # noqa: S608
                for row_id, value in rows:
                    plain = value.encode() if isinstance(value, str) else value
                    stored = self.encrypt(plain, place) if plain else value
                    db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (stored, row_id))  # noqa: S608
            db.execute(f"PRAGMA application_id = {ENCRYPTED_ID}")
        self.shrink_log()

    def _try_key(self, columns: tuple[str, ...]) -> None:
        """Raise DecryptionError unless some row opens: one that was damaged is no reason to give up the others."""
        failed = None
        for place in columns:
            table, column = place.split(".")
            rows = self._db.execute(f"SELECT {column} FROM {table} WHERE length({column}) > 0 LIMIT {_TRIED_ROWS}")  # noqa: S608
            for (value,) in rows.fetchall():
                try:
                    self.decrypt(value, place)
                except DecryptionError as error:
                    failed = error
                else:
                    return
        if failed is not None:
            raise failed

    # --- reading and writing ----------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit all when the block ends, roll all back where it raises; inside another one, be part of that."""
        with self._lock, self._errors():
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # not after a full disk, which ends the transaction by itself
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(f"{self.path}: cannot be read or written ({error}); is the disk full?") from error

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        """Return all rows of a query."""
        with self._lock, self._errors():
            return self._db.execute(sql, parameters).fetchall()

    def write(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        """Execute and commit one statement; return the number of rows it touched."""
        with self._lock, self._errors():
            return self._db.execute(sql, parameters).rowcount

    def shrink_log(self) -> None:
        """Write the log into the file and empty it, so that nothing purged lives on in it. Where another process reads
        just now, or a transaction is under way, the next call does it."""
        with self._lock, self._errors():
            if not self._db.in_transaction:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()
