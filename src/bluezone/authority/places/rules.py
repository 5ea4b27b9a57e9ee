"""Decide what may open as a place, which windows are marked, who confirms one, what goes into a package; say at which
hours a place is full, from entries at its door alone: phones tell nobody where they are. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bluezone.authority.errors import AuthorityError
from bluezone.errors import N_, TranslatableError
from bluezone.protocol.check_ins import MAX_STAY_MIN
from bluezone.protocol.place_warnings import HOUR_S

MOST_ENTRANCES = 50
MOST_CAPACITY = 200_000
#: windows that may be marked for a case on a day: more is a mistake, or a way to close a town
MOST_WINDOWS_A_DAY = 8
SHORTEST = dt.timedelta(minutes=10)
LONGEST = dt.timedelta(hours=24)
#: phones forget where they were after as long
LOOK_BACK = dt.timedelta(days=14)
#: between a phone and the authority
CLOCKS_DIFFER = dt.timedelta(hours=2)
#: warnings of a package, made-up ones included: this many and up to as many more
PADDED_TO, JITTER = 20, 10
#: what every warning says of how risky its window was: a finer number would tell one patient from another
RISK = 5
LIFE = dt.timedelta(days=14)
HOURS = 24
#: of a curve's drawing: left edge, width of an hour, its lowest point, its height
_LEFT, _HOUR, _FLOOR, _HEIGHT = 10, 20, 90, 80


class PlaceRefusedError(AuthorityError, TranslatableError):
    """Say why something of a place is not done."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Describe a confirmed window that waits to be published."""

    number: str
    #: whose it is: a case, or a phone that gave it
    case: str
    confirmed_at: dt.datetime
    #: of the code of the room, entrance or vehicle
    payload: bytes
    start: dt.datetime
    end: dt.datetime


def check_facts(stay_min: int, capacity: int | None) -> None:
    """Refuse a usual stay or a capacity that cannot be. Raises PlaceRefusedError."""
    if not 5 <= stay_min <= MAX_STAY_MIN:
        raise PlaceRefusedError(N_("A usual stay is between 5 minutes and a day."))
    if capacity is not None and not 1 <= capacity <= MOST_CAPACITY:
        raise PlaceRefusedError(N_("How many people fit is between 1 and {most}."), most=MOST_CAPACITY)


def check_window(start: dt.datetime, end: dt.datetime, now: dt.datetime, marked_today: int) -> None:
    """Refuse a window that cannot be, or is one too many of a case. Raises PlaceRefusedError."""
    if end <= start:
        raise PlaceRefusedError(N_("The person left before they came. Please look at both times."))
    if end > now:
        raise PlaceRefusedError(N_("This is yet to come."))
    if start < now - LOOK_BACK:
        raise PlaceRefusedError(N_("This is more than 14 days ago: no phone remembers it."))
    if not SHORTEST <= end - start <= LONGEST:
        raise PlaceRefusedError(N_("A stay counts from 10 minutes on, and is no longer than a day."))
    if marked_today >= MOST_WINDOWS_A_DAY:
        raise PlaceRefusedError(
            N_("{most} stays of this case were marked today. Please go on tomorrow, or look at them again."),
            most=MOST_WINDOWS_A_DAY,
        )


def is_shared(start: dt.datetime, end: dt.datetime, now: dt.datetime, days: Collection[dt.date], of_day: int) -> bool:
    """Return whether a check-in that a patient gave is stored: over, remembered by phones, begun on a day (UTC) of a
    published key, and not one too many. `of_day`: how many of that day the person gave already."""
    day = start.astimezone(dt.UTC).date()
    return (
        start >= now - LOOK_BACK
        and end <= now + CLOCKS_DIFFER
        and SHORTEST <= end - start <= LONGEST
        and day in days
        and of_day < MOST_WINDOWS_A_DAY
    )


def check_confirming(marked_by: int | None, officer: int, *, may_confirm: bool) -> None:
    """Refuse an officer who may not confirm a window: a second person with the right does. Raises
    PlaceRefusedError."""
    if not may_confirm:
        raise PlaceRefusedError(N_("Only who may confirm cases confirms a risky place."))
    if marked_by == officer:
        raise PlaceRefusedError(N_("Whoever marked a stay does not confirm it: ask a colleague."))


def check_withdrawing(is_confirmed: bool, *, may_confirm: bool) -> None:
    """Refuse to take back a window that phones have, or none that was confirmed. Raises PlaceRefusedError."""
    if not may_confirm:
        raise PlaceRefusedError(N_("Only who may confirm cases confirms a risky place."))
    if not is_confirmed:
        raise PlaceRefusedError(N_("This stay has gone out, or was never confirmed: there is nothing to take back."))


def chosen(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return the windows of the next package: of each case the one confirmed first. Several stays of one person in one
    package would show that they are one person's."""
    found: dict[str, Waiting] = {}
    for window in sorted(waiting, key=lambda each: (each.confirmed_at, each.number)):
        found.setdefault(window.case, window)
    return list(found.values())


def made_up_count(real: int, drawn: int) -> int:
    """Return how many made-up warnings fill a package; `drawn` is a random number from 0 to JITTER."""
    return max(0, PADDED_TO + drawn - real)


def hour_of(now: dt.datetime) -> int:
    """Return the hour of a package, of hours since the epoch."""
    return int(now.timestamp()) // HOUR_S


@dataclass(frozen=True, slots=True)
class Load:
    """Hold arrivals at a door by hour of the day: of how many days, their sum, and the most of any one."""

    days: int
    sums: tuple[int, ...]
    most: tuple[int, ...]

    @property
    def busiest(self) -> int:
        """Return the hour of the most arrivals; the earlier of two."""
        return max(range(HOURS), key=lambda hour: (self.sums[hour], -hour))

    @property
    def points(self) -> str:
        """Return the sums as points of an SVG polyline, 480 wide and 110 high."""
        highest = max(self.sums)
        return " ".join(
            f"{_LEFT + hour * _HOUR},{_FLOOR - _HEIGHT * total // highest}" for hour, total in enumerate(self.sums)
        )


def load_of(counts: Iterable[Mapping[dt.date, list[int]]]) -> Load | None:
    """Return the load of days with arrivals, each as 24 counts, of all that count them; None where nobody arrived."""
    days: dict[dt.date, list[int]] = {}
    for found in counts:
        for day, hours in found.items():
            days[day] = [a + b for a, b in zip(days.get(day, [0] * HOURS), hours, strict=True)]
    busy = [hours for hours in days.values() if any(hours)]
    if not busy:
        return None
    columns = list(zip(*busy, strict=True))
    return Load(len(busy), tuple(map(sum, columns)), tuple(map(max, columns)))
