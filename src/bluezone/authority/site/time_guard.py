"""Decide whether the clock may be believed, before anything is published or deleted by it. Pure.

A clock that is wrong for a minute would publish keys before their time and delete whatever it takes for old. So each
reading is compared with what else tells the time: how long the machine has run since the last reading (the kernel's
uptime, which no setting of the clock changes), the database server's clock, and the newest moments stored before. Where
they differ, jobs that publish or delete refuse to run until the clock is right again or an operator accepts it.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

#: a clock may be off by so much: time servers correct less, and phones take identifiers up to two hours off
TOLERANCE = dt.timedelta(minutes=5)
#: nothing is said of a silence up to this: a machine that was started anew, or its kernel
SHORT_SILENCE = dt.timedelta(hours=1)
#: a machine that was off for a weekend goes on by itself; after a longer silence somebody looks at the clock first
LONGEST_SILENCE = dt.timedelta(days=3)
#: after a silence nothing is deleted for so long: a machine that starts with a wrong clock is set right by then
SETTLING = dt.timedelta(hours=1)
#: a rehearsal's clock is moved on purpose, by hours and days; a step longer than this is a mistake there too
LONGEST_REHEARSAL_STEP = dt.timedelta(days=31)
#: the name of the machine in a rehearsal: its clock is the file, whoever reads it
REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what the clocks say at one moment.

    `machine` names a machine since its last start (empty: not known); `uptime_s` is how long it has run since;
    `database` is what the database server's clock says, None where it has none of its own.
    """

    moment: dt.datetime
    machine: str = ""
    uptime_s: float = 0.0
    database: dt.datetime | None = None

    @property
    def database_ahead(self) -> dt.timedelta:
        return self.database - self.moment if self.database is not None else dt.timedelta()


@dataclass(frozen=True, slots=True)
class Mark:
    """Hold a reading that was believed.

    `unproven` is how much of the time up to it nothing proves to have passed: a silence, or a leap that was accepted.
    `database_ahead` is by how much the database's clock was accepted to be ahead.
    """

    machine: str
    uptime_s: float
    moment: dt.datetime
    unproven: dt.timedelta = dt.timedelta()
    database_ahead: dt.timedelta = dt.timedelta()


class Finding(enum.StrEnum):
    """Name what a reading is beside what was known."""

    STEADY = "steady"
    #: believed, though nothing proves that so much time has passed
    SILENCE = "silence"
    #: the clock was put back by no more than was unproven: the silence was shorter than the clock said
    CORRECTED = "corrected"
    LEAPT = "leapt"
    DATABASE_DIFFERS = "database differs"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold a finding, and by how much the clock is ahead of what was expected (negative: behind)."""

    finding: Finding
    ahead: dt.timedelta = dt.timedelta()

    @property
    def is_believed(self) -> bool:
        return self.finding in {Finding.STEADY, Finding.SILENCE, Finding.CORRECTED}


def judge(reading: Reading, marks: Sequence[Mark], stored: Sequence[dt.datetime] = ()) -> Verdict:
    """Decide whether a reading is believed.

    `marks` are the last believed readings, one a machine; `stored` are the newest moments found in what was published
    before, which count only where there is no mark (an installation that was brought up to date).
    """
    if reading.machine == REHEARSAL:
        return _rehearsed(reading, marks)
    marks = [mark for mark in marks if mark.machine != REHEARSAL]
    own = next((mark for mark in marks if mark.machine and mark.machine == reading.machine), None)
    if reading.database is not None:
        off = reading.database_ahead - (own.database_ahead if own is not None else dt.timedelta())
        if abs(off) > TOLERANCE:
            return Verdict(Finding.DATABASE_DIFFERS, -off)
    if own is not None and reading.uptime_s >= own.uptime_s:
        ahead = reading.moment - own.moment - dt.timedelta(seconds=reading.uptime_s - own.uptime_s)
        return Verdict(_beside_uptime(ahead, own.unproven), ahead)
    known = [mark.moment for mark in marks] or list(stored)
    return _after_silence(reading.moment - max(known)) if known else Verdict(Finding.STEADY)


def _beside_uptime(ahead: dt.timedelta, unproven: dt.timedelta) -> Finding:
    if abs(ahead) <= TOLERANCE:
        return Finding.STEADY
    return Finding.CORRECTED if -unproven - TOLERANCE <= ahead < dt.timedelta() else Finding.LEAPT


def _rehearsed(reading: Reading, marks: Sequence[Mark]) -> Verdict:
    known = [mark.moment for mark in marks if mark.machine == REHEARSAL]
    if not known:
        return Verdict(Finding.STEADY)
    step = reading.moment - max(known)
    if abs(step) > LONGEST_REHEARSAL_STEP:
        return Verdict(Finding.LEAPT, step)
    return Verdict(Finding.SILENCE if step > SHORT_SILENCE else Finding.STEADY, step)


def _after_silence(silence: dt.timedelta) -> Verdict:
    if not -TOLERANCE <= silence <= LONGEST_SILENCE:
        return Verdict(Finding.LEAPT, silence)
    return Verdict(Finding.SILENCE if silence > SHORT_SILENCE else Finding.STEADY, silence)


@dataclass(frozen=True, slots=True)
class Gap:
    """Hold a forward step of the clock that nothing proves: when it was seen, and how long it is at most."""

    at: dt.datetime
    length: dt.timedelta


@dataclass(frozen=True, slots=True)
class Doubt:
    """Hold what a gap leaves in doubt: what was stored before `before` may be younger by `length` than it looks."""

    before: dt.datetime
    length: dt.timedelta


def doubt_of(gaps: Sequence[Gap], now: dt.datetime, memory: dt.timedelta) -> Doubt | None:
    """Return what the longest gap of the last `memory` leaves in doubt; None where the clock has run without one.

    Gaps are not added up: a server that is switched off every night would then hold back for days what is past its
    time. A wrong clock leaps once.
    """
    recent = [gap for gap in gaps if gap.length and now - memory <= gap.at <= now]
    if not recent:
        return None
    longest = max(recent, key=lambda gap: gap.length)
    return Doubt(longest.at, longest.length)
