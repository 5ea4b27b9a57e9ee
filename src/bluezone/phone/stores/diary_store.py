"""Store the diary of places: where its owner was and when, for 14 days, on this phone alone.

It lies in the database of contacts, encrypted like them, and is purged with them. What a place is called, its id and
who was along are encrypted; the times are not, as those of scans.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds

SCHEMA = """
CREATE TABLE diary (
    id INTEGER PRIMARY KEY, place TEXT NOT NULL, came_at_s REAL NOT NULL, usual_until_s REAL NOT NULL, left_at_s REAL,
    running_s REAL NOT NULL DEFAULT 0
)
"""
_PLACE = "diary.place"
ENCRYPTED = (_PLACE,)
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


class DiaryStore:
    """Keep the diary in contacts.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def visits(self) -> list[Visit]:
        """Return the visits, newest first; one that was damaged is left out."""
        rows = self.database.rows("SELECT id, place, came_at_s, usual_until_s, left_at_s FROM diary ORDER BY 3 DESC, 1")
        found = []
        for number, stored, came_at_s, usual_until_s, left_at_s in rows:
            data = stored if isinstance(stored, bytes) else stored.encode()
            if (plain := self.database.decrypt_or_none(data, _PLACE)) is not None:
                found.append(Visit(number, DiaryPlace(**json.loads(plain)), came_at_s, usual_until_s, left_at_s))
        return found

    def add(self, place: DiaryPlace, came_at_s: float, usual_until_s: float, left_at_s: float | None = None) -> int:
        """Write a visit down and return its number; the oldest beyond MAX_VISITS go."""
        text = self.database.encrypt_text(json.dumps(asdict(place)), _PLACE)
        values = (text, came_at_s, usual_until_s, left_at_s, self.database.running_s())
        with self.database.transaction() as db:
            row = db.execute(
                "INSERT INTO diary (place, came_at_s, usual_until_s, left_at_s, running_s) VALUES (?, ?, ?, ?, ?)",
                values,
            )
            db.execute(
                "DELETE FROM diary WHERE id NOT IN (SELECT id FROM diary ORDER BY came_at_s DESC, id DESC LIMIT ?)",
                (MAX_VISITS,),
            )
        return int(row.lastrowid or 0)

    def leave(self, numbers: Iterable[int], left_at_s: float) -> None:
        """Note that visits ended, at the latest when they would have ended by themselves, and not before they began."""
        with self.database.transaction() as db:
            for number in numbers:
                db.execute(
                    "UPDATE diary SET left_at_s = MAX(came_at_s, MIN(usual_until_s, ?))"
                    " WHERE id = ? AND left_at_s IS NULL",
                    (left_at_s, number),
                )

    def forget(self, number: int) -> None:
        """Delete a visit."""
        self.database.write("DELETE FROM diary WHERE id = ?", (number,))
        self.database.shrink_log()

    def purge(self, bounds: Bounds) -> int:
        """Delete visits that began more than 14 days ago; return how many."""
        condition, values = bounds.over("came_at_s")
        return self.database.write(f"DELETE FROM diary WHERE {condition}", values)  # noqa: S608
