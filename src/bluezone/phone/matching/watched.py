"""Say how much was watched, and whether it is enough to call it good news that nothing was noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bluezone.phone.stores.contact_store import HOUR_S

#: a day with so many hours was watched for most of the time that people spend among others
_FULL_DAY_S = 8 * 3_600.0
#: of 14 days so many must be such days before "nothing was noted" is said in green: half of them
_FULL_DAYS = 7
#: and one of so many latest days (the present one included): a phone that has stopped watching knows less each day
_LATEST_DAYS = 3
#: less than this says nothing at all: a phone a minute after joining
_SOMETHING_S = 600.0
#: under a minute of a day is not watched, once Bluezone was in use on it for so long: a day that has only begun is not
#: one on which something was the matter
_MINUTE_S, _IDLE_AFTER_S = 60.0, 3_600.0


class Worth(Enum):
    """Name what "nothing was noted" is worth."""

    NOTHING = "nothing"
    LITTLE = "little"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class WatchedDay:
    """Hold the owner's day that starts at `start_s`. `seconds` watched; None: Bluezone was not yet in use. `is_idle`:
    in use, and nothing was watched."""

    start_s: float
    seconds: float | None
    is_idle: bool = False


@dataclass(frozen=True, slots=True)
class Watched:
    """Hold what was watched, day by day, the oldest first and today last. `has_just_begun`: the owner joined a few
    minutes ago, and nothing was watched before."""

    days: tuple[WatchedDay, ...]
    has_just_begun: bool = False

    @property
    def seconds(self) -> float:
        """Return the time watched in all of these days."""
        return sum(day.seconds or 0.0 for day in self.days)

    @property
    def worth(self) -> Worth:
        """Return what it is worth that nothing was noted."""
        return worth([day.seconds for day in self.days])


def worth(days: Sequence[float | None]) -> Worth:
    """Return what days of so many watched seconds are worth, the oldest first and today last."""
    full = [(seconds or 0.0) >= _FULL_DAY_S for seconds in days]
    if sum(full) >= _FULL_DAYS and any(full[-_LATEST_DAYS:]):
        return Worth.ENOUGH
    return Worth.LITTLE if sum(seconds or 0.0 for seconds in days) >= _SOMETHING_S else Worth.NOTHING


def watched_days(hours: Mapping[int, float], starts: Sequence[float], joined_s: float | None, now_s: float) -> Watched:
    """Return what was watched of the days that begin at `starts` (the owner's midnights, ascending, and none missing).

    `hours`: seconds watched by hour of UTC; an hour that two days share goes to that of its middle. What lies in the
    future, by a clock that was wrong, is not told. `joined_s`: when the owner began; a day before it, and before
    anything was watched, is blank.
    """
    bounds = [*starts[1:], float("inf")]
    known = {hour_s: seconds for hour_s, seconds in hours.items() if hour_s <= now_s}
    begun_s = min([*known, *([] if joined_s is None else [joined_s])], default=now_s)
    days = []
    for start_s, end_s in zip(starts, bounds, strict=True):
        seconds = watched_between(known, start_s, end_s)
        in_use_s = min(end_s, now_s) - max(start_s, begun_s if joined_s is None else joined_s)
        is_idle = seconds < _MINUTE_S and in_use_s >= _IDLE_AFTER_S
        days.append(WatchedDay(start_s, seconds, is_idle) if end_s > begun_s else WatchedDay(start_s, None))
    is_new = joined_s is not None and 0 <= now_s - joined_s < _SOMETHING_S
    return Watched(tuple(days), is_new and sum(known.values()) < _SOMETHING_S)


def watched_between(hours: Mapping[int, float], start_s: float, end_s: float) -> float:
    """Return the seconds watched of a span; an hour that only begins or ends in it goes to where its middle is."""
    return sum(seconds for hour_s, seconds in hours.items() if start_s <= hour_s + HOUR_S / 2 < end_s)
