"""Store the diary of places, where its owner was and when, and the warnings that were found for it, for 14 days.

The diary lies in the database of contacts and is purged with them; packages and warnings lie with all else. A warning
carries what it is about, so that it stands when the diary's page is gone; one a visit, the longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.records import Bounds, Records, SqlTables, Table
from bluezone.protocol.check_ins import VEHICLES

#: fourteen days of more than thirty places
MAX_VISITS = 500


@dataclass(frozen=True, slots=True)
class DiaryPlace:
    """Hold a place as the diary knows it. `location_id` (hex) is empty for one that was typed by hand: no warning can
    be compared with it. `along`: who was there too, `seat`: where in a vehicle, both in the owner's words; `kind`: a
    PlaceKind, 0 where nothing says it."""

    description: str
    address: str = ""
    location_id: str = ""
    unit_code: str = ""
    along: str = ""
    kind: int = 0
    seat: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """Hold a visit as Unix seconds. `left_at_s` is None until its owner has said so; then it ends with the usual
    stay."""

    number: int
    place: DiaryPlace
    came_at_s: float
    usual_until_s: float
    left_at_s: float | None = None

    def end_s(self, now_s: float) -> float:
        """Return when it ended, or now where it goes on."""
        if self.left_at_s is not None:
            return self.left_at_s
        return max(self.came_at_s, min(self.usual_until_s, now_s))

    def goes_on(self, now_s: float) -> bool:
        """Return whether its owner is still there, as far as the diary knows."""
        return self.left_at_s is None and self.came_at_s <= now_s < self.usual_until_s


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


_VISITS = Table("diary", Visit, "came_at_s")
_ALERTS = Table("place_alert", PlaceAlert, "created_at_s")
_PACKAGES = SqlTables(
    "CREATE TABLE place_package (name TEXT PRIMARY KEY, checked_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0)"
    " WITHOUT ROWID"
)
CONTACTS_TABLES, TABLES = (_VISITS,), (_PACKAGES, _ALERTS)


class DiaryStore:
    """Keep the diary in contacts.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database, self._visits = database, Records(database, _VISITS)

    def visits(self) -> list[Visit]:
        """Return the visits, newest first; one that was damaged is left out."""
        return sorted(self._visits.all(), key=lambda visit: (-visit.came_at_s, visit.number))

    def add(self, place: DiaryPlace, came_at_s: float, usual_until_s: float, left_at_s: float | None = None) -> int:
        """Write a visit down and return its number; the oldest beyond MAX_VISITS go."""
        with self.database.transaction():
            number = self._visits.add(Visit(0, place, came_at_s, usual_until_s, left_at_s))
            if self._visits.count() > MAX_VISITS:
                newest = sorted(self._visits.all(), key=lambda visit: (visit.came_at_s, visit.number), reverse=True)
                self._visits.remove(*(visit.number for visit in newest[MAX_VISITS:]))
        return number

    def leave(self, numbers: Iterable[int], left_at_s: float) -> None:
        """Note that visits ended, at the latest when they would have ended by themselves, and not before they began."""
        ended = set(numbers)
        with self.database.transaction():
            for visit in self._visits.all():
                if visit.number in ended and visit.left_at_s is None:
                    self._visits.change(
                        visit.number, left_at_s=max(visit.came_at_s, min(visit.usual_until_s, left_at_s))
                    )

    def forget(self, number: int) -> None:
        """Delete a visit."""
        self._visits.remove(number)

    def purge(self, bounds: Bounds) -> int:
        """Delete visits that began more than 14 days ago; return how many."""
        return self._visits.purge(bounds)


class PlaceStore:
    """Keep packages and warnings in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database, self._alerts = database, Records(database, _ALERTS)

    def known_packages(self) -> frozenset[str]:
        """Return the names of the packages that were compared."""
        return frozenset(row[0] for row in self.database.rows("SELECT name FROM place_package"))

    def keep(self, name: str, alerts: Sequence[PlaceAlert], now_s: float) -> int:
        """Note a package as compared, with what it warned of, in one commit; return how many warnings are new."""
        new = 0
        with self.database.transaction() as db:
            values = (name, now_s, self.database.running_s())
            db.execute("INSERT OR REPLACE INTO place_package VALUES (?, ?, ?)", values)
            known = {alert.visit: (number, alert) for number, alert in self._alerts.numbered().items()}
            for alert in alerts:
                number, before = known.get(alert.visit, (0, None))
                if before is None:
                    self._alerts.add(alert)
                    new += 1
                elif before.overlap_s < alert.overlap_s:
                    self._alerts.put(number, replace(alert, created_at_s=before.created_at_s))
        return new

    def alerts(self) -> list[PlaceAlert]:
        """Return the warnings, the newest visit first; one that was damaged is left out."""
        return sorted(self._alerts.all(), key=lambda alert: -alert.came_at_s)

    def purge(self, bounds: Bounds) -> int:
        """Delete warnings and names of packages of more than 14 days ago; return how many."""
        condition, values = bounds.over("checked_at_s")
        gone = self.database.write(f"DELETE FROM place_package WHERE {condition}", values)  # noqa: S608
        return gone + self._alerts.purge(bounds)
