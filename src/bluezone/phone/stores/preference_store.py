"""Store what the owner has chosen and been told. Nothing in it is secret, and nothing in it comes from others."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from bluezone.phone.stores.database import Database
from bluezone.protocol.warned import Ticket

APPEARANCES = ("auto", "light", "dark")

#: what the authority said last
_USER_REPORTS, _ABROAD = "offered: user reports", "keys go abroad"
SCHEMA = "CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"


class Sharing(StrEnum):
    """Name what became of the last code whose owner said yes. PARTLY: not all days were taken; WITHDRAWN: an earlier
    warning was taken back, for a test is negative; TAKEN_BACK: because the owner wished it; AS_CONTACT: a contact asked
    others to watch, and is no patient; OTHER_TIME: the keys were taken, and this phone's clock was not the
    authority's: hardly anybody may be warned."""

    NONE = ""
    SHARED = "shared"
    PARTLY = "partly"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken back"
    REFUSED = "refused"
    NOTHING = "nothing"
    AS_CONTACT = "as contact"
    OTHER_TIME = "other time"


@dataclass(frozen=True, slots=True)
class Choices:
    """Hold the owner's choices. `agreed_at_s`: when the owner said yes to recording; before that, the radio stays
    silent. `commune`, `unit`: where they live, and of which poster, if they said so; `counted`: whether they let the
    authority count this phone; `warnings_counted`: whether it answers if it warned. `published_at_s`: when others were
    warned by what the owner shared, None where nobody is; `sharing`: a value of `Sharing`. `background`,
    `notifications`: what they answered when asked, None before.
    `welcome`: the screen reached before the yes."""

    language: str = "vi"
    appearance: str = "auto"
    agreed_at_s: float | None = None
    paused: bool = False
    checked_at_s: float | None = None
    published_at_s: float | None = None
    sharing: str = Sharing.NONE
    notices_seen_at_s: float = 0.0
    database_set_aside_at_s: float | None = None
    commune: str = ""
    unit: str = ""
    counted: bool = False
    warnings_counted: bool = False
    background: bool | None = None
    notifications: bool | None = None
    welcome: str = ""


class PreferenceStore:
    """Keep the owner's choices in phone.sqlite3: a yes or a no is given once."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self) -> Choices:
        """Return all choices; what was never chosen has its default."""
        known = {field.name for field in fields(Choices)}
        rows = self.database.rows("SELECT name, value FROM preference")
        return Choices(**{name: json.loads(value) for name, value in rows if name in known})

    def change(self, **values: Any) -> Choices:
        """Store these, and return all. Unknown names are a TypeError."""
        changed = replace(self.read(), **values)
        as_dict = asdict(changed)
        with self.database.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO preference VALUES (?, ?)",
                [(name, json.dumps(as_dict[name])) for name in values],
            )
        return changed

    def done_at_s(self, task: str) -> float | None:
        """Return when a task of the schedule was last done."""
        rows = self.database.rows("SELECT value FROM preference WHERE name = ?", (f"done: {task}",))
        return float(json.loads(rows[0][0])) if rows else None

    def offers_user_reports(self) -> bool:
        """Return whether the authority, as it last said, sends codes to who tested positive by themselves."""
        return self._is_noted(_USER_REPORTS)

    def note_user_reports(self, *, offered: bool) -> None:
        """Note what the authority says of user reports."""
        self._note(_USER_REPORTS, offered)

    def keys_go_abroad(self) -> bool:
        """Return whether the authority, as it last said, lets others fetch what phones publish."""
        return self._is_noted(_ABROAD)

    def note_keys_go_abroad(self, *, going: bool) -> None:
        """Note what the authority says of keys that go abroad."""
        self._note(_ABROAD, going)

    def _is_noted(self, name: str) -> bool:
        return bool(self.database.rows("SELECT 1 FROM preference WHERE name = ?", (name,)))

    def _note(self, name: str, is_so: bool) -> None:
        if is_so:
            self.database.write("INSERT OR REPLACE INTO preference VALUES (?, 'true')", (name,))
        else:
            self.database.write("DELETE FROM preference WHERE name = ?", (name,))

    def warned_ticket(self) -> Ticket | None:
        """Return what was drawn for the week of which this phone answers next whether it warned."""
        rows = self.database.rows("SELECT value FROM preference WHERE name = 'warned'")
        if not rows:
            return None
        week, seed = json.loads(rows[0][0])
        return Ticket(dt.date.fromisoformat(week), bytes.fromhex(seed))

    def keep_warned_ticket(self, ticket: Ticket | None) -> None:
        """Replace it; None: the phone is asked of no week."""
        if ticket is None:
            self.database.write("DELETE FROM preference WHERE name = 'warned'")
        else:
            value = json.dumps([ticket.week.isoformat(), ticket.seed.hex()])
            self.database.write("INSERT OR REPLACE INTO preference VALUES ('warned', ?)", (value,))

    def mark_done(self, task: str, now_s: float) -> None:
        """Note that a task of the schedule was done."""
        self.database.write("INSERT OR REPLACE INTO preference VALUES (?, ?)", (f"done: {task}", json.dumps(now_s)))
