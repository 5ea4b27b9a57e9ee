"""Store what the owner has chosen and been told, the id under which the authority counts this phone, and a number.

Choices and id are not encrypted: nothing in them is secret, nothing comes from others, and who restores a copy shall be
counted once, under the new id. The number is, and which notices were given, for they say who was warned.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.records import SqlTables, Table
from bluezone.protocol.installations import ID_BYTES
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.warned import Ticket

APPEARANCES = ("auto", "light", "dark")

_PREFERENCES = SqlTables("CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
#: the week of which this phone answers next; its installation
_WARNED, _INSTALLATION = "warned", "installation"
_PENDING_LIFE_S = 86_400.0
_SHOWN_DIGITS = 3


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
    `welcome`: the screen reached before the yes. And what the authority said last: `offers_user_reports`, whether it
    sends codes to who tested positive by themselves; `keys_go_abroad`, whether others fetch what phones publish."""

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
    offers_user_reports: bool = False
    keys_go_abroad: bool = False


@dataclass(frozen=True, slots=True)
class Installation:
    """Hold the random id under which the authority counts this phone. `replaces`: the id of before, where the phone was
    restored from a copy. `registered`: what was reported to the authority, as it was sent; "" before it was.
    `active_day`: the last day it heard of this phone."""

    id: bytes
    replaces: bytes = b""
    registered: str = ""
    active_day: int = -1


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """Hold a number under way (`receipt` empty), or one that was confirmed (`number` is then its last digits)."""

    request: bytes
    number: str
    language: str
    commune: str
    receipt: str
    asked_at_s: float

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the code came and was right."""
        return bool(self.receipt)

    @property
    def pending_since_s(self) -> float | None:
        """Return since when its code is awaited; None for one that is confirmed, which is kept."""
        return None if self.is_confirmed else self.asked_at_s

    @property
    def ending(self) -> str:
        """Return the digits that may be shown."""
        return self.number[-_SHOWN_DIGITS:]


@dataclass(frozen=True, slots=True)
class NoticeState:
    """Hold what the owner was given notice of. `rung_s`: when it last rang for each subject, by key; `opened`: keys of
    the warnings whose screen was opened; `path`, `posted_s`: what is shown now and since when, "" and 0 where nothing
    is."""

    rung_s: Mapping[str, float] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    path: str = ""
    posted_s: float = 0.0


NUMBER = Table("number", PhoneNumber, "pending_since_s", _PENDING_LIFE_S)
NOTICES = Table("notice", NoticeState)
TABLES = (_PREFERENCES, NUMBER, NOTICES)


class PreferenceStore:
    """Keep the owner's choices in phone.sqlite3: a yes or a no is given once."""

    def __init__(self, database: Database) -> None:
        self.database = database
        #: until the owner chooses one
        self.language = Choices().language

    def read(self) -> Choices:
        """Return all choices; what was never chosen has its default."""
        known = {field.name for field in fields(Choices)}
        rows = self.database.rows("SELECT name, value FROM preference")
        chosen = {name: json.loads(value) for name, value in rows if name in known}
        return Choices(**{"language": self.language} | chosen)

    def change(self, **values: Any) -> Choices:
        """Store these, and return all. Unknown names are a TypeError."""
        changed = asdict(replace(self.read(), **values))
        with self.database.transaction():
            for name in values:
                self._note(name, changed[name])
        return Choices(**changed)

    def _noted(self, name: str) -> Any:
        """Return what is noted under a name; None for nothing."""
        rows = self.database.rows("SELECT value FROM preference WHERE name = ?", (name,))
        return json.loads(rows[0][0]) if rows else None

    def _note(self, name: str, value: Any) -> None:
        self.database.write("INSERT OR REPLACE INTO preference VALUES (?, ?)", (name, json.dumps(value)))

    def done_at_s(self, task: str) -> float | None:
        """Return when a task of the schedule was last done."""
        done_at_s: float | None = self._noted(f"done: {task}")
        return done_at_s

    def mark_done(self, task: str, now_s: float) -> None:
        """Note that a task of the schedule was done."""
        self._note(f"done: {task}", now_s)

    # --- being counted ----------------------------------------------------------------------------

    def warned_ticket(self) -> Ticket | None:
        """Return what was drawn for the week of which this phone answers next whether it warned."""
        if (noted := self._noted(_WARNED)) is None:
            return None
        return Ticket(dt.date.fromisoformat(noted[0]), bytes.fromhex(noted[1]))

    def keep_warned_ticket(self, ticket: Ticket | None) -> None:
        """Replace it; None: the phone is asked of no week."""
        self._note(_WARNED, None if ticket is None else [ticket.week.isoformat(), ticket.seed.hex()])

    def installation(self) -> Installation | None:
        """Return the installation; None before the first count, and where it was damaged."""
        with suppress(ValueError, TypeError):
            own, replaces, registered, active_day = self._noted(_INSTALLATION)
            found = Installation(bytes.fromhex(own), bytes.fromhex(replaces), registered, active_day)
            if len(found.id) == ID_BYTES and len(found.replaces) in (0, ID_BYTES):
                return found
        return None

    def keep_installation(self, one: Installation) -> Installation:
        """Replace the installation; return it."""
        self._note(_INSTALLATION, [one.id.hex(), one.replaces.hex(), one.registered, one.active_day])
        return one

    def renew_installation(self, entropy: Entropy) -> None:
        """Take a new id: the phone was restored from a copy, and another may still use the old one."""
        before = self.installation()
        if before is not None:
            replaces = before.id if before.registered else before.replaces
            self.keep_installation(Installation(entropy(ID_BYTES), replaces))
