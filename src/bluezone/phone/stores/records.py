"""Store dataclasses as documents: a table for each kind, a row for each document, encrypted whole.

A row is the fields as JSON, and the device's running time at which it was written. The date by which a document is
forgotten is a field of it, so that a file without its key does not say when something happened. A document that was
damaged is left out of what is read: it is lost, and no reason to stop.

**Retention.** What is kept is bounded to 14 days, by clocks that can be wrong (`timekeeper` says what the bounds stand
on). A row has two dates: the time as the phone took it, and the device's running time (`Database.running_s`). It is
deleted when it is 14 days old by the earliest time it can be now, or by the running time, whichever comes first. Its
date counts only where a signed document agreed with the wall clock between the same start and end of the device:
another date may have been any. So a wrong date deletes nothing, and a phone that nobody tells the time still forgets.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import types
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from bluezone.phone.stores.database import Database

RETENTION_S = 14 * 86_400.0
#: an int of this name holds the number of its row, and is not written
_NUMBER = "number"
_ONLY = 1  # row of a table that holds one document

_log = logging.getLogger(__name__)

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bound what stays. `earliest_s`: the earliest that the time can be, None where no signed document has said it.
    `running_s`: the running time. `unsure`: spans (from, until] of the running time in which dates were not agreed."""

    earliest_s: float | None
    running_s: float = 0.0
    unsure: tuple[tuple[float, float], ...] = ()

    def is_over(self, ended_s: float, running_s: float, life_s: float = RETENTION_S) -> bool:
        """Tell whether what ended at `ended_s`, and was written at `running_s`, has outlived `life_s`."""
        if running_s < self.running_s - life_s:
            return True
        if self.earliest_s is None or ended_s >= self.earliest_s - life_s:
            return False
        return not any(start_s < running_s <= end_s for start_s, end_s in self.unsure)

    def over(self, ended: str, life_s: float = RETENTION_S) -> tuple[str, tuple[float, ...]]:
        """Return `is_over` as a condition of SQL and its values. `ended`: the column with the date, or an expression;
        the running time is in the column `running_s`."""
        condition, values = "running_s < ?", (self.running_s - life_s,)
        if self.earliest_s is None:
            return condition, values
        spans = "".join(" AND NOT (running_s > ? AND running_s <= ?)" for _ in self.unsure)
        sure = (self.earliest_s - life_s, *(moment_s for span in self.unsure for moment_s in span))
        return f"({condition} OR ({ended} < ?{spans}))", values + sure


