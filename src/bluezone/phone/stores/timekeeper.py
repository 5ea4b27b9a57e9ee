"""Keep a phone's time, and judge what may be deleted by it, for clocks that somebody sets wrong.

Two clocks are compared. The wall clock says a date and can be set to any. The running time counts seconds since the
device was started, sleep included; nobody can set it, and it says no date. Added up over restarts it never counts more
than has passed, and less by the time the device was switched off.

Documents that the authority signed carry a time (the end of an export file, the moment of issue of news and policy):
it is at least so late. The latest of them, plus the running time since, is the `floor`: the time cannot be earlier. An
old document that is played back lowers nothing. One of the future raises the floor no farther than a second witness
goes: the running time, where the device was not off since wall clock and document agreed, else the wall clock. So one
signed file, or a row of them each a little later than the one before, deletes nothing by itself.

    the wall clock                                                  the phone takes for the time
    is between the floor and two days after it                      the wall clock: CONFIRMED
    is later, and the device was off since the two last agreed      the wall clock: UNCONFIRMED (it may be right)
    is later, and the device was not off since                      what it was, by the running time: KEPT
    is earlier than the floor, and was not at this start            what it was, by the running time: KEPT
    is earlier than the floor since the device was started          the latest moment it knows of: LOST
    no document was ever seen                                       the wall clock, if it is not before 2020

Deleted is what is 14 days older than the floor, if its date was once agreed with a signed document before the device
was started last, and what is 14 days old by the running time, which is exact within one start; nothing by the wall
clock alone. All times are Unix seconds, all running times seconds since the first look.

The rules are pure. `Timekeeper` keeps what is known as one document of phone.sqlite3. It is written when the judgement
changes and every ten minutes; a phone that is killed has lost at most ten minutes of its count where the device is
started anew too, and nothing where it is not.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from bluezone.phone.clock import Clock
from bluezone.phone.stores.database import Database, StorageError
from bluezone.phone.stores.records import RETENTION_S, Bounds, Records, Table

#: no phone of this system ran before 2020: a wall clock that says so was never set
EARLIEST_S = 1_577_836_800.0
#: what a clock may be put back or forward without a question: the protocol's tolerance, and daylight saving by hand
SLACK_S = 7_200.0
#: how old the newest signed document may be while all is well: the authority signs several a day
WINDOW_S = 2 * 86_400.0
_LONGEST_LIFE_S = 90 * 86_400.0  # of any row
#: how far ahead of the wall clock a signed time may be, for clocks of phone and authority differ
FUTURE_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Uptime:
    """Hold a reading of the running time: seconds since the start named `boot`. An empty name: starts cannot be told
    apart for sure."""

    boot: str
    since_boot_s: float


#: gives the running time; for a clock that is right by definition (a rehearsal's) `no_uptime`
UptimeSource = Callable[[], Uptime]


def no_uptime() -> Uptime:
    """Return the reading of a device that counts no running time."""
    return Uptime("", 0.0)


class ClockState(StrEnum):
    """Name what the phone makes of its wall clock; the table is at the head of this module."""

    CONFIRMED = "agreed"
    UNCONFIRMED = "unsure"
    KEPT = "kept"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Track:
    """Hold what is known of the time at the last look.

    `boot_running_s`: the running time when the device was last started; -1 where that was before the first look.
    `time_s`: what the phone took for the time. `floor_s`: the lower bound of the time when the running time was
    `floor_running_s`, None before any signed document. `agreed`: wall clock and a signed document agreed at least once
    since the device was started. `lost_until_s`: the running time when the clock was last LOST. `unsure`: spans of the
    running time, (from, until], from an earlier start of the device to its end, in which they never did.
    """

    running_s: float
    boot: str
    since_boot_s: float
    boot_running_s: float
    wall_s: float
    time_s: float
    state: ClockState
    floor_s: float | None = None
    floor_running_s: float = 0.0
    agreed: bool = False
    lost_until_s: float = 0.0
    unsure: tuple[tuple[float, float], ...] = ()

    @property
    def now_floor_s(self) -> float | None:
        """Return the lower bound of the time at this look."""
        return None if self.floor_s is None else self.floor_s + self.running_s - self.floor_running_s

    @property
    def ahead_s(self) -> float:
        """Return by how much the time is later than a signed document and the running time explain."""
        floor_s = self.now_floor_s
        return 0.0 if floor_s is None else self.time_s - floor_s

    @property
    def runs_on(self) -> bool:
        """Tell whether the device is known not to have been off since wall clock and signed time agreed."""
        return bool(self.boot) and self.agreed


def look(track: Track | None, wall_s: float, uptime: Uptime) -> Track:
    """Return the track after another look at both clocks."""
    seen = _look(track, wall_s, uptime)
    return replace(seen, lost_until_s=seen.running_s) if seen.state is ClockState.LOST else seen


def _look(track: Track | None, wall_s: float, uptime: Uptime) -> Track:
    if track is None:
        state = ClockState.LOST if wall_s < EARLIEST_S else ClockState.UNCONFIRMED
        return Track(0.0, uptime.boot, uptime.since_boot_s, -1.0, wall_s, wall_s, state)
    same = is_same_start(track, uptime)
    passed_s = uptime.since_boot_s - track.since_boot_s if same else max(uptime.since_boot_s, 0.0)
    if not same:
        track = replace(track, agreed=False, unsure=_unsure(track))
    moved = replace(
        track,
        running_s=track.running_s + passed_s,
        boot=uptime.boot,
        since_boot_s=uptime.since_boot_s,
        boot_running_s=track.boot_running_s if same else track.running_s,
        wall_s=wall_s,
        time_s=track.time_s + passed_s,
    )
    lead_s = track.wall_s - track.time_s
    if same and track.state in (ClockState.KEPT, ClockState.LOST):
        if abs(wall_s - moved.time_s - lead_s) <= SLACK_S and abs(lead_s) > SLACK_S:
            return moved  # nobody has set the wall clock since it was found wrong
    elif not same and track.state is ClockState.KEPT and lead_s > SLACK_S and wall_s >= track.wall_s - SLACK_S:
        return replace(moved, time_s=wall_s - lead_s)  # ahead by as much as before the device was started anew
    return _judge(moved, since_start=same and track.state is not ClockState.LOST)


def is_same_start(track: Track, uptime: Uptime) -> bool:
    """Tell whether the device was not started anew since the last look, as far as can be told."""
    return uptime.boot == track.boot and uptime.since_boot_s >= track.since_boot_s


def _unsure(track: Track) -> tuple[tuple[float, float], ...]:
    """Return the spans of unsure dates once the device is started anew, without those that nothing is left of."""
    spans = track.unsure if track.agreed else (*track.unsure, (track.boot_running_s, track.running_s))
    return tuple(span for span in spans if span[1] >= track.running_s - _LONGEST_LIFE_S)


def _judge(track: Track, *, since_start: bool) -> Track:
    """Choose the time. `since_start`: `track.time_s` is the running time's continuation of a time that was good."""
    floor_s = track.now_floor_s
    kept_s = track.time_s if floor_s is None else min(max(track.time_s, floor_s), floor_s + WINDOW_S)
    if track.wall_s < (EARLIEST_S if floor_s is None else floor_s - SLACK_S):
        if kept_s < EARLIEST_S:  # nothing better is known
            return replace(track, time_s=track.wall_s, state=ClockState.LOST)
        return replace(track, time_s=kept_s, state=ClockState.KEPT if since_start else ClockState.LOST)
    if floor_s is None:
        return replace(track, time_s=track.wall_s, state=ClockState.UNCONFIRMED)
    if track.wall_s <= floor_s + WINDOW_S:
        return replace(track, time_s=track.wall_s, state=ClockState.CONFIRMED)
    if track.runs_on:
        return replace(track, time_s=kept_s, state=ClockState.KEPT)
    return replace(track, time_s=track.wall_s, state=ClockState.UNCONFIRMED)


