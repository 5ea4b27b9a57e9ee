"""Open all stores of the phone, on its two databases: contacts.sqlite3 (what it heard) and phone.sqlite3 (all else).

Contacts are written once a minute and are many; their database waits for no flash chip (`Durability.PROCESS`). The rest
is written a few times a day and cannot be had again: a key that was on the air and is lost can never be published, an
alert must not be given twice, a step of a publication not taken twice, a yes is given once (`Durability.POWER`).

A file that cannot be read is moved out of the way, never deleted: somebody may still save what is in it. Its place is
taken by a clean one with every row that could be read and is sound: of the right types, and decrypted by this phone's
key where its table is encrypted. A key that is lost is such a damage too: then only what is not encrypted is saved.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bluezone.phone.clock import Clock
from bluezone.phone.stores import (
    contact_store,
    declaration_store,
    diary_store,
    documents,
    exposure_store,
    key_store,
    preference_store,
    publication_store,
    report_store,
    timekeeper,
)
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.database import Database, Durability, StorageError
from bluezone.phone.stores.declaration_store import HealthDeclarationStore, HouseholdStore
from bluezone.phone.stores.diary_store import DiaryStore, PlaceStore
from bluezone.phone.stores.documents import DocumentStore
from bluezone.phone.stores.encryption import Cipher, DecryptionError, keep_out_of_backups
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.phone.stores.key_store import KeyStore
from bluezone.phone.stores.preference_store import NOTICES, NUMBER, PreferenceStore
from bluezone.phone.stores.publication_store import PublicationStore, UserReportStore
from bluezone.phone.stores.records import Bounds, Records, SqlTables, Table
from bluezone.phone.stores.report_store import CHECK_INS, HEARD, REPORTS
from bluezone.phone.stores.timekeeper import Timekeeper, UptimeSource
from bluezone.protocol.schemes import Entropy, IdentifierScheme

CONTACTS, PHONE = "contacts.sqlite3", "phone.sqlite3"
NAMES = (CONTACTS, PHONE)

_TABLES: dict[str, tuple[Table[Any] | SqlTables, ...]] = {
    CONTACTS: (*contact_store.TABLES, *diary_store.CONTACTS_TABLES),
    PHONE: (
        *key_store.TABLES,
        *exposure_store.TABLES,
        *publication_store.TABLES,
        *documents.TABLES,
        *preference_store.TABLES,
        *report_store.TABLES,
        *diary_store.TABLES,
        *declaration_store.TABLES,
        *timekeeper.TABLES,
    ),
}
#: SQL from each version of a schema to the next, the first from that of release 0.1.0; `tests/released` holds its files
_STEPS: dict[str, tuple[str, ...]] = {CONTACTS: (), PHONE: ()}
_DURABILITY = {CONTACTS: Durability.PROCESS, PHONE: Durability.POWER}
_BUSY_TIMEOUT_S = 0.5  # one that is in use can be read by those who use it
_SIDE_FILES = ("-wal", "-shm")
_PARTIAL = ".partial"
_TYPES: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "REAL": (int, float), "TEXT": (str,), "BLOB": (bytes,)}
#: not saved: each is made anew, and a wrong one would do harm
_MADE_ANEW = ("about", "believed_time")

_log = logging.getLogger(__name__)


def open_database(name: str, directory: Path, cipher: Cipher | None = None, file_name: str = "") -> Database:
    """Open one of the two databases, also from a file of another name. Raises StorageError, DecryptionError."""
    schema = ";".join(table.schema for table in _TABLES[name])
    path = directory / (file_name or name)
    return Database(path, schema, _DURABILITY[name], cipher, _encrypted(name), _STEPS[name])


def _encrypted(name: str) -> tuple[str, ...]:
    return tuple(column for table in _TABLES[name] for column in table.encrypted)


class Stores:
    """Hold every store of a phone, open until closed. Raises StorageError where one holds what is of another scheme."""

    def __init__(self, contacts: Database, phone: Database, scheme: IdentifierScheme, entropy: Entropy) -> None:
        self.contacts = ContactStore(contacts, scheme)
        self.diary = DiaryStore(contacts)
        self.keys = KeyStore(phone, scheme, entropy)
        self.exposures = ExposureStore(phone)
        self.publications = PublicationStore(phone)
        self.documents = DocumentStore(phone)
        self.preferences = PreferenceStore(phone)
        self.number = Records(phone, NUMBER)
        self.user_report = UserReportStore(phone)
        self.notices = Records(phone, NOTICES)
        self.reports = Records(phone, REPORTS)
        self.heard = Records(phone, HEARD)
        self.check_ins = Records(phone, CHECK_INS)
        self.places = PlaceStore(phone)
        self.household = HouseholdStore(phone)
        self.declarations = HealthDeclarationStore(phone)

    def timekeeper(self, wall: Clock, uptime: UptimeSource | None = None) -> Timekeeper:
        """Return what keeps this phone's time, and let every row be dated by its running time too."""
        time = Timekeeper(self.keys.database, wall, uptime, max(self.contacts.counted_s(), self.keys.counted_s()))
        self.contacts.database.running_s = self.keys.database.running_s = time.running_s
        return time

    def purge(self, bounds: Bounds) -> int:
        """Delete what is older than 14 days; return the number of rows."""
        return sum(store.purge(bounds) for store in vars(self).values() if not isinstance(store, PreferenceStore))

    def close(self) -> None:
        """Close both databases."""
        self.contacts.close()
        self.keys.database.close()


