"""Store contacts, what the phone has heard, and for how long it listened: for 14 days, and nowhere but here.

One row of the database is one scan; in it the sightings stand as records of fixed length, one for each identifier
heard (24 bytes in the EN scheme), so that a scan is one write and all of them are read into columns in one go:

    identifier | encrypted metadata (4) | readings (1, unsigned) | strongest, typical, weakest in dBm (1 each, signed)

`typical` is the median of the scan's readings. Nothing else is kept: no address, no place, no name.

How long the phone has listened, hour by hour, says what "nothing was noted" is worth. It is written in the commit of
the scan: what cannot have been noted because contacts were lost was not watched either.
"""

from __future__ import annotations

import math
import sqlite3
import struct
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from bluezone.phone.stores.database import Database, StorageError
from bluezone.phone.stores.records import Bounds, SqlTables
from bluezone.phone.stores.timekeeper import SLACK_S, WINDOW_S, Redating
from bluezone.protocol.exposure_notification import METADATA_BYTES
from bluezone.protocol.intervals import DAY_S, day_start_s
from bluezone.protocol.schemes import IdentifierScheme

SCHEMA = """
CREATE TABLE scan (
    id INTEGER PRIMARY KEY,
    at_s REAL NOT NULL,
    since_last_scan_s REAL NOT NULL,
    records BLOB NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
);
CREATE INDEX scan_at ON scan (at_s);
CREATE TABLE tally (
    day_start_s INTEGER PRIMARY KEY, scans INTEGER NOT NULL, sightings INTEGER NOT NULL,
    garbage INTEGER NOT NULL, dropped INTEGER NOT NULL, running_s REAL NOT NULL DEFAULT 0
);
CREATE TABLE about (scheme TEXT NOT NULL, identifier_bytes INTEGER NOT NULL);
CREATE TABLE watched (
    hour_start_s INTEGER PRIMARY KEY, seconds REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
)
"""
_ADD_TALLY = """
INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day_start_s) DO UPDATE SET
    scans = scans + excluded.scans, sightings = sightings + excluded.sightings,
    garbage = garbage + excluded.garbage, dropped = dropped + excluded.dropped,
    running_s = max(running_s, excluded.running_s)
"""
_RECORDS = "scan.records"
TABLES = (SqlTables(SCHEMA, (_RECORDS,)),)

MAX_READINGS = 255
HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Sighting:
    """Describe one identifier in one scan."""

    identifier: bytes
    encrypted_metadata: bytes
    readings: int
    strongest_dbm: int
    typical_dbm: int
    weakest_dbm: int


@dataclass(frozen=True, slots=True)
class ScanTally:
    """Count what a scan (or a day) brought: `garbage`, advertisements that were none of ours; `dropped`, sightings
    there was no room for."""

    scans: int = 0
    sightings: int = 0
    garbage: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Sightings:
    """Hold contacts as columns of equal length n, in the order in which they were written.

    `encrypted_metadata` has 4 bytes a sighting, one after another; `at_s`: start of the scan, `since_last_scan_s`: the
    time it stands for (doubles, s); `readings`: a byte each; strengths (signed bytes) in dBm.
    """

    identifiers: list[bytes]
    encrypted_metadata: bytes
    at_s: array[float]
    since_last_scan_s: array[float]
    readings: bytes
    strongest_dbm: array[int]
    typical_dbm: array[int]
    weakest_dbm: array[int]

    def __len__(self) -> int:
        return len(self.at_s)

    def metadata(self, row: int) -> bytes:
        """Return the encrypted metadata of a sighting."""
        return self.encrypted_metadata[METADATA_BYTES * row : METADATA_BYTES * (row + 1)]

    def first(self, count: int) -> Sightings:
        """Return the first `count` rows."""
        return Sightings(
            self.identifiers[:count],
            self.encrypted_metadata[: METADATA_BYTES * count],
            self.at_s[:count],
            self.since_last_scan_s[:count],
            self.readings[:count],
            self.strongest_dbm[:count],
            self.typical_dbm[:count],
            self.weakest_dbm[:count],
        )