def is_plausible(track: Track, signed_s: float) -> bool:
    """Tell whether a signed time can be: it agrees with the wall clock, or is little later than the floor, and is not
    contradicted by the running time. What agrees with neither may be of an authority whose clock is wrong, even where
    the phone's own is further off; what agrees with a wrong year of the phone's may be too."""
    if track.runs_on and signed_s > track.time_s + FUTURE_S:
        return False
    floor_s = track.now_floor_s
    return _agrees(track, signed_s) or (floor_s is not None and signed_s <= floor_s + WINDOW_S + FUTURE_S)


def _agrees(track: Track, signed_s: float) -> bool:
    """Tell whether the wall clock bears a signed time out."""
    return -FUTURE_S <= track.wall_s - signed_s <= WINDOW_S


def _witnessed_s(track: Track, signed_s: float) -> float:
    """Return the lower bound of the time that a second witness bears out, -inf where none does."""
    if _agrees(track, signed_s):
        return signed_s
    return min(signed_s, track.time_s) if track.runs_on else -math.inf


def confirm(track: Track, signed_s: float) -> Track:
    """Return the track once a document that was signed at `signed_s` is seen; the same where that time cannot be."""
    if not is_plausible(track, signed_s):
        return track
    before_s, witnessed_s = track.now_floor_s, _witnessed_s(track, signed_s)
    floor_s = witnessed_s if before_s is None else max(before_s, witnessed_s)
    found = replace(track, floor_s=floor_s, floor_running_s=track.running_s)
    if floor_s - SLACK_S <= track.wall_s <= floor_s + WINDOW_S:
        # an older document than those seen, played back perhaps, says nothing of what passed while the device was off
        agreed = track.agreed or signed_s >= floor_s - SLACK_S
        return replace(found, time_s=track.wall_s, state=ClockState.CONFIRMED, agreed=agreed)
    if track.state is ClockState.LOST:  # what is shown and matched; deleted by it is nothing
        return replace(found, time_s=max(found.time_s, floor_s, signed_s))
    if track.state is ClockState.KEPT:
        return replace(found, time_s=max(found.time_s, floor_s))
    return _judge(found, since_start=True)