def open_stores(directory: Path, scheme: IdentifierScheme, entropy: Entropy, cipher: Cipher | None = None) -> Stores:
    """Open the stores of a phone's folder. Raises StorageError, DecryptionError; then nothing stays open."""
    keep_out_of_backups(directory)
    with ExitStack() as opened:
        contacts = opened.enter_context(closing(open_database(CONTACTS, directory, cipher)))
        phone = opened.enter_context(closing(open_database(PHONE, directory, cipher)))
        stores = Stores(contacts, phone, scheme, entropy)
        opened.pop_all()
    return stores


def open_healed_stores(
    directory: Path, scheme: IdentifierScheme, entropy: Entropy, cipher: Cipher | None, now_s: float
) -> Stores:
    """Open the stores; databases that are damaged, or encrypted by a key that is lost, are moved away first, never
    deleted, what can be saved of them stays, and the owner will be told."""
    moved = replace_damaged(directory, damaged_databases(directory), cipher, now_s)
    try:
        stores = open_stores(directory, scheme, entropy, cipher)
    except DecryptionError:  # the key is lost, and with it what it encrypted
        moved += set_aside(directory, (CONTACTS,), now_s)
        moved += replace_damaged(directory, (PHONE,), cipher, now_s)
        stores = open_stores(directory, scheme, entropy, cipher)
        stores.preferences.renew_installation(entropy)  # a copy on another device, most likely
    if moved:
        _log.error("a database was damaged and set aside: %s", ", ".join(path.name for path in moved))
        stores.preferences.change(database_set_aside_at_s=now_s)
    return stores


# --- damage -------------------------------------------------------------------------------------------


def damaged_databases(directory: Path) -> list[str]:
    """Return the names of the databases that SQLite cannot read."""
    return [name for name in NAMES if (directory / name).exists() and not _is_whole(directory / name)]


def replace_damaged(directory: Path, names: Iterable[str], cipher: Cipher | None, now_s: float) -> list[Path]:
    """Move these databases out of the way, under names that end in `.damaged-<time>`, and put what can be saved of
    them in their place. Returns the new names."""
    moved = []
    for name in names:
        if not (directory / name).exists():
            continue
        saved = _saved(directory, name, cipher)
        moved += _set_aside(directory / name, now_s)
        if saved is not None:
            saved.replace(directory / name)
    return moved


