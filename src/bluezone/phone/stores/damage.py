"""Stores that cannot be read are moved out of the way, never deleted: somebody may still save what is in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

STORES = (
    "logbook.sqlite3",
    "keys.sqlite3",
    "ledger.sqlite3",
    "publishing.sqlite3",
    "policy.sqlite3",
    "preferences.sqlite3",
    "news.sqlite3",
    "installation.sqlite3",
    "number.sqlite3",
)
SEALED_STORES = ("logbook.sqlite3", "keys.sqlite3", "ledger.sqlite3", "publishing.sqlite3", "number.sqlite3")

_BUSY_TIMEOUT_S = 0.5  # one that is in use can be read by those who use it
_SIDE_FILES = ("", "-wal", "-shm")


def set_aside_damaged(directory: Path, now_s: float) -> list[Path]:
    """Move every store that SQLite cannot read out of the way, under a name that ends in `.damaged-<time>`."""
    return set_aside(directory, damaged_stores(directory), now_s)


def damaged_stores(directory: Path) -> list[str]:
    """The names of the stores that SQLite cannot read."""
    return [name for name in STORES if (directory / name).exists() and not _is_whole(directory / name)]


def set_aside(directory: Path, names: Iterable[str], now_s: float) -> list[Path]:
    """Move these stores out of the way; the new names."""
    moved = []
    for name in names:
        path = directory / name
        for suffix in _SIDE_FILES:
            with suppress(FileNotFoundError):
                target = path.with_name(f"{name}{suffix}.damaged-{now_s:.0f}")
                path.with_name(name + suffix).rename(target)
                moved.append(target)
    return moved


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