class ContactStore:
    """Keep sightings in contacts.sqlite3. Raises StorageError where it holds identifiers of another scheme."""

    def __init__(self, database: Database, scheme: IdentifierScheme) -> None:
        self.database = database
        self._width = scheme.identifier_bytes
        self._record = struct.Struct(f"={self._width}s{METADATA_BYTES}sBbbb")
        self._scans_a_commit = 1
        self._pending: list[tuple[float, float, bytes, float, int, int, int]] = []
        with self.database.transaction() as db:
            about = db.execute("SELECT scheme FROM about").fetchone()
            if about is None:
                db.execute("INSERT INTO about VALUES (?, ?)", (scheme.name, self._width))
        if about is not None and about[0] != scheme.name:
            raise StorageError(f"{database.path}: holds identifiers of the scheme {about[0]}, not {scheme.name}")

    def add_scan(
        self,
        at_s: float,
        since_last_scan_s: float,
        sightings: Iterable[Sighting],
        garbage: int = 0,
        dropped: int = 0,
    ) -> int:
        """Write a scan; when this returns, it is kept (but see `commit_every`). Returns the number of sightings.

        A scan without sightings leaves only its mark in the day's tally. Raises StorageError (disk full, say).
        """
        pack = self._record.pack
        records = [
            pack(
                sighting.identifier,
                sighting.encrypted_metadata,
                min(sighting.readings, MAX_READINGS),
                sighting.strongest_dbm,
                sighting.typical_dbm,
                sighting.weakest_dbm,
            )
            for sighting in sightings
        ]
        running_s = self.database.running_s()
        self._pending.append((at_s, since_last_scan_s, b"".join(records), running_s, len(records), garbage, dropped))
        if len(self._pending) >= self._scans_a_commit:
            try:
                self._commit()
            except StorageError:
                self._pending.pop()  # the caller knows that it is not kept
                raise
        return len(records)

    def commit_every(self, scans: int) -> None:
        """Commit so many scans together: for the phones of a rehearsal, which nobody kills. What waits is lost where
        the process dies; whoever reads by this object finds it all the same."""
        self._scans_a_commit = scans
        self._commit()

    def _commit(self) -> None:
        if not self._pending:
            return
        tallies: dict[int, list[int]] = {}
        for at_s, _, _, _, sightings, garbage, dropped in self._pending:
            tally = tallies.setdefault(day_start_s(at_s), [0, 0, 0, 0])
            for column, more in enumerate((1, sightings, garbage, dropped)):
                tally[column] += more
        encrypt = self.database.encrypt
        scans = [(scan[0], scan[1], encrypt(scan[2], _RECORDS), scan[3]) for scan in self._pending if scan[2]]
        running_s = self._pending[-1][3]
        with self.database.transaction() as db:
            if scans:
                db.executemany(
                    "INSERT INTO scan (at_s, since_last_scan_s, records, running_s) VALUES (?, ?, ?, ?)", scans
                )
            db.executemany(_ADD_TALLY, [(day, *tally, running_s) for day, tally in tallies.items()])
            _add_watched(db, [(scan[0], scan[1], scan[3]) for scan in self._pending])
        self._pending.clear()

    def close(self) -> None:
        """Commit what waits, and let go of the file."""
        try:
            self._commit()
        finally:
            self.database.close()

    def sightings(self, since_s: float = -math.inf, until_s: float = math.inf) -> Sightings:
        """Return what was heard from `since_s` until before `until_s` (all, if not said), in the order it was written:
        read once a check, matched in memory."""
        self._commit()
        rows = self.database.rows(
            "SELECT at_s, since_last_scan_s, records FROM scan WHERE at_s >= ? AND at_s < ? ORDER BY id",
            (since_s, until_s),
        )
        records = [self.database.decrypt_or_none(row[2], _RECORDS) or b"" for row in rows]
        size, end = self._record.size, self._width + METADATA_BYTES
        at_s, since_last_scan_s = array("d"), array("d")
        for row, of_scan in zip(rows, records, strict=True):
            count = len(of_scan) // size
            at_s.extend(array("d", [row[0]]) * count)
            since_last_scan_s.extend(array("d", [row[1]]) * count)
        data = b"".join(records)
        starts = range(0, len(data), size)
        return Sightings(
            identifiers=[data[start : start + self._width] for start in starts],
            encrypted_metadata=b"".join([data[start + self._width : start + end] for start in starts]),
            at_s=at_s,
            since_last_scan_s=since_last_scan_s,
            readings=data[end::size],
            strongest_dbm=array("b", data[end + 1 :: size]),
            typical_dbm=array("b", data[end + 2 :: size]),
            weakest_dbm=array("b", data[end + 3 :: size]),
        )

    def tallies(self) -> dict[int, ScanTally]:
        """Return what each day (its midnight UTC, Unix seconds) brought."""
        self._commit()
        rows = self.database.rows(
            "SELECT day_start_s, scans, sightings, garbage, dropped FROM tally ORDER BY day_start_s"
        )
        return {row[0]: ScanTally(*row[1:]) for row in rows}

    def watched(self) -> dict[int, float]:
        """Return how many seconds of each hour (its start, Unix seconds) were listened to: never more than the hour
        has, though a clock that was put back lives through it twice."""
        self._commit()
        rows = self.database.rows("SELECT hour_start_s, seconds FROM watched ORDER BY hour_start_s")
        return {hour_s: min(seconds, float(HOUR_S)) for hour_s, seconds in rows}

    def counted_s(self) -> float:
        """Return the running time of the last scan, 0 where there is none."""
        return float(self.database.rows("SELECT coalesce(max(running_s), 0) FROM tally")[0][0])

    def purge(self, bounds: Bounds) -> int:
        """Delete what is older than 14 days. To be called about every hour; returns the number of scans deleted."""
        self._commit()
        scan, tally = bounds.over("at_s"), bounds.over(f"day_start_s + {DAY_S - 1}")
        watched = bounds.over(f"hour_start_s + {HOUR_S - 1}")
        gone = self.database.write(f"DELETE FROM scan WHERE {scan[0]}", scan[1])  # noqa: S608
        self.database.write(f"DELETE FROM tally WHERE {tally[0]}", tally[1])  # noqa: S608
        self.database.write(f"DELETE FROM watched WHERE {watched[0]}", watched[1])  # noqa: S608
        if gone:
            self.database.shrink_log()
        return gone

    def date_anew(self, redating: Redating) -> int:
        """Date scans by the running time that were dated by a clock now known to have been wrong; return how many.
        A tally, which is of a day and not of scans, goes whole to the day of its last scan."""
        self._commit()
        self._date_hours_anew(redating)
        self._date_tallies_anew(redating)
        return self.database.write(
            "UPDATE scan SET at_s = running_s + ? WHERE running_s > ? AND running_s > 0"
            " AND abs(at_s - running_s - ?) > CASE WHEN running_s <= ? THEN ? ELSE ? END",
            (redating.add_s, redating.from_running_s, redating.add_s, redating.lost_until_s, SLACK_S, WINDOW_S),
        )

    def _date_tallies_anew(self, redating: Redating) -> None:
        """Move tallies to the day of their last scan where that lies outside the day they stand under, and further
        than a clock that was right could be off."""
        with self.database.transaction() as db:
            rows = db.execute(
                "SELECT * FROM tally WHERE running_s > ? AND running_s > 0 AND NOT (running_s + ? BETWEEN day_start_s"
                " - CASE WHEN running_s <= ? THEN ? ELSE ? END AND day_start_s + ?"
                " + CASE WHEN running_s <= ? THEN ? ELSE ? END)",
                (
                    redating.from_running_s,
                    redating.add_s,
                    *(redating.lost_until_s, SLACK_S, WINDOW_S),
                    DAY_S,
                    *(redating.lost_until_s, SLACK_S, WINDOW_S),
                ),
            ).fetchall()
            db.executemany("DELETE FROM tally WHERE day_start_s = ?", [(row[0],) for row in rows])
            db.executemany(_ADD_TALLY, [(day_start_s(row[5] + redating.add_s), *row[1:]) for row in rows])

    def _date_hours_anew(self, redating: Redating) -> None:
        """Date hours by the running time that were dated by a clock now known to have been wrong, as scans are."""
        with self.database.transaction() as db:
            rows = db.execute(
                "SELECT hour_start_s, seconds, running_s FROM watched WHERE running_s > ? AND running_s > 0"
                " AND abs(hour_start_s - running_s - ?) > ? + CASE WHEN running_s <= ? THEN ? ELSE ? END",
                (
                    redating.from_running_s,
                    redating.add_s,
                    HOUR_S,
                    redating.lost_until_s,
                    SLACK_S,
                    WINDOW_S,
                ),
            ).fetchall()
            db.executemany("DELETE FROM watched WHERE hour_start_s = ?", [(row[0],) for row in rows])
            _add_watched(db, [(running_s + redating.add_s, seconds, running_s) for _, seconds, running_s in rows])


def _add_watched(db: sqlite3.Connection, scans: Iterable[tuple[float, float, float]]) -> None:
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
