"""Bound what is kept to 14 days, and let a clock that jumps for a while take nothing with it.

A phone's clock can be wrong: a flat battery sets it to 1970, a mistyped year to 2062. If a purge believed every clock
at once, one such hour would wipe out two weeks of contacts. So a purge asks how long the clock has been steady. After
a jump it waits: an hour if the clock went forward (it may just have been switched off for days), a day if it went back
(then either the past or the present was wrong, and the rows in between are the only ones there are).

All times are Unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.phone.stores.database import Database

RETENTION_S = 14 * 86_400

#: rows further in the future than this were written by a clock that was wrong
FUTURE_S = 86_400.0

_BACK_S = 7_200.0  # within the protocol's tolerance; also what a change of daylight saving by hand does
_FORWARD_S = 25 * 3_600.0  # a phone that is switched off every night has not jumped
_TRUST_FORWARD_S = 3_600.0
_TRUST_BACK_S = 86_400.0

#: each database has this table
SCHEMA = "CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), last_s REAL, steady_since_s REAL)"


@dataclass(frozen=True, slots=True)
class ClockTrack:
    """Say when the clock was last looked at, and since when it has run without a jump."""

    last_s: float
    steady_since_s: float

    @property
    def steady_s(self) -> float:
        return self.last_s - self.steady_since_s


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bound what stays: rows that end before `oldest_s` or start after `newest_s` go; None where the clock is not to be
    trusted yet."""

    oldest_s: float | None
    newest_s: float | None


def follow(track: ClockTrack | None, now_s: float) -> ClockTrack:
    """Return the track after another look at the clock."""
    if track is not None and -_BACK_S <= now_s - track.last_s <= _FORWARD_S:
        return ClockTrack(now_s, min(track.steady_since_s, now_s))
    return ClockTrack(now_s, now_s)


def bounds(track: ClockTrack) -> Bounds:
    """Return what may go by this track's clock."""
    return Bounds(
        track.last_s - RETENTION_S if track.steady_s >= _TRUST_FORWARD_S else None,
        track.last_s + FUTURE_S if track.steady_s >= _TRUST_BACK_S else None,
    )


def look_at_clock(database: Database, now_s: float) -> Bounds:
    """Follow the clock in a database, and say what may go from it. Again at the same moment says the same."""
    with database.transaction() as db:
        row = db.execute("SELECT last_s, steady_since_s FROM clock").fetchone()
        track = follow(ClockTrack(*row) if row else None, now_s)
        db.execute("INSERT OR REPLACE INTO clock VALUES (1, ?, ?)", (track.last_s, track.steady_since_s))
    return bounds(track)
