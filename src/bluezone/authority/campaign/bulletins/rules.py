"""Decide, without a database, which bulletins are due at a moment."""

from __future__ import annotations

import datetime as dt

from bluezone.geography.units import Level

#: the hour (in Viet Nam) at which a day's bulletin is made, as the Ministry's were in 2021
ISSUE_TIME = dt.time(17, 0)
#: figures that come this many days late still get a bulletin: our own count of a day comes after midnight
LATE_DAYS = 2


def due_days(now: dt.datetime) -> list[dt.date]:
    """Return the days whose bulletins are due at a local time, the newest first."""
    late = [now.date() - dt.timedelta(days=back) for back in range(1, LATE_DAYS + 1)]
    return [now.date(), *late] if now.time() >= ISSUE_TIME else late


def as_of(date: dt.date, now: dt.datetime) -> dt.time | None:
    """Return the hour up to which a bulletin counts: that of its making for today, none for a day gone by, which is
    whole."""
    return now.time().replace(second=0, microsecond=0) if date == now.date() else None


def is_issued(level: Level, *, has_officer: bool) -> bool:
    """Decide whether a unit gets a bulletin of its own each day: communes only where an officer is there to read it."""
    return level is not Level.COMMUNE or has_officer
