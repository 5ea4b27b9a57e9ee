"""SQLite as the phone uses it: write-ahead log, files for the owner only, one transaction at a time.

Every store of the phone is one file of its own, so that each can say how dearly it holds what it is told:

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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.encryption import Sealer, SealError

_BUSY_TIMEOUT_S = 10.0
_ROOM_BYTES = 2**20  # shared memory (32 KiB) and the first pages of a log
_SEALED = 0x426C7A31  # SQLite's application_id of a file whose secrets are sealed


_TRIED_ROWS = 16

_log = logging.getLogger(__name__)


class StorageError(PhoneError):
    """A store that cannot be opened, read or written. The text names the file."""


class Durability(Enum):
    """What a committed row survives; values of SQLite's `synchronous`."""

    PROCESS = "NORMAL"
    POWER = "FULL"


class Store:
    """One SQLite file with its schema. Usable from several threads, one at a time; several processes may share it.

    `sealed`: columns (`table.column`) that hold secrets. With a sealer they are written through `seal` and read through
    `unseal`; a file that was begun without one is sealed when it is opened with one. Empty values stay as they are.
    `upgrades`: for each earlier version, the statements that lead from it to the next.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        version: int,
        durability: Durability,
        sealer: Sealer | None = None,
        sealed: tuple[str, ...] = (),
        upgrades: Mapping[int, str] | None = None,
    ) -> None:
        self.path, self._sealer = path, sealer
        self._lock = threading.RLock()
        self._connect()
        try:
            try:
                self._prepare(schema, version, durability, upgrades or {})
            except (sqlite3.OperationalError, StorageError):
                if not self._disk_is_full():
                    raise
                self._db.close()
                self._connect()
                self._db.execute("PRAGMA locking_mode = EXCLUSIVE")  # needs no file of shared memory, so no room
                self._prepare(schema, version, durability, upgrades or {})
            self._seal_file(sealed)
        except sqlite3.Error as error:
            self._db.close()
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
        """Whether there is no room for what SQLite needs beside a file to open it."""
        try:
            disk = os.statvfs(self.path.parent)
        except OSError:
            return False
        return disk.f_bavail * disk.f_frsize < _ROOM_BYTES

    def _prepare(self, schema: str, version: int, durability: Durability, upgrades: Mapping[int, str]) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {durability.value}")
        self._db.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten, not just unlinked
        with self.transaction() as db:
            found = db.execute("PRAGMA user_version").fetchone()[0]
            scripts = [schema] if found == 0 else [upgrades.get(step) for step in range(found, version)]
            if found > version or None in scripts:
                raise StorageError(f"{self.path}: was written by version {found}, this program knows {version}")
            for statement in filter(str.strip, ";".join(filter(None, scripts)).split(";")):
                db.execute(statement)
            if scripts:  # a disk that is full takes not even what is there already
                db.execute(f"PRAGMA user_version = {version}")

    # --- secrets ----------------------------------------------------------------------------------

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain` as it is to be written into the column `place`."""
        return self._sealer.seal(plain, place) if self._sealer is not None and plain else plain

    def unseal(self, stored: bytes, place: str) -> bytes:
        """The reverse. Raises SealError."""
        return self._sealer.unseal(stored, place) if self._sealer is not None and stored else stored

    def seal_text(self, plain: str, place: str) -> str | bytes:
        return self.seal(plain.encode(), place) if self._sealer is not None else plain

    def unseal_text(self, stored: str | bytes | None, place: str) -> str:
        if isinstance(stored, bytes):
            return self.unseal(stored, place).decode()
        return stored or ""

    def _seal_file(self, columns: tuple[str, ...]) -> None:
        """Seal what an earlier program left open; refuse a sealed file without a key, and with another key."""
        is_sealed = self._db.execute("PRAGMA application_id").fetchone()[0] == _SEALED
        if is_sealed and self._sealer is None:
            raise StorageError(f"{self.path}: is sealed; open it as the phone it belongs to")
        if self._sealer is None or not columns:
            return
        if is_sealed:
            self._try_key(columns)
            return
        with self.transaction() as db:
            for place in columns:
                table, column = place.split(".")
                rows = db.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()  # noqa: S608
                for row_id, value in rows:
                    plain = value.encode() if isinstance(value, str) else value
                    sealed = self.seal(plain, place) if plain else value
                    db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (sealed, row_id))  # noqa: S608
            db.execute(f"PRAGMA application_id = {_SEALED}")
        self.shrink_log()

    def _try_key(self, columns: tuple[str, ...]) -> None:
        """Raise SealError unless some row opens: one that was damaged is no reason to give up the others."""
        failed = None
        for place in columns:
            table, column = place.split(".")
            rows = self._db.execute(f"SELECT {column} FROM {table} WHERE length({column}) > 0 LIMIT {_TRIED_ROWS}")  # noqa: S608
            for (value,) in rows.fetchall():
                try:
                    self.unseal(value, place)
                except SealError as error:
                    failed = error
                else:
                    return
        if failed is not None:
            raise failed

    def readable(self, stored: bytes, place: str) -> bytes | None:
        """As `unseal`, and None for one damaged value among others: it is lost, and no reason to stop."""
        try:
            return self.unseal(stored, place)
        except SealError:
            _log.error("%s: a value of %s was damaged and is left out", self.path.name, place)
            return None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: committed when the block ends, rolled back where it raises."""
        with self._lock, self._errors():
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
        """All rows of a query."""
        with self._lock, self._errors():
            return self._db.execute(sql, parameters).fetchall()

    def write(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        """One statement, committed; the number of rows it touched."""
        with self._lock, self._errors():
            return self._db.execute(sql, parameters).rowcount

    def shrink_log(self) -> None:
        """Write the log into the file and empty it, so that nothing purged lives on in it. Where another process reads
        just now, the next call does it."""
        with self._lock, self._errors():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            self._db.close()
