"""Store how long the phone has listened, hour by hour, for 14 days: what "nothing was noted" is worth.

A row is an hour of UTC and the seconds of it that scans stood for, so at most 336 small rows. It is written in the
commit of the scan, beside the contacts: what cannot have been noted because contacts were lost was not watched either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from bluezone.phone.stores.believed_time import SLACK_S, Redating
from bluezone.phone.stores.database import Database

HOUR_S = 3_600

SCHEMA = """
CREATE TABLE watched (
    hour_start_s INTEGER PRIMARY KEY, seconds REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
)
"""


def add_watched(db: sqlite3.Connection, scans: Iterable[tuple[float, float, float]]) -> None:
    """Add scans inside a transaction: each its start, the seconds that it stands for, and its running time."""
    hours: dict[int, tuple[float, float]] = {}
    for at_s, since_last_scan_s, running_s in scans:
        hour_s = int(at_s // HOUR_S) * HOUR_S
        hours[hour_s] = hours.get(hour_s, (0.0, 0.0))[0] + since_last_scan_s, running_s
    db.executemany(
        "INSERT INTO watched VALUES (?, ?, ?) ON CONFLICT (hour_start_s) DO UPDATE SET"
        " seconds = seconds + excluded.seconds, running_s = excluded.running_s",
        [(hour_s, *values) for hour_s, values in hours.items()],
    )


def watched(database: Database) -> dict[int, float]:
    """Return the seconds watched in each hour (its start, Unix seconds): never more than the hour has, though a clock
    that was put back lives through it twice."""
    rows = database.rows("SELECT hour_start_s, seconds FROM watched ORDER BY hour_start_s")
    return {hour_s: min(seconds, float(HOUR_S)) for hour_s, seconds in rows}


def date_anew(database: Database, redating: Redating) -> None:
    """Date hours by the running time that were dated by a clock now known to have been wrong, as scans are."""
    with database.transaction() as db:
        rows = db.execute(
            "SELECT hour_start_s, seconds, running_s FROM watched WHERE running_s > ? AND running_s > 0"
            " AND abs(hour_start_s - running_s - ?) > ? + CASE WHEN running_s <= ? THEN ? ELSE ? END",
            (
                redating.from_running_s,
                redating.add_s,
                HOUR_S,
                redating.lost_until_s,
                SLACK_S,
                redating.slack_s,
            ),
        ).fetchall()
        db.executemany("DELETE FROM watched WHERE hour_start_s = ?", [(row[0],) for row in rows])
        add_watched(db, [(running_s + redating.add_s, seconds, running_s) for _, seconds, running_s in rows])