def set_aside(directory: Path, names: Iterable[str], now_s: float) -> list[Path]:
    """Move these databases out of the way with all that is in them. Returns the new names."""
    present = [directory / name for name in names if (directory / name).exists()]
    return [moved for path in present for moved in _set_aside(path, now_s)]


def _is_whole(path: Path) -> bool:
    try:
        with closing(
            sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S)
        ) as db:  # closed also where it fails: its locks would shut the phone out
            whole: bool = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.OperationalError:  # no rights, a full disk, locked by another process: not a damage of the file
        return True
    except sqlite3.DatabaseError:
        return False
    return whole


def _set_aside(path: Path, now_s: float) -> list[Path]:
    """Move a file and its logs; the file itself stays under its old name too until another takes its place, so that
    whoever is killed here finds it damaged again."""
    moved = []
    for suffix in _SIDE_FILES:
        with suppress(FileNotFoundError):
            moved.append(path.with_name(path.name + suffix).rename(_aside(path, suffix, now_s)))
    target = _aside(path, "", now_s)
    if path.with_name(path.name + _PARTIAL).exists():
        with suppress(OSError):  # where there are no hard links, it is moved
            target.hardlink_to(path)
            return [target, *moved]
    return [path.rename(target), *moved]


def _aside(path: Path, suffix: str, now_s: float) -> Path:
    return path.with_name(f"{path.name}{suffix}.damaged-{now_s:.0f}")


# --- saving -------------------------------------------------------------------------------------------


def _saved(directory: Path, name: str, cipher: Cipher | None) -> Path | None:
    """Write what can be read of a database into a new file beside it; None where not even that can be done."""
    partial = directory / (name + _PARTIAL)
    _remove(partial)
    try:
        with closing(open_database(name, directory, cipher, partial.name)) as fresh:
            count = _copy_readable(directory / name, fresh, _encrypted(name), cipher)
            fresh.rows("PRAGMA journal_mode = DELETE")  # one file, whole
    except (StorageError, sqlite3.Error, OSError) as error:
        _log.error("nothing of %s could be saved: %s", name, error)
        _remove(partial)
        return None
    _log.error("%s was damaged; %d of its rows were saved", name, count)
    return partial


def _remove(partial: Path) -> None:
    for suffix in ("", *_SIDE_FILES, "-journal"):
        with suppress(OSError):
            partial.with_name(partial.name + suffix).unlink()


def _copy_readable(damaged: Path, fresh: Database, encrypted: Iterable[str], cipher: Cipher | None) -> int:
    tables = fresh.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    count = 0
    with closing(sqlite3.connect(f"file:{quote(str(damaged))}?mode=ro", uri=True)) as old, fresh.transaction() as db:
        for (table,) in tables:
            if table in _MADE_ANEW:
                continue
            columns = db.execute('SELECT name, type, "notnull" FROM pragma_table_info(?)', (table,)).fetchall()
            places = {place.partition(".")[2]: place for place in encrypted if place.startswith(f"{table}.")}
            marks = ", ".join("?" for _ in columns)
            for row in _readable_rows(old, table, [column[0] for column in columns]):
                if _is_sound(table, row, columns, places, cipher):
                    count += db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row).rowcount  # noqa: S608
    return count


def _readable_rows(old: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    with suppress(sqlite3.Error):  # of a damaged table, the rows before the damage
        yield from old.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608


def _is_sound(
    table: str,
    row: tuple[Any, ...],
    columns: list[tuple[str, str, int]],
    places: dict[str, str],
    cipher: Cipher | None,
) -> bool:
    try:
        for value, (name, kind, is_needed) in zip(row, columns, strict=True):
            if value is None:
                if is_needed:
                    return False
            elif name in places and cipher is not None:
                if value:
                    cipher.decrypt(value if isinstance(value, bytes) else value.encode(), places[name])
            elif not isinstance(value, _TYPES[kind]):
                return False
        if table == "preference":
            json.loads(row[1])
    except (DecryptionError, ValueError):
        return False
    return True