class ClockTrouble(StrEnum):
    """Name what the owner is to know of the clock. `REFUSED`: no connection to the authority, whose certificate is of
    another time."""

    NONE = ""
    KEPT = "kept"
    LOST = "lost"
    AHEAD = "ahead"
    REFUSED = "refused"


def trouble(track: Track, *, refused: bool) -> ClockTrouble:
    """Return what the owner is to know. `refused`: the last connection failed for the certificate's time."""
    if track.state is ClockState.LOST:
        return ClockTrouble.LOST
    if track.state is ClockState.KEPT:
        return ClockTrouble.KEPT
    if refused:
        return ClockTrouble.REFUSED
    return ClockTrouble.AHEAD if track.ahead_s > WINDOW_S else ClockTrouble.NONE


def may_publish(track: Track) -> bool:
    """Tell whether the keys of the last 14 days are those of the true last 14 days: not where the time is not known,
    nor where it may be that of a wrong date."""
    return track.state is not ClockState.LOST and track.ahead_s <= RETENTION_S


def bounds(track: Track) -> Bounds:
    """Return what may be deleted."""
    if not track.agreed:
        unsure = (*track.unsure, (track.boot_running_s, math.inf))
    elif track.boot:  # of this start the running time says the age to the second: no document is asked
        unsure = (*track.unsure, (max(track.boot_running_s, 0.0), math.inf))
    else:
        unsure = track.unsure
    return Bounds(track.now_floor_s, track.running_s, unsure)


@dataclass(frozen=True, slots=True)
class Redating:
    """Say how rows written since the device was started are dated anew: those whose running time is later than
    `from_running_s`, and whose date is further than WINDOW_S (up to `lost_until_s`: SLACK_S) from their running time
    plus `add_s`."""

    from_running_s: float
    lost_until_s: float
    add_s: float


def redating(track: Track) -> Redating | None:
    """Return how to date rows anew, None where no row may be touched: clock and signed time must agree."""
    if track.state is not ClockState.CONFIRMED or not track.agreed:
        return None
    return Redating(track.boot_running_s, track.lost_until_s, track.time_s - track.running_s)


# --- the time of a phone ------------------------------------------------------------------------------

TRACK = Table("believed_time", Track)
TABLES = (TRACK,)
_WRITE_EVERY_S = 600.0
_LOOK_EVERY_S = 60.0


class Timekeeper:
    """Give the time as a `Clock`; usable from several threads. `counted_s`: a running time that rows of another
    database prove."""

    def __init__(
        self, database: Database, wall: Clock, uptime: UptimeSource | None = None, counted_s: float = 0.0
    ) -> None:
        self._tracks, self._wall, self._uptime = Records(database, TRACK), wall, uptime or no_uptime
        self._lock = threading.Lock()
        track = self._tracks.read()
        if track is None and counted_s > 0:  # a database that was damaged, and its count with it
            track = look(None, self._wall(), self._uptime())
            track = replace(track, running_s=counted_s, boot_running_s=counted_s)
        elif track is not None and not is_same_start(track, self._uptime()):
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
            self._track = confirm(self._looked(self._track), signed_s)
            self._write()
            return self._track.time_s

    def bounds(self) -> Bounds:
        """Return what may be deleted."""
        return bounds(self.track())

    def redating(self) -> Redating | None:
        """Return how rows are to be dated anew, None where none may be."""
        return redating(self.track())

    def _looked(self, track: Track | None) -> Track:
        return look(track, self._wall(), self._uptime())

    # --- on disk ----------------------------------------------------------------------------------

    def _is_to_be_written(self) -> bool:
        written, track = self._written, self._track
        return (
            written is None
            or (written.state, written.boot) != (track.state, track.boot)
            or track.running_s - written.running_s >= _WRITE_EVERY_S
            or abs(track.time_s - written.time_s) >= _WRITE_EVERY_S
        )

    def _write(self) -> None:
        """Write what is known. What another program of this phone has learned meanwhile of signed times is not undone.
        A disk that is full is no reason to lose the time: in ten minutes it is tried again."""
        with suppress(StorageError):
            stored = self._tracks.read()
            if stored is not None and stored.boot == self._track.boot and stored.floor_s is not None:
                self._track = _with_floor(self._track, stored)
            self._tracks.write(self._track, shrink=False)
        self._written = self._track


def _with_floor(track: Track, other: Track) -> Track:
    """Return the track with the lower bound of another one of the same start, where that is later."""
    assert other.floor_s is not None
    if track.floor_s is not None and other.floor_s - other.floor_running_s <= track.floor_s - track.floor_running_s:
        return track
    agreed = other.agreed or track.agreed
    return replace(track, floor_s=other.floor_s, floor_running_s=other.floor_running_s, agreed=agreed)
