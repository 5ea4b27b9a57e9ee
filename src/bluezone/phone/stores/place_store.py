"""Store which packages of places were compared, and the warnings that were found, for 14 days.

A warning carries what it is about, so that it stands when the diary's page is gone; one a visit, the longest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds
from bluezone.protocol.check_ins import VEHICLES

SCHEMA = """
CREATE TABLE place_package (name TEXT PRIMARY KEY, checked_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0)
    WITHOUT ROWID;
CREATE TABLE place_alert (
    visit INTEGER PRIMARY KEY, body TEXT NOT NULL, created_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
)
"""
_BODY = "place_alert.body"
ENCRYPTED = (_BODY,)


@dataclass(frozen=True, slots=True)
class PlaceAlert:
    """Warn of a visit, as Unix seconds: its owner was there from `came_at_s` to `left_at_s`, `overlap_s` of it while
    the place was risky. `kind`: the place's PlaceKind, 0 where nothing says it."""

    visit: int
    description: str
    address: str
    came_at_s: float
    left_at_s: float
    overlap_s: int
    created_at_s: float
    kind: int = 0

    @property
    def on_vehicle(self) -> bool:
        """Return whether the place was a bus, a boat, a train or a plane."""
        return self.kind in VEHICLES


class PlaceStore:
    """Keep packages and warnings in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def known_packages(self) -> frozenset[str]:
        """Return the names of the packages that were compared."""
        return frozenset(row[0] for row in self.database.rows("SELECT name FROM place_package"))

    def keep(self, name: str, alerts: Sequence[PlaceAlert], now_s: float) -> int:
        """Note a package as compared, with what it warned of, in one commit; return how many warnings are new."""
        known = {alert.visit: alert for alert in self.alerts()}
        new = 0
        with self.database.transaction() as db:
            running_s = self.database.running_s()
            db.execute("INSERT OR REPLACE INTO place_package VALUES (?, ?, ?)", (name, now_s, running_s))
            for alert in alerts:
                before = known.get(alert.visit)
                if before is not None and before.overlap_s >= alert.overlap_s:
                    continue
                new += before is None
                text = self.database.encrypt_text(json.dumps(asdict(alert)), _BODY)
                created_at_s = before.created_at_s if before is not None else alert.created_at_s
                db.execute(
                    "INSERT OR REPLACE INTO place_alert VALUES (?, ?, ?, ?)",
                    (alert.visit, text, created_at_s, running_s),
                )
        return new

    def alerts(self) -> list[PlaceAlert]:
        """Return the warnings, the newest visit first; one that was damaged is left out."""
        found = []
        for stored, created_at_s in self.database.rows("SELECT body, created_at_s FROM place_alert"):
            data = stored if isinstance(stored, bytes) else stored.encode()
            if (plain := self.database.decrypt_or_none(data, _BODY)) is not None:
                found.append(PlaceAlert(**json.loads(plain) | {"created_at_s": created_at_s}))
        return sorted(found, key=lambda alert: -alert.came_at_s)

    def purge(self, bounds: Bounds) -> int:
        """Delete warnings and names of packages of more than 14 days ago; return how many."""
        count = 0
        for table, column in (("place_alert", "created_at_s"), ("place_package", "checked_at_s")):
            condition, values = bounds.over(column)
            count += self.database.write(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608
        return count
