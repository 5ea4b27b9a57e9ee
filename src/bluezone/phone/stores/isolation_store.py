"""Store the code of an isolation and what its owner declared, until it has arrived and for 14 days.

A declaration is written down before it is sent, so that a retry sends the same once more and nothing else. Once it has
arrived, or was refused, only its day and what became of it are kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds

SCHEMA = """
CREATE TABLE isolation (
    one INTEGER PRIMARY KEY CHECK (one = 1), code TEXT NOT NULL, used_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
);
CREATE TABLE declaration (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, written_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
)
"""
_CODE, _BODY = "isolation.code", "declaration.body"
ENCRYPTED = (_CODE, _BODY)


class Stage(StrEnum):
    """Name how far a declaration has come."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class StoredDeclaration:
    """Hold a declaration of a day (`2020-08-20`). `declaration`: its id (hex); `message`: its body, empty once it has
    arrived; `refusal`: the authority's word for why not; `urgent`: it names what needs help at once."""

    day: str
    declaration: str
    message: str
    stage: Stage
    written_at_s: float
    urgent: bool = False
    refusal: str = ""
    row: int = 0


class IsolationStore:
    """Keep the code of one isolation, and its declarations, in phone.sqlite3, encrypted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def code(self) -> str:
        """Return the code; nothing where there is none."""
        rows = self.database.rows("SELECT code FROM isolation")
        return self.database.decrypt_text(rows[0][0], _CODE) if rows else ""

    def keep_code(self, code: str, now_s: float) -> None:
        """Keep a code in place of the one before."""
        self.database.write(
            "INSERT OR REPLACE INTO isolation VALUES (1, ?, ?, ?)",
            (self.database.encrypt_text(code, _CODE), now_s, self.database.running_s()),
        )
        self.database.shrink_log()

    def forget(self) -> None:
        """Forget the code and all declarations."""
        self.database.write("DELETE FROM isolation")
        self.database.write("DELETE FROM declaration")
        self.database.shrink_log()

    def declarations(self) -> list[StoredDeclaration]:
        """Return the declarations, newest first."""
        rows = self.database.rows("SELECT id, body FROM declaration ORDER BY id DESC")
        return [_declaration(row, self.database.decrypt_text(body, _BODY)) for row, body in rows]

    def add(self, declaration: StoredDeclaration) -> bool:
        """Write a declaration down, before it is sent; one with an id that is there is not written again. Return
        whether it is new."""
        if any(each.declaration == declaration.declaration for each in self.declarations()):
            return False
        self.database.write(
            "INSERT INTO declaration (body, written_at_s, running_s) VALUES (?, ?, ?)",
            (
                self.database.encrypt_text(_text(declaration), _BODY),
                declaration.written_at_s,
                self.database.running_s(),
            ),
        )
        return True

    def arrived(self, declaration: StoredDeclaration, stage: Stage, refusal: str = "") -> None:
        """Note what became of a declaration, and forget what it said."""
        text = _text(replace(declaration, stage=stage, refusal=refusal, message=""))
        self.database.write(
            "UPDATE declaration SET body = ? WHERE id = ?", (self.database.encrypt_text(text, _BODY), declaration.row)
        )
        self.database.shrink_log()

    def purge(self, bounds: Bounds) -> int:
        """Forget declarations older than 14 days, and a code that was not used for as long; return how many."""
        count = 0
        for table, column in (("declaration", "written_at_s"), ("isolation", "used_at_s")):
            condition, values = bounds.over(column)
            count += self.database.write(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608
        return count


def _text(declaration: StoredDeclaration) -> str:
    fields = asdict(declaration)
    del fields["row"]
    return json.dumps(fields)


def _declaration(row: int, text: str) -> StoredDeclaration:
    fields = json.loads(text)
    return StoredDeclaration(**fields | {"stage": Stage(fields["stage"]), "row": row})
