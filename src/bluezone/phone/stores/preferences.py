"""What the owner has chosen and been told. Nothing in it is secret, and nothing in it comes from others."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from bluezone.phone.stores.database import Durability, Store

LANGUAGES = ("vi", "en")
APPEARANCES = ("auto", "light", "dark")

_SCHEMA = "CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Choices:
    """`agreed_at_s`: when the owner said yes to recording; before that, the radio stays silent. `commune`, `unit`:
    where they live, and of which poster, if they said so; `counted`: whether they let the authority count this phone.
    `background`, `notifications`: what they answered when asked, None before."""

    language: str = "vi"
    appearance: str = "auto"
    agreed_at_s: float | None = None
    paused: bool = False
    checked_at_s: float | None = None
    published_at_s: float | None = None
    notices_seen_at_s: float = 0.0
    database_set_aside_at_s: float | None = None
    commune: str = ""
    unit: str = ""
    counted: bool = False
    background: bool | None = None
    notifications: bool | None = None


class Preferences:
    """The store of choices. `Durability.POWER`: a yes or a no is given once."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path, _SCHEMA, _VERSION, Durability.POWER)

    def read(self) -> Choices:
        known = {field.name for field in fields(Choices)}
        rows = self._store.rows("SELECT name, value FROM preference")
        return Choices(**{name: json.loads(value) for name, value in rows if name in known})

    def change(self, **values: Any) -> Choices:
        """Store these, and return all. Unknown names are a TypeError."""
        changed = replace(self.read(), **values)
        as_dict = asdict(changed)
        with self._store.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO preference VALUES (?, ?)",
                [(name, json.dumps(as_dict[name])) for name in values],
            )
        return changed

    def done_at_s(self, errand: str) -> float | None:
        """When an errand of the routine was last done."""
        rows = self._store.rows("SELECT value FROM preference WHERE name = ?", (f"done: {errand}",))
        return float(json.loads(rows[0][0])) if rows else None

    def mark_done(self, errand: str, now_s: float) -> None:
        self._store.write("INSERT OR REPLACE INTO preference VALUES (?, ?)", (f"done: {errand}", json.dumps(now_s)))

    def close(self) -> None:
        self._store.close()