class Stage(StrEnum):
    """Name how far something has come that its owner sends. `GOING_BACK`: its owner takes it back, and the authority
    does not know it yet."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    GOING_BACK = "going back"


@dataclass(frozen=True, slots=True)
class Table(Generic[D]):
    """Declare the table of a kind of documents. `date`: the attribute (Unix seconds) after which one is kept for
    `life_s`; one whose date is None, and all of a table without, stay until they are removed."""

    name: str
    kind: type[D]
    date: str = ""
    life_s: float = RETENTION_S

    @property
    def schema(self) -> str:
        """Return the statement that creates it."""
        return (
            f"CREATE TABLE {self.name} (id INTEGER PRIMARY KEY, body TEXT NOT NULL, running_s REAL NOT NULL DEFAULT 0)"
        )

    @property
    def encrypted(self) -> tuple[str, ...]:
        """Return the columns that are encrypted."""
        return (f"{self.name}.body",)


@dataclass(frozen=True, slots=True)
class SqlTables:
    """Declare tables written in SQL, and their encrypted columns (`table.column`)."""

    schema: str
    encrypted: tuple[str, ...] = ()


class Records(Generic[D]):
    """Read and write the documents of a table; each method is one commit, or part of the transaction under way."""

    def __init__(self, database: Database, table: Table[D]) -> None:
        self.database, self._table = database, table
        self._place = f"{table.name}.body"
        self._is_numbered = get_type_hints(table.kind).get(_NUMBER) is int

    # --- reading ----------------------------------------------------------------------------------

    def count(self) -> int:
        """Return how many there are, damaged ones too."""
        count: int = self.database.rows(f"SELECT count(*) FROM {self._table.name}")[0][0]  # noqa: S608
        return count

    def numbered(self) -> dict[int, D]:
        """Return the documents by their numbers, in the order in which they were written."""
        rows = self.database.rows(f"SELECT id, body FROM {self._table.name} ORDER BY id")  # noqa: S608
        read = ((number, self._read(number, body)) for number, body in rows)
        return {number: document for number, document in read if document is not None}

    def all(self) -> list[D]:
        """Return the documents in the order in which they were written."""
        return list(self.numbered().values())

    def newest(self) -> list[D]:
        """Return the documents, those written last first."""
        return self.all()[::-1]

    def get(self, number: int) -> D | None:
        """Return a document; None where there is none of this number."""
        rows = self.database.rows(f"SELECT id, body FROM {self._table.name} WHERE id = ?", (number,))  # noqa: S608
        return self._read(*rows[0]) if rows else None

    def read(self) -> D | None:
        """Return the only document of a table that holds one."""
        return self.get(_ONLY)

    def _read(self, number: int, body: str | bytes) -> D | None:
        text = self.database.decrypt_or_none(body if isinstance(body, bytes) else body.encode(), self._place)
        try:
            fields = json.loads(text or b"")
            document: D = _restored(self._table.kind, fields | {_NUMBER: number} if self._is_numbered else fields)
        except (ValueError, TypeError, KeyError, AttributeError):
            _log.error("%s: a document of %s was damaged and is left out", self.database.path.name, self._table.name)
            return None
        return document

    # --- writing ----------------------------------------------------------------------------------

    def add(self, document: D) -> int:
        """Write another document; return its number."""
        sql = f"INSERT INTO {self._table.name} (body, running_s) VALUES (?, ?)"  # noqa: S608
        with self.database.transaction() as db:
            return db.execute(sql, (self._body(document), self.database.running_s())).lastrowid or 0

    def put(self, number: int, document: D, *, shrink: bool = True) -> D:
        """Write a document in the place of the one of that number, if there is one; return it. `shrink`: what was there
        goes from the log at once too."""
        sql = f"INSERT OR REPLACE INTO {self._table.name} VALUES (?, ?, ?)"  # noqa: S608
        self.database.write(sql, (number, self._body(document), self.database.running_s()))
        if shrink:
            self.database.shrink_log()
        return document

    def write(self, document: D, *, shrink: bool = True) -> D:
        """Replace the only document of a table that holds one; return it."""
        return self.put(_ONLY, document, shrink=shrink)

    def change(self, number: int, **values: Any) -> D | None:
        """Replace fields of a document, which keeps its running time; return it, None where it is not there."""
        with self.database.transaction():
            before = self.get(number)
            if before is None:
                return None
            after: D = replace(before, **values)  # type: ignore[type-var]
            sql = f"UPDATE {self._table.name} SET body = ? WHERE id = ?"  # noqa: S608
            self.database.write(sql, (self._body(after), number))
        self.database.shrink_log()
        return after

    def update(self, change: Callable[[D | None], D]) -> D:
        """Replace the only document by what `change` makes of it, in one transaction; return it."""
        with self.database.transaction():
            before = self.read()
            after = change(before)
            return after if after == before else self.write(after)

    def remove(self, *numbers: int) -> None:
        """Delete documents."""
        with self.database.transaction():
            for number in numbers:
                self.database.write(f"DELETE FROM {self._table.name} WHERE id = ?", (number,))  # noqa: S608
        if numbers:
            self.database.shrink_log()

    def clear(self) -> None:
        """Delete all documents."""
        self.database.write(f"DELETE FROM {self._table.name}")  # noqa: S608
        self.database.shrink_log()

    def over(self, bounds: Bounds, life_s: float | None = None) -> list[int]:
        """Return the numbers of the documents that have outlived the table's life, or another one."""
        if not self._table.date:
            return []
        life_s = self._table.life_s if life_s is None else life_s
        known = self.numbered()
        over = []
        for number, running_s in self.database.rows(f"SELECT id, running_s FROM {self._table.name}"):  # noqa: S608
            # a damaged one has no date: it goes by the running time
            date_s = getattr(known[number], self._table.date) if number in known else float("inf")
            if date_s is not None and bounds.is_over(date_s, running_s, life_s):
                over.append(number)
        return over

    def purge(self, bounds: Bounds) -> int:
        """Delete the documents that have outlived the table's life; return how many."""
        over = self.over(bounds)
        self.remove(*over)
        return len(over)

    def _body(self, document: D) -> str | bytes:
        fields = asdict(document)  # type: ignore[call-overload]
        if self._is_numbered:
            del fields[_NUMBER]
        return self.database.encrypt_text(json.dumps(fields, ensure_ascii=False, default=_plain), self._place)


# --- fields as JSON -----------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _plain(value: object) -> object:
    """Return what JSON has for a value that it does not know."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not stored in documents")


def _restored(hint: Any, value: Any) -> Any:
    """Undo `asdict` and `_plain` by the type of a field. Raises ValueError, TypeError, KeyError, AttributeError."""
    if value is None:
        return None
    if isinstance(hint, type):
        if is_dataclass(hint):
            hints = _hints(hint)
            return hint(**{name: _restored(hints[name], each) for name, each in value.items()})
        if hint is bytes:
            return bytes.fromhex(value)
        if hint is dt.date:
            return dt.date.fromisoformat(value)
        return hint(value) if issubclass(hint, Enum) else value
    parts = [part for part in get_args(hint) if part is not types.NoneType]
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _restored(parts[0], value) if len(parts) == 1 else value
    if origin in (tuple, frozenset):
        return origin(_restored(parts[0], each) for each in value)
    if origin in (dict, Mapping):
        return {_restored(parts[0], name): _restored(parts[1], each) for name, each in value.items()}
    return value
