"""Set damaged databases aside, and save what can still be read of them.

A file that cannot be read is moved out of the way, never deleted: somebody may still save what is in it. Its place is
taken by a clean one with every row that could be read and is sound: of the right types, and decrypted by this phone's
key where its table is encrypted. A key that is lost is such a damage too: then only what is not encrypted is saved.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bluezone.phone.stores.database import Database, StorageError
from bluezone.phone.stores.databases import ENCRYPTED, NAMES, OPEN
from bluezone.phone.stores.encryption import Cipher, DecryptionError
from bluezone.protocol.installations import ID_BYTES

_BUSY_TIMEOUT_S = 0.5  # one that is in use can be read by those who use it
_SIDE_FILES = ("-wal", "-shm")
_PARTIAL = ".partial"
_TYPES: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "REAL": (int, float), "TEXT": (str,), "BLOB": (bytes,)}
#: not saved: each is made anew, and a wrong one would do harm
_MADE_ANEW = ("about", "believed_time")

_log = logging.getLogger(__name__)


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
        with closing(OPEN[name](directory, cipher, partial.name)) as fresh:
            count = _copy_readable(directory / name, fresh, ENCRYPTED[name], cipher)
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
    for value, (name, kind, is_needed) in zip(row, columns, strict=True):
        if value is None:
            if is_needed:
                return False
        elif name in places and cipher is not None:
            if value and not _opens(cipher, value, places[name]):
                return False
        elif not isinstance(value, _TYPES[kind]):
            return False
    check = _CHECKS.get(table)
    return check is None or check(row)


def _opens(cipher: Cipher, value: str | bytes, place: str) -> bool:
    try:
        cipher.decrypt(value if isinstance(value, bytes) else value.encode(), place)
    except DecryptionError:
        return False
    return True


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _is_installation(row: tuple[Any, ...]) -> bool:
    _, own, replaces, registered, _ = row
    return len(own) == ID_BYTES and len(replaces) in (0, ID_BYTES) and (not registered or _is_json(registered))


_CHECKS: dict[str, Callable[[tuple[Any, ...]], bool]] = {
    "preference": lambda row: _is_json(row[1]),
    "installation": _is_installation,
}
