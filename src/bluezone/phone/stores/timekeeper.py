"""Keep a phone's time: the wall clock where it can be right, the running time where it cannot; see `believed_time`.

What it knows is one row of phone.sqlite3. It is written when the judgement changes and every ten minutes; a phone that
is killed has lost at most ten minutes of its count where the device is started anew too, and nothing where it is not.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import astuple, replace

from bluezone.phone.clock import Clock
from bluezone.phone.stores import believed_time
from bluezone.phone.stores.believed_time import ClockState, Redating, Track, UptimeSource, no_uptime
from bluezone.phone.stores.database import Database, StorageError
from bluezone.phone.stores.retention import Bounds

SCHEMA = """
CREATE TABLE believed_time (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    running_s REAL NOT NULL, boot TEXT NOT NULL, since_boot_s REAL NOT NULL, boot_running_s REAL NOT NULL,
    wall_s REAL NOT NULL, time_s REAL NOT NULL, state TEXT NOT NULL,
    floor_s REAL, floor_running_s REAL NOT NULL, agreed INTEGER NOT NULL,
    lost_until_s REAL NOT NULL, unsure TEXT NOT NULL
)
"""
_COLUMNS = (
    "running_s, boot, since_boot_s, boot_running_s, wall_s, time_s, state,"
    " floor_s, floor_running_s, agreed, lost_until_s, unsure"
)
_WRITE_EVERY_S = 600.0
_LOOK_EVERY_S = 60.0


class Timekeeper:
    """Give the time as a `Clock`; usable from several threads. `counted_s`: a running time that rows of another
    database prove."""

    def __init__(
        self, database: Database, wall: Clock, uptime: UptimeSource | None = None, counted_s: float = 0.0
    ) -> None:
        self._database, self._wall, self._uptime = database, wall, uptime or no_uptime
        self._lock = threading.Lock()
        track = self._stored()
        if track is None and counted_s > 0:  # a database that was damaged, and its count with it
            track = believed_time.look(None, self._wall(), self._uptime())
            track = replace(track, running_s=counted_s, boot_running_s=counted_s)
        elif track is not None and not believed_time.is_same_start(track, self._uptime()):
            track = replace(track, running_s=max(track.running_s, counted_s))
        self._written: Track | None = None
        self._track = self._looked(track)
        self._write()

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        track, wall_passed_s, _ = self._since_last_look()
        return track.time_s + wall_passed_s

    def running_s(self) -> float:
        """Return the running time."""
        track, _, passed_s = self._since_last_look()
        return track.running_s + passed_s

    @property
    def state(self) -> ClockState:
        """Return what the time is worth."""
        return self._since_last_look()[0].state

    def _since_last_look(self) -> tuple[Track, float, float]:
        """Return what is known, and the seconds of wall clock and running time since then: under a minute in which
        nothing has happened, or none, for both are looked at now."""
        wall_s, uptime, track = self._wall(), self._uptime(), self._track
        passed_s, wall_passed_s = uptime.since_boot_s - track.since_boot_s, wall_s - track.wall_s
        if uptime.boot == track.boot and 0 <= passed_s < _LOOK_EVERY_S and abs(wall_passed_s - passed_s) < 1:
            return track, wall_passed_s, passed_s
        return self.track(), 0.0, 0.0

    def track(self) -> Track:
        """Look at both clocks, and return all that is known."""
        with self._lock:
            self._track = track = self._looked(self._track)
            if self._is_to_be_written():
                self._write()
        return track

    def hear(self, signed_s: float) -> float:
        """Take note of a document that the authority signed at `signed_s`; return the time after that."""
        with self._lock:
            self._track = believed_time.confirm(self._looked(self._track), signed_s)
            self._write()
            return self._track.time_s

    def bounds(self) -> Bounds:
        """Return what may be deleted."""
        return believed_time.bounds(self.track())

    def redating(self) -> Redating | None:
        """Return how rows are to be dated anew, None where none may be."""
        return believed_time.redating(self.track())

    def _looked(self, track: Track | None) -> Track:
        return believed_time.look(track, self._wall(), self._uptime())

    # --- on disk ----------------------------------------------------------------------------------

    def _is_to_be_written(self) -> bool:
        written, track = self._written, self._track
        return (
            written is None
            or (written.state, written.boot) != (track.state, track.boot)
            or track.running_s - written.running_s >= _WRITE_EVERY_S
            or abs(track.time_s - written.time_s) >= _WRITE_EVERY_S
        )

    def _stored(self) -> Track | None:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM believed_time")  # noqa: S608
        if not rows:
            return None
        track = Track(*rows[0])
        unsure = tuple((start_s, end_s) for start_s, end_s in json.loads(rows[0][-1]))
        return replace(track, state=ClockState(track.state), agreed=bool(track.agreed), unsure=unsure)

    def _write(self) -> None:
        """Write what is known. What another program of this phone has learned meanwhile of signed times is not undone.
        A disk that is full is no reason to lose the time: in ten minutes it is tried again."""
        with suppress(StorageError):
            stored = self._stored()
            if stored is not None and stored.boot == self._track.boot and stored.floor_s is not None:
                self._track = _with_floor(self._track, stored)
            marks = ", ".join("?" for _ in _COLUMNS.split(","))
            self._database.write(
                f"INSERT OR REPLACE INTO believed_time (one, {_COLUMNS}) VALUES (1, {marks})",  # noqa: S608
                (*astuple(self._track)[:-1], json.dumps(self._track.unsure)),
            )
        self._written = self._track


def _with_floor(track: Track, other: Track) -> Track:
    """Return the track with the lower bound of another one of the same start, where that is later."""
    assert other.floor_s is not None
    if track.floor_s is not None and other.floor_s - other.floor_running_s <= track.floor_s - track.floor_running_s:
        return track
    agreed = other.agreed or track.agreed
    return replace(track, floor_s=other.floor_s, floor_running_s=other.floor_running_s, agreed=agreed)
